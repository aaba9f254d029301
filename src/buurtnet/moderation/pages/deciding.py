"""Verdicts on what waits: each is given, or comes back with what is missing, and leads on to the next item."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions
from buurtnet.moderation.pages.matches import matches_page
from buurtnet.moderation.pages.moving import go_on
from buurtnet.moderation.pages.posts import posts_page
from buurtnet.moderation.pages.reports import reports_page
from buurtnet.moderation.schemas import MatchDecision, PostDecision, ReportDecision
from buurtnet.web.forms import read_form, typed_form
from buurtnet.web.shell import Sections


@post("/desk/posts/{post_id:uuid}", guards=[facilitators], include_in_schema=False)
async def decide_post(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, post_id: FromPath[UUID]
) -> Response[Any]:
    """Gives the verdict and goes on to the next one; the item again where something is missing."""
    try:
        await actions.decide_post(db, viewer, post_id, await read_form(request, PostDecision))
    except Invalid as refusal:
        return await posts_page(request, db, viewer, sections, post_id, form=await typed_form(request, refusal), status_code=422)
    return await go_on(db, viewer, request, "post")


@post("/desk/matches/{match_id:uuid}", guards=[facilitators], include_in_schema=False)
async def decide_match(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, match_id: FromPath[UUID]
) -> Response[Any]:
    """Asks the helper, or rejects with a reason, and goes on to the next one."""
    try:
        await actions.decide_match(db, viewer, match_id, await read_form(request, MatchDecision))
    except Invalid as refusal:
        return await matches_page(request, db, viewer, sections, match_id, form=await typed_form(request, refusal), status_code=422)
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
    return await go_on(db, viewer, request, "report")


HANDLERS = (decide_post, decide_match, close_report)
