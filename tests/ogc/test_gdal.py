"""What GDAL, and so QGIS, makes of the service: it opens it by one address and finds count, extent, coordinate system and kinds right."""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely

from buurtnet.geography.actions import import_geography
from buurtnet.kit.db import Db
from buurtnet.network.schemas import Measure
from tests.geography.conftest import real_file
from tests.ogc.conftest import SHOWN, publish, value_of
from tests.ogc.serving import DEBIAN, listening, read_layer, run

__all__ = ["real_file"]
ON = date(2026, 10, 31)
FOLLOWED = "after="
CONVERT = """
import sys, pyogrio.raw
address, layer, crs, path = sys.argv[1:]
meta, _, geometry, fields = pyogrio.raw.read(address, layer=layer, CRS=crs)
pyogrio.raw.write(path, geometry, fields, meta["fields"], layer=layer, crs=meta["crs"], geometry_type="MultiPolygon", driver="GPKG")
"""


async def to_geopackage(address: str, layer: str, path: Path) -> None:
    """The collection as a GeoPackage in the Belgian grid: by Debian's ogr2ogr, which has the service's outlines in WGS 84 and moves them itself; where
    that is not, by a newer GDAL that asks the service for the grid."""
    if DEBIAN:
        await run("ogr2ogr", "-f", "GPKG", str(path), f"OAPIF:{address}", layer, "-t_srs", "EPSG:31370", "-oo", "PAGE_SIZE=4")
    else:
        await run(sys.executable, "-c", CONVERT, f"OAPIF:{address}", layer, "EPSG:31370", str(path))


async def edges(db: Db, srid: int) -> list[float]:
    """The extent of all outlines by PostGIS alone."""
    row = await db.fetchrow(
        "select ST_XMin(e) a, ST_YMin(e) b, ST_XMax(e) c, ST_YMax(e) d from (select ST_Extent(ST_Transform(outline, $1::int)) e from neighbourhood) x",
        srid,
    )
    return [row["a"], row["b"], row["c"], row["d"]]


async def test_count_extent_system_and_kinds(app, connection: Db, months, hoods: dict[str, int]) -> None:
    async with listening(app) as (address, asked):
        for layer in ("neighbourhoods", "measures"):
            read = await read_layer(address, layer)
            assert (read["crs"], read["count"], read["read"], read["valid"]) == ("EPSG:3035", 15, 15, True)
            assert read["drawn"] == pytest.approx(await edges(connection, 3035), abs=0.006)
            west, south, east, north = read["bounds"]  # GDAL turns the box that is told in degrees, so that it grows a little.
            assert west <= read["drawn"][0] and south <= read["drawn"][1] and east >= read["drawn"][2] and north >= read["drawn"][3]
            globe = await read_layer(address, layer, CRS="OGC:CRS84")
            assert globe["bounds"] == pytest.approx(await edges(connection, 4326), abs=1e-6)
            assert globe["drawn"] == pytest.approx(globe["bounds"], abs=2e-6)
        assert any("crs=http://www.opengis.net/def/crs/EPSG/0/3035" in one for one in asked)
    columns = read["columns"]
    assert sorted(columns["code"]) == sorted(columns["code"], key=str) and len(set(columns["area_id"])) == 15
    for place, area_id in enumerate(columns["area_id"]):
        shown = columns["mark"][place] == "shown"
        assert shown == (area_id in {hoods[name] for name in SHOWN})
        for measure in (Measure.ACTIVE, Measure.REACH, Measure.BRIDGING):
            assert columns[measure.value][place] == (pytest.approx(value_of(measure, area_id, 12, ON)) if shown else None)
    assert {read["kinds"][name] for name in ("active", "window", "active_n")} == {"OFTInteger"}
    assert {read["kinds"][name] for name in ("mean_degree", "reach_low")} == {"OFTReal"}
    assert (read["kinds"]["as_of"], read["kinds"]["month"], read["kinds"]["reach_mark"]) == ("OFTDate", "OFTString", "OFTString")
    assert read["kinds"]["first_yes_hours"] == "OFTInteger" and set(columns["first_yes_hours"]) == {None}


async def test_small_pages_are_followed_to_the_end(app, connection: Db, months) -> None:
    async with listening(app) as (address, asked):
        read = await read_layer(address, "measures", PAGE_SIZE=4, CRS="EPSG:31370")
        assert (read["crs"], read["count"], read["read"]) == ("EPSG:31370", 15, 15)
        assert len(set(read["columns"]["id"])) == 15 and sum(FOLLOWED in one for one in asked) == 3
        assert read["drawn"] == pytest.approx(await edges(connection, 31370), abs=0.006)


async def test_filters_and_boxes_are_asked_of_the_service(app, months, hoods: dict[str, int]) -> None:
    async with listening(app) as (address, asked):
        read = await read_layer(address, "measures", read={"where": "month = '2026-09' and \"window\" = 3 and mark = 'shown'"})
        assert set(read["columns"]["month"]) == {"2026-09"} and read["read"] == len(SHOWN)
        assert "month=2026-09&window=3&mark=shown" in asked[-1]
        read = await read_layer(address, "measures", read={"where": "as_of <= '2026/09/30'"})
        assert set(read["columns"]["month"]) == {"2026-08", "2026-09"} and "datetime=..%2F2026-09-30" in asked[-1]
        read = await read_layer(address, "neighbourhoods", read={"bbox": [151_000, 171_000, 151_500, 171_500]}, CRS="EPSG:31370")
        assert 0 < read["read"] < 15 and "bbox=151000,171000,151500,171500" in asked[-1]


async def test_a_geopackage_in_the_belgian_grid(app, connection: Db, months, tmp_path: Path, hoods: dict[str, int]) -> None:
    path = tmp_path / "measures.gpkg"
    async with listening(app) as (address, _):
        if DEBIAN:
            told = await run("ogrinfo", "-ro", "-so", f"OAPIF:{address}", "measures")
            assert "Feature Count: 15" in told and "mean_degree: Real" in told and "first_yes_hours: Integer" in told
            west, south, east, north = await edges(connection, 4326)
            assert f"Extent: ({west:.6f}, {south:.6f}) - ({east:.6f}, {north:.6f})" in told
        await to_geopackage(address, "measures", path)
    meta, _, geometry, fields = pyogrio.raw.read(path)
    columns = dict(zip(meta["fields"], fields, strict=True))
    assert meta["crs"] == "EPSG:31370" and len(geometry) == 15
    # Each GDAL turns ETRS89 into the old Belgian datum in its own way; they agree to a metre.
    assert shapely.total_bounds(shapely.from_wkb(geometry)) == pytest.approx(await edges(connection, 31370), abs=1)
    [place] = np.flatnonzero(columns["area_id"] == hoods["Dailly"])
    assert columns["active"][place] == value_of(Measure.ACTIVE, hoods["Dailly"], 12, ON)
    assert columns["reach"][place] == pytest.approx(value_of(Measure.REACH, hoods["Dailly"], 12, ON))


async def test_all_of_flanders_and_brussels(app, connection: Db, real_file: Path) -> None:
    await connection.execute("set local role buurtnet_worker")
    await import_geography(connection, real_file, "wijken-2025")
    await connection.execute("reset role")
    present = {
        row["name"]: row["id"] for row in await connection.fetch("select code as name, id from neighbourhood where valid_to is null")
    }
    await publish(connection, [ON], present)
    meta, _, source, fields = pyogrio.raw.read(real_file)
    drawn = dict(zip(fields[list(meta["fields"]).index("geoitem")], shapely.from_wkb(source), strict=True))
    async with listening(app) as (address, asked):
        read = await read_layer(address, "measures", CRS="EPSG:31370")
        assert read["count"] == read["read"] == len(present) == len(set(read["columns"]["id"]))
        assert sum("limit=500" in one for one in asked) == -(-len(present) // 500)
        assert read["drawn"] == pytest.approx(shapely.total_bounds(list(drawn.values())), abs=1)
    assert set(read["columns"]["code"]) <= set(drawn) and read["valid"]
