"""The queues of the desk, and what anybody may say: that something is wrong, that they want to be called, that they object."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from msgspec.structs import astuple

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import facilitators, residents
from buurtnet.kit.limits import Limits, network_of_visitor
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries import get_match, list_waiting_matches
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.schemas import MatchDecision, NewReport, PostDecision, TaskDone
from buurtnet.themes.queries import list_themes
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, current_language, today
from buurtnet.web.shell import DeskSection, render

Sections = NamedDependency[Sequence[DeskSection]]


def _code() -> str:
    return current_language().code


def _choices(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, _(text)) for code, text in names.items()]


# --- what anybody may say --------------------------------------------------------------------------------------------------------


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


# --- the desk's queues -----------------------------------------------------------------------------------------------------------


async def _posts_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    post_id: UUID | None,
    form: Form,
    area: int | None = None,
    status_code: int = 200,
) -> Response[str]:
    waiting = await queries.list_waiting_posts(db, viewer.person_id, _code(), area=area)
    item = await queries.get_waiting_post(db, viewer.person_id, post_id, _code()) if post_id else None
    if post_id and item is None:
        raise NotFound
    past = await queries.list_past_posts(db, viewer.person_id, item.author_id, item.id) if item else []
    return render(
        request,
        "moderation/posts.html",
        desk=sections,
        waiting=waiting,
        area=area,
        item=item,
        past=past,
        form=form,
        status_code=status_code,
        theme_choices=[
            (theme.slug, theme.label) for branch in await list_themes(db, _code()) for theme in (branch.theme, *branch.children)
        ],
        right_choices=_choices(rules.RIGHTS),
        barrier_choices=_choices(rules.BARRIERS),
        reason_choices=_choices(rules.REASONS),
        states=rules.STATES,
        flag_names=rules.FLAGS,
        mark_flags=rules.mark_flags,
    )


@get(["/desk/posts", "/desk/posts/{post_id:uuid}"], guards=[facilitators], include_in_schema=False)
async def show_posts(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    post_id: FromPath[UUID | None] = None,
    area: Annotated[int | None, QueryParameter(ge=0, le=2**31 - 1)] = None,
) -> Response[str]:
    """The posts that wait, of all areas or of one neighbourhood, and one of them to decide on."""
    return await _posts_page(request, db, viewer, sections, post_id, Form(), area)


@post("/desk/posts/{post_id:uuid}/claim", guards=[facilitators], include_in_schema=False)
async def claim_post(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Redirect:
    """Holds the post for ten minutes."""
    await queries.get_place(db, viewer.person_id, post_id)
    await actions.claim_item(db, viewer, "post", post_id)
    return Redirect(f"/desk/posts/{post_id}", status_code=303)


@post("/desk/posts/{post_id:uuid}", guards=[facilitators], include_in_schema=False)
async def decide_post(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, post_id: FromPath[UUID]
) -> Response[Any]:
    """Carries out the verdict and goes on to the next one; the item again where something is missing."""
    try:
        await actions.decide_post(db, viewer, post_id, await read_form(request, PostDecision), on=today())
    except Invalid as refusal:
        return await _posts_page(request, db, viewer, sections, post_id, await typed_form(request, refusal), status_code=422)
    waiting = await queries.list_waiting_posts(db, viewer.person_id, _code())
    return Redirect(f"/desk/posts/{waiting[0].id}" if waiting else "/desk/posts", status_code=303)


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
        parts=[astuple(bar) for bar in item.bars] if item else [],
        form=form,
        rejections=_choices(rules.REJECTIONS),
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


@get(["/desk/reports", "/desk/reports/{report_id:uuid}"], guards=[facilitators], include_in_schema=False)
async def show_reports(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    report_id: FromPath[UUID | None] = None,
) -> Response[str]:
    """The open reports, and one of them."""
    waiting = await queries.list_open_reports(db, viewer.person_id, _code())
    found = await queries.list_open_reports(db, viewer.person_id, _code(), report_id=report_id) if report_id else []
    if report_id and not found:
        raise NotFound
    return render(request, "moderation/reports.html", desk=sections, waiting=waiting, item=found[0] if found else None)


@post("/desk/reports/{report_id:uuid}", guards=[facilitators], include_in_schema=False)
async def close_report(db: NamedDependency[Db], viewer: NamedDependency[Viewer], report_id: FromPath[UUID]) -> Redirect:
    """Ends the report."""
    await actions.close_report(db, viewer, report_id, "handled")
    return Redirect("/desk/reports", status_code=303)


@get("/desk/tasks", guards=[facilitators], include_in_schema=False)
async def show_tasks(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """What to do today: whom to call, what to ask."""
    tasks = await queries.list_tasks(db, viewer.person_id, _code())
    return render(request, "moderation/tasks.html", desk=sections, tasks=tasks, names=rules.TASKS, outcomes=rules.OUTCOMES, today=today())


@post("/desk/tasks/{task_id:uuid}", guards=[facilitators], include_in_schema=False)
async def finish_task(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], task_id: FromPath[UUID]
) -> Redirect:
    """Logs how the task went."""
    await actions.finish_task(db, viewer, task_id, await read_form(request, TaskDone))
    return Redirect("/desk/tasks", status_code=303)


router = Router(
    path="/",
    route_handlers=[
        show_report,
        send_report,
        thank_for_report,
        show_call,
        ask_for_call,
        show_decision,
        appeal,
        show_posts,
        claim_post,
        decide_post,
        show_matches,
        decide_match,
        show_reports,
        close_report,
        show_tasks,
        finish_task,
    ],
)
