"""The pages of the desk itself: where it starts."""

from collections.abc import Sequence

from litestar import Router
from litestar.di import NamedDependency

from buurtnet.desk.pages import start
from buurtnet.desk.queries import list_sections
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.web.language import today
from buurtnet.web.shell import DeskSection


async def provide_sections(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Sequence[DeskSection]:
    """The desk's navigation for any page of the desk."""
    return await list_sections(db, viewer, today())


router = Router(path="/", route_handlers=[*start.HANDLERS])
