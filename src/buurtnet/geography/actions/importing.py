"""Importing boundaries: from a publisher's file to neighbourhoods, municipalities and nearness, in the caller's transaction."""

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from buurtnet.geography import queries
from buurtnet.geography.actions.counting import keep_counts, read_counts
from buurtnet.geography.actions.reading import GEO, find_source, read_file
from buurtnet.geography.actions.storing import store_places
from buurtnet.geography.rules import counting, coverage
from buurtnet.geography.schemas import Area, ImportReport
from buurtnet.kit import clock
from buurtnet.kit.db import Db
from buurtnet.kit.locks import Lock, hold

WRITE_IMPORT = """
insert into boundary_import (source, vintage, title, publisher, licence, attribution, imported_at, report)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (source, vintage) do update set
  title = excluded.title, publisher = excluded.publisher, licence = excluded.licence, attribution = excluded.attribution,
  imported_at = excluded.imported_at, report = excluded.report
"""


async def import_geography(db: Db, path: Path, source: str, *, vintage: str | None = None, population: Path | None = None) -> ImportReport:
    """Makes the neighbourhoods of the file those of this installation, where it has ground; returns what was found and done.

    The same code keeps its id, and what it was stays known under its days. A neighbourhood of an earlier import whose ground the file covers
    and whose code it lacks ends; `NeighbourhoodsReplaced` says where the ground went. People are counted by the population file, by what the
    file itself says, else as they were last told. Refusals leave everything as it was.
    """
    began = time.perf_counter()
    entry = find_source(source)
    year = vintage or entry.vintage
    areas = read_file(path, entry, named=source)
    repaired = coverage.repair_outlines(areas)
    areas, joined = coverage.join_rows(areas)
    await hold(db, Lock.BOUNDARIES)
    if population is not None:
        told = read_counts(population, entry)
        if not told.counts.keys() & {area.code for area in areas}:
            raise counting.PopulationOfElsewhere
        await keep_counts(db, told.counts, source)
    await _add_people(db, areas)
    overlaps, (gaps, gaps_m2) = coverage.find_overlaps(areas), coverage.find_gaps(areas)
    areas, merged, small = coverage.merge_small(areas)
    stored = await store_places(db, areas, entry, source=source, vintage=year)
    report = ImportReport(
        source=source,
        vintage=year,
        neighbourhoods=len(areas),
        municipalities=stored.towns,
        uninhabited=sum(not area.inhabited for area in areas),
        pairs=stored.pairs,
        repaired=repaired,
        joined=joined,
        overlaps=overlaps,
        gaps=gaps,
        gaps_m2=gaps_m2,
        merged=merged,
        small=small,
        added=stored.added,
        replaced=stored.replaced,
        changes=stored.changes,
        renamed=stored.renamed,
        left=stored.left,
        unknown=sum(area.inhabited and area.population is None for area in areas),
        seconds=round(time.perf_counter() - began, 3),
    )
    values = (entry.title, entry.publisher, entry.licence, entry.attribution, clock.now(), msgspec.to_builtins(report))
    await db.execute(WRITE_IMPORT, source, year, *values)
    return report


async def import_sample(db: Db) -> ImportReport:
    """Imports the schematic map of Schaarbeek."""
    return await import_geography(db, GEO / "sample" / "schaarbeek.geojson", "sample")


async def _add_people(db: Db, areas: Sequence[Area]) -> None:
    """Writes beside each neighbourhood how many people were last told for its code, unless the boundary file says it itself."""
    known = await queries.list_counts(db, [area.code for area in areas if area.population is None])
    for area in areas:
        if area.code in known:
            counting.count_in(area, known)
