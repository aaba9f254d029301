"""The queue of suggested matches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries import get_match, list_waiting_matches
from buurtnet.moderation import actions, rules
from buurtnet.moderation.pages.words import choices
from buurtnet.moderation.schemas import MatchDecision
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.shell import DeskSection, Sections, render


@get(["/desk/matches", "/desk/matches/{match_id:uuid}"], guards=[facilitators], include_in_schema=False)
async def show_matches(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    match_id: FromPath[UUID | None] = None,
) -> Response[str]:
    """The suggested matches that wait for a worker's look, and one of them with both sides."""
    return await _matches_page(request, db, viewer, sections, match_id, Form())


async def _matches_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    match_id: UUID | None,
    form: Form,
    status_code: int = 200,
) -> Response[str]:
    waiting = await list_waiting_matches(db, viewer)
    item = await get_match(db, viewer, match_id) if match_id else None
    return render(
        request,
        "moderation/matches.html",
        desk=sections,
        waiting=waiting,
        item=item,
        form=form,
        rejections=choices(rules.REJECTIONS),
        status_code=status_code,
    )


@post("/desk/matches/{match_id:uuid}", guards=[facilitators], include_in_schema=False)
async def decide_match(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, match_id: FromPath[UUID]
) -> Response[Any]:
    """Asks the helper, or rejects with a reason, and goes on to the next one."""
    try:
        await actions.decide_match(db, viewer, match_id, await read_form(request, MatchDecision))
    except Invalid as refusal:
        return await _matches_page(request, db, viewer, sections, match_id, await typed_form(request, refusal), 422)
    waiting = await list_waiting_matches(db, viewer)
    return Redirect(f"/desk/matches/{waiting[0].id}" if waiting else "/desk/matches", status_code=303)


HANDLERS = (
    show_matches,
    decide_match,
)
