"""How long all measures of a large network take, and how much memory: arrays alone, and through the database.

A seeded country of neighbourhoods with a thousand of them for each million residents and a half (as many as Flanders and Brussels have for their
people), six in a municipality, fifty in an organisation's area, areas overlapping. Three ties for each resident: seven in ten with somebody a short step
further in the same neighbourhood, the others anywhere. Ties begin up to two years ago and had their last help within the year; four in ten have more
than one help. One resident in five has an open offer, one in five asked something; each has been active within the year.

`arrays`: from arrays in memory to the figures of neighbourhoods, municipalities and organisations' areas over 3 and 12 months, with all intervals, in a process
of its own. `peak_mib` is the most memory that process had while measuring, the arrays and all imports included. `database`: `draft_measures`, from the tables
to the rows of a snapshot; `server_mib` is the most memory that the server's processes had of their own, without the buffers that all of its work shares.
`cpu_seconds` is what the process took of a core: on a machine that does other things it says more than `seconds`. Both are held against the budget: 15 s
and 1.2 GB for a million residents, in all processes together.
"""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Event, Thread

import msgspec
import numpy as np

from buurtnet.kit.db import Database, Db
from buurtnet.local.migrate import migrate
from buurtnet.local.postgres import Cluster
from buurtnet.network.actions.measuring import draft_measures
from buurtnet.network.rules.history import window_start
from buurtnet.network.rules.measured import Areas
from buurtnet.network.rules.measures import People
from buurtnet.network.rules.measures_window import Helps, Ties, over_edge
from buurtnet.network.rules.reach import Finder, Near, Offers, Seekers, Theme
from buurtnet.network.rules.snapshot import Firsts, Held, Places, measure_windows
from buurtnet.network.schemas import WINDOWS
from buurtnet.themes.actions import load_themes

SIZES, QUICK_SIZES = ((100_000, 300_000), (1_000_000, 3_000_000)), ((20_000, 60_000),)
BUDGET_SECONDS, BUDGET_MIB = 15.0, 1_200
ON = date(2026, 10, 31)
EPOCH = date(2000, 1, 1)
UNTIL = (ON - EPOCH).days
PLACE_PEOPLE, TOWN_PLACES, AREA_PLACES = 360, 6, 50
THEMES = 40
SEED = 6

GROUND = """
set session_replication_role = replica;
insert into organisation (id, names) values ('00000000-0000-7000-8000-000000000001', '{"nl": "Proefland"}');
insert into municipality (id, code, names, outline)
select t, 'T' || t, jsonb_build_object('nl', 'T' || t),
       ST_Multi(ST_MakeEnvelope(t * 1000, 0, t * 1000 + 900, 900, 3035)) from generate_series(0, (%(places)s - 1) / 6) t;
insert into neighbourhood (id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, adults, source)
select p, 'P' || p, '1', jsonb_build_object('nl', 'P' || p), p / 6, o, o, ST_Centroid(o), 10000, 3000, 'bench'
  from generate_series(0, %(places)s - 1) p cross join lateral (select ST_Multi(ST_MakeEnvelope(p * 100, 0, p * 100 + 90, 90, 3035)) as o) drawn;
insert into neighbourhood_near (a, b, metres, level)
select a, a + step, abs(step) * 100, least(abs(step) / 4, 4) from generate_series(0, %(places)s - 1) a, generate_series(-12, 12) step
 where a + step between 0 and %(places)s - 1;
insert into area (id, organisation_id, names, neighbourhoods)
select gen_random_uuid(), '00000000-0000-7000-8000-000000000001', '{"nl": "Gebied"}',
       array(select generate_series(s, least(s + 49, %(places)s - 1)))
  from generate_series(0, %(places)s - 1, 25) s;
"""
CROWD = """
set session_replication_role = replica;
select setseed(0.6);
create function pg_temp.name_of(number bigint) returns uuid language sql immutable as
  $$ select (lpad(to_hex(number), 12, '0') || '7000800' || lpad(to_hex(number), 13, '0'))::uuid $$;
insert into person (id, organisation_id, given_name, picture, adult, language, languages, neighbourhood_id, reach, created_on)
select pg_temp.name_of(i), '00000000-0000-7000-8000-000000000001', 'Buur', 1, true, l, array[l], i::bigint * %(places)s / %(people)s, (random() * 3)::int,
       date '%(on)s' - (random() * 900)::int
  from generate_series(0, %(people)s - 1) i cross join lateral (select (array['nl', 'fr', 'ar', 'tr', 'en', 'es'])[1 + i %% 6] as l) spoken;
insert into tie (a, b, first_on, last_on, helps, a_helped, b_helped, themes)
select pg_temp.name_of(least(a, b)), pg_temp.name_of(greatest(a, b)), ended - case when many > 1 then (gap * 369)::int else 0 end, ended, many,
       (gap * many)::int, many - (gap * many)::int, array[kind]
  from (select a, case when random() < 0.7 then a + 1 + (random() * 40)::int else (random() * (%(people)s - 1))::int end as b,
               date '%(on)s' - (random() * 359)::int as ended, case when random() < 0.4 then 2 + (random() * 2)::int else 1 end as many,
               random() as gap, (select (array_agg(id))[1 + d %% 20] from theme where parent_id is not null)::smallint as kind
          from (select d, (random() * (%(people)s - 1))::int as a from generate_series(1, %(ties)s) d) drawn) pairs
 where a <> b and b < %(people)s on conflict do nothing;
insert into post (id, organisation_id, kind, author_id, theme_id, language, text, state, quiet, neighbourhood_id, reach, language_bits, capacity,
                  expires_at, created_at, closed_at)
select pg_temp.name_of(i + 1000000000), '00000000-0000-7000-8000-000000000001', k, pg_temp.name_of(w), t.id, 'nl', 'Een woord van een buur',
       case when k = 'need' then 'met' else 'open' end, k = 'need', w * %(places)s / %(people)s, 2, 7, 3, date '%(on)s' + 60,
       date '%(on)s' - (random() * 340)::int, case when k = 'need' then date '%(on)s' end
  from (select i,
               (random() * (%(people)s - 1))::bigint as w, case when i %% 2 = 0 then 'need' else 'offer' end as k
          from generate_series(0, %(people)s * 2 / 5) i) d
       join (select id, row_number() over (order by id) - 1 as place, count(*) over () as many from theme where parent_id is not null) t
         on t.place = d.i %% t.many;
insert into match (id, need_id, offer_id, asker_id, helper_id, state, origin, score, parts, metres, level, languages, proposed_at, offer_answer,
                   offered_at, need_answer, agreed_at, closed_at)
select pg_temp.name_of(row_number() over () + 2000000000), n.id, o.id, t.a, t.b, 'completed', 'engine', 0.5, '{0.5,0.5,0.5,0.5,0.5}', 300, 1,
       '{nl}',
       n.created_at, 'yes', n.created_at + interval '30 hours', 'yes', n.created_at + interval '40 hours', t.last_on::timestamptz
  from (select *, row_number() over () as place from tie where helps > 1) t
       join (select *, row_number() over () as place from post where kind = 'need') n on n.place = t.place
       join (select *, row_number() over () as place from post where kind = 'offer') o on o.place = t.place;
analyze;
"""


def run(quick: bool) -> Iterator[dict[str, object]]:
    """Two lines for each size, with whether they keep the budget."""
    for people, ties in QUICK_SIZES if quick else SIZES:
        head = {"bench": "network", "people": people, "ties": ties}
        for case, work in (("arrays", _measure_arrays), ("database", _measure_database)):
            with multiprocessing.get_context("spawn").Pool(1) as apart:
                line = head | {"case": case} | apart.apply(work, (people, ties))
            mib = int(str(line["peak_mib"])) + int(str(line.get("server_mib", 0)))
            yield line | {"within": float(str(line["seconds"])) <= BUDGET_SECONDS and mib <= BUDGET_MIB}


def peak_mib() -> int:
    """The most memory this process had since the peak was last cleared."""
    [peak] = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(peak) // 1024


def _measure_arrays(people: int, ties: int) -> dict[str, object]:
    held = draw_town(people, ties, np.random.default_rng(SEED))
    Path("/proc/self/clear_refs").write_text("5")  # From here on the peak is that of measuring.
    parts: dict[str, object] = {"before_mib": peak_mib()}
    began, cpu = time.perf_counter(), time.process_time()
    measure_windows(held)
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "peak_mib": peak_mib(),
    } | parts


def draw_town(people: int, ties: int, luck: np.random.Generator) -> dict[int, Held]:
    """What the measures are made from, by window."""
    places = max(people // PLACE_PEOPLE, TOWN_PLACES)
    home = np.sort(luck.integers(0, places, people)).astype(np.int32)
    joined = UNTIL - luck.integers(0, 900, people)
    network, firsts = _draw_ties(luck, people, ties, home), luck.integers(0, people, people // 10)
    offers = np.sort(luck.choice(people, people // 5, replace=False))
    tongues = 1 << luck.integers(0, 6, people)
    slots = luck.integers(1, 1 << 28, people)
    nobody = np.zeros(people, int)
    whole = Held(
        since=0,
        until=UNTIL,
        places=Places(
            np.arange(places),
            np.arange(places) // TOWN_PLACES,
            np.arange(-(-places // TOWN_PLACES)),
            np.ones(places, bool),
            np.full(places, 3000.0),
            np.ones(places, bool),
        ),
        areas=_draw_areas(places),
        people=People(np.log2(tongues).astype(np.int32), UNTIL - luck.integers(0, 360, people), joined.astype(np.int32)),
        home=home,
        ties=network,
        helps=Helps(*(np.zeros(0, int) for _ in range(4))),
        finder=Finder(
            Seekers(home, nobody, nobody > 0, luck.integers(0, 4, people), tongues, slots),
            Offers(
                offers,
                home[offers],
                luck.integers(1, THEMES, len(offers)),
                nobody[offers],
                nobody[offers] > 0,
                luck.integers(0, 4, len(offers)),
                tongues[offers],
                slots[offers],
            ),
            _draw_near(places),
            {one: Theme(None if one % 8 == 1 else one - (one - 1) % 8, one % 3 > 0) for one in range(1, THEMES + 1)},
            allied=np.ones((1, 1), bool),
            areas=places,
        ),
        demand={place: {int(one): 1 for one in luck.integers(1, THEMES, 12)} for place in range(places)},
        firsts=Firsts(home[firsts], firsts, luck.exponential(30, len(firsts))),
    )
    return {window: _with_helps(whole, window, luck) for window in WINDOWS}


def _draw_ties(luck: np.random.Generator, people: int, ties: int, home: np.ndarray) -> Ties:
    drawn = ties * 12 // 10
    a = luck.integers(0, people, drawn)
    near = np.clip(a + luck.geometric(0.05, drawn) * luck.choice((-1, 1), drawn), 0, people - 1)
    b = np.where((luck.random(drawn) < 0.7) & (home[near] == home[a]), near, luck.integers(0, people, drawn))
    pairs = np.unique(np.minimum(a, b).astype(np.int64) * people + np.maximum(a, b))
    pairs = np.sort(luck.permutation(pairs[pairs // people != pairs % people])[:ties])
    last = UNTIL - luck.integers(0, 360, len(pairs))
    again = luck.random(len(pairs)) < 0.4
    helps = np.where(again, luck.integers(2, 5, len(pairs)), 1)
    gave = luck.integers(0, helps + 1)
    themes = np.zeros((len(pairs), 8), np.int16)
    themes[:, 0], themes[:, 1] = luck.integers(1, THEMES, len(pairs)), np.where(again, luck.integers(1, THEMES, len(pairs)), 0)
    first = np.where(again, last - luck.integers(0, 370, len(pairs)), last)
    numbers = (one.astype(np.int32) for one in (pairs // people, pairs % people, first, last, gave, helps - gave))
    return Ties(*numbers, themes)


def _with_helps(held: Held, window: int, luck: np.random.Generator) -> Held:
    """With two helps in the window for each tie that reaches over its edge."""
    since = (window_start(ON, window) - EPOCH).days
    edge = np.repeat(np.flatnonzero(over_edge(held.ties, since, UNTIL)), 2)
    day = luck.integers(since, UNTIL + 1, len(edge)).astype(np.int32)
    helps = Helps(edge, day, luck.random(len(edge)) < 0.5, held.ties.themes[edge, 0].astype(np.int32))
    return msgspec.structs.replace(held, since=since, helps=helps)


def _draw_areas(places: int) -> Areas:
    """Each begins in the middle of the one before."""
    starts = range(0, places, AREA_PLACES // 2)
    inside = np.array([[start <= place < start + AREA_PLACES for place in range(places)] for start in starts], bool)
    return Areas(np.arange(len(inside)), inside, np.ones(len(inside), bool))


def _draw_near(places: int) -> Near:
    """The own place, the next four on both sides next to it, the next twelve further."""
    steps = np.arange(-12, 13)
    a, b = np.repeat(np.arange(places), len(steps)), (np.arange(places)[:, None] + steps).ravel()
    level = np.tile(np.where(steps == 0, 0, np.where(np.abs(steps) <= 4, 1, 2)), places)
    inside = (b >= 0) & (b < places)
    order = np.lexsort((b[inside], level[inside], a[inside]))
    return Near(a[inside][order], b[inside][order], level[inside][order])


def _measure_database(people: int, ties: int) -> dict[str, object]:
    """A draft of a country that was written by SQL past all checks, in a cluster of its own."""
    with tempfile.TemporaryDirectory(prefix="buurtnet-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        cluster = Cluster(home / "cluster", durable=False)
        cluster.start()
        try:
            migrate(cluster.url("owner"))
            said = {"places": max(people // PLACE_PEOPLE, TOWN_PLACES), "people": people, "ties": ties, "on": ON}
            asyncio.run(_with_database(cluster, load_themes))
            for statements in (GROUND, CROWD):
                cluster.run_sql(statements % said, database="buurtnet")
            stood = cluster.run_sql("select count(*) from tie union all select count(*) from match", database="buurtnet").split()
            Path("/proc/self/clear_refs").write_text("5")
            steps: dict[str, object] = {"before_mib": peak_mib(), "ties_written": int(stood[0]), "matches": int(stood[1])}
            began, cpu = time.perf_counter(), time.process_time()
            with watched(cluster) as server:
                asyncio.run(_with_database(cluster, _draft))
            return steps | {
                "seconds": round(time.perf_counter() - began, 2),
                "cpu_seconds": round(time.process_time() - cpu, 2),
                "peak_mib": peak_mib(),
                "server_mib": max(server),
                "rows": int(cluster.run_sql("select count(*) from network_measure", database="buurtnet")),
            }
        finally:
            cluster.stop()


@contextmanager
def watched(cluster: Cluster) -> Iterator[list[int]]:
    """The own memory of all processes of the server together, in MiB, looked at every half second until the end of the block."""
    seen, done = [0], Event()
    main = (cluster.data / "postmaster.pid").read_text().split()[0]

    def look() -> None:
        while not done.wait(0.5):
            seen.append(sum(_own_mib(one) for one in (main, *_children(main))))

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def _children(process: str) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def _own_mib(process: str) -> int:
    """Memory that is no file's and shared with nobody; 0 for a process that has ended meanwhile."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) // 1024
    return 0


async def _draft(db: Db) -> None:
    await draft_measures(db, on=ON)


async def _with_database(cluster: Cluster, work: Callable[[Db], Awaitable[object]]) -> None:
    database = Database(cluster.url("worker"), size=1)
    await database.open()
    try:
        async with database.transaction() as db:
            await work(db)
    finally:
        await database.close()
