"""Where flows begin and end."""

from collections.abc import Collection

import msgspec

from buurtnet.geography.schemas import Names
from buurtnet.kit.db import Db, fetch
from buurtnet.network.schemas import Snapshot


class End(msgspec.Struct, frozen=True, kw_only=True):
    """A neighbourhood where help comes from or goes to: a point inside it in WGS84."""

    id: int
    names: Names
    municipality_id: int
    longitude: float
    latitude: float


ENDS = """
select n.id, n.names, n.municipality_id, ST_X(p) as longitude, ST_Y(p) as latitude
  from neighbourhood_on($1::date) n cross join lateral (select ST_Transform(n.point, 4326) as p) there
 where n.id = any($2::int[])
"""


async def list_ends(db: Db, snapshot: Snapshot, neighbourhoods: Collection[int]) -> dict[int, End]:
    """The neighbourhoods as they were for the snapshot, by id."""
    return {end.id: end for end in await fetch(db, End, ENDS, snapshot.places_on, list(neighbourhoods))}
