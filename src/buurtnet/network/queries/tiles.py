"""Vector tiles, drawn by PostGIS: what a published month tells of each place, and nothing else."""

from datetime import date
from pathlib import Path

from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.network.schemas import Measure, TileState

SQL = Path(__file__).parents[1] / "sql" / "tile"
STATE = """
select s.id as snapshot_id, coalesce(s.places_on, current_date) as places_on,
       (select coalesce(max(imported_at), '2000-01-01') from boundary_import) as drawn_at, (select count(*) from neighbourhood) as drawn
  from (select) nothing
       left join (select id, places_on from snapshot
                   where kind = 'month' and published_at is not null
                     and ($1::date is null or (as_of >= $1::date and as_of < $1::date + interval '1 month'))
                   order by as_of desc limit 1) s on true
"""
PATIENCE = "set local statement_timeout = '5s'"
FAR_ZOOMS = range(5, 11)
"""Zooms for which places are drawn beforehand."""


def _read(*parts: str) -> str:
    return "".join((SQL / f"{part}.sql").read_text() for part in parts)


FAR_ONE = _read("far", "one", "layers_one")
FAR_ALL = _read("far", "all", "layers_all")
NEAR_ONE = _read("near", "one", "layers_one")
NEAR_ALL = _read("near", "all", "layers_all")


async def find_tile_state(db: Db, month: date | None) -> TileState:
    """What tiles of the month (its first day), or of the newest, are drawn from; NotFound for a month that is not published."""
    state = await fetch_one(db, TileState, STATE, month)
    assert state is not None
    if state.snapshot_id is None and month is not None:
        raise NotFound
    return state


async def draw_tile(db: Db, state: TileState, measure: Measure | None, window: int, zoom: int, column: int, row: int) -> bytes:
    """The vector tile with the figures of a measure, or of all of them; empty where nothing lies in it. Five seconds are the most it may take."""
    await db.execute(PATIENCE)
    far = zoom in FAR_ZOOMS
    statement = (FAR_ONE if far else NEAR_ONE) if measure else (FAR_ALL if far else NEAR_ALL)
    measures = [measure.value] if measure else list(Measure)
    return await db.fetchval(statement, zoom, column, row, state.snapshot_id, window, measures, state.places_on) or b""
