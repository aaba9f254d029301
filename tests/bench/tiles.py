"""How long a tile of the map takes: Flanders and Brussels with figures for every neighbourhood, zoom 8 to 14, through the whole application.

Cold: never asked for since the process began. Kept: from the process's own store. Known: the browser has it and only asks whether it still
holds. The tiles of a zoom are spread over the whole map; the line `all` weighs each zoom by the number of its tiles, as somebody meets them
who looks at every place in every zoom. One request after the other, without a socket between.
"""

import asyncio
import math
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
import numpy as np

from buurtnet.app import create_app
from buurtnet.geography.actions import import_geography, import_sample
from buurtnet.kit.db import Database
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import new_key_file
from buurtnet.local.migrate import migrate
from buurtnet.local.postgres import Cluster
from buurtnet.local.valkey import Valkey
from buurtnet.network.queries.shown import find_edges
from buurtnet.network.schemas import WINDOWS, Measure
from buurtnet.settings import Settings

REAL = Path(__file__).parents[3] / "shared" / "geo" / "wijken-2025" / "ggw7.shp"
ZOOMS = range(8, 15)
FAR = (8, 9)
MOST, QUICK_MOST = 400, 25
"""Tiles that are asked for of each zoom."""
BUDGET_COLD_MS, BUDGET_KEPT_MS = 30.0, 3.0
Times = dict[str, list[float]]
Edges = tuple[float, float, float, float]
FIGURE = ("snapshot_id", "area_kind", "area_id", "window_months", "measure", "value", "n", "low", "high", "mark")


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each zoom and one over all; whether that one keeps the budget."""
    with tempfile.TemporaryDirectory(prefix="buurtnet-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        cluster, valkey = Cluster(home / "cluster", durable=False), Valkey(home / "valkey")
        cluster.start()
        valkey.start()
        try:
            migrate(cluster.url("owner"))
            new_key_file(home / "keys")
            urls = {"database_url": cluster.url("web"), "worker_url": cluster.url("worker"), "redis_url": valkey.url}
            settings = Settings(keys=str(home / "keys"), **urls)
            edges = asyncio.run(publish(settings))
            cluster.run_sql("analyze", database="buurtnet")  # What autovacuum would have done by itself in a while.
            yield from asyncio.run(_measure(settings, edges, QUICK_MOST if quick else MOST))
        finally:
            valkey.stop()
            cluster.stop()


async def _measure(settings: Settings, edges: Edges, most: int) -> list[dict[str, object]]:
    """The lines of one measure, as the map asks for it, and of two far zooms with all measures, as QGIS does."""
    lines: list[dict[str, object]] = []
    whole: Times = {"cold": [], "kept": [], "known": []}
    count, limits = 0, Limits(settings.redis_url)
    async with _client(settings) as client:
        await client.get(f"/tiles/{ZOOMS[0]}/0/0.pbf")  # The first request of a process also connects.
        for zoom in ZOOMS:
            tiles = _tiles(zoom, edges)
            some = tiles[:: math.ceil(len(tiles) / most)]
            times, largest = await _ask(client, zoom, some, f"?measure={Measure.REACH.value}")
            await limits.forget("tiles", "127.0.0.1")  # Nobody else asks for so many in a minute.
            line = _line(f"zoom {zoom}", times) | {"tiles": len(tiles), "largest_bytes": largest}
            lines.append(line | {"within": float(str(line["p95_ms"])) <= BUDGET_COLD_MS})
            count += len(tiles)
            for case, taken in times.items():
                whole[case] += taken * round(len(tiles) / len(some))
        for zoom in FAR:
            tiles = _tiles(zoom, edges)
            times, largest = await _ask(client, zoom, tiles[:: math.ceil(len(tiles) / most)], "")
            lines.append(_line(f"zoom {zoom}, all measures", times) | {"tiles": len(tiles), "largest_bytes": largest})
    await limits.close()
    line = _line("all", whole) | {"tiles": count}
    within = max(float(str(line["p95_ms"])) / BUDGET_COLD_MS, float(str(line["kept_p95_ms"])) / BUDGET_KEPT_MS) <= 1
    return [*lines, line | {"within": within}]


async def publish(settings: Settings) -> Edges:
    """Imports the boundaries and gives every neighbourhood a published figure of every measure; returns the edges of the map."""
    database = Database(settings.worker_url, size=1)
    await database.open()
    async with database.transaction() as db:
        await (import_geography(db, REAL, "wijken-2025") if REAL.is_file() else import_sample(db))
        snapshot, luck = new_id(), np.random.default_rng(7)
        await db.execute("delete from snapshot where kind = 'month'")
        await db.execute(
            "insert into snapshot (id, kind, as_of, published_at) values ($1, 'month', $2, now())", snapshot, date(2026, 10, 31)
        )
        areas = [row["id"] for row in await db.fetch("select id from neighbourhood")]
        rows = [
            (
                snapshot,
                "neighbourhood",
                area,
                window,
                measure.value,
                value,
                50,
                max(round(value - 0.1, 2), 0),
                min(round(value + 0.1, 2), 1),
                "shown",
            )
            for area in areas
            for window in WINDOWS
            for measure in Measure
            for value in [round(float(luck.random()), 2)]
        ]
        await db.copy_records_to_table("network_measure", columns=list(FIGURE), records=rows)
        edges = await find_edges(db)
    await database.close()
    assert edges is not None
    return edges


@asynccontextmanager
async def _client(settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(settings)
    async with app.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.url) as client:
        yield client


def _tiles(zoom: int, edges: Edges) -> list[tuple[int, int]]:
    """Columns and rows of the tiles that cover the map, in an order that is spread over it."""
    west, south, east, north = edges

    def place(longitude: float, latitude: float) -> tuple[int, int]:
        height = math.asinh(math.tan(math.radians(latitude))) / math.pi
        return int((longitude + 180) / 360 * 2**zoom), int((1 - height) / 2 * 2**zoom)

    (left, upper), (right, lower) = place(west, north), place(east, south)
    return [(column, row) for row in range(upper, lower + 1) for column in range(left, right + 1)]


async def _ask(client: httpx.AsyncClient, zoom: int, tiles: list[tuple[int, int]], query: str) -> tuple[Times, int]:
    """Milliseconds of each tile, asked for three times: unknown, kept by the server, known to the browser."""
    times: Times = {"cold": [], "kept": [], "known": []}
    largest, tag = 0, ""
    for case in times:
        headers = {"If-None-Match": tag} if case == "known" else {}
        for column, row in tiles:
            began = time.perf_counter()
            answer = await client.get(f"/tiles/{zoom}/{column}/{row}.pbf{query}", headers=headers)
            times[case].append((time.perf_counter() - began) * 1000)
            assert answer.status_code == (304 if case == "known" else 200)
            largest, tag = max(largest, int(answer.headers.get("content-length", 0))), answer.headers["etag"]
    return times, largest


def _line(case: str, times: Times) -> dict[str, object]:
    line: dict[str, object] = {"bench": "tiles", "case": case}
    for name, prefix in (("cold", ""), ("kept", "kept_"), ("known", "known_")):
        p50, p95 = np.percentile(times[name], [50, 95])
        line |= {f"{prefix}p50_ms": round(float(p50), 2), f"{prefix}p95_ms": round(float(p95), 2)}
    return line
