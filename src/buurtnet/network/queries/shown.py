"""What is shown: the published months for everybody, the draft for the facilitators of an area."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from buurtnet.geography.schemas import Names
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.network.rules.classes import find_breaks
from buurtnet.network.schemas import ABOUT, AreaDecision, AreaKind, Figure, Measure, Month, Snapshot, Town

SQL = Path(__file__).parents[1] / "sql"

VISIBLE = """(s.kind = 'month' and s.published_at is not null
  or s.kind = 'draft' and exists (
    select from staff f join staff_area fa on fa.person_id = f.person_id
     where f.person_id = $1::uuid and f.role = 'facilitator' and m.area_kind = 'neighbourhood' and fa.neighbourhood_id = m.area_id
       and not exists (
         select from person o
          where o.neighbourhood_id = m.area_id and o.organisation_id <> f.organisation_id and o.state in ('active', 'paused')
            and not exists (
              select from partnership pa where pa.since <= current_date and (pa.until is null or pa.until > current_date)
                 and (pa.organisation_id, pa.other_id) in ((f.organisation_id, o.organisation_id), (o.organisation_id, f.organisation_id))))))"""
"""Which figure `m` of a snapshot `s` the viewer `$1` may see: published ones, and the draft of a facilitator's own neighbourhoods where nobody
of an organisation takes part with which theirs has no partnership: true figures would tell of other organisations' people."""

TOLD = "m.area_id, m.mark, " + ", ".join(
    f"case when s.kind = 'draft' or m.mark = 'shown' then m.{figure} end as {figure}" for figure in ("value", "n", "low", "high")
)
"""A figure `m` of a snapshot `s`: of a published month only where it is shown, whatever the table holds."""

SNAPSHOT = "id, kind, as_of, places_on, made_at, seconds, published_at"
PUBLISHED = f"""
select {SNAPSHOT} from snapshot
 where kind = 'month' and published_at is not null and ($1::date is null or (as_of >= $1::date and as_of < $1::date + interval '1 month'))
 order by as_of desc limit 1
"""


async def find_published(db: Db, month: date | None = None) -> Snapshot | None:
    """The published snapshot of the month (its first day), or the newest one; None where there is none."""
    return await fetch_one(db, Snapshot, PUBLISHED, month)


async def get_published(db: Db, month: date | None) -> Snapshot | None:
    """The same; NotFound where a month was asked for that is not published."""
    found = await find_published(db, month)
    if found is None and month is not None:
        raise NotFound
    return found


MONTHS = "select to_char(as_of, 'YYYY-MM') as month, as_of, published_at from snapshot where kind = 'month' and published_at is not null order by as_of desc"


async def list_months(db: Db) -> list[Month]:
    """The published months, newest first."""
    return await fetch(db, Month, MONTHS)


DRAFT = f"select {SNAPSHOT} from snapshot where kind = 'draft'"


async def find_draft(db: Db) -> Snapshot | None:
    """When the draft was made, and through which day; its figures are for those who may see them."""
    return await fetch_one(db, Snapshot, DRAFT)


FIGURES = f"""
select n.id as area_id, n.code, n.names, n.municipality_id,
       coalesce(m.mark, case
         when not n.inhabited then 'uninhabited'
         when not $6::bool then 'unpublished'
         when exists (select from network_measure x where x.snapshot_id = $2::uuid and x.area_kind = 'neighbourhood' and x.area_id = n.id) then 'suppressed'
         else 'inactive' end) as mark,
       m.value, m.n, m.low, m.high
  from neighbourhood_on(coalesce($10::date, current_date)) n
       left join (select {TOLD} from network_measure m join snapshot s on s.id = m.snapshot_id
                   where s.id = $2::uuid and m.area_kind = 'neighbourhood' and m.measure = $3 and m.window_months = $4::int and {VISIBLE}) m
              on m.area_id = n.id
 where ($5::int is null or n.municipality_id = $5) and ($7::int[] is null or n.id = any($7)) and n.code > $8 collate "C"
 order by n.code collate "C" limit $9
"""
TOWN_FIGURES = f"""
select t.id as area_id, t.code, t.names, t.id as municipality_id, coalesce(m.mark, 'unpublished') as mark, m.value, m.n, m.low, m.high
  from municipality_on(coalesce($8::date, current_date)) t
       left join (select {TOLD} from network_measure m join snapshot s on s.id = m.snapshot_id
                   where s.id = $2::uuid and m.area_kind = 'municipality' and m.measure = $3 and m.window_months = $4::int and {VISIBLE}) m
              on m.area_id = t.id
 where ($5::int is null or t.id = $5) and t.code > $6 collate "C"
 order by t.code collate "C" limit $7
"""


async def list_figures(
    db: Db,
    viewer: Viewer,
    snapshot: Snapshot | None,
    measure: Measure,
    window: int,
    *,
    municipality_id: int | None = None,
    only: Sequence[int] | None = None,
    after: str = "",
    limit: int = 10_000,
) -> list[Figure]:
    """The figures of the neighbourhoods as they were for the snapshot, by code, as far as the viewer may see them; each has a mark."""
    draft = snapshot is not None and snapshot.kind == "draft"
    identity = snapshot.id if snapshot else None
    return await fetch(
        db,
        Figure,
        FIGURES,
        viewer.person_id,
        identity,
        measure.value,
        window,
        municipality_id,
        draft,
        None if only is None else list(only),
        after,
        limit,
        snapshot.places_on if snapshot else None,
    )


async def list_town_figures(
    db: Db, viewer: Viewer, snapshot: Snapshot | None, measure: Measure, window: int, *, municipality_id: int | None, after: str, limit: int
) -> list[Figure]:
    """The same of municipalities."""
    identity, day = (snapshot.id, snapshot.places_on) if snapshot else (None, None)
    return await fetch(db, Figure, TOWN_FIGURES, viewer.person_id, identity, measure.value, window, municipality_id, after, limit, day)


BREAKS = """
select breaks::float8[] from class_break where area_kind = $1 and window_months = $2::int and measure = $3 and year <= $4::int
 order by year desc limit 1
"""


async def find_frozen_breaks(db: Db, kind: AreaKind, window: int, measure: Measure, *, year: int) -> list[float] | None:
    """The breaks of the year's months, or of the last year that has any; None before the first month that could be classed."""
    breaks = await db.fetchval(BREAKS, kind.value, window, measure.value, year)
    return None if breaks is None else [round(edge, 6) for edge in breaks]


VALUES = """
select value from network_measure
 where snapshot_id = $1 and area_kind = $2 and window_months = $3::int and measure = $4 and mark = 'shown' and value is not null
"""


async def list_values(db: Db, snapshot: Snapshot, kind: AreaKind, window: int, measure: Measure) -> list[float]:
    """The published values of all areas, from which classes are made where none are frozen yet."""
    return [row["value"] for row in await db.fetch(VALUES, snapshot.id, kind.value, window, measure.value)]


async def find_map_breaks(db: Db, snapshot: Snapshot | None, window: int, measure: Measure) -> list[float]:
    """The breaks of the year's months, or those that fit the published snapshot while none are frozen."""
    kind = AreaKind.NEIGHBOURHOOD
    if snapshot is None:
        return find_breaks([], ABOUT[measure].step)
    frozen = await find_frozen_breaks(db, kind, window, measure, year=snapshot.as_of.year)
    return frozen or find_breaks(await list_values(db, snapshot, kind, window, measure), ABOUT[measure].step)


TOWNS = (SQL / "towns.sql").read_text()


async def list_towns(db: Db, snapshot: Snapshot | None) -> list[Town]:
    """The municipalities whose map can be opened, by code, with how much of each is published."""
    return await fetch(db, Town, TOWNS, *((snapshot.id, snapshot.places_on) if snapshot else (None, None)))


OWN_TOWNS = """
select m.id, m.names from municipality m join neighbourhood n on n.municipality_id = m.id
 where n.id = any($1::int[]) group by m.id order by count(*) desc, m.id
"""


async def list_own_towns(db: Db, neighbourhoods: Sequence[int]) -> dict[int, Names]:
    """The municipalities in which the neighbourhoods lie with their names, the one with most of them first."""
    return {row["id"]: row["names"] for row in await db.fetch(OWN_TOWNS, list(neighbourhoods))}


AREAS = """
select id, names, neighbourhoods, map_published_on, decided_how from area where organisation_id = $1::uuid order by names::text, id
"""


async def list_areas(db: Db, viewer: Viewer) -> list[AreaDecision]:
    """The areas of the viewer's organisation, with what was decided about their map."""
    return await fetch(db, AreaDecision, AREAS, viewer.organisation_id)


async def get_area(db: Db, viewer: Viewer, area_id: UUID) -> AreaDecision:
    """The area of the viewer's organisation; NotFound for any other."""
    for area in await list_areas(db, viewer):
        if area.id == area_id:
            return area
    raise NotFound


DECISIONS = """
select r.id, r.names, r.neighbourhoods, r.map_published_on, r.decided_how
  from area r where r.map_published_on is not null and exists (
    select from neighbourhood n where n.municipality_id = $1::int and n.id = any(r.neighbourhoods))
 order by r.map_published_on, r.id
"""


async def list_decisions(db: Db, municipality_id: int) -> list[AreaDecision]:
    """How the areas in a municipality decided that their map may be shown to everybody."""
    return await fetch(db, AreaDecision, DECISIONS, municipality_id)


NAMES_OF = "select id, names from neighbourhood where id = any($1::int[]) order by code"


async def list_names(db: Db, neighbourhoods: Sequence[int]) -> dict[int, Names]:
    """The names of the neighbourhoods."""
    return {row["id"]: row["names"] for row in await db.fetch(NAMES_OF, list(neighbourhoods))}


SOURCES = """
select distinct i.attribution from boundary_import i
 where exists (select from neighbourhood n where n.source = i.source and n.vintage = i.vintage and n.valid_to is null) and i.attribution <> ''
"""


async def list_attributions(db: Db) -> list[str]:
    """Who made the boundaries that are shown."""
    return [row["attribution"] for row in await db.fetch(SOURCES)]


EDGES = """
select ST_XMin(e) as west, ST_YMin(e) as south, ST_XMax(e) as east, ST_YMax(e) as north
  from (select ST_Transform(ST_Envelope(ST_Collect(ST_Envelope(outline))), 4326) as e from municipality where valid_to is null) whole
"""


async def find_edges(db: Db) -> tuple[float, float, float, float] | None:
    """West, south, east and north of all municipalities in WGS84; None where there are none."""
    row = await db.fetchrow(EDGES)
    return None if row is None or row["west"] is None else (row["west"], row["south"], row["east"], row["north"])
