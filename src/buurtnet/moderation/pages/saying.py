"""What anybody may say: that something is wrong, that they want to be called, that they object."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.pages.forms import WordsForm
from buurtnet.moderation.queries.statements import find_statement, get_statement
from buurtnet.moderation.schemas import NewReport, Statement
from buurtnet.people.rules.service import SERVICE_REASONS
from buurtnet.referrals.queries import list_referrals_of_post
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import render


def _code() -> str:
    return current_language().code


@get("/report", include_in_schema=False)
async def show_report(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromQuery[str] = "other",
    id: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The form by which anybody says that something is wrong."""
    return await _report_page(request, db, viewer, Form(typed={"object_kind": [kind], "object_id": [str(id)] if id else []}))


async def _report_page(request: Request[Any, Any, Any], db: Db, viewer: Viewer, form: Form, status_code: int = 200) -> Response[str]:
    """The form; with what became of earlier reports for who is signed in, but not before the eyes of a worker who acts for them."""
    own = await queries.list_own_reports(db, viewer.person_id) if viewer.known and viewer.actor_id == viewer.person_id else []
    return render(request, "moderation/report.html", form=form, own=own, status_code=status_code)


@post("/report", include_in_schema=False)
async def send_report(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    limits: NamedDependency[Limits],
    vault: NamedDependency[Vault],
) -> Response[Any]:
    """Keeps the report and shows where its answer will stand; the form again where it cannot be used."""
    try:
        new = await read_form(request, NewReport)
        report_id = await actions.send_report(db, viewer, vault, limits, new, network=network_of_visitor(request), language=_code())
    except Invalid as refusal:
        return await _report_page(request, db, viewer, await typed_form(request, refusal), status_code=422)
    return Redirect(f"/reports/{report_id}", status_code=303)


@get("/reports/{report_id:uuid}", include_in_schema=False)
async def show_answer(request: Request[Any, Any, Any], db: NamedDependency[Db], report_id: FromPath[UUID]) -> Response[str]:
    """That a report came and what was decided, for whoever has its address."""
    if (answer := await queries.find_report(db, report_id)) is None:
        raise NotFound
    return render(request, "moderation/answer.html", answer=answer, outcomes=rules.REPORT_OUTCOMES)


@post("/reports/{report_id:uuid}/appeal", include_in_schema=False)
async def appeal_report(
    request: Request[Any, Any, Any], db: NamedDependency[Db], limits: NamedDependency[Limits], report_id: FromPath[UUID]
) -> Redirect:
    """Objects to what was decided about a report: another worker looks again."""
    await limits.spend("report", network_of_visitor(request), most=20, seconds=3600)
    await actions.appeal_report(db, report_id)
    return Redirect(f"/reports/{report_id}", status_code=303)


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
    statement = await find_statement(db, viewer.person_id, post_id)
    if statement is None:
        raise NotFound
    return await _decision_page(request, db, viewer, statement)


@get("/decisions/{decision_id:uuid}", include_in_schema=False)
async def show_any_decision(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], decision_id: FromPath[UUID]
) -> Response[str]:
    """A decision about oneself or one's post; why an account was stopped also for who cannot sign in and has the address of this page."""
    return await _decision_page(request, db, viewer, await get_statement(db, viewer.person_id, decision_id))


async def _decision_page(request: Request[Any, Any, Any], db: Db, viewer: Viewer, statement: Statement) -> Response[str]:
    about_right = statement.verdict == "right_first" and viewer.known
    return render(
        request,
        "moderation/decision.html",
        statement=statement,
        reasons=rules.REASONS,
        service_reasons=SERVICE_REASONS,
        referrals=await list_referrals_of_post(db, viewer, statement.object_id) if about_right else [],
    )


@post("/decisions/{decision_id:uuid}/words", guards=[residents], include_in_schema=False)
async def answer_words(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], decision_id: FromPath[UUID]
) -> Redirect:
    """Yes or no to the words that a worker proposes."""
    said = await read_form(request, WordsForm)
    post_id = await actions.answer_words(db, viewer, decision_id, yes=said.answer == "yes", at=now())
    return Redirect(f"/posts/{post_id}", status_code=303)


@post("/decisions/{decision_id:uuid}/appeal", include_in_schema=False)
async def appeal(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    limits: NamedDependency[Limits],
    decision_id: FromPath[UUID],
) -> Redirect:
    """Objects to a decision: another worker looks again."""
    await limits.spend("report", network_of_visitor(request), most=20, seconds=3600)
    await actions.appeal_decision(db, viewer, decision_id, on=today())
    return Redirect(f"/decisions/{decision_id}", status_code=303)


HANDLERS = (
    show_report,
    send_report,
    show_answer,
    appeal_report,
    show_call,
    ask_for_call,
    show_decision,
    show_any_decision,
    answer_words,
    appeal,
)
