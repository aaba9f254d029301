"""Yes from all sides in the same moment, with real commits: exactly one agreement."""

import asyncio
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import _set_up
from buurtnet.kit.errors import Conflict
from buurtnet.kit.vault import Vault
from buurtnet.matching import actions
from buurtnet.matching.schemas import Answer
from buurtnet.posts.actions import refresh_author
from tests.conftest import Committed
from tests.made import Made
from tests.matching.conftest import viewer

ROUNDS = 12


@pytest.fixture
async def town(committed: Committed, vault: Vault) -> AsyncGenerator[Made]:
    """Makes rows that are committed at once, as the superuser."""
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    yield Made(connection, vault)
    await connection.close()


async def say_yes(committed: Committed, person_id, match_id) -> bool:
    """Whether the yes counted."""
    try:
        async with committed.web.transaction(person_id) as db:
            await actions.answer_match(db, viewer(person_id), match_id, Answer.YES)
    except Conflict:
        return False
    return True


async def test_three_helpers_say_yes_at_once_and_one_goes_on(committed: Committed, town: Made) -> None:
    for _ in range(ROUNDS):
        need = await town.post(await town.person("Amina"), urgency="urgent")
        for number in range(3):
            await town.post(await town.person(f"Buur {number}"), "offer")
        async with committed.worker.transaction() as db:
            assert await actions.suggest_for_post(db, need, at=now()) == 3
        asked = await town.db.fetch("select id, helper_id from match where need_id = $1", need)
        said = await asyncio.gather(*(say_yes(committed, row["helper_id"], row["id"]) for row in asked))
        assert sum(said) == 1
        assert sorted(row["state"] for row in await town.db.fetch("select state from match where need_id = $1", need)) == [
            "offered",
            "withdrawn",
            "withdrawn",
        ]
        await town.db.execute("update post set state = 'withdrawn' where state = 'open'")


async def test_two_askers_say_yes_to_one_helper_and_one_gets_the_place(committed: Committed, town: Made) -> None:
    for _ in range(ROUNDS):
        helper, askers = await town.person("Hatice"), [await town.person("Amina"), await town.person("Leila")]
        offer = await town.post(helper, "offer", capacity=2)
        needs = [await town.post(asker) for asker in askers]
        async with committed.worker.transaction() as db:
            for need in needs:
                assert await actions.suggest_for_post(db, need, at=now()) == 1
        rows = await town.db.fetch("select id, asker_id from match where offer_id = $1", offer)
        for row in rows:
            assert await say_yes(committed, helper, row["id"])
        await town.db.execute("update post set capacity = 1 where id = $1", offer)
        said = await asyncio.gather(*(say_yes(committed, row["asker_id"], row["id"]) for row in rows))
        assert sum(said) == 1
        assert await town.db.fetchval("select engaged from post where id = $1", offer) == 1
        assert await town.db.fetchval("select count(*) from match where offer_id = $1 and state = 'agreed'", offer) == 1
        assert (
            await town.db.fetchval(
                "select count(*) from conversation c join match m on m.conversation_id = c.id where m.offer_id = $1", offer
            )
            == 1
        )
        await town.db.execute("update post set state = 'withdrawn' where state = 'open'")


async def test_many_needs_open_at_once_and_nobody_is_asked_beyond_their_capacity(committed: Committed, town: Made) -> None:
    helper = await town.person("Hatice", monthly_max=31)
    offer = await town.post(helper, "offer", capacity=2)
    needs = [await town.post(await town.person(f"Buur {number}")) for number in range(8)]

    async def suggest(need) -> int:
        async with committed.worker.transaction() as db:
            return await actions.suggest_for_post(db, need, at=now())

    assert sum(await asyncio.gather(*(suggest(need) for need in needs))) == 2
    assert await town.db.fetchval("select count(*) from match where offer_id = $1 and state = 'asked'", offer) == 2


async def test_searches_and_changed_helpers_never_wait_for_each_other_in_a_circle(committed: Committed, town: Made) -> None:
    helpers = [await town.person(f"Helper {number}", monthly_max=31) for number in range(6)]
    offers = [await town.post(helper, "offer", capacity=3) for helper in helpers]
    needs = [await town.post(await town.person(f"Buur {number}"), urgency="urgent") for number in range(6)]

    async def suggest(post) -> None:
        async with committed.worker.transaction() as db:
            await actions.suggest_for_post(db, post, at=now())

    async def refresh(person) -> None:
        async with committed.worker.transaction() as db:
            await refresh_author(db, person)

    await asyncio.gather(
        *(suggest(post) for pair in zip(needs, offers, strict=True) for post in pair), *(refresh(helper) for helper in helpers * 2)
    )
    assert await town.db.fetchval("select count(*) from match where state = 'asked'") >= 6


async def test_both_say_done_at_once_and_one_help_is_recorded(committed: Committed, town: Made) -> None:
    async def done(person_id, match_id) -> bool:
        async with committed.web.transaction(person_id) as db:
            return await actions.complete_match(db, viewer(person_id), match_id)

    for _ in range(ROUNDS):
        asker, helper = await town.person("Amina"), await town.person("Hatice")
        need, _offer = await town.post(asker), await town.post(helper, "offer")
        async with committed.worker.transaction() as db:
            await actions.suggest_for_post(db, need, at=now())
        match_id = await town.db.fetchval("select id from match where need_id = $1", need)
        assert await say_yes(committed, helper, match_id) and await say_yes(committed, asker, match_id)
        assert sorted(await asyncio.gather(done(asker, match_id), done(helper, match_id))) == [False, True]
        assert await town.db.fetchval("select helps from tie where $1 in (a, b)", asker) == 1
        await town.db.execute("update post set state = 'withdrawn' where state = 'open'")
