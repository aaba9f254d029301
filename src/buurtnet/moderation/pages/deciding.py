"""Verdicts on what waits: each is given, or comes back with what is missing, and leads on to the next item."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions
from buurtnet.moderation.pages.forms import PostForm
from buurtnet.moderation.pages.matches import matches_page
from buurtnet.moderation.pages.moving import go_on, say_refusal
from buurtnet.moderation.pages.posts import posts_page
from buurtnet.moderation.pages.previewing import imagine_statement, preview_page
from buurtnet.moderation.pages.reports import reports_page
from buurtnet.moderation.queries import get_waiting_post
from buurtnet.moderation.queries.statements import find_reading
from buurtnet.moderation.rules import AlreadyDecided, ChangedMeanwhile, HeldByOther
from buurtnet.moderation.schemas import MatchDecision, ReportDecision, Said
from buurtnet.referrals.queries import find_lists
from buurtnet.web.forms import read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import Sections

OVERTAKEN = (AlreadyDecided, ChangedMeanwhile, HeldByOther)
"""Somebody was first: the item is shown as it is now, with who did what, and with what was typed."""


@post("/desk/posts/{post_id:uuid}", guards=[facilitators], include_in_schema=False)
async def decide_post(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, post_id: FromPath[UUID]
) -> Response[Any]:
    """Gives the verdict and goes on to the next one; the item again where something is missing."""
    try:
        await actions.decide_post(db, viewer, post_id, (await read_form(request, PostForm)).decision)
    except Invalid as refusal:
        return await posts_page(request, db, viewer, sections, post_id, form=await typed_form(request, refusal), status_code=422)
    except OVERTAKEN as refusal:
        return await posts_page(
            request, db, viewer, sections, post_id, form=await typed_form(request), told=say_refusal(refusal), status_code=409
        )
    return await go_on(db, viewer, request, "post")


@post("/desk/posts/{post_id:uuid}/preview", guards=[facilitators], status_code=200, include_in_schema=False)
async def preview_post(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    post_id: FromPath[UUID],
    change: FromQuery[bool] = False,
) -> Response[str]:
    """What the author will read of a verdict, in their language; or the item again, with what was typed."""
    item = await get_waiting_post(db, viewer.person_id, post_id, current_language().code)
    if item is None:
        raise NotFound
    if change:
        return await posts_page(request, db, viewer, sections, post_id, form=await typed_form(request))
    decision = (await read_form(request, PostForm)).decision
    right = next((one.labels for one in (await find_lists(db)).rights if one.code == decision.right), None)
    said = Said(verdict=decision.verdict, reason=decision.reason, text=decision.text, words=decision.words, stays=decision.stays)
    kept = str(request.url.query)
    return await preview_page(
        request,
        sections,
        imagine_statement(viewer, "post", said, right=right, language=item.language),
        name=item.author,
        language=await find_reading(db, item.author_id),
        action=f"/desk/posts/{post_id}?{kept}",
        again=f"/desk/posts/{post_id}/preview?{kept}{'&' if kept else ''}change=true",
    )


@post("/desk/matches/{match_id:uuid}", guards=[facilitators], include_in_schema=False)
async def decide_match(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, match_id: FromPath[UUID]
) -> Response[Any]:
    """Asks the helper, or rejects with a reason, and goes on to the next one."""
    try:
        await actions.decide_match(db, viewer, match_id, await read_form(request, MatchDecision))
    except Invalid as refusal:
        return await matches_page(request, db, viewer, sections, match_id, form=await typed_form(request, refusal), status_code=422)
    except OVERTAKEN as refusal:
        return await matches_page(
            request, db, viewer, sections, match_id, form=await typed_form(request), told=say_refusal(refusal), status_code=409
        )
    return await go_on(db, viewer, request, "match")


@post("/desk/reports/{report_id:uuid}", guards=[facilitators], include_in_schema=False)
async def close_report(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, report_id: FromPath[UUID]
) -> Response[Any]:
    """Ends the report with what was decided and goes on to the next one; the item again where that is missing."""
    try:
        await actions.close_report(db, viewer, report_id, await read_form(request, ReportDecision))
    except Invalid as refusal:
        return await reports_page(request, db, viewer, sections, report_id, form=await typed_form(request, refusal), status_code=422)
    except OVERTAKEN as refusal:
        return await reports_page(
            request, db, viewer, sections, report_id, form=await typed_form(request), told=say_refusal(refusal), status_code=409
        )
    return await go_on(db, viewer, request, "report")


HANDLERS = (decide_post, preview_post, decide_match, close_report)
