"""Rounds with real commits: whole ones through the worker's jobs, several workers at once, one that is killed, and answers given meanwhile."""

import asyncio
import inspect
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from buurtnet.kit.apart import Apart
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, _set_up
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import deliver
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.local.postgres import Cluster
from buurtnet.matching import actions, jobs
from buurtnet.matching.actions import parts, rounds
from buurtnet.matching.actions.parts import PROGRAM_MIB
from buurtnet.matching.actions.taking import LOCK
from buurtnet.matching.queries.matches import get_match
from buurtnet.matching.queries.rounds import find_last_round, find_running_round, get_round, has_asked, list_areas, list_counts, list_pairs
from buurtnet.matching.rules.life import lapse_time, need_ends
from buurtnet.matching.rules.pairs import PAIR_BYTES
from buurtnet.matching.rules.rounds import EVERY, KEPT, next_round
from buurtnet.matching.schemas import Answer
from buurtnet.posts.actions import withdraw_post
from buurtnet.settings import Settings, SettingUnusable
from buurtnet.web.language import ZONE
from buurtnet.worker import list_reactions
from tests.committed import Committed
from tests.local.processes import list_descendants, wait_until_gone
from tests.made import Made
from tests.matching.conftest import viewer, worker


@pytest.fixture(scope="module")
async def reckoning() -> AsyncGenerator[Apart]:
    """One process for all rounds of these tests: to start it takes a second, a round does not."""
    async with Apart(most_mib=1024) as apart:
        yield apart


@pytest.fixture
async def committed(committed: Committed, reckoning: Apart) -> Committed:
    committed.reckoning = reckoning
    return committed


@pytest.fixture
async def town(committed: Committed, vault: Vault) -> AsyncGenerator[Made]:
    """Makes rows that are committed at once, as the superuser."""
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    yield Made(connection, vault)
    await connection.close()


async def open_round(committed: Committed, area_id: UUID | None = None, **more: object) -> UUID:
    async with committed.worker.transaction() as db:
        return await rounds.open_round(db, area_id, origin="command", at=now(), **more)


async def make_round(committed: Committed, area_id: UUID | None = None, **more: object) -> UUID:
    """A whole round, by one worker."""
    round_id = await open_round(committed, area_id, **more)
    await jobs.do_parts(committed.worker, committed.reckoning, round_id=round_id)
    return round_id


async def asked(town: Made) -> set[tuple[UUID, UUID]]:
    """The needs and offers between which a question stands."""
    rows = await town.db.fetch("select need_id, offer_id from match where state in ('suggested', 'asked', 'offered')")
    return {(row["need_id"], row["offer_id"]) for row in rows}


async def neighbours(town: Made, count: int, kind: str = "need", **values: object) -> list[UUID]:
    return [await town.post(await town.person(f"Buur {number}"), kind, **values) for number in range(count)]


async def part_of(town: Made, round_id: UUID) -> asyncpg.Record:
    return await town.db.fetchrow("select * from round_part where round_id = $1", round_id)


# --- what a round does -----------------------------------------------------------------------------------------------------------


async def test_a_round_reaches_more_than_the_best_pair_first(committed: Committed, town: Made) -> None:
    """Taking the best pair first would give the near helper to the near need, and leave the far one without."""
    near, far = await town.person("Amina"), await town.person("Leila", "Collignon", reach=4)
    modest, wide = await town.person("Hatice", reach=0), await town.person("Jan", reach=4)
    near_need, far_need = await town.post(near), await town.post(far)
    await town.post(modest, "offer")
    await town.post(wide, "offer")
    round_id = await make_round(committed)
    assert {need for need, _ in await asked(town)} == {near_need, far_need}
    part = await part_of(town, round_id)
    assert (part["state"], part["needs"], part["offers"], part["chosen"], part["asked"]) == ("done", 2, 2, 2, 2)
    assert part["pairs"] >= 3 and part["seconds"] > 0 and 20 < part["peak_mib"] < 1024
    assert await town.db.fetchval("select state from round where id = $1", round_id) == "done"


async def test_whoever_is_asked_is_told_and_the_question_lapses_as_any_other(
    committed: Committed, town: Made, settings: Settings, vault: Vault
) -> None:
    asker, helper = await town.person("Amina"), await town.person("Hatice")
    await town.contact(helper, "hatice@example.org")
    last = now().astimezone(ZONE).date() + timedelta(days=1)
    need = await town.post(asker, until_on=last)
    await town.post(helper, "offer", slots=0b1010)
    await jobs.open_round(committed.worker)
    await jobs.do_parts(committed.worker, committed.reckoning)
    [match] = await town.db.fetch("select * from match")
    assert (match["state"], match["origin"], match["languages"], match["slots"]) == ("asked", "engine", ["nl", "fr"], 0b1010)
    ends = need_ends(await town.db.fetchval("select expires_at from post where id = $1", need), last, ZONE)
    assert match["lapses_at"] == lapse_time(match["asked_at"], ends, ZONE)
    await deliver(committed.worker, list_reactions(settings, vault))
    assert [row["kind"] for row in await town.db.fetch("select kind from notice where person_id = $1", helper)] == ["match_asked"]
    async with committed.web.transaction(helper) as db:
        page = await get_match(db, viewer(helper), match["id"])
    assert page.waits_for_me and page.reasons


async def test_sensitive_themes_and_newcomers_wait_for_a_worker_first(committed: Committed, town: Made) -> None:
    for theme, who in (("papers.letter", {}), ("transport.move", {"posts_on_trial": 1})):
        await town.post(await town.person("Amina", **who), theme=theme)
        await town.post(await town.person("Hatice"), "offer", theme)
    await make_round(committed)
    rows = await town.db.fetch("select state, needs_review, asked_at, lapses_at from match")
    assert [tuple(row) for row in rows] == [("suggested", True, None, None)] * 2
    assert await town.db.fetchval("select count(*) from outbox where kind = 'matching.MatchAsked'") == 0


async def test_standing_proposals_keep_their_place_and_urgent_needs_ask_one_more_each_round(committed: Committed, town: Made) -> None:
    first = await town.post(await town.person("Amina"))
    offer = await town.post(await town.person("Hatice"), "offer", capacity=2)
    await make_round(committed)
    assert await asked(town) == {(first, offer)}
    urgent, second = await town.post(await town.person("Leila"), urgency="urgent"), await town.post(await town.person("Yusra"))
    await make_round(committed)
    assert await asked(town) == {(first, offer), (urgent, offer)}, "one place was taken; the urgent need comes first"
    more = await neighbours(town, 3, "offer")
    await make_round(committed)
    await make_round(committed)
    await make_round(committed)
    standing = await asked(town)
    assert len([pair for pair in standing if pair[0] == urgent]) == 3 and len([pair for pair in standing if pair[0] == second]) == 1
    assert {pair for pair in standing if pair[0] == first} == {(first, offer)}
    assert {offer for _, offer in standing} == {offer, *more}


async def test_what_was_withdrawn_is_asked_again_in_the_same_row_and_what_was_declined_is_not(committed: Committed, town: Made) -> None:
    [need] = await neighbours(town, 1)
    [offer] = await neighbours(town, 1, "offer")
    await make_round(committed)
    await town.db.execute("update match set state = 'withdrawn', offer_answer = 'yes', closed_at = now()")
    await make_round(committed)
    [match] = await town.db.fetch("select * from match")
    assert (match["state"], match["offer_answer"], match["closed_at"], match["version"]) == ("asked", None, None, 2)
    async with committed.web.transaction(match["helper_id"]) as db:
        await actions.answer_match(db, viewer(match["helper_id"]), match["id"], Answer.NO)
    await make_round(committed)
    assert await asked(town) == set()
    assert {(need, offer)} == {(row["need_id"], row["offer_id"]) for row in await town.db.fetch("select need_id, offer_id from match")}


async def test_a_rested_pair_is_asked_again_by_the_round_after_it_woke(committed: Committed, town: Made) -> None:
    [need] = await neighbours(town, 1)
    [offer] = await neighbours(town, 1, "offer")
    await make_round(committed)
    match = await town.db.fetchrow("select * from match")
    async with committed.web.transaction(match["helper_id"]) as db:
        await actions.answer_match(db, viewer(match["helper_id"]), match["id"], Answer.NOT_NOW)
    await jobs.wake_rested(committed.worker)
    await make_round(committed)
    assert await asked(town) == set()
    await town.db.execute("update match set rests_until = now() - interval '1 minute'")
    await town.db.execute("update pair_memory set until = now() - interval '1 minute'")
    await jobs.wake_rested(committed.worker)
    await make_round(committed)
    assert await asked(town) == {(need, offer)}


THEMES = ("transport.move", "errands.groceries", "home.garden", "home.repair")
"""Of three roots, none of which asks for a worker's look."""


async def test_small_rounds_see_all_themes_together(committed: Committed, town: Made) -> None:
    """A helper with one place this month goes where the other need would stay without: theme by theme nobody could know."""
    only = await town.person("Hatice", monthly_max=1)
    other = await town.person("Jan")
    shopping, moving = await town.post(await town.person("Amina"), theme="errands.groceries"), await town.post(await town.person("Leila"))
    await town.post(only, "offer", "errands.groceries")
    wanted = await town.post(only, "offer")
    easy = await town.post(other, "offer", "errands.groceries")
    await make_round(committed)
    assert await asked(town) == {(shopping, easy), (moving, wanted)}


async def test_a_helpers_month_is_counted_over_all_parts(committed: Committed, town: Made) -> None:
    """Parts of different themes know nothing of each other: both chose before either wrote, and the second counts what the first one wrote."""
    helper = await town.person("Hatice", monthly_max=2)
    offers = [await town.post(helper, "offer", theme, capacity=5) for theme in THEMES[:2]]
    for theme in THEMES[:2]:
        await neighbours(town, 3, theme=theme)
    round_id = await open_round(committed, whole=0)
    async with committed.worker.transaction() as db:
        await db.execute(LOCK, offers)
        work = [asyncio.create_task(jobs.do_parts(committed.worker, committed.reckoning)) for _ in range(2)]
        await wait_for(lambda: waiting_at_least(town, 2))
    assert sum([await one for one in work]) == 2
    assert len(await asked(town)) == 2
    sums = await town.db.fetchrow("select sum(chosen) as chosen, sum(asked) as asked from round_part where round_id = $1", round_id)
    assert (sums["chosen"], sums["asked"]) == (4, 2)


async def waiting_at_least(town: Made, count: int) -> bool:
    return (await town.db.fetchval(WAITS) or 0) >= count


async def test_equal_input_gives_equal_pairs(committed: Committed, town: Made) -> None:
    """Needs that have waited long enough count in full, so that the moments between the rounds change nothing."""
    await neighbours(town, 7, created_at=now() - timedelta(days=20))
    await neighbours(town, 4, "offer")
    found = []
    for _ in range(2):
        round_id = await make_round(committed, dry_run=True)
        async with committed.worker.transaction() as db:
            found.append(await list_pairs(db, round_id))
    assert found[0] == found[1] and len(found[0]) == 4
    await make_round(committed)
    assert {(pair.need_id, pair.offer_id) for pair in found[0]} == await asked(town)


async def test_a_dry_run_asks_nobody_and_says_what_would_become_of_each_need(committed: Committed, town: Made) -> None:
    await neighbours(town, 3)
    await neighbours(town, 2, "offer")
    await neighbours(town, 1, theme="errands.groceries")
    await town.post(await town.person("Jan", "Terdelt", reach=0), "offer", "errands.groceries", reach=0)
    await neighbours(town, 1, theme="home.garden")
    await town.post(await town.person("Karim"), "offer", "home.garden", engaged=1)
    await neighbours(town, 2, theme="things.lend")
    round_id = await make_round(committed, dry_run=True)
    assert await town.db.fetchval("select count(*) from match") == 0
    assert await town.db.fetchval("select count(*) from outbox where kind <> 'matching.RoundOpened'") == 0
    assert await town.db.fetchval("select count(*) from round_pair") == 2
    sara = worker(await town.staff())
    async with committed.web.transaction(readonly=True) as db:
        counts = await list_counts(db, sara, round_id)
    assert {(one.theme, one.outcome): one.needs for one in counts if one.neighbourhood} == {
        (await label(town, "transport.move"), "asked"): 2,
        (await label(town, "transport.move"), "taken"): 1,
        (await label(town, "errands.groceries"), "unfit"): 1,
        (await label(town, "home.garden"), "full"): 1,
        (await label(town, "things.lend"), "nobody"): 2,
    }


async def label(town: Made, slug: str) -> str:
    return await town.db.fetchval(
        "select label from theme_label l join theme t on t.id = l.theme_id where slug = $1 and language = 'nl'", slug
    )


# --- an area, and who may look at it ---------------------------------------------------------------------------------------------


async def make_area(town: Made, *hoods: str, organisation: UUID | None = None) -> UUID:
    identity = new_id()
    await town.insert(
        "area",
        id=identity,
        organisation_id=organisation or await town.home_organisation(),
        names={"nl": " en ".join(hoods)},
        neighbourhoods=[await town.hood(hood) for hood in hoods],
    )
    return identity


async def test_an_areas_round_looks_at_its_needs_alone_and_at_everybodys_offers(committed: Committed, town: Made) -> None:
    area_id = await make_area(town, "Brabantwijk")
    other = await town.organisation("Andere")
    inside = await town.post(await town.person("Amina"))
    await town.post(await town.person("Leila", "Collignon"))
    await town.post(await town.person("Yusra", organisation_id=other))
    offers = [await town.post(await town.person(name, "Collignon", reach=4), "offer") for name in ("Hatice", "Jan", "Piet")]
    round_id = await make_round(committed, area_id)
    [(need, offer)] = await asked(town)
    assert need == inside and offer in offers
    assert (await part_of(town, round_id))["needs"] == 1


async def test_who_may_ask_for_a_round_and_who_sees_which_numbers(committed: Committed, town: Made) -> None:
    other = await town.organisation("Andere")
    area_id = await make_area(town, "Brabantwijk", "Collignon")
    sara, zoe = worker(await town.staff("Sara")), worker(await town.staff("Zoë", secrecy=None))
    ward = worker(await town.staff("Ward", hoods=("Helmet",)))
    jan = worker(await town.staff("Jan", organisation_id=other))
    mapper = Viewer(person_id=(who := await town.staff("Mia", role="mapper")), actor_id=who, roles=("mapper",))
    lead = Viewer(person_id=(who := await town.staff("Leo", role="coordinator", hoods=())), actor_id=who, roles=("coordinator",))
    for theme, hood in (("transport.move", "Brabantwijk"), ("transport.move", "Collignon"), ("papers.letter", "Brabantwijk")):
        await town.post(await town.person("Amina", hood), theme=theme)
    await town.post(await town.person("Yusra", organisation_id=other))
    for stranger in (ward, jan, mapper, viewer(await town.person("Buur"))):
        with pytest.raises(NotFound):
            async with committed.web.transaction(stranger.person_id) as db:
                await rounds.ask_round(db, stranger, area_id, dry_run=False, at=now())
    async with committed.web.transaction(sara.person_id) as db:
        round_id = await rounds.ask_round(db, sara, area_id, dry_run=False, at=now())
        assert (await find_running_round(db, sara, area_id)).id == round_id
    with pytest.raises(rounds.RoundRuns):
        async with committed.web.transaction(lead.person_id) as db:
            await rounds.ask_round(db, lead, area_id, dry_run=False, at=now())
    await jobs.do_parts(committed.worker, committed.reckoning)
    over_all = await make_round(committed)
    async with committed.web.transaction(readonly=True) as db:
        assert [len(await list_areas(db, one)) for one in (sara, zoe, lead, ward, jan, mapper)] == [1, 1, 1, 0, 0, 0]
        for who, sees in ((sara, {"papers.letter": 1, "transport.move": 1}), (zoe, {"transport.move": 1}), (lead, {}), (mapper, {})):
            counts = await list_counts(db, who, round_id)
            assert {one.theme_id: one.needs for one in counts} == {await town.theme(slug): needs for slug, needs in sees.items()}
        assert [one.needs for one in await list_counts(db, jan, over_all)] == [1], "the need of his own organisation"
        assert await list_counts(db, jan, round_id) == []
        for who, seen in ((sara, True), (lead, True), (ward, False), (jan, False)):
            if seen:
                assert (await get_round(db, who, round_id)).over == 1 and not await has_asked(db, who, round_id)
            else:
                with pytest.raises(NotFound):
                    await get_round(db, who, round_id)
        assert (await find_last_round(db, sara, area_id)).id == over_all
        assert await find_running_round(db, sara, area_id) is None


# --- several at once -------------------------------------------------------------------------------------------------------------


async def test_two_workers_take_different_parts(committed: Committed, town: Made) -> None:
    for theme in THEMES:
        await neighbours(town, 3, theme=theme)
        await neighbours(town, 3, "offer", theme=theme)
    round_id = await open_round(committed, whole=0)
    async with committed.worker.transaction() as one, committed.worker.transaction() as other:
        first, second = await parts.take_part(one), await parts.take_part(other)
        assert first is not None and second is not None and first.id != second.id
    done = await asyncio.gather(*(jobs.do_parts(committed.worker, committed.reckoning, round_id=round_id) for _ in range(2)))
    assert sum(done) == 3 and len(await asked(town)) == 12
    assert await town.db.fetchval("select state from round where id = $1", round_id) == "done"
    assert await town.db.fetchval("select count(*) from match") == 12


WORKER = """
import asyncio, sys
from buurtnet.kit.apart import Apart
from buurtnet.kit.db import Database
from buurtnet.matching.jobs import do_parts
async def work():
    database = Database(sys.argv[1])
    await database.open()
    async with Apart(most_mib=1024) as apart:
        await do_parts(database, apart)
asyncio.run(work())
"""


def is_at_work(pid: int) -> bool:
    """Whether the process has come as far as its work, and so has said that it ends with its parent."""
    try:
        return "numpy" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


async def test_the_part_of_a_killed_worker_is_taken_again_and_nothing_is_doubled(
    committed: Committed, town: Made, cluster: Cluster
) -> None:
    await neighbours(town, 3)
    await neighbours(town, 3, "offer")
    round_id = await open_round(committed)
    killed = subprocess.Popen([sys.executable, "-c", WORKER, cluster.url("worker", committed.name)])
    try:
        solving = await wait_for(lambda: set(filter(is_at_work, list_descendants(killed.pid))))
        for pid in solving:
            os.kill(pid, signal.SIGSTOP)
        async with committed.worker.transaction() as db:
            assert await parts.take_part(db) is None, "it is held"
    finally:
        killed.kill()
        killed.wait()
    assert wait_until_gone(solving, seconds=5) == set(), "what it started ends with it"
    assert await town.db.fetchval("select count(*) from match") == 0

    async def is_free() -> bool:
        async with committed.worker.transaction() as db:
            return await parts.take_part(db) is not None

    await wait_for(is_free)
    await jobs.do_parts(committed.worker, committed.reckoning)
    assert len(await asked(town)) == 3 == await town.db.fetchval("select count(*) from match")
    assert await town.db.fetchval("select count(*) from outbox where kind = 'matching.MatchAsked'") == 3
    assert await town.db.fetchval("select state from round where id = $1", round_id) == "done"


async def wait_for(what: Callable[[], Any], *, seconds: float = 60) -> Any:
    """What comes to be true within the time."""
    async with asyncio.timeout(seconds):
        while not (found := await result if inspect.isawaitable(result := what()) else result):
            await asyncio.sleep(0.005)
        return found


Deed = Callable[[Db, Made, dict[str, UUID]], Awaitable[object]]


async def propose_other(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await actions.suggest_for_post(db, ids["need"], at=now())


async def withdraw_need(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await withdraw_post(db, viewer(ids["asker"]), ids["need"])


async def withdraw_offer(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await withdraw_post(db, viewer(ids["helper"]), ids["offer"])


async def block_helper(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await db.execute(LOCK, [ids["offer"]])
    await db.execute("update person set state = 'blocked' where id = $1", ids["helper"])


async def erase_helper(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await db.execute("delete from post where author_id = $1", ids["helper"])
    await db.execute("delete from person where id = $1", ids["helper"])


async def keep_away(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await db.execute(LOCK, [ids["need"], ids["offer"]])
    await db.execute("insert into keep_away (person_id, other_id) values ($1, $2)", ids["asker"], ids["helper"])


async def let_rest(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await db.execute(LOCK, [ids["offer"]])
    await db.execute("insert into rest (person_id, since, until, away) values ($1, now(), now() + interval '1 day', false)", ids["helper"])


async def fill_month(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await db.execute(LOCK, [ids["offer"]])
    await db.execute("update person set monthly_max = 1 where id = $1", ids["helper"])
    await actions.suggest_for_post(db, ids["second need"], at=now())


async def shorten_reach(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await db.execute("update post set reach = 0 where id = $1", ids["offer"])


async def change_moment(db: Db, town: Made, ids: dict[str, UUID]) -> None:
    await db.execute("update post set slots = 1 where id = $1", ids["need"])
    await db.execute("update post set slots = 2 where id = $1", ids["offer"])


@pytest.mark.parametrize(
    ("deed", "left"),
    [
        (propose_other, 1),
        (withdraw_need, 0),
        (withdraw_offer, 0),
        (block_helper, 0),
        (erase_helper, 0),
        (keep_away, 0),
        (let_rest, 0),
        (fill_month, 0),
        (shorten_reach, 0),
        (change_moment, 0),
    ],
)
async def test_what_happens_while_a_round_solves_wins(committed: Committed, town: Made, deed: Deed, left: int) -> None:
    """Somebody holds a post when the round wants to write what it found; when they are done, the round looks again."""
    ids = {"asker": await town.person("Amina"), "helper": await town.person("Hatice", "Collignon", reach=4)}
    ids |= {"need": await town.post(ids["asker"], reach=4), "offer": await town.post(ids["helper"], "offer")}
    await town.post(ids["helper"], "offer", "home.garden")
    ids["second need"] = await town.post(await town.person("Leila"), theme="home.garden", reach=4, state="waiting")
    round_id = await open_round(committed)
    if deed is fill_month:
        await town.db.execute("update post set state = 'open' where id = $1", ids["second need"])
    async with committed.worker.transaction() as db:
        await db.execute(LOCK, [ids["need"], ids["offer"]])
        work = asyncio.create_task(jobs.do_parts(committed.worker, committed.reckoning, round_id=round_id))
        await wait_for(lambda: town.db.fetchval(WAITS))
        await deed(db, town, ids)
    await work
    rows = await town.db.fetch("select state from match where need_id = $1", ids["need"])
    assert [row["state"] for row in rows] == ["asked"] * left
    part = await part_of(town, round_id)
    assert (part["state"], part["asked"]) == ("done", int(deed is fill_month and part["chosen"] == 2) * 0)


WAITS = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


async def test_nothing_changed_and_everything_is_written(committed: Committed, town: Made) -> None:
    """The counterpart of the test above: with the posts merely held, the round writes what it found."""
    ids = {"asker": await town.person("Amina"), "helper": await town.person("Hatice", "Collignon", reach=4)}
    need, offer = await town.post(ids["asker"], reach=4), await town.post(ids["helper"], "offer")
    round_id = await open_round(committed)
    async with committed.worker.transaction() as db:
        await db.execute(LOCK, [need, offer])
        work = asyncio.create_task(jobs.do_parts(committed.worker, committed.reckoning, round_id=round_id))
        await wait_for(lambda: town.db.fetchval(WAITS))
    await work
    assert await asked(town) == {(need, offer)}


async def test_rounds_and_answers_of_many_people_get_along(committed: Committed, town: Made) -> None:
    """Nobody waits in a circle, nobody is asked beyond their places, and no need has two questions."""
    needs = await neighbours(town, 12)
    offers = await neighbours(town, 8, "offer", capacity=2)

    async def answer_all() -> None:
        for _ in range(6):
            for row in await town.db.fetch("select id, helper_id, state, asker_id from match where state in ('asked', 'offered')"):
                who, says = (row["helper_id"], Answer.YES) if row["state"] == "asked" else (row["asker_id"], Answer.NO)
                with suppress(Conflict):
                    async with committed.web.transaction(who) as db:
                        await actions.answer_match(db, viewer(who), row["id"], says)
            await asyncio.sleep(0.05)

    async def round_after_round() -> None:
        for _ in range(3):
            with suppress(rounds.RoundRuns):
                await make_round(committed)

    async def suggest() -> None:
        for need in needs:
            with suppress(Conflict):
                async with committed.worker.transaction() as db:
                    await actions.suggest_for_post(db, need, at=now())

    await asyncio.gather(answer_all(), round_after_round(), suggest())
    await make_round(committed)
    rows = await town.db.fetch("select need_id, offer_id, state from match where state in ('suggested', 'asked', 'offered')")
    assert max(Counter(row["need_id"] for row in rows).values(), default=0) <= 1
    assert max(Counter(row["offer_id"] for row in rows).values(), default=0) <= 2
    assert {row["problem"] for row in await town.db.fetch("select problem from round_part")} == {None}
    assert set(offers) >= {row["offer_id"] for row in rows}


# --- what goes wrong, and what is kept -------------------------------------------------------------------------------------------


async def test_a_theme_that_needs_too_much_memory_is_left_out_and_said(committed: Committed, town: Made) -> None:
    await neighbours(town, 1)
    await neighbours(town, 1, "offer")
    round_id = await open_round(committed)
    async with Apart(most_mib=PROGRAM_MIB) as small:
        await jobs.do_parts(committed.worker, small, round_id=round_id)
    part = await part_of(town, round_id)
    assert (part["state"], part["problem"]) == ("failed", "memory")
    assert await town.db.fetchval("select state from round where id = $1", round_id) == "done"
    assert await asked(town) == set()


@pytest.mark.parametrize(("origin", "made"), [("clock", [1, 1, 2, 0]), ("command", [1])])
async def test_where_the_memory_holds_some_of_the_needs_the_clocks_next_round_begins_at_once(
    committed: Committed, town: Made, monkeypatch: pytest.MonkeyPatch, origin: str, made: list[int]
) -> None:
    """Room for four pairs: at first those of one need, and those of two when half of the helpers are asked. The fifth need finds nobody."""
    monkeypatch.setattr(parts, "FOR_PAIRS", 4 * PAIR_BYTES / ((committed.reckoning.most_mib - PROGRAM_MIB) * parts.MEBIBYTE))
    await neighbours(town, 5)
    await neighbours(town, 4, "offer")
    async with committed.worker.transaction() as db:
        await rounds.open_round(db, None, origin=origin, at=now())
    await jobs.do_parts(committed.worker, committed.reckoning)
    rows = await town.db.fetch(
        "select p.asked, r.state, r.origin from round r join round_part p on p.round_id = r.id order by r.started_at"
    )
    assert [tuple(row) for row in rows] == [(asked, "done", origin) for asked in made]


async def test_the_clock_makes_one_round_at_a_time_and_stops_one_that_takes_too_long(committed: Committed, town: Made) -> None:
    await neighbours(town, 1)
    await jobs.open_round(committed.worker)
    await jobs.open_round(committed.worker)
    assert await town.db.fetchval("select count(*) from round") == 1
    await town.db.execute("update round set started_at = now() - interval '61 minutes'")
    await jobs.open_round(committed.worker)
    rows = await town.db.fetch(
        "select r.state, p.state as part, p.problem from round r join round_part p on p.round_id = r.id order by r.started_at"
    )
    assert [tuple(row) for row in rows] == [("stopped", "failed", "time"), ("running", "waiting", None)]


async def test_a_part_that_is_held_is_left_to_its_worker_when_its_round_is_late(committed: Committed, town: Made) -> None:
    [need], [offer] = await neighbours(town, 1), await neighbours(town, 1, "offer")
    round_id = await open_round(committed)
    await town.db.execute("update round set started_at = now() - interval '61 minutes'")
    async with committed.worker.transaction() as db:
        await db.execute(LOCK, [need])
        work = asyncio.create_task(jobs.do_parts(committed.worker, committed.reckoning))
        await wait_for(lambda: town.db.fetchval(WAITS))
        await jobs.open_round(committed.worker)
        assert await town.db.fetchval("select count(*) from round") == 1
    await work
    assert await asked(town) == {(need, offer)}
    assert await town.db.fetchval("select state from round where id = $1", round_id) == "done"


async def test_a_part_that_is_done_again_asks_nobody_twice(committed: Committed, town: Made) -> None:
    """As after a worker that was killed when some of its questions were written and its part was not."""
    await neighbours(town, 3)
    await neighbours(town, 2, "offer")
    round_id = await make_round(committed)
    await neighbours(town, 1, "offer")
    await town.db.execute("delete from round_count")
    await town.db.execute("update round_part set state = 'waiting'")
    await town.db.execute("update round set state = 'running', finished_at = null")
    await jobs.do_parts(committed.worker, committed.reckoning)
    assert len(await asked(town)) == 3 == await town.db.fetchval("select count(*) from match")
    assert await town.db.fetchval("select count(*) from outbox where kind = 'matching.MatchAsked'") == 3
    assert await town.db.fetchval("select asked from round_part where round_id = $1", round_id) == 1


async def test_an_empty_town_has_a_round_that_is_over_at_once(committed: Committed, town: Made) -> None:
    await jobs.open_round(committed.worker)
    assert tuple(await town.db.fetchrow("select state, origin from round")) == ("done", "clock")
    assert await jobs.do_parts(committed.worker, committed.reckoning) == 0
    assert await town.db.fetchval("select count(*) from outbox") == 0


async def test_rounds_are_kept_for_a_time_and_counts_of_the_clocks_last_one(committed: Committed, town: Made) -> None:
    await neighbours(town, 1)
    for _ in range(3):
        await jobs.open_round(committed.worker)
        await jobs.do_parts(committed.worker, committed.reckoning)
    assert await town.db.fetchval("select count(*) from round_count") == 3
    await jobs.clear_rounds(committed.worker)
    assert await town.db.fetchval("select count(*) from round_count") == 1
    assert await town.db.fetchval("select count(*) from round") == 3
    await town.db.execute("update round set started_at = now() - $1::interval", KEPT + timedelta(days=1))
    await jobs.clear_rounds(committed.worker)
    assert await town.db.fetchval("select count(*) from round_part") == 0


@pytest.mark.parametrize("typed", ["much", "3072 MB", "-1", "511"])
def test_memory_that_is_no_number_or_too_little_is_refused_in_a_line(typed: str) -> None:
    assert Settings().round_mib == 3072
    with pytest.raises(SettingUnusable, match="BUURTNET_ROUND_MEMORY"):
        _ = Settings(round_memory=typed).round_mib


def test_the_next_round_is_at_the_next_ten_minutes() -> None:
    at = now().replace(minute=17, second=3, microsecond=9)
    assert next_round(at) == at.replace(minute=20, second=0, microsecond=0)
    assert next_round(next_round(at)) == next_round(at) + EVERY
