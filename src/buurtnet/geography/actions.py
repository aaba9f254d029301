"""Importing boundaries: from a publisher's file to neighbourhoods, municipalities and nearness, in the caller's transaction."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec
import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from buurtnet.geography import events, queries
from buurtnet.geography.rules import attributes, coverage, nearness
from buurtnet.geography.schemas import Area, ImportReport, Source
from buurtnet.kit import clock, outbox
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.text import N_

GEO = Path(__file__).parents[3] / "geo"
SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".sqlite")
ROWS_AT_ONCE = 500_000


class NoSuchFile(NotFound):
    """There is nothing under that path."""

    text = N_("There is no file %(path)s.")


class SourceUnknown(Invalid):
    """The source has no entry in `geo/sources.toml`."""

    text = N_("There is no source %(source)s in geo/sources.toml. Sources: %(known)s.")


class NotAMap(Invalid):
    """A file that is no boundary file, or is damaged."""

    text = N_("This file cannot be read as a map: %(reason)s")


class CoordinatesUnknown(Invalid):
    """Nothing in the file says what its numbers mean."""

    text = N_("The file does not say its coordinate system. For a Shapefile, put the .prj file beside it.")


def read_sources() -> dict[str, Source]:
    """The sources of `geo/sources.toml` by name."""
    return msgspec.toml.decode((GEO / "sources.toml").read_bytes(), type=dict[str, Source])


def find_source(name: str) -> Source:
    """The source of that name; refuses an unknown one."""
    sources = read_sources()
    if name not in sources:
        raise SourceUnknown(source=name, known=", ".join(sources))
    return sources[name]


def read_file(path: Path, source: Source, *, named: str) -> list[Area]:
    """The neighbourhoods in the file, outlines in EPSG:3035 as they stand there; refuses what cannot be read or understood."""
    if not path.is_file():
        raise NoSuchFile(path=str(path))
    if path.suffix.lower() not in SUFFIXES:
        raise NotAMap(reason=f"{path.name} ({', '.join(SUFFIXES)})")
    try:
        layer = _choose_layer(path, source)
        info = pyogrio.read_info(path, layer=layer)
        if not info["features"]:
            raise attributes.NothingInIt
        if info["crs"] is None:
            raise CoordinatesUnknown
        meta, _, found, columns = pyogrio.raw.read(_in_metres(path, layer))
        outlines = shapely.from_wkb(np.asarray(found, dtype=object))
        lost = shapely.is_missing(outlines)
        # GDAL drops an outline that it cannot bring to EPSG:3035; one that the file itself lacks is reported by check_outlines.
        if lost.any() and not shapely.is_missing(shapely.from_wkb(pyogrio.raw.read(path, layer=layer)[2])[lost]).any():
            raise coverage.OutsideEurope
    except (RuntimeError, ValueError, shapely.GEOSException) as error:  # What GDAL and GEOS raise for damaged files.
        raise NotAMap(reason=str(error)) from error
    areas = attributes.read_areas(dict(zip(meta["fields"], columns, strict=True)), list(outlines), source, named=named)
    coverage.check_outlines(areas)
    return areas


def _choose_layer(path: Path, source: Source) -> str:
    """The layer that the source names, else the first one that has its fields, else the first."""
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if (named := attributes.find_field(layers, source.layer)) is not None:
        return named
    fitting = (name for name in layers if not attributes.list_missing(list(pyogrio.read_info(path, layer=name)["fields"]), source))
    return next(fitting, layers[0])


def _in_metres(path: Path, layer: str) -> bytes:
    """A virtual file by which GDAL reads the layer in EPSG:3035, from whatever system it is in."""
    return (
        f"<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name={quoteattr(layer)}><SrcDataSource>{escape(str(path.resolve()))}"
        "</SrcDataSource></OGRVRTLayer><TargetSRS>EPSG:3035</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    ).encode()


async def import_geography(db: Db, path: Path, source: str, *, vintage: str | None = None, population: Path | None = None) -> ImportReport:
    """Makes the neighbourhoods of the file those of this installation, where it has ground; returns what was found and done.

    The same code keeps its id. A neighbourhood of an earlier import whose ground the file covers and whose code it lacks ends, and
    `NeighbourhoodReplaced` says which one has most of its ground. Refusals leave everything as it was.
    """
    began = time.perf_counter()
    entry = find_source(source)
    areas = read_file(path, entry, named=source)
    if population is not None:
        _read_population(population, entry, areas)
    repaired = coverage.repair_outlines(areas)
    areas, joined = coverage.join_rows(areas)
    overlaps, (gaps, gaps_m2) = coverage.find_overlaps(areas), coverage.find_gaps(areas)
    areas, merged, small = coverage.merge_small(areas)
    await db.execute(LOCK)
    towns = await _store_towns(db, areas, entry)
    replaced = await _store_areas(db, areas, towns, entry, source=source, vintage=vintage or entry.vintage)
    pairs = await _store_nearness(db)
    report = ImportReport(
        source=source,
        vintage=vintage or entry.vintage,
        neighbourhoods=len(areas),
        municipalities=len(towns),
        uninhabited=sum(not area.inhabited for area in areas),
        pairs=pairs,
        repaired=repaired,
        joined=joined,
        overlaps=overlaps,
        gaps=gaps,
        gaps_m2=gaps_m2,
        merged=merged,
        small=small,
        replaced=replaced,
        seconds=round(time.perf_counter() - began, 3),
    )
    values = (entry.title, entry.publisher, entry.licence, entry.attribution, clock.now(), msgspec.to_builtins(report))
    await db.execute(WRITE_IMPORT, source, report.vintage, *values)
    return report


async def import_sample(db: Db) -> ImportReport:
    """Imports the schematic map of Schaarbeek."""
    return await import_geography(db, GEO / "sample" / "schaarbeek.geojson", "sample")


def _read_population(path: Path, source: Source, areas: Sequence[Area]) -> None:
    if not path.is_file():
        raise NoSuchFile(path=str(path))
    if source.table is None:
        raise Invalid(text=N_("This source has no population file."))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            attributes.add_population(areas, attributes.read_population(lines, source.table))
    except UnicodeDecodeError as error:
        raise NotAMap(reason=str(error)) from error


LOCK = "select pg_advisory_xact_lock(hashtext('geography.import'))"
WRITE_IMPORT = """
insert into boundary_import (source, vintage, title, publisher, licence, attribution, imported_at, report)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (source, vintage) do update set
  title = excluded.title, publisher = excluded.publisher, licence = excluded.licence, attribution = excluded.attribution,
  imported_at = excluded.imported_at, report = excluded.report
"""
WRITE_TOWNS = """
insert into municipality (id, code, names, outline)
select coalesce(m.id, (select coalesce(max(id), 0) from municipality) + row_number() over (partition by m.id is null order by n.code)),
       n.code, coalesce(m.names, '{}') || n.names, ST_GeomFromWKB(n.outline, 3035)
  from unnest($1::text[], $2::jsonb[], $3::bytea[]) n (code, names, outline) left join municipality m on m.code = n.code
on conflict (id) do update set names = excluded.names, outline = excluded.outline
returning code, id
"""
WRITE_AREAS = """
insert into neighbourhood (id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, population, adults, inhabited,
                           schematic, source, valid_from)
select coalesce(h.id, (select coalesce(max(id), 0) from neighbourhood) + row_number() over (partition by h.id is null order by n.code)),
       n.code, $10, coalesce(h.names, '{}') || n.names, n.town, o.outline, ST_GeomFromWKB(n.sketch, 3035), ST_GeomFromWKB(n.point, 3035), ST_Area(o.outline),
       n.population, n.adults, n.inhabited, $11, $12, $13
  from unnest($1::text[], $2::jsonb[], $3::int[], $4::bytea[], $5::bytea[], $6::bytea[], $7::int[], $8::int[], $9::bool[])
       n (code, names, town, outline, sketch, point, population, adults, inhabited)
       left join neighbourhood h on h.code = n.code
       cross join lateral (select ST_GeomFromWKB(n.outline, 3035) as outline) o
on conflict (id) do update set
  vintage = excluded.vintage, names = excluded.names, municipality_id = excluded.municipality_id, outline = excluded.outline,
  sketch = excluded.sketch, point = excluded.point, area_m2 = excluded.area_m2, population = excluded.population,
  adults = excluded.adults, inhabited = excluded.inhabited, schematic = excluded.schematic, source = excluded.source, valid_to = null
returning code, id
"""
END = "update neighbourhood set valid_to = $2 where id = any($1::int[])"
FORGET_NEARNESS = "delete from neighbourhood_near"


async def _store_towns(db: Db, areas: Sequence[Area], source: Source) -> dict[str, int]:
    """Writes the municipalities of the areas; returns their ids by code."""
    outlines = coverage.dissolve_towns(areas)
    names = {area.town_code: area.town_names for area in areas}
    rows = await db.fetch(WRITE_TOWNS, list(outlines), [names[code] for code in outlines], _as_bytes(list(outlines.values())))
    return {row["code"]: row["id"] for row in rows}


async def _store_areas(db: Db, areas: Sequence[Area], towns: dict[str, int], entry: Source, *, source: str, vintage: str) -> int:
    """Writes the neighbourhoods and ends those whose ground they take; returns how many ended."""
    today = clock.now().date()
    earlier = await queries.list_outlines(db, except_codes=[area.code for area in areas])
    outlines = coverage.as_array(areas)
    rows = await db.fetch(
        WRITE_AREAS,
        [area.code for area in areas],
        [area.names for area in areas],
        [towns[area.town_code] for area in areas],
        _as_bytes([coverage.as_multipolygon(shapely.orient_polygons(outline)) for outline in outlines]),
        _as_bytes(shapely.orient_polygons(coverage.sketch_outlines(areas))),
        _as_bytes(shapely.point_on_surface(outlines)),
        [area.population for area in areas],
        [area.adults for area in areas],
        [area.inhabited for area in areas],
        vintage,
        entry.schematic,
        source,
        today,
    )
    ids = {row["code"]: row["id"] for row in rows}
    successors = coverage.find_successors(shapely.from_wkb([outline for _, outline in earlier]), outlines)
    for position, successor in successors.items():
        await outbox.record(db, events.NeighbourhoodReplaced(earlier[position][0], ids[areas[successor].code]))
    await db.execute(END, [earlier[position][0] for position in successors], today)
    return len(successors)


async def _store_nearness(db: Db) -> int:
    """Measures anew how near all present neighbourhoods are to one another; returns the number of rows."""
    places = await queries.list_outlines(db, except_codes=[])
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
