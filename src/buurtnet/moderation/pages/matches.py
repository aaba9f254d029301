"""The queue of suggested matches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries import get_match
from buurtnet.moderation import rules
from buurtnet.moderation.pages.bulk import list_bulk
from buurtnet.moderation.pages.looking import read_review
from buurtnet.moderation.pages.moving import frame_queue, read_gone
from buurtnet.moderation.pages.words import choices
from buurtnet.web.forms import Form
from buurtnet.web.shell import DeskSection, Sections, render

WHY = ("urgent", "sensitive", "newcomer", "mediated", "mine")


async def matches_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    match_id: UUID | None,
    *,
    form: Form | None = None,
    told: str | None = None,
    status_code: int = 200,
) -> Response[str]:
    """The queue of matches, with one of them to decide on, or with who decided about it."""
    item = await get_match(db, viewer, match_id) if match_id else None
    gone = await read_gone(db, viewer, "match", match_id) if match_id else None
    return render(
        request,
        "moderation/matches.html",
        desk=sections,
        **await frame_queue(request, db, viewer, "match", match_id, WHY),
        item=item,
        **(await read_review(db, viewer, item) if item else {}),
        gone=gone,
        told=told,
        form=form or Form(),
        rejections=choices(rules.REJECTIONS),
        bulk_choices=list_bulk("match"),
        status_code=status_code,
    )


@get(["/desk/matches", "/desk/matches/{match_id:uuid}"], guards=[facilitators], include_in_schema=False)
async def show_matches(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    match_id: FromPath[UUID | None] = None,
) -> Response[str]:
    """The suggested matches that wait for a worker's look, and one of them with both sides."""
    return await matches_page(request, db, viewer, sections, match_id)


HANDLERS = (show_matches,)
