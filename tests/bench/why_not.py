"""How long the desk takes to say why nobody fits the needs of an area: of ten thousand needs it counts the themes and explains a page, in a town of
their size and in one ten times as large, as it is planted and where every helper is full."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import httpx
from tests.bench.candidates import _load_ground, _plant

from buurtnet.app import create_app
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import new_key_file, token, token_hash
from buurtnet.kit.viewer import Viewer
from buurtnet.local.migrate import migrate
from buurtnet.local.postgres import Cluster
from buurtnet.local.valkey import Valkey
from buurtnet.matching.queries import unmatched
from buurtnet.settings import Settings

AREA = 10_000
"""Needs of the area."""
TOWNS, QUICK_TOWNS = (30_000, 300_000), (6_000,)
"""Posts of the town, of which a third are needs."""
RUNS, BUDGET = 5, 0.3
HOODS = """
select neighbourhood_id, count(*) as needs from post where kind = 'need' and state = 'open' and active and expires_at > now()
 group by neighbourhood_id order by neighbourhood_id
"""
WORKER = """
insert into person (id, organisation_id, given_name, picture, adult, language, languages, posts_on_trial)
select $1, organisation_id, 'Sara', 1, true, 'nl', '{nl}', 0 from post limit 1
"""
STAFF = "insert into staff (person_id, organisation_id, role, secrecy_basis) select id, organisation_id, 'facilitator', 'art. 458' from person where id = $1"
AREAS = "insert into staff_area (person_id, neighbourhood_id, backup) select $1, unnest($2::int[]), false"
FILL = "update post set engaged = capacity where kind = 'offer' and state = 'open'"
SIGN_IN = (
    "insert into session (token_hash, person_id, kind, confirmed_at, expires_at) values ($1, $2, 'staff', now(), now() + interval '1 day')"
)


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each town."""
    with tempfile.TemporaryDirectory(prefix="buurtnet-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster, valkey = Cluster(Path(folder) / "cluster"), Valkey(Path(folder) / "valkey")
        cluster.start()
        valkey.start()
        new_key_file(Path(folder) / "keys")
        try:
            migrate(cluster.url("owner"))
            asyncio.run(_load_ground(cluster.url("worker")))
            for posts in QUICK_TOWNS if quick else TOWNS:
                name = cluster.create_database(f"town_{posts}", template="buurtnet")
                asyncio.run(_plant(cluster.url("worker", name), posts))
                cluster.run_sql("vacuum (analyze)", database=name)
                settings = Settings(
                    database_url=cluster.url("web", name), redis_url=valkey.url, keys=str(Path(folder) / "keys"), home=folder
                )
                yield from asyncio.run(measure(settings, cluster.url("superuser", name), posts))
        finally:
            valkey.stop()
            cluster.stop()


async def measure(settings: Settings, superuser_url: str, posts: int) -> list[dict[str, object]]:
    """The lines of a town: an area of so many needs that its worker reads at once, where most fit somebody and where nobody has room."""
    writer, reader = Database(superuser_url, size=1), Database(settings.database_url, size=1)
    await writer.open()
    await reader.open()
    cookie = token()
    async with writer.transaction() as db:
        viewer = await _appoint(db, cookie)
    lines = [await _measure_town(settings, reader, viewer, cookie, posts, "as planted")]
    async with writer.transaction() as db:
        await db.execute(FILL)
    lines.append(await _measure_town(settings, reader, viewer, cookie, posts, "every helper full"))
    await writer.close()
    await reader.close()
    return lines


async def _measure_town(settings: Settings, reader: Database, viewer: Viewer, cookie: str, posts: int, case: str) -> dict[str, object]:
    listing: list[float] = []
    waiting, ways = 0, list[str]()
    for _ in range(RUNS):
        async with reader.transaction(viewer.person_id, readonly=True) as db:
            began = time.perf_counter()
            found = await unmatched.list_unmatched(db, viewer)
            listing.append(time.perf_counter() - began)
            waiting, ways = found.waiting, [need.why[0].way for need in found.items]
    return {
        "bench": "why_not",
        "case": f"{waiting} needs, town of {posts} posts, {case}",
        "needs": waiting,
        "posts": posts,
        "seconds": round(median(listing), 2),
        "page_seconds": round(await _time_page(settings, cookie), 2),
        "within": median(listing) <= BUDGET,
        **{f"{way}_share": round(ways.count(way) / len(ways), 3) for way in sorted(set(ways))},
    }


async def _appoint(db: Db, cookie: str) -> Viewer:
    """A worker whose neighbourhoods hold as many needs as the area is to have."""
    hoods: list[int] = []
    held = 0
    for row in await db.fetch(HOODS):
        if held < AREA:
            hoods.append(row["neighbourhood_id"])
            held += row["needs"]
    worker = new_id()
    await db.execute(WORKER, worker)
    await db.execute(STAFF, worker)
    await db.execute(AREAS, worker, hoods)
    await db.execute(SIGN_IN, token_hash(cookie), worker)
    return Viewer(person_id=worker, actor_id=worker, roles=("facilitator",))


async def _time_page(settings: Settings, cookie: str) -> float:
    """The seconds of the whole page through the application in this process, the second time it is asked for."""
    app = create_app(settings)
    seconds = 0.0
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000", timeout=120) as client,
    ):
        for _ in range(2):
            began = time.perf_counter()
            answer = await client.get("/desk/unmatched", headers={"Cookie": f"session={cookie}"})
            answer.raise_for_status()
            seconds = time.perf_counter() - began
    return seconds
