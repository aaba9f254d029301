"""Importing boundaries into the database."""

from pathlib import Path

import pytest
import shapely
from asyncpg import InsufficientPrivilegeError

from buurtnet.geography import actions, queries
from buurtnet.geography.schemas import Level
from buurtnet.kit.db import Db
from tests.geography.grounds import grid, square, write

COUNTS = """
select (select count(*) from neighbourhood where valid_to is null) as neighbourhoods, (select count(*) from municipality) as municipalities,
       (select count(*) from neighbourhood_near) as pairs, (select count(*) from boundary_import) as imports
"""
IDS = "select code, id from neighbourhood where valid_to is null"


def write_grid(path: Path, columns: int = 3, rows: int = 3, side: float = 500.0) -> Path:
    cells = grid(columns, rows, side)
    return write(
        path,
        [cell.outline for cell in cells],
        code=[cell.code for cell in cells],
        name_nl=[f"Wijk {cell.code}" for cell in cells],
        name_fr=[f"Quartier {cell.code}" for cell in cells],
        municipality_code=["99001" if cell.code < "0100" else "99002" for cell in cells],
        municipality_nl=["Aastad" if cell.code < "0100" else "Beestad" for cell in cells],
        municipality_fr=["Aville" if cell.code < "0100" else "Beville" for cell in cells],
        kind=["park" if cell.code == "0000" else "residential" for cell in cells],
    )


@pytest.mark.parametrize("name", ["grid.gpkg", "grid.geojson", "grid.shp", "naam met 'rare' <tekens> & ë.geojson"])
async def test_every_format(places: Db, tmp_path: Path, name: str) -> None:
    before = await places.fetchrow(COUNTS)
    if name.endswith(".shp"):
        cells = grid(2, 1)
        path = write(
            tmp_path / name, [cell.outline for cell in cells], geoitem=["99001W1", "99001W2"], naam=["Één (Aastad)", "Twee (Aastad)"]
        )
        report = await actions.import_geography(places, path, "wijken-2025")
        assert (report.neighbourhoods, report.municipalities) == (2, 1)
        assert {"nl": "Één"} in [hood.names for hood in await queries.list_neighbourhoods(places)]
        return
    report = await actions.import_geography(places, write_grid(tmp_path / name), "sample")
    assert (report.neighbourhoods, report.municipalities, report.uninhabited, report.replaced) == (9, 2, 1, 0)
    after = await places.fetchrow(COUNTS)
    assert after["neighbourhoods"] == before["neighbourhoods"] + 9
    assert after["pairs"] == report.pairs


async def test_any_coordinate_system_gives_the_same_ground(places: Db, tmp_path: Path) -> None:
    """The same square in WGS84, Belgian Lambert and Dutch RD lands within a metre of itself."""
    found = []
    for crs, corners in {
        "EPSG:4326": [(4.37, 50.86), (4.38, 50.86), (4.38, 50.87), (4.37, 50.87)],
        "EPSG:31370": None,
        "EPSG:28992": None,
    }.items():
        if corners is None:
            rows = await places.fetch(
                "select ST_X(p) as x, ST_Y(p) as y from unnest($1::float8[], $2::float8[]) c (x, y),"
                " lateral ST_Transform(ST_SetSRID(ST_MakePoint(c.x, c.y), 4326), $3::int) p",
                [4.37, 4.38, 4.38, 4.37],
                [50.86, 50.86, 50.87, 50.87],
                int(crs.split(":")[1]),
            )
            corners = [(row["x"], row["y"]) for row in rows]
        path = write(tmp_path / f"{crs[5:]}.gpkg", [shapely.Polygon(corners)], crs=crs, geoitem=["99001W1"], naam=["A (Aastad)"])
        await actions.import_geography(places, path, "wijken-2025")
        found.append(await places.fetchval("select ST_AsText(ST_Centroid(outline)) from neighbourhood where code = '99001W1'"))
    points = [[float(part) for part in text[6:-1].split()] for text in found]
    for point in points[1:]:
        assert point == pytest.approx(points[0], abs=1.5)


async def test_again_changes_nothing(places: Db, tmp_path: Path) -> None:
    path = write_grid(tmp_path / "grid.gpkg")
    first = await actions.import_geography(places, path, "sample")
    counts, ids = await places.fetchrow(COUNTS), await places.fetch(IDS)
    near = await places.fetch("select * from neighbourhood_near order by a, b")
    second = await actions.import_geography(places, path, "sample")
    assert (await places.fetchrow(COUNTS), await places.fetch(IDS)) == (counts, ids)
    assert await places.fetch("select * from neighbourhood_near order by a, b") == near
    assert (second.replaced, second.pairs) == (0, first.pairs)


async def test_sample_keeps_its_ids(places: Db) -> None:
    before = dict(await places.fetch(IDS))
    report = await actions.import_sample(places)
    assert dict(await places.fetch(IDS)) == before
    assert (report.neighbourhoods, report.municipalities, report.uninhabited) == (15, 1, 3)
    assert (report.overlaps, report.gaps, report.repaired) == ([], 0, [])


async def test_new_vintage_keeps_ids_and_hands_ground_on(places: Db, tmp_path: Path) -> None:
    """Cells 0 to 3 of a row; the next year 2 and 3 have become one under a new code, and 0 has a new name."""
    old = write(
        tmp_path / "old.gpkg",
        [square(n, 0) for n in range(4)],
        geoitem=[f"99001W{n}" for n in range(4)],
        naam=[f"Oud {n} (Aastad)" for n in range(4)],
    )
    await actions.import_geography(places, old, "wijken-2025", vintage="2024")
    before = dict(await places.fetch(IDS))
    joined = square(2, 0).union(square(3, 0))
    new = write(
        tmp_path / "new.gpkg",
        [square(0, 0), square(1, 0), joined],
        geoitem=["99001W0", "99001W1", "99001W9"],
        naam=["Nieuw (Aastad)", "Oud 1 (Aastad)", "Samen (Aastad)"],
    )
    report = await actions.import_geography(places, new, "wijken-2025")
    after = dict(await places.fetch(IDS))
    assert report.replaced == 2
    assert (after["99001W0"], after["99001W1"]) == (before["99001W0"], before["99001W1"])
    assert "99001W2" not in after
    assert (await queries.get_neighbourhood(places, before["99001W2"])).valid_to is not None
    assert (await queries.get_neighbourhood(places, after["99001W0"])).names == {"nl": "Nieuw"}
    change = await places.fetchval("select payload->>'change_id' from outbox where kind = 'geography.NeighbourhoodsReplaced'")
    was, now = await queries.list_moves(places, change)
    assert dict(zip(was, now, strict=True)) == {before["99001W2"]: after["99001W9"], before["99001W3"]: after["99001W9"]}
    assert await places.fetchval("select count(*) from neighbourhood_near where a = $1 or b = $1", before["99001W2"]) == 0
    assert {
        row["vintage"] for row in await places.fetch("select vintage from neighbourhood where code like '99001%' and valid_to is null")
    } == {"2025"}


async def test_other_ground_stays(places: Db, tmp_path: Path) -> None:
    """Importing a second region leaves the first, and measures between the two."""
    path = write(tmp_path / "far.gpkg", [square(0, 0)], geoitem=["99001W1"], naam=["Ver (Aastad)"])
    await actions.import_geography(places, path, "wijken-2025")
    hoods = await queries.list_neighbourhoods(places)
    assert len(hoods) == 16


async def test_a_language_that_the_new_file_lacks_is_kept(places: Db, tmp_path: Path) -> None:
    outline = await places.fetchval("select ST_AsBinary(outline) from neighbourhood where code = '21015W21'")
    path = write(
        tmp_path / "one.gpkg",
        [shapely.from_wkb(outline)],
        geometry="MultiPolygon",
        geoitem=["21015W21"],
        naam=["Noordwijk bis (Schaarbeek)"],
    )
    await actions.import_geography(places, path, "wijken-2025")
    names = await places.fetchval("select names from neighbourhood where code = '21015W21'")
    assert names == {"nl": "Noordwijk bis", "fr": "Quartier Nord"}


async def test_web_processes_write_no_places(db: Db) -> None:
    for table in ("municipality", "neighbourhood", "neighbourhood_near", "boundary_import"):
        with pytest.raises(InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute(f"delete from {table}")


async def test_geometry_stands_in_geography_only(connection: Db) -> None:
    rows = await connection.fetch(
        "select f_table_name, f_geometry_column, srid from geometry_columns union all"
        " select f_table_name, f_geography_column, srid from geography_columns"
    )
    places = {"municipality", "neighbourhood", "earlier_municipality", "earlier_neighbourhood"}
    assert {row["f_table_name"] for row in rows} == places | {"drawn_place"}
    assert {row["srid"] for row in rows if row["f_table_name"] in places} == {3035}


async def test_real_file(places: Db, real_file: Path) -> None:
    """All wijken of Flanders and Brussels over the sample: Schaarbeek keeps its ids, nothing overlaps, nothing is repaired."""
    before = dict(await places.fetch(IDS))
    report = await actions.import_geography(places, real_file, "wijken-2025")
    assert (report.neighbourhoods, report.municipalities, report.replaced) == (2767, 304, 0)
    assert (report.overlaps, report.repaired, report.joined, report.merged, report.small) == ([], [], [], [], [])
    assert report.gaps == 6
    assert 230_000 < report.pairs < 235_000
    after = dict(await places.fetch(IDS))
    assert {code: after[code] for code in before} == before
    assert await places.fetchval("select count(*) from neighbourhood where not ST_IsValid(outline) or not ST_IsValid(sketch)") == 0
    assert await places.fetchval("select count(*) from neighbourhood where not ST_Contains(outline, point)") == 0
    unequal = "select count(*) from neighbourhood_near n join neighbourhood_near m on (m.a, m.b) = (n.b, n.a) where (n.metres, n.level) <> (m.metres, m.level)"
    assert await places.fetchval(unequal) == 0
    names = dict(await places.fetch("select names->>'nl', id from neighbourhood where code like '21015%'"))
    level = "select level from neighbourhood_near where a = $1 and b = $2"
    assert await places.fetchval(level, names["Collignon"], names["Brabantwijk"]) == Level.NEXT
    assert await places.fetchval(level, names["Helmet"], names["Georges Henri"]) == Level.CYCLING
