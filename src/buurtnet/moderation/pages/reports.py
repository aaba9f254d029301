"""The queue of reports."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.pages.bulk import list_bulk
from buurtnet.moderation.pages.moving import frame_queue, read_gone
from buurtnet.moderation.pages.words import choices
from buurtnet.moderation.schemas import OpenReported
from buurtnet.people.pages.words import reason_choices
from buurtnet.screening.pages.words import explain
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import DeskSection, Sections, render

WHY = ("mine",)


async def reports_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    report_id: UUID | None,
    *,
    form: Form | None = None,
    told: str | None = None,
    status_code: int = 200,
    **more: Any,
) -> Response[str]:
    """The queue of reports, with one of them to decide on, or with who decided about it."""
    found = await queries.list_open_reports(db, viewer.person_id, current_language().code, report_id=report_id) if report_id else []
    item = found[0] if found else None
    gone = told or await read_gone(db, viewer, "report", report_id) if report_id and item is None else None
    context: dict[str, Any] = {
        "messages": None,
        "told": told,
        "may_open": viewer.secrecy,
        "why": reason_choices(),
        "outcomes": rules.REPORT_OUTCOMES,
        "outcome_choices": choices(rules.REPORT_OUTCOMES),
        "bulk_choices": list_bulk("report"),
        "reasons": await explain(db, viewer, item.object_id, "") if item and item.object_kind == "conversation" and item.object_id else [],
        "judge": None,
        "others": await queries.list_other_reports(db, viewer.person_id, item.id) if item else [],
        **await frame_queue(request, db, viewer, "report", report_id, WHY),
        **more,
    }
    return render(
        request, "moderation/reports.html", desk=sections, item=item, gone=gone, form=form or Form(), status_code=status_code, **context
    )


@get(["/desk/reports", "/desk/reports/{report_id:uuid}"], guards=[facilitators], include_in_schema=False)
async def show_reports(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    report_id: FromPath[UUID | None] = None,
) -> Response[str]:
    """The open reports, and one of them."""
    return await reports_page(request, db, viewer, sections, report_id)


@post("/desk/reports/{report_id:uuid}/open", guards=[facilitators], status_code=200, include_in_schema=False)
async def open_reported(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    sections: Sections,
    report_id: FromPath[UUID],
) -> Response[str]:
    """What two people wrote to each other until one of them reported it; the audit keeps who read it and why."""
    try:
        messages = await actions.open_reported(db, vault, viewer, report_id, (await read_form(request, OpenReported)).reason)
    except Invalid as refusal:
        return await reports_page(request, db, viewer, sections, report_id, form=await typed_form(request, refusal), status_code=422)
    return await reports_page(request, db, viewer, sections, report_id, messages=messages)


HANDLERS = (show_reports, open_reported)
