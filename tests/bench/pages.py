"""How long pages take in a town of 100,000 residents with an open post each: those of residents, and above all the worker's desk.

A worker of five of the neighbourhoods has forty things of each kind waiting. Pages run through the whole application in this process, one after the
other, with the database on the same machine; `statement` is the desk's counting alone.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID

import asyncpg
import httpx
from tests.made import Made

from buurtnet.app import create_app
from buurtnet.desk.queries import read_counters
from buurtnet.geography.actions import import_geography, import_sample
from buurtnet.kit.db import Database, _set_up
from buurtnet.kit.vault import new_key_file, read_vault
from buurtnet.local.migrate import migrate
from buurtnet.local.postgres import Cluster
from buurtnet.local.reference import load_reference
from buurtnet.local.valkey import Valkey
from buurtnet.sample.large import plant_large
from buurtnet.settings import Settings
from buurtnet.web.language import today

REAL = Path(__file__).parents[3] / "shared" / "geo" / "wijken-2025" / "ggw7.shp"
BRUSSELS = "21"
PEOPLE, QUICK_PEOPLE = 100_000, 5_000
ROUNDS, QUICK_ROUNDS = 50, 20
AREAS, BACKUP, WAITING = 5, 2, 40
CROWDED = "select neighbourhood_id as id from person where neighbourhood_id is not null group by 1 order by count(*) desc, 1 limit $1"
WAIT = "update post set state = 'waiting' where id in (select id from post where neighbourhood_id = any($1::int[]) and kind = 'offer' limit $2)"
ABOUT = """
with need as (select id, author_id, row_number() over () as n
                from (select id, author_id from post where kind = 'need' and state = 'open' and neighbourhood_id = any($1::int[])
                       order by id offset $4 limit $2) one),
     offer as (select id, author_id, row_number() over () as n
                 from (select id, author_id from post where kind = 'offer' and state = 'open' order by id offset $4 limit $2) one)
insert into match (id, need_id, offer_id, asker_id, helper_id, state, origin, score, parts, metres, level, languages, agreed_at)
select gen_random_uuid(), need.id, offer.id, need.author_id, offer.author_id, $3::text, 'engine', 0.8, '{0.8,1,1,1,0}', 300, 0, '{nl}',
       case when $3::text = 'agreed' then now() - interval '10 days' end
  from need join offer using (n) where offer.author_id <> need.author_id
"""
TASKS = """
insert into task (id, kind, organisation_id, neighbourhood_id, person_id, due_on)
select gen_random_uuid(), 'call_back', organisation_id, neighbourhood_id, id, current_date - (row_number() over () % 3)::int
  from person where neighbourhood_id = any($1::int[]) limit $2
"""
REPORTS = """
insert into report (id, organisation_id, neighbourhood_id, object_kind, text, language)
select gen_random_uuid(), organisation_id, neighbourhood_id, 'other', 'Er klopt iets niet', 'nl' from person
 where neighbourhood_id = any($1::int[]) limit $2
"""
AUTHORS = "select distinct author_id as id from post where state = 'open' limit $1"
SETTLE = "vacuum (analyze)"
DESK = ("/desk", "/desk/live", "/desk/tasks", "/desk/posts", "/desk/matches", "/desk/reports", "/desk/left-out", "/desk/unmatched")
OWN = ("/", "/posts/near", "/posts")


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each page, and one for the counters' statement."""
    people, rounds = (QUICK_PEOPLE, QUICK_ROUNDS) if quick else (PEOPLE, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="buurtnet-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster, valkey = Cluster(Path(folder) / "cluster"), Valkey(Path(folder) / "valkey")
        cluster.start()
        valkey.start()
        new_key_file(Path(folder) / "keys")
        try:
            migrate(cluster.url("owner"))
            load_reference(cluster.url("owner"))
            settings = Settings(
                database_url=cluster.url("web"), redis_url=valkey.url, keys=str(Path(folder) / "keys"), home=folder, worker_url=""
            )
            asyncio.run(_plant(cluster.url("worker"), people))
            tokens = asyncio.run(_furnish(cluster.url("superuser"), settings))
            yield from asyncio.run(_measure(settings, *tokens, people=people, rounds=rounds))
        finally:
            valkey.stop()
            cluster.stop()


async def _plant(url: str, people: int) -> None:
    database = Database(url, size=1)
    await database.open()
    async with database.transaction() as db:
        if REAL.is_file():
            await import_geography(db, REAL, "wijken-2025")
        else:
            await import_sample(db)
    await plant_large(database, people=people, posts=people, code_prefix=BRUSSELS if REAL.is_file() else "")
    await database.close()


async def _furnish(url: str, settings: Settings) -> tuple[UUID, str, list[str]]:
    """A worker with work, signed in, and some residents."""
    db = await asyncpg.connect(url)
    await _set_up(db)
    async with db.transaction():
        areas = [row["id"] for row in await db.fetch(CROWDED, AREAS)]
        for statement in (WAIT, TASKS, REPORTS):
            await db.execute(statement, areas, WAITING)
        for number, state in enumerate(("suggested", "agreed")):
            await db.execute(ABOUT, areas, WAITING + 5, state, number * 100)
        made = Made(db, read_vault(settings.keys))
        worker = await made.staff(hoods=(), organisation_id=await db.fetchval("select organisation_id from person limit 1"))
        for number, area in enumerate(areas):
            await made.insert("staff_area", person_id=worker, neighbourhood_id=area, backup=number >= AREAS - BACKUP)
        tokens = await made.session(worker, kind="staff"), [await made.session(row["id"]) for row in await db.fetch(AUTHORS, 50)]
    await db.execute(SETTLE)
    await db.close()
    return worker, *tokens


async def _measure(settings: Settings, worker: UUID, desk: str, own: list[str], *, people: int, rounds: int) -> list[dict[str, object]]:
    app = create_app(settings)
    lines: list[dict[str, object]] = []
    async with app.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        times: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            async with app.state.database.transaction(worker, readonly=True) as db:
                counters = await read_counters(db, worker, "nl", today())
            times.append(time.perf_counter() - began)
        assert all(counters.count(name) >= WAITING for name in ("posts", "matches", "reports", "tasks", "silent"))
        lines.append(_line("statement", people, times, 0))
        random.seed(1030)
        for path in (*DESK, *OWN):
            lines.append(await _time_page(client, path, [desk] if path.startswith("/desk") else own, people=people, rounds=rounds))
    return lines


async def _time_page(client: httpx.AsyncClient, path: str, tokens: list[str], *, people: int, rounds: int) -> dict[str, object]:
    """The times of one page; the first few warm up and do not count."""
    times: list[float] = []
    errors = 0
    for turn in range(rounds + 5):
        began = time.perf_counter()
        answer = await client.get(path, headers={"Cookie": f"session={random.choice(tokens)}"})
        if turn >= 5:
            times.append(time.perf_counter() - began)
        errors += answer.status_code != 200
    return _line(path, people, times, errors)


def _line(case: str, people: int, times: list[float], errors: int) -> dict[str, object]:
    return {
        "bench": "pages",
        "case": case,
        "people": people,
        "p50_ms": round(median(times) * 1000, 1),
        "p95_ms": round(quantiles(times, n=20)[-1] * 1000, 1),
        "requests_per_s": round(1 / median(times)),
        "errors": errors,
    }
