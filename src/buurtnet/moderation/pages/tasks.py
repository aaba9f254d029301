"""What to do today."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.schemas import TaskDone
from buurtnet.web.forms import read_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import Sections, render


@get("/desk/tasks", guards=[facilitators], include_in_schema=False)
async def show_tasks(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """What to do today: whom to call, what to ask."""
    tasks = await queries.list_tasks(db, viewer.person_id, current_language().code)
    return render(request, "moderation/tasks.html", desk=sections, tasks=tasks, names=rules.TASKS, outcomes=rules.OUTCOMES, today=today())


@post("/desk/tasks/{task_id:uuid}", guards=[facilitators], include_in_schema=False)
async def finish_task(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], task_id: FromPath[UUID]
) -> Redirect:
    """Logs how the task went."""
    await actions.finish_task(db, viewer, task_id, await read_form(request, TaskDone))
    return Redirect("/desk/tasks", status_code=303)


HANDLERS = (
    show_tasks,
    finish_task,
)
