"""Writing neighbourhoods over those that were there: ids stay with their codes, earlier forms are kept, and where ground went is told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import shapely

from buurtnet.geography import events, queries
from buurtnet.geography.actions.drawing import draw_places
from buurtnet.geography.queries import HoodForm
from buurtnet.geography.rules import coverage, nearness, succession
from buurtnet.geography.schemas import Area, Change, Names, Renamed, Source
from buurtnet.kit import clock, outbox
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id

ROWS_AT_ONCE = 500_000


class Stored(NamedTuple):
    """What writing the neighbourhoods changed."""

    towns: int
    added: int
    replaced: int
    changes: list[Change]
    renamed: list[Renamed]
    left: list[str]
    pairs: int


async def store_places(db: Db, areas: Sequence[Area], entry: Source, *, source: str, vintage: str) -> Stored:
    """Makes the areas the neighbourhoods of their ground from today on; announces those that have it no more."""
    today = clock.now().date()
    before = await queries.list_forms(db, [area.code for area in areas])
    outlines = coverage.as_array(areas)
    shapes = _as_bytes([coverage.as_multipolygon(shapely.orient_polygons(outline)) for outline in outlines])
    present = [form for form in before if form.valid_to is None]
    now = dict(zip((area.code for area in areas), shapes, strict=True))
    found = succession.find_succession(
        [form.code for form in present],
        shapely.from_wkb(np.array([form.outline for form in present], dtype=object)),
        areas,
        outlines,
        [now.get(form.code) == form.outline for form in present],
    )
    drawn = [form.schematic and not entry.schematic for form in present]
    taken = {heir.position for position, heirs in found.heirs.items() if not drawn[position] for heir in heirs}
    towns = await _store_towns(db, areas, {areas[position].town_code for position in taken}, entry, today)
    new = _Map(shapes, towns, entry, source, vintage, today)
    ids = await _store_areas(db, areas, before, taken, new)
    ended = await _hand_on(db, present, areas, ids, found, new)
    await db.execute(END_TOWNS, today)
    await draw_places(db)
    known = {form.code: form for form in before}
    return Stored(
        towns=len(towns),
        added=sum(area.code not in known for area in areas),
        replaced=ended,
        changes=succession.tell_changes([form.code for form in present], areas, found),
        renamed=[
            Renamed(area.code, form.names, form.names | area.names)
            for area in areas
            if (form := known.get(area.code)) and form.names != form.names | area.names
        ],
        left=[present[position].code for position in found.left if present[position].source == source],
        pairs=await store_nearness(db),
    )


class _Map(NamedTuple):
    """What all neighbourhoods of a map have in common, and their outlines as they are stored."""

    shapes: list[bytes]
    towns: Mapping[str, int]
    entry: Source
    source: str
    vintage: str
    today: date


KEEP_TOWNS = """
insert into earlier_municipality (id, code, names, outline, valid_from, valid_to)
select m.id, m.code, m.names, m.outline, m.valid_from, coalesce(m.valid_to, $2::date) from municipality m
 where m.id = any($1::int[]) and (m.valid_from is null or m.valid_from < coalesce(m.valid_to, $2::date))
"""
WRITE_TOWNS = """
insert into municipality (id, code, names, outline, valid_from)
select coalesce(m.id, (select coalesce(max(id), 0) from municipality) + row_number() over (partition by m.id is null order by n.code)),
       n.code, n.names, ST_GeomFromWKB(n.outline, 3035), case when n.code = any($4::text[]) then $5::date end
  from unnest($1::text[], $2::jsonb[], $3::bytea[]) n (code, names, outline) left join municipality m on m.code = n.code
on conflict (id) do update set names = excluded.names, outline = excluded.outline, valid_to = null,
  valid_from = coalesce(excluded.valid_from, municipality.valid_from)
returning code, id
"""
END_TOWNS = """
update municipality m set valid_to = $1 where m.valid_to is null
   and not exists (select from neighbourhood n where n.municipality_id = m.id and n.valid_to is null)
"""


async def _store_towns(db: Db, areas: Sequence[Area], taken: Collection[str], entry: Source, today: date) -> dict[str, int]:
    """Writes the municipalities of the areas and keeps the forms that they had; returns their ids by code. `taken`: those on ground that others
    had."""
    outlines = coverage.dissolve_towns(areas)
    shapes = dict(zip(outlines, _as_bytes([shapely.orient_polygons(outline) for outline in outlines.values()]), strict=True))
    given: dict[str, Names] = {area.town_code: area.town_names for area in areas}
    before = {form.code: form for form in await queries.list_town_forms(db, list(shapes))}
    names = {code: (before[code].names if code in before else {}) | given[code] for code in shapes}
    changed = [
        form.code
        for form in before.values()
        if (form.valid_to, form.names, form.outline) != (None, names[form.code], shapes[form.code])
        and (entry.schematic or not form.schematic)
    ]
    await db.execute(KEEP_TOWNS, [before[code].id for code in changed], today)
    begins = [*changed, *(code for code in shapes if code in taken and code not in before)]
    rows = await db.fetch(WRITE_TOWNS, list(shapes), [names[code] for code in shapes], list(shapes.values()), begins, today)
    return {row["code"]: row["id"] for row in rows}


KEEP_AREAS = """
insert into earlier_neighbourhood (id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, population, adults, inhabited,
                                   schematic, source, codes, valid_from, valid_to)
select n.id, n.code, n.vintage, n.names, n.municipality_id, n.outline, n.sketch, n.point, n.area_m2, n.population, n.adults, n.inhabited,
       n.schematic, n.source, n.codes, n.valid_from, coalesce(n.valid_to, $2::date)
  from neighbourhood n where n.id = any($1::int[]) and (n.valid_from is null or n.valid_from < coalesce(n.valid_to, $2::date))
"""
WRITE_AREAS = """
insert into neighbourhood (id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, population, adults, inhabited,
                           schematic, source, codes, valid_from)
select coalesce(h.id, (select coalesce(max(id), 0) from neighbourhood) + row_number() over (partition by h.id is null order by n.code)),
       n.code, $10, n.names, n.town, o.outline, ST_GeomFromWKB(n.sketch, 3035), ST_GeomFromWKB(n.point, 3035), ST_Area(o.outline),
       n.population, n.adults, n.inhabited, $11, $12, string_to_array(n.codes, chr(10)), case when n.since then $13::date end
  from unnest($1::text[], $2::jsonb[], $3::int[], $4::bytea[], $5::bytea[], $6::bytea[], $7::int[], $8::int[], $9::bool[], $14::text[], $15::bool[])
       n (code, names, town, outline, sketch, point, population, adults, inhabited, codes, since)
       left join neighbourhood h on h.code = n.code
       cross join lateral (select ST_GeomFromWKB(n.outline, 3035) as outline) o
on conflict (id) do update set
  vintage = excluded.vintage, names = excluded.names, municipality_id = excluded.municipality_id, outline = excluded.outline,
  sketch = excluded.sketch, point = excluded.point, area_m2 = excluded.area_m2, population = excluded.population,
  adults = excluded.adults, inhabited = excluded.inhabited, schematic = excluded.schematic, source = excluded.source, codes = excluded.codes,
  valid_to = null, valid_from = coalesce(excluded.valid_from, neighbourhood.valid_from)
returning code, id
"""


async def _store_areas(db: Db, areas: Sequence[Area], before: Sequence[HoodForm], taken: Collection[int], new: _Map) -> dict[str, int]:
    """Writes the neighbourhoods and keeps the forms that they had; returns their ids by code. `taken`: those on ground that others had."""
    known = {form.code: form for form in before}
    names = [(known[area.code].names if area.code in known else {}) | area.names for area in areas]
    since = [
        _has_changed(area, name, shape, form, new) if (form := known.get(area.code)) else position in taken
        for position, (area, name, shape) in enumerate(zip(areas, names, new.shapes, strict=True))
    ]
    await db.execute(
        KEEP_AREAS, [known[area.code].id for area, begins in zip(areas, since, strict=True) if begins and area.code in known], new.today
    )
    rows = await db.fetch(
        WRITE_AREAS,
        [area.code for area in areas],
        names,
        [new.towns[area.town_code] for area in areas],
        new.shapes,
        _as_bytes(shapely.orient_polygons(coverage.sketch_outlines(areas))),
        _as_bytes(shapely.point_on_surface(coverage.as_array(areas))),
        [area.population for area in areas],
        [area.adults for area in areas],
        [area.inhabited for area in areas],
        new.vintage,
        new.entry.schematic,
        new.source,
        new.today,
        ["\n".join(area.codes) for area in areas],
        since,
    )
    return {row["code"]: row["id"] for row in rows}


def _has_changed(area: Area, names: Names, shape: bytes, form: HoodForm, new: _Map) -> bool:
    """Whether the neighbourhood has this form from today on only. Surveyed borders that take the place of a drawing hold for before, too."""
    if form.schematic and not new.entry.schematic:
        return False
    before = (form.valid_to, form.names, form.outline, form.municipality_id, form.inhabited, form.codes, form.vintage, form.source)
    return before != (None, names, shape, new.towns[area.town_code], area.inhabited, area.codes, new.vintage, new.source)


END = """
update neighbourhood set valid_to = $2, valid_from = case when schematic and not $3 then $2 else valid_from end where id = any($1::int[])
"""
WRITE_CHANGES = """
insert into neighbourhood_change (change_id, neighbourhood_id, position, successor_id, share, filled, asked, changed_on)
select $1, c.was, c.position, c.successor, c.share, c.filled, c.asked, $2
  from unnest($3::int[], $4::int[], $5::int[], $6::real[], $7::real[], $8::bool[]) c (was, position, successor, share, filled, asked)
"""


async def _hand_on(
    db: Db, present: Sequence[HoodForm], areas: Sequence[Area], ids: Mapping[str, int], found: succession.Succession, new: _Map
) -> int:
    """Ends the neighbourhoods whose code is no more and announces where the ground of all went; returns how many ended."""
    ended = [present[position].id for position in found.heirs if present[position].code not in ids]
    await db.execute(END, ended, new.today, new.entry.schematic)
    rows = [
        (present[position].id, turn, ids[areas[heir.position].code], heir.share, heir.filled, asked)
        for position, heirs in found.heirs.items()
        for asked in [succession.is_asked(present[position].code, areas, heirs)]
        for turn, heir in enumerate(heirs, 1)
    ]
    if rows:
        change = new_id()
        await db.execute(WRITE_CHANGES, change, new.today, *map(list, zip(*rows, strict=True)))
        await outbox.record(db, events.NeighbourhoodsReplaced(change))
    return len(ended)


FORGET_NEARNESS = "delete from neighbourhood_near"


async def store_nearness(db: Db) -> int:
    """Measures anew how near all present neighbourhoods are to one another; returns the number of rows."""
    places = await queries.list_outlines(db)
    ids = np.array([place for place, _ in places], dtype=np.int64)
    outlines = shapely.from_wkb(np.array([outline for _, outline in places], dtype=object))
    near = nearness.measure_nearness(outlines, shapely.point_on_surface(outlines))
    await db.execute(FORGET_NEARNESS)
    for start in range(0, len(near.a), ROWS_AT_ONCE):
        await db.copy_records_to_table(
            "neighbourhood_near", columns=["a", "b", "metres", "level"], records=_rows(ids, near, slice(start, start + ROWS_AT_ONCE))
        )
    return len(near.a)


def _rows(ids: Any, near: nearness.Nearness, part: slice) -> Iterator[tuple[int, int, int, int]]:
    return zip(ids[near.a[part]].tolist(), ids[near.b[part]].tolist(), near.metres[part].tolist(), near.level[part].tolist(), strict=True)


def _as_bytes(outlines: Any) -> list[bytes]:
    return list(shapely.to_wkb(np.asarray(outlines, dtype=object)))
