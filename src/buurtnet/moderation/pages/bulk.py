"""Several items of a queue at once: first what would happen to each, then what did."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, rules
from buurtnet.moderation.pages.moving import LISTS, PATHS, read_filter, say_filter, say_refusal
from buurtnet.moderation.schemas import Bulk, ObjectKind, QueueFilter
from buurtnet.web.forms import read_form
from buurtnet.web.language import _, current_language
from buurtnet.web.shell import Sections, render


def list_bulk(kind: ObjectKind) -> list[tuple[str, str]]:
    """What can be done with several items of a queue at once, in the language of the page."""
    match kind:
        case "post":
            return [("approved", _("Approve")), *((f"refused:{code}", f"{_('Refuse')}: {_(why)}") for code, why in rules.REASONS.items())]
        case "match":
            return [
                ("approved", _("Ask the helper")),
                *((f"rejected:{code}", f"{_('Reject')}: {_(why)}") for code, why in rules.REJECTIONS.items()),
            ]
        case "report":
            return [(f"closed:{code}", _(why)) for code, why in rules.REPORT_OUTCOMES.items()]


@post("/desk/bulk", guards=[facilitators], status_code=200, include_in_schema=False)
async def decide_many(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """What would become of each of the chosen items, and how many; or, the second time, what did."""
    bulk = await read_form(request, Bulk)
    offered = dict(list_bulk(bulk.kind))
    if bulk.what not in offered:
        raise Invalid({"what": rules.CHOOSE_WHAT})
    waiting: dict[UUID, Any] = {one.id: one for one in await LISTS[bulk.kind](db, viewer.person_id, current_language().code, QueueFilter())}
    batch, results = await actions.decide_many(db, viewer, bulk)
    query = say_filter(read_filter(request))
    return render(
        request,
        "moderation/bulk.html",
        desk=sections,
        bulk=bulk,
        what=offered[bulk.what],
        batch=batch,
        done=[(one, waiting.get(one.id)) for one in results if one.refused is None],
        refused=[(one, waiting.get(one.id), say_refusal(one.refused)) for one in results if one.refused is not None],
        place=PATHS[bulk.kind],
        query=f"?{query}" if query else "",
    )


HANDLERS = (decide_many,)
