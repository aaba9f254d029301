"""The pages of the desk itself: where it starts, what keeps its counters up to date, and who is left out."""

from collections.abc import Sequence

from litestar import Router
from litestar.di import NamedDependency

from buurtnet.desk.pages import left_out, live, start
from buurtnet.desk.queries import list_sections, read_counters
from buurtnet.desk.schemas import Counters
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import DeskSection


async def provide_counters(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Counters:
    """How much waits for the facilitator; nothing for other workers."""
    if "facilitator" not in viewer.roles:
        return Counters(areas=(), counts={})
    return await read_counters(db, viewer.person_id, current_language().code, today())


async def provide_sections(viewer: NamedDependency[Viewer], counters: NamedDependency[Counters]) -> Sequence[DeskSection]:
    """The desk's navigation for any page of the desk."""
    return list_sections(viewer, counters)


router = Router(path="/", route_handlers=[*start.HANDLERS, *live.HANDLERS, *left_out.HANDLERS])
