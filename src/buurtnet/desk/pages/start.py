"""The desk's start page: what waits in each neighbourhood, and what to do today."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from buurtnet.desk.rules import KINDS, list_lines
from buurtnet.desk.schemas import Counters
from buurtnet.kit.db import Db
from buurtnet.kit.guards import staff
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries import list_tasks
from buurtnet.moderation.rules import TASKS
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import Sections, render

SHOWN = 6
"""Tasks that the start page shows; the list has them all."""


@get("/desk", guards=[staff], include_in_schema=False)
async def show_desk(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    counters: NamedDependency[Counters],
    sections: Sections,
) -> Response[str]:
    """What waits, everywhere and in each neighbourhood, and what to do today."""
    facilitates = "facilitator" in viewer.roles
    tasks = (await list_tasks(db, viewer.person_id, current_language().code, on=today(), size=SHOWN)).items if facilitates else []
    return render(
        request,
        "desk/start.html",
        desk=sections,
        counters=counters if facilitates else None,
        kinds=KINDS,
        lines=[(area, list_lines(counters, area)) for area in counters.areas],
        tasks=tasks,
        names=TASKS,
        today=today(),
    )


HANDLERS = (show_desk,)
