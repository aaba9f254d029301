"""Reading published figures and their places, for everybody: no statement here knows a viewer, none reads a draft."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.ogc.rules.asking import Asked
from buurtnet.ogc.rules.boxes import draw_box
from buurtnet.ogc.rules.crs import Crs
from buurtnet.ogc.rules.times import Span
from buurtnet.ogc.schemas import Extent, Measured, Place, Slice, State

SQL = Path(__file__).parent / "sql"
FORMS = (SQL / "forms.sql").read_text()
ON_SLICES = (SQL / "slices.sql").read_text()
OF_MEASURES = (SQL / "measures.sql").read_text()
OF_PLACES = (SQL / "neighbourhoods.sql").read_text()

PUBLISHED = "kind = 'month' and published_at is not null"
STATE = f"""
select m.months, m.published_at, m.made_at, (select max(imported_at) from boundary_import) as drawn_at, n.places, n.lived_in,
       (select count(*) from earlier_neighbourhood) as earlier, current_date as today
  from (select count(*) as months, max(published_at) as published_at, max(made_at) as made_at from snapshot where {PUBLISHED}) m,
       (select count(*) as places, count(*) filter (where inhabited) as lived_in from neighbourhood where valid_to is null) n
"""


async def get_state(db: Db) -> State:
    """What all answers come from; equal states have equal answers."""
    state = await fetch_one(db, State, STATE)
    assert state is not None
    return state


EXTENT = f"""
select ST_XMin(e.edge) as west, ST_YMin(e.edge) as south, ST_XMax(e.edge) as east, ST_YMax(e.edge) as north, m.first_day, m.last_day
  from (select ST_Extent(ST_Transform(outline, 4326)) as edge from municipality where valid_to is null) e,
       (select min(date_trunc('month', as_of))::date as first_day, max(as_of) as last_day from snapshot where {PUBLISHED}) m
"""


async def get_extent(db: Db) -> Extent:
    """The edges of all present places, and the published months."""
    extent = await fetch_one(db, Extent, EXTENT)
    assert extent is not None
    return extent


SLICES = f"""
select s.id as snapshot_id, s.as_of, $1::int as "window" from snapshot s
 where {PUBLISHED} and ($2::date is null or date_trunc('month', s.as_of) + interval '1 month' > $2) and ($3::date is null or date_trunc('month', s.as_of) <= $3)
   and (not $4::bool or s.as_of = (select max(as_of) from snapshot where {PUBLISHED}))
 order by s.as_of desc
"""


async def list_slices(db: Db, window: int, days: Span | None) -> list[Slice]:
    """The published months some day of which is meant, newest first; without days the newest month alone."""
    start, end = (days.start, days.end) if days else (None, None)
    return await fetch(db, Slice, SLICES, window, start, end, days is None)


COUNTS = f"with {FORMS} {ON_SLICES}"


async def count_measured(db: Db, slices: Sequence[Slice], asked: Asked) -> list[int]:
    """How many neighbourhoods are in each slice."""
    rows = await db.fetch(COUNTS, *_where(asked), *_unzip(slices), asked.mark)
    found = {row["turn"]: row["many"] for row in rows}
    return [found.get(turn, 0) for turn in range(1, len(slices) + 1)]


MEASURES = f"with {FORMS} {OF_MEASURES}"


async def list_measured(
    db: Db, slices: Sequence[Slice], asked: Asked, *, after: tuple[int, str, int] | None = None, area_id: int | None = None, limit: int
) -> list[Measured]:
    """So many of the slices' neighbourhoods in their order; `after` are figures, code and id of the last one seen, in the first slice."""
    last = (1, *after) if after else (None, None, None, None)
    values = (*_where(asked), *_unzip(slices), asked.mark, *last, limit, *_drawn(asked.crs), area_id)
    return await fetch(db, Measured, MEASURES, *values)


PLACES = f"with {FORMS} {OF_PLACES}"
PLACE_COUNT = f"""
with {FORMS}
select count(*) from form f
 where (not $5::bool or f.newest and f.valid_to is null)
   and ($6::date is null or f.valid_to is null or f.valid_to > $6) and ($7::date is null or f.valid_from is null or f.valid_from <= $7)
"""


async def count_places(db: Db, asked: Asked) -> int:
    """How many forms of neighbourhoods hold on the days; without days those that hold now."""
    return int(await db.fetchval(PLACE_COUNT, *_where(asked), *_on(asked)) or 0)


async def list_places(db: Db, asked: Asked, *, after: tuple[str, int, date] | None = None, limit: int) -> list[Place]:
    """So many of them by code."""
    return await fetch(
        db, Place, PLACES, *_where(asked), *_on(asked), *(after or (None, None, None)), limit, *_drawn(asked.crs), None, None
    )


async def find_place(db: Db, area_id: int, ended: date | None, crs: Crs) -> Place | None:
    """The newest form of a neighbourhood, or the earlier one that ended on the day."""
    values = (*_where(Asked()), False, None, None, None, None, None, 1, *_drawn(crs), area_id, ended)
    return await fetch_one(db, Place, PLACES, *values)


ATTRIBUTIONS = """
select distinct i.attribution from boundary_import i
 where i.attribution <> '' and (exists (select from neighbourhood n where n.source = i.source and n.vintage = i.vintage)
                                or exists (select from earlier_neighbourhood e where e.source = i.source and e.vintage = i.vintage))
 order by 1
"""


async def list_attributions(db: Db) -> list[str]:
    """Who made the boundaries, also those of earlier days."""
    return [row["attribution"] for row in await db.fetch(ATTRIBUTIONS)]


def _where(asked: Asked) -> tuple[list[str] | None, int, str | None, str | None]:
    boxes = None if asked.boxes is None else [draw_box(box) for box in asked.boxes]
    return boxes, asked.box_crs.srid, asked.municipality, asked.code


def _unzip(slices: Sequence[Slice]) -> tuple[list[object], list[int], list[date]]:
    return [one.snapshot_id for one in slices], [one.window for one in slices], [one.as_of for one in slices]


def _on(asked: Asked) -> tuple[bool, date | None, date | None]:
    return (True, None, None) if asked.days is None else (False, asked.days.start, asked.days.end)


def _drawn(crs: Crs) -> tuple[int, bool, int]:
    return crs.srid, crs.north_first, crs.digits
