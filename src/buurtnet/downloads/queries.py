"""Reading a published month whole, and the files made of it. Nothing here sees a draft."""

from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec

from buurtnet.downloads.schemas import LAYERS, Boundaries, Cell, Edition, File, Flow, Layer, Place
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.network.queries.shown import find_frozen_breaks
from buurtnet.network.rules.classes import find_breaks
from buurtnet.network.schemas import ABOUT, WINDOWS, AreaKind, Measure

SQL = Path(__file__).parent / "sql"
FILE = "d.id, d.name, d.format, d.size, length(d.packed) as packed_size, d.digest, s.as_of, d.made_at"
SHOWN = "s.kind = 'month' and s.published_at is not null"
"""Of which snapshots `s` there are files."""


class Lacking(msgspec.Struct, frozen=True):
    """A published month whose files are not there, or are of an earlier edition."""

    id: UUID
    as_of: date


LACKING = f"""
select s.id, s.as_of from snapshot s
 where {SHOWN} and not exists (select from download d where d.snapshot_id = s.id and d.edition = $1::int)
 order by s.as_of desc limit 1
"""


async def find_lacking(db: Db, edition: int) -> Lacking | None:
    """The newest published month that has no files of the edition; None where all have them."""
    return await fetch_one(db, Lacking, LACKING, edition)


SNAPSHOT = f"select s.id as snapshot_id, s.as_of, s.places_on, s.published_at from snapshot s where s.id = $1 and {SHOWN}"
PLACES = {kind: (SQL / f"{kind.value}.sql").read_text() for kind in LAYERS}
CELLS = f"""
select m.area_id, m.measure, m.window_months as "window", m.mark,
       case m.mark when 'shown' then m.value end as value, case m.mark when 'shown' then m.n end as n,
       case m.mark when 'shown' then m.low end as low, case m.mark when 'shown' then m.high end as high
  from network_measure m join snapshot s on s.id = m.snapshot_id
 where s.id = $1::uuid and {SHOWN} and m.area_kind = $2
"""
FLOWS = (SQL / "flows.sql").read_text()
BOUNDARIES = """
select distinct i.title, i.licence, i.attribution from neighbourhood_on($1::date) n
       join boundary_import i on i.source = n.source and i.vintage = n.vintage
 order by 1, 2, 3
"""


async def list_boundaries(db: Db, on: date) -> list[Boundaries]:
    """Who drew the outlines of a day."""
    return await fetch(db, Boundaries, BOUNDARIES, on)


async def read_edition(db: Db, snapshot_id: UUID, address: str) -> Edition | None:
    """Everything the files of a published month say; None where the snapshot is gone, or is none of those that everybody may see."""
    row = await db.fetchrow(SNAPSHOT, snapshot_id)
    if row is None:
        return None
    layers = [await _read_layer(db, kind, snapshot_id, as_of=row["as_of"], places_on=row["places_on"]) for kind in LAYERS]
    return Edition(
        **dict(row),
        address=address.rstrip("/"),
        boundaries=await list_boundaries(db, row["places_on"]),
        layers=[layer for layer in layers if layer.places],
        flows=await fetch(db, Flow, FLOWS, snapshot_id, row["places_on"]),
    )


async def _read_layer(db: Db, kind: AreaKind, snapshot_id: UUID, *, as_of: date, places_on: date) -> Layer:
    cells = await fetch(db, Cell, CELLS, snapshot_id, kind.value)
    breaks: dict[tuple[Measure, int], list[float]] = {}
    for measure in Measure:
        for window in WINDOWS:
            frozen = await find_frozen_breaks(db, kind, window, measure, year=as_of.year)
            values = [cell.value for cell in cells if (cell.measure, cell.window) == (measure, window) and cell.value is not None]
            breaks[measure, window] = frozen or find_breaks(values, ABOUT[measure].step)
    of_day = (places_on, snapshot_id) if kind is AreaKind.AREA else (places_on,)
    return Layer(kind=kind, places=await fetch(db, Place, PLACES[kind], *of_day), cells=cells, breaks=breaks)


NAMED = f"select {FILE} from download d join snapshot s on s.id = d.snapshot_id where d.name = $1 and {SHOWN}"


async def find_file(db: Db, name: str) -> File | None:
    """The file of that name; None where there is none."""
    return await fetch_one(db, File, NAMED, name)


OF_MONTH = f"select {FILE} from download d join snapshot s on s.id = d.snapshot_id where s.id = $1 and {SHOWN} order by d.name"


async def list_files(db: Db, snapshot_id: UUID) -> list[File]:
    """The files of a month by name; none while they are being made."""
    return await fetch(db, File, OF_MONTH, snapshot_id)


PIECE = "select substring(packed from $2::int for $3::int) as piece from download where id = $1"


async def read_piece(db: Db, file_id: UUID, start: int, length: int) -> bytes | None:
    """So many bytes of a packed file from `start`, the first being 0; None where the file has been made anew meanwhile."""
    piece: bytes | None = await db.fetchval(PIECE, file_id, start + 1, length)
    return piece
