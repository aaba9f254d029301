"""How the hot statements are run where there is much to read: by which index, and never through a whole table of posts or matches.

On a hundred thousand open posts and thirty thousand matches, with the values and the kinds of plan that the program runs them with.
"""

import json
import os
from collections.abc import AsyncGenerator, Iterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db, _set_up
from buurtnet.local.postgres import Cluster
from buurtnet.matching.actions import lapsing, proposing, resting
from buurtnet.matching.queries import candidates, fits, matches, pool, unmatched
from buurtnet.matching.rules.cells import list_cells
from buurtnet.moderation.queries import matches as waiting
from buurtnet.sample.large import plant_large

PEOPLE, POSTS = 10_000, 100_000
NUMBERED = """
create temporary table numbered as
select id, author_id, kind, row_number() over (partition by kind order by id) as place from post;
analyze numbered;
"""
MATCHES = """
insert into match (id, need_id, offer_id, asker_id, helper_id, state, origin, score, parts, metres, level, languages, proposed_at, asked_at,
                   lapses_at, agreed_at, closed_at, rests_until)
select gen_random_uuid(), need.id, offer.id, need.author_id, offer.author_id, became.state, 'engine', 0.8, '{1,1,1,1,1}', 300, 0, '{nl}',
       now() - interval '9 days', now() - interval '9 days', case when became.state in ('asked', 'offered') then now() + interval '1 day' end,
       case when became.state in ('agreed', 'completed') then now() - random() * interval '300 days' end,
       case when became.state not in ('asked', 'offered', 'suggested', 'agreed') then now() end,
       case when became.state = 'resting' then now() + interval '5 days' end
  from (select *, 1 + place * 2 % (select max(place) from numbered where kind = 'offer') as other from numbered where kind = 'need') need
       join numbered offer on offer.kind = 'offer' and offer.place = need.other
       cross join lateral (
         select case need.place % 100 when 0 then 'asked' when 1 then 'offered' when 2 then 'suggested' when 3 then 'agreed'
                when 4 then 'resting' else (array['declined', 'lapsed', 'completed', 'withdrawn'])[1 + need.place / 100 % 4] end as state) became
 where need.author_id <> offer.author_id
on conflict do nothing
"""
WORKERS = """
insert into staff (person_id, organisation_id, role, secrecy_basis)
select id, organisation_id, 'facilitator', 'art. 458' from person order by id limit 1 returning person_id
"""
AREA = """
insert into staff_area (person_id, neighbourhood_id, backup)
select $1, id, false from neighbourhood where inhabited order by id limit 3
"""
BIG = ("post", "match")
"""The tables of which a scan from end to end is too long to wait for."""


class Town:
    """A connection to a town full of posts and matches, with somebody in it to ask for."""

    def __init__(self, db: Db, worker: UUID) -> None:
        self.db, self.worker = db, worker

    async def one(self, statement: str) -> UUID:
        return await self.db.fetchval(statement)

    async def plan(self, statement: str, *values: Any, generic: bool) -> list[dict[str, Any]]:
        """The nodes of the statement's plan: the one for these values, or the one for any."""
        if not generic:
            found = await self.db.fetchval(f"explain (format json) {statement}", *values)
        else:
            await self.db.execute(f"prepare planned as {statement}")
            await self.db.execute("set plan_cache_mode = force_generic_plan")
            nothing = f"({', '.join(['null'] * len(values))})" if values else ""
            found = await self.db.fetchval(f"explain (format json) execute planned{nothing}")
            await self.db.execute("reset plan_cache_mode; deallocate planned")
        (told,) = json.loads(found) if isinstance(found, str) else found
        return list(walk(told["Plan"]))


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from walk(inner)


@pytest.fixture(scope="module")
async def town(template: str, cluster: Cluster) -> AsyncGenerator[Town]:
    name = cluster.create_database(f"plans_{os.urandom(4).hex()}", template=template)
    database = Database(cluster.url("superuser", name), size=1)
    await database.open()
    await plant_large(database, people=PEOPLE, posts=POSTS)
    await database.close()
    connection = await asyncpg.connect(cluster.url("superuser", name))
    await _set_up(connection)
    await connection.execute(NUMBERED)
    # Checking each key of what was just read from its own table takes half of the time.
    await connection.execute("set session_replication_role = replica")
    await connection.execute(MATCHES)
    await connection.execute("reset session_replication_role")
    worker = await connection.fetchval(WORKERS)
    await connection.execute(AREA, worker)
    await connection.execute("vacuum (analyze) post, match, person, tie, tie_component, staff, staff_area")
    yield Town(connection, worker)
    await connection.close()
    cluster.run_sql(f"drop database {name} with (force)")


def check(plan: list[dict[str, Any]], *indexes: str) -> set[str]:
    """Whether the plan uses the indexes and reads no big table from end to end; all that it uses."""
    scanned = {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
    assert not scanned & set(BIG), scanned
    used = {node["Index Name"] for node in plan if "Index Name" in node}
    assert set(indexes) <= used, used
    return used


async def test_there_is_much_to_read(town: Town) -> None:
    assert await town.db.fetchval("select count(*) from post where state = 'open'") == POSTS
    assert await town.db.fetchval("select count(*) from match") > POSTS * 0.3


@pytest.mark.parametrize("generic", [True, False])
@pytest.mark.parametrize("kind", ["need", "offer"])
async def test_candidates(town: Town, kind: str, generic: bool) -> None:
    own = await town.db.fetchval("select id from post where kind = $1 order by id limit 1", kind)
    at = now()
    subject = await candidates.get_subject(town.db, own, at)
    assert subject is not None
    values = [subject.wanted, *candidates._cell_values(subject, list_cells(subject)[:4]), *candidates._subject_values(subject, at)]
    asked = (-1.0, None, None, 40, 20, candidates.month_start(at), at, at.date())
    plan = await town.plan(candidates.CANDIDATES, *values, *asked, generic=generic)
    check(plan, "ix_post_open", "pk_post", "pk_person")
    # Stage one reads nothing but the index; what a helper is busy with and what stands of a post are looked up one by one.
    assert [node["Node Type"] for node in plan if node.get("Index Name") == "ix_post_open"] == ["Index Only Scan"]
    if generic:  # An offer has few matches: to look for the pair's by the pair or by the offer costs the same, and the sample decides.
        used = check(plan, "ix_match_helper")
        assert used & {"uq_match_need_id_offer_id", "ix_match_offer_id"}, used


@pytest.mark.parametrize("generic", [True, False])
async def test_the_subject_of_a_search(town: Town, generic: bool) -> None:
    at = now()
    own = await town.one("select id from post where kind = 'need' order by id limit 1")
    plan = await town.plan(candidates.SUBJECT, own, candidates.month_start(at), at, at.date(), generic=generic)
    check(plan, "pk_post", "ix_match_standing", "ix_match_helper", "ix_post_author_id")


@pytest.mark.parametrize("generic", [True, False])
async def test_what_an_author_hears(town: Town, generic: bool) -> None:
    own = await town.db.fetchrow("select id, author_id from post where kind = 'need' order by id limit 1")
    assert own is not None
    plan = await town.plan(fits.OWN_POST, own["author_id"], own["id"], now(), generic=generic)
    check(plan, "pk_post", "uq_match_need_id_offer_id", "ix_match_offer_id")


@pytest.mark.parametrize("generic", [True, False])
@pytest.mark.parametrize("which", [None, "waiting", "agreed"])
async def test_the_matches_of_a_person(town: Town, which: str | None, generic: bool) -> None:
    person = await town.one("select asker_id from match order by id limit 1")
    check(await town.plan(matches.LIST, person, "nl", which, None, None, 20, generic=generic), "ix_match_helper", "ix_match_asker")


@pytest.mark.parametrize("generic", [True, False])
async def test_one_match_and_its_sides(town: Town, generic: bool) -> None:
    match = await town.one("select id from match order by id limit 1")
    check(await town.plan(matches.MATCH, town.worker, match, generic=generic), "pk_match", "pk_post")
    check(await town.plan(matches.SIDES, town.worker, "nl", match, generic=generic), "pk_match", "pk_post")


@pytest.mark.parametrize("generic", [True, False])
async def test_what_waits_for_a_worker(town: Town, generic: bool) -> None:
    # A plan for any worker may also begin with the people of an area.
    check(
        await town.plan(waiting.WAITING, town.worker, "nl", None, None, None, generic=generic),
        *(() if generic else ("ix_match_suggested",)),
    )
    check(
        await town.plan(unmatched.PAGE, town.worker, "nl", None, None, None, None, None, 20, generic=generic),
        "ix_post_open",
        "ix_match_standing",
    )


@pytest.mark.parametrize("generic", [True, False])
async def test_what_waits_by_theme(town: Town, generic: bool) -> None:
    """The needs of the areas and what is offered around are read from the covering index alone, whatever a sample of the table says of it: with
    statistics of a hundredth of the posts as of all, and with none."""
    about = (town.worker, "nl", None, now().date())
    for statistics in ("set statistics 1", "set statistics 1000", "set statistics 0"):
        for column in ("kind", "neighbourhood_id", "theme_id", "state", "organisation_id"):
            await town.db.execute(f"alter table post alter column {column} {statistics}")
        await town.db.execute("delete from pg_statistic where starelid = 'post'::regclass; analyze post")
        plan = await town.plan(unmatched.THEMES, *about, generic=generic)
        check(plan, "ix_post_open", "ix_match_standing", "ix_post_expires_at")
        read = [node["Node Type"] for node in plan if node.get("Index Name") == "ix_post_open"]
        assert len(read) >= 4
        assert set(read) == {"Index Only Scan"}


@pytest.mark.parametrize("generic", [True, False])
async def test_clocks(town: Town, generic: bool) -> None:
    at = now()
    check(await town.plan(lapsing.DUE, at, 200, generic=generic), "ix_match_lapses_at")
    check(await town.plan(proposing.WAKE, at, generic=generic), "ix_match_resting")
    check(
        await town.plan(resting.TURNS, await town.one("select helper_id from match order by id limit 1"), 5, generic=generic),
        "ix_match_helper",
    )


@pytest.mark.parametrize("generic", [True, False])
async def test_a_pair_is_still_free(town: Town, generic: bool) -> None:
    pair = await town.db.fetchrow("select need_id, offer_id from match where state = 'withdrawn' order by id limit 1")
    assert pair is not None
    values = (*pair.values(), candidates.month_start(now()), now())
    check(await town.plan(proposing.STILL_FREE, *values, generic=generic), "pk_post", "ix_match_helper", "ix_match_offer_id")


@pytest.mark.parametrize("generic", [True, False])
async def test_the_posts_of_a_round(town: Town, generic: bool) -> None:
    """The needs of a neighbourhood's round; a round over everything reads everything."""
    hood = await town.db.fetchval("select neighbourhood_id from staff_area order by 1 limit 1")
    organisation = await town.one("select id from organisation")
    check(await town.plan(pool.POSTS, "need", None, now(), [hood], organisation, now().date(), generic=False), "ix_post_open")


def test_a_scan_is_seen() -> None:
    with pytest.raises(AssertionError):
        check([{"Node Type": "Seq Scan", "Relation Name": "match"}])
    with pytest.raises(AssertionError):
        check([{"Node Type": "Seq Scan", "Relation Name": "theme"}], "pk_post")
