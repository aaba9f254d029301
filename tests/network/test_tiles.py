"""Tiles: what is in them, what never is, and how they are kept."""

import gzip
from datetime import date

import httpx
import pytest

from buurtnet.geography.actions.drawing import draw_places
from buurtnet.kit.db import Db
from buurtnet.network.actions import measuring
from buurtnet.network.api.tiles import TileStore
from buurtnet.network.schemas import Measure
from tests.network.conftest import CROWDED, EMPTY, ON, SMALL
from tests.network.mvt import read_tile

WHOLE = "/tiles/10/524/343.pbf"
"""All of Schaarbeek."""


async def tile(client: httpx.AsyncClient, address: str = WHOLE) -> dict:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return read_tile(answer.content)


async def both(client: httpx.AsyncClient, query: str = "") -> dict:
    """Both layers: the names begin at zoom 11, where Schaarbeek lies in four tiles."""
    found: dict = {}
    for column, row in ((1048, 686), (1048, 687), (1049, 686), (1049, 687)):
        for name, features in (await tile(client, f"/tiles/11/{column}/{row}.pbf{query}")).items():
            found.setdefault(name, {}).update(features)
    return found


async def test_a_tile_holds_every_neighbourhood_with_its_published_figures(client, connection: Db, hood, people, publish) -> None:
    await publish([hood[name] for name in (*CROWDED, *SMALL, EMPTY) if name != "Plasky"])
    await measuring.freeze_month(connection, on=ON)
    kept = await connection.fetchval(
        "select mark from network_measure where measure = 'active' and window_months = 12 and area_kind = 'neighbourhood' and area_id = $1",
        hood[EMPTY],
    )
    layers = await both(client)
    assert kept in ("inactive", "suppressed") and set(layers["neighbourhoods"]) == set(hood.values())
    assert set((await tile(client))["neighbourhoods"]) == set(hood.values())
    assert all(one["geometry"] > 6 for one in layers["neighbourhoods"].values())
    for features in (layers["neighbourhoods"], layers["names"]):
        dailly, small, empty = (features[hood[name]] for name in ("Dailly", "Noordwijk", EMPTY))
        assert (dailly["active"], dailly["mark"], dailly["name"]) == (150, "shown", "Dailly")
        assert dailly["mean_degree"] == await connection.fetchval(
            "select value from network_measure where measure = 'mean_degree' and window_months = 12 and area_kind = 'neighbourhood' and area_id = $1",
            hood["Dailly"],
        )
        assert small["mark"] == "suppressed" and not set(small) & {measure.value for measure in Measure}
        assert empty["mark"] == kept
        assert features[hood["Plasky"]]["mark"] == "unpublished"
    assert layers["neighbourhoods"][hood["Josaphatpark"]]["mark"] == "uninhabited"
    assert hood["Josaphatpark"] not in layers["names"]


async def test_neither_the_draft_nor_an_unpublished_month_is_in_tiles(client, connection: Db, hood, people, publish) -> None:
    await publish(list(hood.values()))
    await measuring.draft_measures(connection, on=ON)
    await measuring.freeze_month(connection, on=ON)
    await connection.execute("update snapshot set published_at = null where kind = 'month'")
    for feature in (await both(client))["neighbourhoods"].values():
        assert feature["mark"] in ("unpublished", "uninhabited") and not set(feature) & {measure.value for measure in Measure}
    assert (await client.get(f"{WHOLE}?month=2026-10")).status_code == 404


async def test_months_and_windows_have_tiles_of_their_own(client, connection: Db, hood, people, publish) -> None:
    await publish(list(hood.values()))
    await measuring.freeze_month(connection, on=date(2026, 9, 30))
    await connection.execute("delete from tie")
    await measuring.freeze_month(connection, on=ON)
    september, october = [await both(client, f"?month=2026-{month}") for month in ("09", "10")]
    assert "mean_degree" in september["neighbourhoods"][hood["Dailly"]]
    assert "mean_degree" not in october["neighbourhoods"][hood["Dailly"]]
    assert await both(client) == october
    short = (await both(client, "?window=3"))["neighbourhoods"][hood["Dailly"]]
    assert short["active"] < october["neighbourhoods"][hood["Dailly"]]["active"]


async def test_a_known_tile_is_not_sent_again_until_the_snapshot_or_the_boundaries_change(
    client, connection: Db, hood, people, publish
) -> None:
    first = await client.get(WHOLE)
    tag = first.headers["etag"]
    assert first.headers["cache-control"].startswith("public") and first.headers["content-encoding"] == "br"
    again = await client.get(WHOLE, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await publish(list(hood.values()))
    await measuring.freeze_month(connection, on=ON)
    fresh = await client.get(WHOLE, headers={"If-None-Match": tag})
    assert fresh.status_code == 200 and fresh.headers["etag"] != tag
    await connection.execute("update boundary_import set imported_at = imported_at + interval '1 hour'")
    assert (await client.get(WHOLE, headers={"If-None-Match": fresh.headers["etag"]})).status_code == 200
    assert (await client.get(WHOLE)).headers["etag"] != (await client.get(f"{WHOLE}?window=3")).headers["etag"]


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, br", "br"), ("gzip, br;q=0", "gzip"), ("gzip", "gzip"), ("identity", None), ("*;q=0", None)]
)
async def test_a_tile_comes_as_the_client_takes_it(client, accepted: str, coding: str | None) -> None:
    answer = await client.get(WHOLE, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == coding and answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == (await client.get(WHOLE)).content


async def test_the_sea_is_an_empty_tile(client) -> None:
    answer = await client.get("/tiles/10/400/300.pbf")
    assert (answer.status_code, answer.content) == (200, b"")


ABSURD = """
/tiles/4/8/5.pbf /tiles/15/1/1.pbf /tiles/99/1/1.pbf /tiles/11/2048/1.pbf /tiles/11/1/9999999.pbf /tiles/11/1/-1.pbf /tiles/11/1/1.png /tiles/11/1/1
/tiles/11/-1/1.pbf /tiles/a/b/c.pbf /tiles/11/1/1.pbf/x /tiles/11/1/1%00.pbf /tiles/99999999999999999999/1/1.pbf /tiles/11/1049/686.pbf?month=2031-01
"""


@pytest.mark.parametrize("address", ABSURD.split())
async def test_absurd_tiles_are_not_there(client, address: str) -> None:
    assert (await client.get(address)).status_code == 404


@pytest.mark.parametrize(
    "query", ["month=soon", "month=2026-13", "window=7", "window=x", "measure=age", "month=2026-10-31", "window=99999999999999999999"]
)
async def test_absurd_wishes_are_refused(client, query: str) -> None:
    assert (await client.get(f"{WHOLE}?{query}")).status_code in (400, 422)


async def test_tilejson_says_where_the_tiles_are_and_what_they_hold(client, connection: Db) -> None:
    told = (await client.get("/tiles.json")).json()
    assert told["tiles"] == ["http://127.0.0.1:8000/tiles/{z}/{x}/{y}.pbf?window=12"]
    assert (told["minzoom"], told["maxzoom"]) == (5, 14)
    west, south, east, north = told["bounds"]
    assert 4.3 < west < 4.37 < east < 4.45 and 50.84 < south < 50.86 < north < 50.9
    assert {"mean_degree", "reach", "mark"} <= set(told["vector_layers"][0]["fields"])
    assert (await client.get("/tiles.json?month=2031-01")).status_code == 404


async def test_the_style_is_ours_alone(client) -> None:
    style = (await client.get("/map/style.json?measure=reach&scheme=dark")).json()
    assert [source["tiles"] for source in style["sources"].values()] == [
        ["http://127.0.0.1:8000/tiles/{z}/{x}/{y}.pbf?measure=reach&window=12"]
    ]
    assert (await client.get("/map/style.json?scheme=pink")).status_code == 400


def test_the_store_of_tiles_lets_the_oldest_go() -> None:
    store = TileStore(100)
    for number in range(12):
        store.keep((number,), b"x" * 10)
        store.find((0,))
    assert store.find((0,)) and store.find((11,))
    assert [number for number in range(12) if store.find((number,)) is None] == [1, 2]
    packed = gzip.compress(b"x" * 1000)
    store.keep((0,), packed)
    assert store.find((0,)) == packed


async def test_a_tile_of_one_measure_tells_value_number_and_interval_and_why_one_is_missing(
    client, connection: Db, hood, people, publish
) -> None:
    await publish([one for name, one in hood.items() if name != "Plasky"])
    await measuring.freeze_month(connection, on=ON)
    for measure in Measure:
        rows = await connection.fetch(
            "select area_id, mark, value, n, low, high from network_measure where measure = $1 and window_months = 12 and area_kind = 'neighbourhood'",
            measure.value,
        )
        kept = {
            row["area_id"]: {name: row[name] for name in ("mark", "value", "n", "low", "high") if row[name] is not None} for row in rows
        }
        for one in kept.values():
            if "value" in one:
                del one["mark"]  # It is there: nothing is missing that would need a reason.
        for address in (WHOLE, "/tiles/11/1049/686.pbf"):
            features = (await tile(client, f"{address}?measure={measure.value}"))["neighbourhoods"]
            told = {
                area: {name: one[name] for name in ("mark", "value", "n", "low", "high") if name in one} for area, one in features.items()
            }
            assert {area: told[area] for area in told if area in kept} == {area: kept[area] for area in told if area in kept}
            assert features.keys() >= {hood["Helmet"]} if address is WHOLE else features


async def test_far_and_near_tiles_tell_the_same(client, connection: Db, hood, people, publish) -> None:
    await publish(list(hood.values()))
    await measuring.freeze_month(connection, on=ON)
    far, near = (await tile(client)), await both(client)
    for layer in ("neighbourhoods", "municipalities"):
        bare = [{area: {key: one[key] for key in one if key != "geometry"} for area, one in tiles[layer].items()} for tiles in (far, near)]
        assert bare[0] == bare[1] and len(bare[0]) == (15 if layer == "neighbourhoods" else 1)
    assert [one["name"] for one in far["towns"].values()] == ["Schaarbeek"] == [one["name"] for one in near["towns"].values()]


async def test_a_month_shows_the_places_of_its_day(client, connection: Db, hood, people, publish) -> None:
    await publish(list(hood.values()))
    await measuring.freeze_month(connection, on=ON)
    await connection.execute("update neighbourhood set valid_from = date '2027-01-01' where id = $1", hood["Dailly"])
    await draw_places(connection)
    for address in (WHOLE, "/tiles/11/1049/687.pbf"):
        assert hood["Dailly"] not in (await tile(client, address))["neighbourhoods"]
