"""What an absurd request for a tile costs: nothing where it is refused, and never more than all places once."""

import math
from typing import Any

import httpx
import pytest
from litestar import Litestar

from buurtnet.kit.db import Db
from buurtnet.kit.limits import Limits
from buurtnet.network.actions import measuring
from buurtnet.network.api import tiles
from buurtnet.network.queries.tiles import FAR_ALL, FAR_ONE, FAR_ZOOMS, NEAR_ALL, NEAR_ONE, PATIENCE, STATE, find_tile_state
from buurtnet.network.rules.terms import ZOOMS
from buurtnet.network.schemas import Measure
from tests.network.conftest import ON

TILE = "/tiles/10/524/343.pbf"
REFUSED = f"""
/tiles/0/0/0.pbf /tiles/4/8/5.pbf /tiles/15/16786/10990.pbf /tiles/23/1/1.pbf /tiles/-1/0/0.pbf /tiles/5/32/1.pbf /tiles/5/-1/1.pbf /tiles/5/1/32.pbf
/tiles/5/1/-1.pbf /tiles/10/99999999999999999999/1.pbf /tiles/10/1/99999999999999999999.pbf /tiles/10/1/1.5.pbf /tiles/10/1/1e3.pbf
{TILE}?window=0 {TILE}?window=-12 {TILE}?window=120000 {TILE}?measure=age {TILE}?measure=active,reach {TILE}?month=202610 {TILE}?month=999999-10
{TILE}?month=2026-00 {TILE}?month=2026-10-01T00:00 {TILE}?window=3&month=-1
"""
MONTHS = 24


class Watched:
    """The statements that a connection was asked while it was watched."""

    def __init__(self, connection: Db) -> None:
        self.statements: list[str] = []
        self._connection = connection
        self._connection.add_query_logger(self._note)

    def _note(self, record: Any) -> None:
        if not record.query.lower().startswith(
            (
                "savepoint",
                "release",
                "rollback",
                "set local role",
                "set local transaction_read_only",
                "select set_config",
                "select current_setting",
            )
        ):
            self.statements.append(record.query)

    def close(self) -> None:
        self._connection.remove_query_logger(self._note)


@pytest.fixture
async def month(connection: Db, hood, people, publish) -> None:
    await publish(list(hood.values()))
    await measuring.freeze_month(connection, on=ON)


@pytest.fixture
def watched(connection: Db, month: None):
    watch = Watched(connection)
    yield watch
    watch.close()


@pytest.mark.parametrize("address", REFUSED.split())
async def test_what_no_map_has_is_refused_before_the_database_is_asked(client: httpx.AsyncClient, watched: Watched, address: str) -> None:
    assert (await client.get(address)).status_code in (400, 404, 422)
    assert watched.statements == []


async def test_a_month_that_is_not_published_costs_one_statement(client: httpx.AsyncClient, watched: Watched) -> None:
    assert (await client.get(f"{TILE}?month=2031-01")).status_code == 404
    assert [one.strip() for one in watched.statements] == [STATE.strip()]


async def test_a_tile_that_is_kept_or_known_costs_one_statement(client: httpx.AsyncClient, watched: Watched) -> None:
    first = await client.get(f"{TILE}?measure=active")
    assert PATIENCE in watched.statements and len(watched.statements) == 3
    watched.statements.clear()
    assert (await client.get(f"{TILE}?measure=active")).content == first.content
    assert (await client.get(f"{TILE}?measure=active", headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    assert [one.strip() for one in watched.statements] == [STATE.strip()] * 2


async def test_so_many_tiles_are_drawn_for_one_visitor_and_kept_ones_are_free(
    client: httpx.AsyncClient, month: None, app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tiles.DRAWN == {"most": 1_000, "seconds": 60} and tiles.HEAVY == {"most": 150, "seconds": 60}
    monkeypatch.setattr(tiles, "HEAVY", {"most": 1, "seconds": 60})
    monkeypatch.setattr(tiles, "DRAWN", {"most": 2, "seconds": 60})
    monkeypatch.setattr(tiles, "STORE", tiles.TileStore(tiles.ROOM))
    first, _ = [await client.get(f"{TILE}?measure={measure}") for measure in ("active", "reach")]
    refused = await client.get(f"{TILE}?measure=gini")
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await client.get(f"{TILE}?measure=active")).status_code == 200
    assert (await client.get(f"{TILE}?measure=gini", headers={"If-None-Match": first.headers["etag"]})).status_code == 429
    assert (await client.get(f"{TILE}?measure=active", headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    assert [(await client.get(f"{TILE}?window={months}")).status_code for months in (12, 3)] == [200, 429]
    app.state.limits = Limits("unix:///nowhere/at/all.sock")
    assert (await client.get(f"{TILE}?measure=gini")).status_code == 200


@pytest.fixture
async def years(connection: Db, month: None) -> Db:
    """Two years of published months, as many figures in each."""
    for ago in range(1, MONTHS):
        await connection.execute(
            "with made as (insert into snapshot (id, kind, as_of, published_at)"
            " select gen_random_uuid(), 'month', (as_of - $1 * interval '1 month')::date, published_at from snapshot where as_of = $2 returning id)"
            " insert into network_measure select made.id, area_kind, area_id, window_months, measure, value, n, low, high, mark"
            " from made, network_measure m join snapshot s on s.id = m.snapshot_id where s.as_of = $2",
            ago,
            ON,
        )
    await connection.execute("analyze network_measure, snapshot, drawn_place, neighbourhood, municipality")
    return connection


def read_rows(plan: dict[str, Any], table: str) -> float:
    """Rows of the table that a plan read, those it threw away too."""
    own = 0.0
    if plan.get("Relation Name") == table:
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)) * plan[
            "Actual Loops"
        ]
    return own + sum(read_rows(part, table) for part in plan.get("Plans", ()))


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("every", [False, True])
async def test_a_tile_reads_its_places_and_their_figures_of_one_month(years: Db, zoom: int, every: bool) -> None:
    state = await find_tile_state(years, None)
    far = zoom in FAR_ZOOMS
    statement = (FAR_ALL if far else NEAR_ALL) if every else (FAR_ONE if far else NEAR_ONE)
    measures = list(Measure) if every else ["active"]
    column, row = int((4.385 + 180) / 360 * 2**zoom), int((1 - math.asinh(math.tan(math.radians(50.857))) / math.pi) / 2 * 2**zoom)
    found = await years.fetchval(
        f"explain (analyze, format json) {statement}", zoom, column, row, state.snapshot_id, 12, measures, state.places_on
    )
    plan = found[0]["Plan"]
    places = await years.fetchval("select (select count(*) from neighbourhood) + (select count(*) from municipality)")
    assert 0 < read_rows(plan, "drawn_place") + read_rows(plan, "neighbourhood") <= places * (len(FAR_ZOOMS) if far else 1)
    assert 0 < read_rows(plan, "network_measure") <= 2 * places * len(Measure) * 2
