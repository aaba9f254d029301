"""How often one is written to, for programs."""

from typing import Annotated

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.viewer import Viewer
from buurtnet.notices import actions
from buurtnet.notices.queries import get_pace
from buurtnet.notices.schemas import NewPace

PaceBody = Annotated[NewPace, Body(examples=[Example(value={"pace": "daily"})])]


@get("/me/notices", operation_id="getMyPace", summary="How often I am written to")
async def get_mine(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> NewPace:
    """Three messages a day at most (usual), one a day, three a week, or only about what I asked or agreed (own)."""
    return NewPace(await get_pace(db, viewer))


@put("/me/notices", operation_id="setMyPace", summary="Change how often I am written to", status_code=204)
async def set_mine(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: PaceBody) -> None:
    """From now on no more often than that; codes, agreements and safety always come."""
    await actions.set_pace(db, viewer, data.pace)


api = Router("/api/v1", guards=[residents], tags=["me"], route_handlers=[get_mine, set_mine])
