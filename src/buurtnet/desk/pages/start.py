"""The desk's start page: what waits in each neighbourhood, and what to do today."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from buurtnet.kit.db import Db
from buurtnet.kit.guards import staff
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries import count_waiting, list_tasks
from buurtnet.moderation.rules import TASKS
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import DeskSection, render


@get("/desk", guards=[staff], include_in_schema=False)
async def show_desk(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: NamedDependency[Sequence[DeskSection]],
) -> Response[str]:
    """What waits today."""
    facilitates = "facilitator" in viewer.roles
    counts = await count_waiting(db, viewer.person_id, today()) if facilitates else None
    tasks = await list_tasks(db, viewer.person_id, current_language().code) if facilitates else []
    return render(request, "desk/start.html", desk=sections, counts=counts, tasks=tasks[:8], names=TASKS, today=today())


HANDLERS = (show_desk,)
