"""Yes from all sides in the same moment, with real commits: exactly one agreement."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg
import httpx
import pytest
from litestar import Litestar

from buurtnet.kit.clock import now
from buurtnet.kit.db import _set_up
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.limits import Limits
from buurtnet.kit.outbox import deliver
from buurtnet.kit.queue import Queue
from buurtnet.kit.vault import Vault
from buurtnet.matching import actions
from buurtnet.matching.actions.taking import LOCK
from buurtnet.matching.schemas import Answer, RejectReason, Verdict
from buurtnet.posts.actions import refresh_author
from buurtnet.settings import Settings
from buurtnet.worker import list_reactions
from tests.committed import Committed
from tests.made import Made
from tests.matching.conftest import viewer, worker

HUNDRED = 100


@pytest.fixture
async def town(committed: Committed, vault: Vault) -> AsyncGenerator[Made]:
    """Makes rows that are committed at once, as the superuser."""
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    yield Made(connection, vault)
    await connection.close()


async def say(committed: Committed, person_id: UUID, match_id: UUID, answer: Answer = Answer.YES) -> bool:
    """Whether the answer counted."""
    try:
        async with committed.web.transaction(person_id) as db:
            await actions.answer_match(db, viewer(person_id), match_id, answer)
    except (Conflict, NotFound):
        return False
    return True


async def suggest(committed: Committed, post_id: UUID) -> int:
    async with committed.worker.transaction() as db:
        return await actions.suggest_for_post(db, post_id, at=now())


async def close_all(town: Made) -> None:
    """What was tried is out of the way of the next try."""
    await town.db.execute("update post set state = 'withdrawn' where state = 'open'")
    await town.db.execute("update match set state = 'withdrawn' where state in ('suggested', 'asked', 'offered')")


class Stand:
    """Some people who are asked and all say yes at once, with or without a browser."""

    def __init__(self, committed: Committed, town: Made, browser: httpx.AsyncClient | None = None) -> None:
        self.committed, self.town, self.browser = committed, town, browser

    async def all_say_yes(self, asked: Sequence[tuple[UUID, UUID]]) -> list[bool]:
        """Who of these people, each with a match, got their yes in; in a browser, whoever is late reads what became of it."""
        if self.browser is None:
            return await asyncio.gather(*(say(self.committed, person_id, match_id) for person_id, match_id in asked))
        tokens = [await self.town.session(person_id) for person_id, _ in asked]
        replies = await asyncio.gather(
            *(
                self.browser.post(f"/matches/{match_id}/answer", data={"answer": "yes"}, headers={"Cookie": f"session={token}"})
                for token, (_, match_id) in zip(tokens, asked, strict=True)
            )
        )
        for reply in replies:
            assert reply.status_code in (303, 409), reply.text
            if reply.status_code == 409:
                assert "It is not needed any more" in reply.text and "<h1>" in reply.text, "a kind page, not a refusal"
        return [reply.status_code == 303 for reply in replies]

    async def three_helpers(self) -> None:
        """An urgent need asks three; all say yes, one goes on, the others are thanked."""
        town = self.town
        need = await town.post(await town.person("Amina"), urgency="urgent")
        for number in range(3):
            await town.post(await town.person(f"Buur {number}"), "offer")
        assert await suggest(self.committed, need) == 3
        rows = await town.db.fetch("select id, helper_id from match where need_id = $1", need)
        said = await self.all_say_yes([(row["helper_id"], row["id"]) for row in rows])
        states = {row["id"]: row["state"] for row in await town.db.fetch("select id, state from match where need_id = $1", need)}
        assert {row["id"] for row, yes in zip(rows, said, strict=True) if yes} == {
            key for key, state in states.items() if state == "offered"
        }
        assert sorted(states.values()) == ["offered", "withdrawn", "withdrawn"]
        [offered] = await town.db.fetch("select asker_id, id from match where need_id = $1 and state = 'offered'", need)
        assert await self.all_say_yes([tuple(offered)]) == [True]
        assert await town.db.fetchval("select engaged from post where id = $1", need) == 1
        await close_all(town)

    async def two_askers(self) -> None:
        """A helper said yes to two and has room for one; both askers say yes, one gets the place."""
        town = self.town
        helper, askers = await town.person("Hatice"), [await town.person("Amina"), await town.person("Leila")]
        offer = await town.post(helper, "offer", capacity=2)
        needs = [await town.post(asker) for asker in askers]
        for need in needs:
            assert await suggest(self.committed, need) == 1
        rows = await town.db.fetch("select id, asker_id from match where offer_id = $1", offer)
        for row in rows:
            assert await say(self.committed, helper, row["id"])
        await town.db.execute("update post set capacity = 1 where id = $1", offer)
        said = await self.all_say_yes([(row["asker_id"], row["id"]) for row in rows])
        assert sorted(said) == [False, True]
        assert sorted(row["state"] for row in await town.db.fetch("select state from match where offer_id = $1", offer)) == [
            "agreed",
            "withdrawn",
        ]
        engaged = await town.db.fetch("select engaged from post where id = any($1) order by engaged", [offer, *needs])
        assert [row["engaged"] for row in engaged] == [0, 1, 1]
        talks = "select count(*) from conversation c join match m on m.conversation_id = c.id where m.offer_id = $1"
        assert await town.db.fetchval(talks, offer) == 1
        await close_all(town)


@pytest.fixture
async def browser(shared_app: Litestar, committed: Committed, limits: Limits, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """Requests to the application over the database with real commits."""
    queue = Queue(settings.redis_url)
    before = {key: shared_app.state[key] for key in ("database", "replica", "limits", "queue") if key in shared_app.state}
    shared_app.state.update(database=committed.web, replica=committed.web, limits=limits, queue=queue)
    transport = httpx.ASGITransport(shared_app, raise_app_exceptions=False)
    headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
        yield client
    shared_app.state.update(before)
    await queue.close()


@pytest.mark.parametrize("scene", [Stand.three_helpers, Stand.two_askers])
async def test_a_hundred_times_yes_from_all_sides_is_a_hundred_times_one_agreement(
    committed: Committed, town: Made, scene: Callable[[Stand], Awaitable[None]]
) -> None:
    stand = Stand(committed, town)
    for _ in range(HUNDRED):
        await scene(stand)


@pytest.mark.parametrize("scene", [Stand.three_helpers, Stand.two_askers])
async def test_whoever_is_a_moment_late_reads_a_kind_page(
    committed: Committed, town: Made, browser: httpx.AsyncClient, scene: Callable[[Stand], Awaitable[None]]
) -> None:
    stand = Stand(committed, town, browser)
    for _ in range(12):
        await scene(stand)


async def test_whoever_is_a_moment_late_is_told_kindly(committed: Committed, town: Made, settings: Settings, vault: Vault) -> None:
    """Two helpers of three are thanked; of two askers one hears that somebody is looked for on."""
    stand = Stand(committed, town)
    people = "select id from person where id <> all(select person_id from contact)"
    for scene, told in ((stand.three_helpers, {"match_thanks": 2}), (stand.two_askers, {"match_gone": 1})):
        await town.db.execute("delete from outbox")
        await scene()
        for row in await town.db.fetch(people):
            await town.contact(row["id"], f"{row['id'].hex}@example.org")
        await town.db.execute("update post set state = 'open' where state = 'withdrawn' and kind = 'need' and engaged = 0")
        await town.db.execute(
            "update post set state = 'open' where state = 'withdrawn' and kind = 'offer' and engaged = 0 and capacity = 1"
        )
        await deliver(committed.worker, list_reactions(settings, vault))
        rows = await town.db.fetch("select kind, count(*) as n from notice where kind in ('match_thanks', 'match_gone') group by kind")
        assert {row["kind"]: row["n"] for row in rows} == told
        await town.db.execute("delete from notice")
        await close_all(town)


async def test_two_workers_review_one_match_and_the_first_one_decides(committed: Committed, town: Made) -> None:
    workers = [await town.staff("Sara"), await town.staff("Els")]

    async def review(worker_id: UUID, match_id: UUID, verdict: Verdict) -> bool:
        try:
            async with committed.web.transaction(worker_id) as db:
                await actions.review_match(db, worker(worker_id), match_id, verdict, RejectReason.OTHER)
        except Conflict:
            return False
        return True

    for number in range(HUNDRED):
        asker, helper = await town.person("Amina", mediated=True), await town.person("Hatice")
        need, _offer = await town.post(asker), await town.post(helper, "offer")
        assert await suggest(committed, need) == 1
        match_id = await town.db.fetchval("select id from match where need_id = $1", need)
        verdicts = (Verdict.CONFIRM, Verdict.REJECT) if number % 2 else (Verdict.CONFIRM, Verdict.CONFIRM)
        decided = await asyncio.gather(*(review(who, match_id, said) for who, said in zip(workers, verdicts, strict=True)))
        assert sorted(decided) == [False, True]
        state, reviewer = await town.db.fetchrow("select state, reviewer_id from match where id = $1", match_id)
        winner = decided.index(True)
        assert (reviewer, state) == (workers[winner], "asked" if verdicts[winner] is Verdict.CONFIRM else "rejected")
        asked = "select count(*) from outbox where kind = 'matching.MatchAsked' and payload->>'match_id' = $1"
        assert await town.db.fetchval(asked, str(match_id)) == (state == "asked")
        assert await town.db.fetchval("select count(*) from pair_memory where person_id = $1", asker) == (state == "rejected")
        await close_all(town)


async def test_two_workers_decide_in_their_browsers_and_the_second_one_hears_that_it_is_done(
    committed: Committed, town: Made, browser: httpx.AsyncClient
) -> None:
    tokens = [await town.session(await town.staff(name), kind="staff") for name in ("Sara", "Els")]
    for _ in range(6):
        need = await town.post(await town.person("Amina", mediated=True))
        await town.post(await town.person("Hatice"), "offer")
        await suggest(committed, need)
        match_id = await town.db.fetchval("select id from match where need_id = $1", need)
        replies = await asyncio.gather(
            *(
                browser.post(f"/desk/matches/{match_id}", data={"verdict": "confirm"}, headers={"Cookie": f"session={token}"})
                for token in tokens
            )
        )
        assert sorted(reply.status_code for reply in replies) == [303, 409], [reply.text for reply in replies]
        await close_all(town)


WAITS = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_NOW])
async def test_a_refusal_wins_over_a_search_that_was_ahead_of_it(committed: Committed, town: Made, answer: Answer) -> None:
    """The search has found the helper and waits for the posts; meanwhile they refuse somebody's other question."""
    asker, helper = await town.person("Amina"), await town.person("Hatice")
    first = await town.post(asker)
    await town.post(helper, "offer")
    assert await suggest(committed, first) == 1
    second = await town.post(asker, theme="home.repair")
    await town.post(helper, "offer", "home.repair")
    async with town.db.transaction():
        await town.db.execute(LOCK, [second])
        search = asyncio.create_task(suggest(committed, second))
        while not await town.db.fetchval(WAITS):
            await asyncio.sleep(0.01)
        assert await say(committed, helper, await town.db.fetchval("select id from match where need_id = $1", first), answer)
    assert await search == 0
    assert await town.db.fetchval("select count(*) from match where need_id = $1", second) == 0


async def test_a_search_waits_for_a_refusal_that_is_being_written(committed: Committed, town: Made) -> None:
    asker, helper = await town.person("Amina"), await town.person("Hatice")
    first = await town.post(asker)
    await town.post(helper, "offer")
    assert await suggest(committed, first) == 1
    match_id = await town.db.fetchval("select id from match where need_id = $1", first)
    second = await town.post(asker, theme="home.repair")
    await town.post(helper, "offer", "home.repair")
    async with committed.web.transaction(helper) as db:
        await actions.answer_match(db, viewer(helper), match_id, Answer.NO)
        search = asyncio.create_task(suggest(committed, second))
        while not search.done() and not await town.db.fetchval(WAITS):
            await asyncio.sleep(0.01)
    assert await search == 0


async def leave(town: Made, helper: UUID, how: str, *, after: float) -> None:
    """The helper is gone a moment from now; posts are taken before people, as everywhere."""
    await asyncio.sleep(after)
    async with town.db.transaction():
        if how == "erased":
            await town.db.execute("delete from post where author_id = $1", helper)
            await town.db.execute("delete from person where id = $1", helper)
        else:
            await town.db.execute("update person set state = 'blocked' where id = $1", helper)


@pytest.mark.parametrize("how", ["erased", "blocked"])
async def test_a_helper_who_leaves_in_the_moment_of_a_yes_leaves_nothing_broken(committed: Committed, town: Made, how: str) -> None:
    won = Counter[bool]()
    for number in range(HUNDRED):
        asker, helper = await town.person("Amina"), await town.person("Hatice")
        need, offer = await town.post(asker), await town.post(helper, "offer")
        assert await suggest(committed, need) == 1
        match_id = await town.db.fetchval("select id from match where need_id = $1", need)
        who = helper
        if number % 2:
            assert await say(committed, helper, match_id)
            who = asker
        yes, _gone = await asyncio.gather(say(committed, who, match_id), leave(town, helper, how, after=number % 10 / 500))
        won[yes] += 1
        assert not await say(committed, asker, match_id), "with whoever has left nobody agrees any more"
        if how == "erased":
            assert await town.db.fetchval("select count(*) from match where id = $1", match_id) == 0
            assert await town.db.fetchval("select count(*) from post where id = $1", offer) == 0
            assert await town.db.fetchval("select count(*) from participant where person_id = $1", helper) == 0
        else:
            state = await town.db.fetchval("select state from match where id = $1", match_id)
            assert state == ({True: "agreed", False: "offered"} if number % 2 else {True: "offered", False: "asked"})[yes]
            async with committed.worker.transaction() as db:
                await actions.withdraw_person(db, helper, at=now())
            assert await town.db.fetchval("select state from match where id = $1", match_id) == (
                "agreed" if state == "agreed" else "withdrawn"
            )
        await close_all(town)
    assert set(won) == {True, False}, "both orders came about"


async def test_many_needs_open_at_once_and_nobody_is_asked_beyond_their_capacity(committed: Committed, town: Made) -> None:
    helper = await town.person("Hatice", monthly_max=31)
    offer = await town.post(helper, "offer", capacity=2)
    needs = [await town.post(await town.person(f"Buur {number}")) for number in range(8)]

    assert sum(await asyncio.gather(*(suggest(committed, need) for need in needs))) == 2
    assert await town.db.fetchval("select count(*) from match where offer_id = $1 and state = 'asked'", offer) == 2


async def test_searches_and_changed_helpers_never_wait_for_each_other_in_a_circle(committed: Committed, town: Made) -> None:
    helpers = [await town.person(f"Helper {number}", monthly_max=31) for number in range(6)]
    offers = [await town.post(helper, "offer", capacity=3) for helper in helpers]
    needs = [await town.post(await town.person(f"Buur {number}"), urgency="urgent") for number in range(6)]

    async def refresh(person) -> None:
        async with committed.worker.transaction() as db:
            await refresh_author(db, person)

    await asyncio.gather(
        *(suggest(committed, post) for pair in zip(needs, offers, strict=True) for post in pair),
        *(refresh(helper) for helper in helpers * 2),
    )
    assert await town.db.fetchval("select count(*) from match where state = 'asked'") >= 6


async def test_both_say_done_at_once_and_one_help_is_recorded(committed: Committed, town: Made) -> None:
    async def done(person_id, match_id) -> bool:
        async with committed.web.transaction(person_id) as db:
            return await actions.complete_match(db, viewer(person_id), match_id)

    for _ in range(12):
        asker, helper = await town.person("Amina"), await town.person("Hatice")
        need, _offer = await town.post(asker), await town.post(helper, "offer")
        async with committed.worker.transaction() as db:
            await actions.suggest_for_post(db, need, at=now())
        match_id = await town.db.fetchval("select id from match where need_id = $1", need)
        assert await say(committed, helper, match_id) and await say(committed, asker, match_id)
        assert sorted(await asyncio.gather(done(asker, match_id), done(helper, match_id))) == [False, True]
        assert await town.db.fetchval("select helps from tie where $1 in (a, b)", asker) == 1
        await town.db.execute("update post set state = 'withdrawn' where state = 'open'")
