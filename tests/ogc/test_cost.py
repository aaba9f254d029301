"""The worst that can be asked reads a bounded part: all places once and one page of outlines, however many months there are."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from buurtnet.kit.db import Db
from buurtnet.ogc.api.items import read_measures, read_places
from buurtnet.ogc.rules.asking import ASKABLE, MOST, read_asked, read_said
from buurtnet.ogc.schemas import Collection
from tests.ogc.conftest import publish

ACROSS = 23
"""Made-up neighbourhoods on each side of a square."""
PLACES = ACROSS * ACROSS
MONTHS = [date(2025 + number // 12, number % 12 + 1, 28) for number in range(24)]
GRID = """
insert into neighbourhood (id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, source, valid_from)
select 1000 + x * $1 + y, format('%s-%s', x, y), 'made', '{"nl": "Vak"}', (select min(id) from municipality), cell, cell, ST_Centroid(cell),
       250000, 'made', null
  from generate_series(0, $1::int - 1) x, generate_series(0, $1::int - 1) y,
       lateral (select ST_Multi(ST_MakeEnvelope(3925000 + x * 500, 3095000 + y * 500, 3925500 + x * 500, 3095500 + y * 500, 3035)) as cell) c
"""


class Watching:
    """The connection, which also keeps what it was asked."""

    def __init__(self, db: Db) -> None:
        self._db, self.asked = db, list[tuple[str, tuple[Any, ...]]]()

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        self.asked.append((statement, values))
        return await self._db.fetch(statement, *values)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        self.asked.append((statement, values))
        return await self._db.fetchval(statement, *values)


@pytest.fixture
async def crowded(connection: Db) -> Db:
    """Two years of figures of more neighbourhoods than come at once."""
    await connection.execute("delete from neighbourhood_near")
    await connection.execute("delete from neighbourhood")
    await connection.execute(GRID, ACROSS)
    hoods = {row["code"]: row["id"] for row in await connection.fetch("select code, id from neighbourhood")}
    await publish(connection, MONTHS[-1:], hoods)
    [full] = await connection.fetch("select id from snapshot")
    for day in MONTHS[:-1]:  # The others hold what the filters look at.
        snapshot = await connection.fetchval(
            "insert into snapshot (id, kind, as_of, published_at) values (gen_random_uuid(), 'month', $1, now()) returning id", day
        )
        await connection.execute(
            "insert into network_measure select $1, area_kind, area_id, window_months, measure, value, n, low, high, mark from network_measure"
            " where snapshot_id = $2 and measure = 'active'",
            snapshot,
            full["id"],
        )
    await connection.execute("analyze neighbourhood, network_measure, snapshot, municipality")
    return connection


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


async def rows_read(db: Db, asked: list[tuple[str, tuple[Any, ...]]]) -> dict[str, float]:
    """Rows that the statements read, by table; `drawn` are those of which the outline was turned and written."""
    found: dict[str, float] = {"drawn": 0}
    for statement, values in asked:
        plan = (await db.fetchval(f"explain (analyze, format json, verbose) {statement}", *values))[0]["Plan"]
        for node in nodes(plan):
            rows = node["Actual Rows"] * node["Actual Loops"]
            if "Relation Name" in node:
                removed = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
                found[node["Relation Name"]] = found.get(node["Relation Name"], 0) + rows + removed
            if any("st_asgeojson" in one for one in node.get("Output", ())):
                found["drawn"] += rows
    return found


WORST = [
    {"datetime": "../..", "limit": "99999", "bbox": "4,50,-170,60"},
    {"datetime": "../..", "limit": "99999", "mark": "suppressed"},
    {"datetime": "../..", "bbox": "-180,-90,180,90", "mark": "unpublished"},
    {"bbox": "4.3,50.8,4.6,51", "limit": "500"},
]


async def test_the_worst_reads_a_bounded_part(crowded: Db) -> None:
    for said in WORST:
        watching = Watching(crowded)
        asked = read_asked(read_said(said.items(), ASKABLE[Collection.MEASURES]))
        page, matched = await read_measures(watching, asked)  # type: ignore[arg-type]
        assert len(page.items) == min(asked.limit, matched)
        assert len(watching.asked) == (3 if matched else 2)
        read = await rows_read(crowded, watching.asked)
        assert read["drawn"] <= MOST + 1
        assert read["neighbourhood"] <= 2 * PLACES
        # One row for each place and month where a mark is looked for; and every figure of the slices that one page needs.
        assert read.get("network_measure", 0) <= len(MONTHS) * PLACES + 4 * 19 * PLACES
    for said in ({}, WORST[0]):
        watching = Watching(crowded)
        asked = read_asked(read_said(said.items(), ASKABLE[Collection.NEIGHBOURHOODS]))
        page, matched = await read_places(watching, asked)  # type: ignore[arg-type]
        assert matched == PLACES and len(page.items) == asked.limit
        read = await rows_read(crowded, watching.asked)
        assert read["drawn"] <= MOST + 1 and read["neighbourhood"] <= 2 * PLACES
