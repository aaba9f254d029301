"""The queues of the desk: posts, matches, reports, tasks."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries import get_match, list_waiting_matches
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.schemas import MatchDecision, OpenReported, PostDecision, ReportDecision, TaskDone, Wording
from buurtnet.people.pages.words import reason_choices
from buurtnet.people.rules import LANGUAGES
from buurtnet.posts.rules import LONGEST
from buurtnet.themes.queries import list_themes
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, current_language, today
from buurtnet.web.shell import DeskSection, render

Sections = NamedDependency[Sequence[DeskSection]]


def _code() -> str:
    return current_language().code


def _choices(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, _(text)) for code, text in names.items()]


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
        languages=list(LANGUAGES.items()),
        longest=LONGEST,
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


@post("/desk/posts/{post_id:uuid}/words", guards=[facilitators], include_in_schema=False)
async def word_post(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, post_id: FromPath[UUID]
) -> Response[Any]:
    """Writes down what was said, and shows the item with it; again where something is missing."""
    try:
        await actions.word_post(db, viewer, post_id, await read_form(request, Wording), at=now())
    except Invalid as refusal:
        return await _posts_page(request, db, viewer, sections, post_id, await typed_form(request, refusal), status_code=422)
    return Redirect(f"/desk/posts/{post_id}", status_code=303)


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
    return await _reports_page(request, db, viewer, sections, report_id, Form())


async def _reports_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    report_id: UUID | None,
    form: Form,
    **more: Any,
) -> Response[str]:
    waiting = await queries.list_open_reports(db, viewer.person_id, _code())
    item = next((one for one in waiting if one.id == report_id), None)
    if report_id and item is None:
        raise NotFound
    context: dict[str, Any] = {
        "messages": None,
        "may_open": viewer.secrecy,
        "why": reason_choices(),
        "outcomes": rules.REPORT_OUTCOMES,
        "outcome_choices": _choices(rules.REPORT_OUTCOMES),
        **more,
    }
    return render(request, "moderation/reports.html", desk=sections, waiting=waiting, item=item, form=form, **context)


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
        return await _reports_page(request, db, viewer, sections, report_id, await typed_form(request, refusal), status_code=422)
    return await _reports_page(request, db, viewer, sections, report_id, Form(), messages=messages)


@post("/desk/reports/{report_id:uuid}", guards=[facilitators], include_in_schema=False)
async def close_report(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, report_id: FromPath[UUID]
) -> Response[Any]:
    """Ends the report with what was decided; the item again where that is missing."""
    try:
        await actions.close_report(db, viewer, report_id, await read_form(request, ReportDecision))
    except Invalid as refusal:
        return await _reports_page(request, db, viewer, sections, report_id, await typed_form(request, refusal), status_code=422)
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


HANDLERS = (
    show_posts,
    claim_post,
    word_post,
    decide_post,
    show_matches,
    decide_match,
    show_reports,
    open_reported,
    close_report,
    show_tasks,
    finish_task,
)
