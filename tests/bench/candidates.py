"""How long the top 20 for a need take, in one city with ten thousand to a million open posts, at levels 1, 3 and 4."""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

import httpx

from buurtnet.app import create_app
from buurtnet.geography.actions import import_geography, import_sample
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.vault import new_key_file, token, token_hash
from buurtnet.local.migrate import migrate
from buurtnet.local.postgres import Cluster
from buurtnet.local.valkey import Valkey
from buurtnet.matching.queries import find_candidates
from buurtnet.sample.large import plant_large
from buurtnet.settings import Settings
from buurtnet.themes.actions import load_themes

REAL = Path(__file__).parents[3] / "shared" / "geo" / "wijken-2025" / "ggw7.shp"
BRUSSELS = "21"
"""What the codes of the 204 inhabited neighbourhoods of the Brussels region begin with."""
LEVELS = (1, 3, 4)
SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (10_000,)
NEEDS, QUICK_NEEDS, ROUNDS, LIMIT = 100, 40, 3, 20
DRAW = "select id from post where kind = 'need' and state = 'open' and active order by md5(id::text) limit $1"
SET_LEVEL = "update post set reach = $2 where id = any($1::uuid[])"
SIGN_IN = """
insert into session (token_hash, person_id, kind, expires_at)
select $1, author_id, 'resident', now() + interval '1 day' from post where id = $2
"""
SETTLE = "vacuum (analyze) post"


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each number of open posts and each level."""
    with tempfile.TemporaryDirectory(prefix="buurtnet-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster, valkey = Cluster(Path(folder) / "cluster"), Valkey(Path(folder) / "valkey")
        cluster.start()
        valkey.start()
        new_key_file(Path(folder) / "keys")
        try:
            migrate(cluster.url("owner"))
            asyncio.run(_load_ground(cluster.url("worker")))
            for size in QUICK_SIZES if quick else SIZES:
                name = cluster.create_database(f"posts_{size}", template="buurtnet")
                asyncio.run(_plant(cluster.url("worker", name), size))
                cluster.run_sql("vacuum (analyze)", database=name)
                settings = Settings(
                    database_url=cluster.url("web", name), redis_url=valkey.url, keys=str(Path(folder) / "keys"), home=folder
                )
                yield from asyncio.run(measure(settings, cluster.url("superuser", name), needs=QUICK_NEEDS if quick else NEEDS))
        finally:
            valkey.stop()
            cluster.stop()


async def _load_ground(url: str) -> None:
    database = Database(url, size=1)
    await database.open()
    async with database.transaction() as db:
        await load_themes(db)
        if REAL.is_file():
            await import_geography(db, REAL, "wijken-2025")
        else:
            await import_sample(db)
    await database.close()


async def _plant(url: str, posts: int) -> None:
    database = Database(url, size=1)
    await database.open()
    await plant_large(database, people=posts // 10, posts=posts, code_prefix=BRUSSELS if REAL.is_file() else "")
    await database.close()


async def measure(settings: Settings, superuser_url: str, *, needs: int = NEEDS) -> list[dict[str, object]]:
    """A line for each level, over the posts that stand in the database."""
    writer, reader = Database(superuser_url, size=1), Database(settings.database_url, size=1)
    await writer.open()
    await reader.open()
    async with writer.transaction() as db:
        ids: list[UUID] = [row["id"] for row in await db.fetch(DRAW, needs)]
        posts: int = await db.fetchval("select count(*) from post where state = 'open'")
    lines: list[dict[str, object]] = []
    for level in LEVELS:
        async with writer.transaction() as db:
            await db.execute(SET_LEVEL, ids, level)
        await _vacuum(writer)
        found, times = await _time_statement(reader, ids)
        web = await _time_pages(settings, writer, ids)
        lines.append(
            {
                "bench": "candidates",
                "case": f"level {level}, {posts} posts",
                "level": level,
                "posts": posts,
                "found": round(sum(found) / len(found), 1),
                "p50_ms": round(median(times) * 1000, 2),
                "p95_ms": round(quantiles(times, n=20)[-1] * 1000, 2),
                "http_p50_ms": round(median(web) * 1000, 2),
            }
        )
    await writer.close()
    await reader.close()
    return lines


async def _vacuum(database: Database) -> None:
    """The changed reaches make no page invisible to index-only scans."""
    assert database._pool is not None
    async with database._pool.acquire() as connection:
        await connection.execute(SETTLE)


async def _time_statement(database: Database, ids: list[UUID]) -> tuple[list[int], list[float]]:
    """How many were found and the seconds it took, for each need and round; a first round warms up and does not count."""
    found: list[int] = []
    times: list[float] = []
    for turn in range(ROUNDS + 1):
        for post_id in random.Random(turn).sample(ids, len(ids)):
            async with database.transaction(readonly=True) as db:
                began = time.perf_counter()
                candidates = await find_candidates(db, post_id, LIMIT, at=now())
                if turn:
                    times.append(time.perf_counter() - began)
                    found.append(len(candidates))
    return found, times


async def _time_pages(settings: Settings, writer: Database, ids: list[UUID]) -> list[float]:
    """The seconds of the page on which the author reads who fits, through the whole application in this process."""
    async with writer.transaction() as db:
        cookies: dict[UUID, str] = {}
        for post_id in ids:
            cookies[post_id] = token()
            await db.execute(
                SIGN_IN,
                token_hash(cookies[post_id]),
                post_id,
            )
    app = create_app(settings)
    times: list[float] = []
    async with app.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        for turn in range(2):
            for post_id in ids:
                began = time.perf_counter()
                answer = await client.get(f"/posts/{post_id}/fits", headers={"Cookie": f"session={cookies[post_id]}", "HX-Request": "true"})
                answer.raise_for_status()
                if turn:
                    times.append(time.perf_counter() - began)
    return times
