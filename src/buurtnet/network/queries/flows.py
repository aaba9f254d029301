"""Help between neighbourhoods, as published months tell it."""

from buurtnet.kit.db import Db, fetch
from buurtnet.network.schemas import Flow, Snapshot

FLOWS = """
select f.window_months, f.from_id, f.to_id, f.helps, f.people
  from network_flow f join snapshot s on s.id = f.snapshot_id and s.kind = 'month' and s.published_at is not null
 where f.snapshot_id = $1::uuid and f.window_months = $2::int
   and ($3::int is null or exists (select from neighbourhood n where n.id in (f.from_id, f.to_id) and n.municipality_id = $3))
 order by f.helps desc, f.from_id, f.to_id
"""


async def list_flows(db: Db, snapshot: Snapshot | None, window: int, municipality_id: int | None = None) -> list[Flow]:
    """What flows between neighbourhoods in a published month, the largest first; with a municipality what touches it. None for a draft."""
    return [] if snapshot is None else await fetch(db, Flow, FLOWS, snapshot.id, window, municipality_id)
