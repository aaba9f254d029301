"""Today: whom to call, what to ask, how it went, and when to come back."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.queries.tasks import Span
from buurtnet.moderation.schemas import NextStep, TaskDone
from buurtnet.people.schemas import Contact
from buurtnet.web.forms import read_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
SPANS = {"today": N_("To do today"), "late": N_("Late"), "later": N_("Later")}


@get("/desk/tasks", guards=[facilitators], include_in_schema=False)
async def show_tasks(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    when: FromQuery[Span] = "today",
    area: Annotated[int | None, QueryParameter(ge=0, le=2**31 - 1)] = None,
    after: FromQuery[str] = "",
    logged: FromQuery[UUID | None] = None,
) -> Response[str]:
    """What to do today, or what is late, or what comes later; of all areas or of one. After a try: how it was noted, and when to come back."""
    return await _tasks_page(request, db, viewer, sections, when=when, area=area, after=after, logged=logged)


async def _tasks_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sections,
    *,
    when: Span = "today",
    area: int | None = None,
    after: str = "",
    logged: UUID | None = None,
    called: UUID | None = None,
    contacts: list[Contact] | None = None,
) -> Response[str]:
    language = current_language().code
    places = await queries.list_areas(db, viewer.person_id, language)
    return render(
        request,
        "moderation/tasks.html",
        desk=sections,
        page=await queries.list_tasks(db, viewer.person_id, language, on=today(), span=when, area=area, after=after),
        spans=SPANS,
        when=when,
        area=next((place for place in places if place.id == area), None),
        logged=await queries.find_logged(db, viewer.person_id, logged) if logged else None,
        called=called,
        contacts=contacts or [],
        names=rules.TASKS,
        outcomes=rules.OUTCOMES,
        whens=rules.WHEN,
        task_href=rules.task_href,
        today=today(),
    )


@post("/desk/tasks", guards=[facilitators], include_in_schema=False)
async def plan_return(request: Asked, db: DbIn, viewer: ViewerIn) -> Redirect:
    """Puts somebody on my list for another day."""
    step = await read_form(request, NextStep)
    if step.person_id is None:
        raise Invalid
    await actions.plan_return(db, viewer, step.person_id, step.when)
    return Redirect("/desk/tasks?when=later", status_code=303)


@post("/desk/tasks/{task_id:uuid}/call", guards=[facilitators], status_code=200, include_in_schema=False)
async def call(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: NamedDependency[Vault], sections: Sections, task_id: FromPath[UUID]
) -> Response[str]:
    """The list with the number of the person whom the task is about."""
    contacts = await actions.open_number(db, vault, viewer, task_id)
    return await _tasks_page(request, db, viewer, sections, called=task_id, contacts=contacts)


@post("/desk/tasks/{task_id:uuid}/log", guards=[facilitators], include_in_schema=False)
async def log_task(request: Asked, db: DbIn, viewer: ViewerIn, task_id: FromPath[UUID]) -> Redirect:
    """Notes how it went, and asks when to come back."""
    await actions.finish_task(db, viewer, task_id, await read_form(request, TaskDone))
    return Redirect(f"/desk/tasks?logged={task_id}", status_code=303)


@post("/desk/tasks/{task_id:uuid}/next", guards=[facilitators], include_in_schema=False)
async def plan_next(request: Asked, db: DbIn, viewer: ViewerIn, task_id: FromPath[UUID]) -> Redirect:
    """Plans when I come back to it."""
    await actions.plan_next(db, viewer, task_id, (await read_form(request, NextStep)).when)
    return Redirect("/desk/tasks", status_code=303)


@post("/desk/tasks/{task_id:uuid}/undo", guards=[facilitators], include_in_schema=False)
async def undo_task(db: DbIn, viewer: ViewerIn, task_id: FromPath[UUID]) -> Redirect:
    """Takes back what I noted just now."""
    await actions.undo_task(db, viewer, task_id)
    return Redirect(f"/desk/tasks#task-{task_id}", status_code=303)


HANDLERS = (show_tasks, plan_return, call, log_task, plan_next, undo_task)
