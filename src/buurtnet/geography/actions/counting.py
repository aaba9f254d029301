"""Counting the people of neighbourhoods from a publisher's table, with the boundaries or long after them."""

import csv
import time
from collections.abc import Mapping
from pathlib import Path

import shapely

from buurtnet.geography import queries
from buurtnet.geography.actions.drawing import draw_places
from buurtnet.geography.actions.reading import NoSuchFile, find_source
from buurtnet.geography.actions.storing import store_places
from buurtnet.geography.rules import counting, coverage
from buurtnet.geography.schemas import Area, Count, PopulationReport, Source
from buurtnet.kit import clock
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.locks import Lock, hold
from buurtnet.kit.text import N_


class NotATable(Invalid):
    """A file that is no text, or is damaged."""

    text = N_("This file cannot be read as a table in UTF-8: %(reason)s")


def read_counts(path: Path, source: Source) -> counting.Told:
    """What the table under the path tells; refuses what cannot be read as one."""
    if not path.is_file():
        raise NoSuchFile(path=str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return counting.read_table(lines, source)
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotATable(reason=str(error)) from error


WRITE_COUNTS = """
insert into population (code, people, adults, source, told_on)
select n.code, n.people, n.adults, $4, $5 from unnest($1::text[], $2::int[], $3::int[]) n (code, people, adults)
on conflict (code) do update set people = excluded.people, adults = excluded.adults, source = excluded.source, told_on = excluded.told_on
"""


async def keep_counts(db: Db, counts: Mapping[str, Count], source: str) -> None:
    """Keeps what was told of each code, so that a later import and a later merging count with it."""
    people, adults = [count.people for count in counts.values()], [count.adults for count in counts.values()]
    await db.execute(WRITE_COUNTS, list(counts), people, adults, source, clock.now().date())


COUNT = """
update neighbourhood n set population = c.people, adults = c.adults, inhabited = c.inhabited
  from unnest($1::text[], $2::int[], $3::int[], $4::bool[]) c (code, people, adults, inhabited) where n.code = c.code and n.valid_to is null
"""


async def count_people(db: Db, path: Path, source: str) -> PopulationReport:
    """Writes how many people live in the source's present neighbourhoods; returns what was told and what in the file was wrong.

    Neighbourhoods with fewer than 50 adults become part of a neighbour, as at an import: people there move along and are told. What was
    merged stays so until the boundaries are imported again. Refuses a file without a single code of the source's.
    """
    began = time.perf_counter()
    entry = find_source(source)
    told = read_counts(path, entry)
    await hold(db, Lock.BOUNDARIES)
    areas = await _read_areas(db, source)
    held = {code for area in areas for code in area.codes}
    if not told.counts.keys() & held:
        raise counting.PopulationOfElsewhere
    counts = {code: count for code, count in told.counts.items() if code in held}
    await keep_counts(db, counts, source)
    known = await queries.list_counts(db, sorted(held))
    for area in areas:
        counting.count_in(area, known)
    remaining, merged, small = coverage.merge_small(areas)
    values = [area.code for area in areas], [area.population for area in areas], [area.adults for area in areas]
    await db.execute(COUNT, *values, [area.inhabited for area in areas])
    vintage = str(await db.fetchval(VINTAGE, source))
    stored = await store_places(db, remaining, entry, source=source, vintage=vintage) if merged else None
    if stored is None:
        await draw_places(db)  # Where nobody lives may have changed.
    adults = [count.adults for count in counts.values()]
    return PopulationReport(
        source=source,
        rows=told.rows,
        people=sum(count.people for count in counts.values()),
        adults=None if None in adults else sum(count for count in adults if count is not None),
        neighbourhoods=sum(area.population is not None for area in remaining),
        summed=told.summed,
        unmatched=sorted(told.counts.keys() - held),
        unknown=[area.code for area in remaining if area.inhabited and area.population is None],
        doubles=told.doubles,
        torn=told.torn,
        negative=told.negative,
        no_number=told.no_number,
        too_many_adults=told.too_many_adults,
        merged=merged,
        small=small,
        changes=stored.changes if stored else [],
        seconds=round(time.perf_counter() - began, 3),
    )


VINTAGE = "select max(vintage) from neighbourhood where source = $1 and valid_to is null"


async def _read_areas(db: Db, source: str) -> list[Area]:
    """The source's present neighbourhoods as an import would hand them on."""
    areas = await queries.list_areas(db, source)
    outlines = shapely.from_wkb([area.outline for area in areas])
    for area, outline in zip(areas, outlines, strict=True):
        area.outline = outline
    return areas
