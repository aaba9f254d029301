"""What anybody may say: that something is wrong, that they want to be called, that they object."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.schemas import NewReport
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, current_language, today
from buurtnet.web.shell import DeskSection, render

Sections = NamedDependency[Sequence[DeskSection]]


def _code() -> str:
    return current_language().code


def _choices(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, _(text)) for code, text in names.items()]


@get("/report", include_in_schema=False)
async def show_report(request: Request[Any, Any, Any], kind: FromQuery[str] = "other", id: FromQuery[UUID | None] = None) -> Response[str]:
    """The form by which anybody says that something is wrong."""
    return render(request, "moderation/report.html", form=Form(typed={"object_kind": [kind], "object_id": [str(id)] if id else []}))


@post("/report", include_in_schema=False)
async def send_report(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], limits: NamedDependency[Limits]
) -> Response[Any]:
    """Keeps the report and thanks; the form again where it cannot be used."""
    await limits.spend("report", network_of_visitor(request), most=20, seconds=3600)
    try:
        await actions.make_report(db, viewer, await read_form(request, NewReport), language=_code())
    except Invalid as refusal:
        return render(request, "moderation/report.html", form=await typed_form(request, refusal), status_code=422)
    return Redirect("/report/thanks", status_code=303)


@get("/report/thanks", opt={"database": False}, include_in_schema=False, sync_to_thread=False)
def thank_for_report(request: Request[Any, Any, Any]) -> Response[str]:
    """What happens with a report."""
    return render(request, "moderation/thanks.html")


@get("/call-me", guards=[residents], include_in_schema=False)
async def show_call(request: Request[Any, Any, Any]) -> Response[str]:
    """The page that asks once: shall your worker call you?"""
    return render(request, "moderation/call.html", asked=False)


@post("/call-me", guards=[residents], include_in_schema=False)
async def ask_for_call(request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Gives the worker the task to call, and says so."""
    await actions.ask_for_call(db, viewer, on=today())
    return render(request, "moderation/call.html", asked=True)


@get("/posts/{post_id:uuid}/decision", guards=[residents], include_in_schema=False)
async def show_decision(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]
) -> Response[str]:
    """The statement of reasons of the latest decision about one's own post."""
    statement = await queries.find_statement(db, viewer.person_id, post_id)
    if statement is None:
        raise NotFound
    return render(request, "moderation/decision.html", statement=statement, reasons=rules.REASONS, rights=rules.RIGHTS)


@post("/decisions/{decision_id:uuid}/appeal", guards=[residents], include_in_schema=False)
async def appeal(db: NamedDependency[Db], viewer: NamedDependency[Viewer], decision_id: FromPath[UUID], post: FromQuery[UUID]) -> Redirect:
    """Objects to a decision: another worker looks again."""
    await actions.appeal_decision(db, viewer, decision_id, on=today())
    return Redirect(f"/posts/{post}/decision", status_code=303)


HANDLERS = (show_report, send_report, thank_for_report, show_call, ask_for_call, show_decision, appeal)
