"""What the worker process does of itself: who is asked next, who is told what."""

from datetime import timedelta

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.outbox import record
from buurtnet.matching import actions, jobs
from buurtnet.matching.events import MatchAgreed, MatchAsked, MatchQuiet, MatchWithdrawn
from buurtnet.matching.queries import get_match
from buurtnet.matching.schemas import Answer, FailReason
from buurtnet.people.events import PersonBlocked
from buurtnet.posts.actions import ask_for_change, change_post, withdraw_post
from buurtnet.posts.events import PostClosed, PostOpened, PostWaiting
from buurtnet.posts.schemas import PostChange
from tests.made import Made
from tests.matching.conftest import Pair, notices, read_match, send_all, viewer, worker


async def reach(made: Made, *people) -> None:
    """Gives everybody an address, so that they can be told."""
    for number, person in enumerate(people):
        await made.contact(person, f"buur{number}@example.org")


async def test_an_opened_need_asks_and_tells_the_helper_then_the_asker_then_both(
    db: Db, connection: Db, made: Made, pair: Pair, tell
) -> None:
    await reach(made, pair.asker, pair.helper)
    await record(db, PostOpened(pair.need))
    await tell()
    match = await read_match(connection, pair.need)
    assert (
        match["state"] == "asked"
        and await notices(connection, pair.helper) == ["match_asked"]
        and await notices(connection, pair.asker) == []
    )
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await tell()
    assert await notices(connection, pair.asker) == ["match_offered"]
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    await tell()
    assert await notices(connection, pair.asker) == ["match_offered", "match_agreed"]
    assert await notices(connection, pair.helper) == ["match_asked", "match_agreed"]


async def test_a_no_goes_on_to_the_next_and_tells_the_asker_nothing(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    second = await made.person("Jan")
    await made.post(second, "offer")
    await reach(made, pair.asker, pair.helper, second)
    await record(db, PostOpened(pair.need))
    await tell()
    first = await read_match(connection, pair.need)
    await actions.answer_match(db, viewer(first["helper_id"]), first["id"], Answer.NO)
    await tell()
    states = {
        row["helper_id"]: row["state"] for row in await connection.fetch("select helper_id, state from match where need_id = $1", pair.need)
    }
    assert sorted(states.values()) == ["asked", "declined"]
    assert await notices(connection, pair.asker) == []


async def test_whoever_said_yes_in_vain_is_thanked_and_does_not_learn_why(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await reach(made, pair.asker, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    match = await read_match(db, pair.need)
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.NO)
    await tell()
    assert await notices(connection, pair.helper) == ["match_thanks"]


async def test_a_need_that_is_taken_back_thanks_whoever_was_asked(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await reach(made, pair.asker, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    await tell()
    await send_all(connection)
    await withdraw_post(db, pair.as_asker, pair.need)
    await tell()
    assert (await read_match(connection, pair.need))["state"] == "withdrawn"
    assert await notices(connection, pair.helper) == ["match_asked", "match_thanks"]


async def test_whoever_had_not_been_told_of_the_question_hears_nothing_of_its_end(
    db: Db, connection: Db, made: Made, pair: Pair, tell
) -> None:
    await reach(made, pair.asker, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    await tell()
    await withdraw_post(db, pair.as_asker, pair.need)
    await tell()
    assert [tuple(row) for row in await connection.fetch("select kind, state from notice")] == [("match_asked", "dropped")]


async def test_an_offer_that_is_taken_back_thanks_nobody(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await reach(made, pair.asker, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    await tell()
    await withdraw_post(db, pair.as_helper, pair.offer)
    await tell()
    assert await notices(connection, pair.helper) == ["match_asked"]


async def test_a_lapse_tells_the_asker_where_nobody_else_is_left(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await reach(made, pair.asker, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    await tell()
    await send_all(connection)
    await actions.lapse_matches(db, now() + timedelta(days=9))
    await tell()
    assert await notices(connection, pair.asker) == ["match_lapsed"]
    assert await notices(connection, pair.helper) == ["match_asked"]


async def test_after_some_days_whoever_said_nothing_is_asked(
    db: Db, connection: Db, made: Made, pair: Pair, tell, worker_database: Database
) -> None:
    await reach(made, pair.asker, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    match = await read_match(db, pair.need)
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    due = await connection.fetchval("select due_at from outbox where kind = 'matching.MatchQuiet'")
    assert timedelta(days=2) < due - now() < timedelta(days=4)
    await tell()
    assert "done_asked" not in await notices(connection, pair.asker)
    await actions.complete_match(db, pair.as_asker, match["id"])
    async with worker_database.transaction() as worker_db:
        await jobs.ask_outcome(worker_db, MatchQuiet(match["id"]))
    assert await notices(connection, pair.helper) == ["match_agreed", "done_asked"]
    assert "done_asked" not in await notices(connection, pair.asker)
    await actions.complete_match(db, pair.as_helper, match["id"])
    async with worker_database.transaction() as worker_db:
        await jobs.ask_outcome(worker_db, MatchQuiet(match["id"]))
    assert (await notices(connection, pair.helper)).count("done_asked") == 1


async def test_what_failed_is_tried_with_somebody_else(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await actions.suggest_for_post(db, pair.need, at=now())
    match = await read_match(db, pair.need)
    second = await made.post(await made.person("Jan"), "offer")
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    await actions.fail_match(db, pair.as_asker, match["id"], FailReason.NOT_RIGHT)
    await tell()
    assert (await read_match(connection, pair.need, second))["state"] == "asked"


async def test_the_crons_run_in_the_role_of_the_worker(connection: Db, made: Made, pair: Pair, worker_database: Database) -> None:
    await jobs.open_round(worker_database)
    await jobs.clear_rounds(worker_database)
    await jobs.lapse_questions(worker_database)
    await jobs.wake_rested(worker_database)


async def test_words_that_a_worker_has_yet_to_read_reach_nobody_who_was_asked(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await actions.suggest_for_post(db, pair.need, at=now())
    match = await read_match(db, pair.need)
    version = await db.fetchval("select version from post where id = $1", pair.need)
    words = "Bel mij op 0471 32 65 98, dan spreken we af."
    await change_post(db, pair.as_asker, pair.need, PostChange(version=version, text=words, reach=4), at=now())
    assert (await get_match(db, pair.as_helper, match["id"])).need.text is None
    await tell()
    assert (await read_match(connection, pair.need))["state"] == "withdrawn"


async def test_a_worker_who_asks_for_other_words_stops_the_question(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await actions.suggest_for_post(db, pair.need, at=now())
    await ask_for_change(db, worker(await made.staff()), pair.need, "Kan het zonder het adres?")
    await tell()
    assert (await read_match(connection, pair.need))["state"] == "withdrawn"


async def test_late_news_that_a_post_waited_take_nothing_back(db: Db, connection: Db, made: Made, pair: Pair) -> None:
    await actions.suggest_for_post(db, pair.need, at=now())
    await jobs.withdraw_matches(db, PostWaiting(pair.need))
    await jobs.withdraw_matches(db, PostClosed(pair.offer))
    await jobs.part_blocked(db, PersonBlocked(pair.helper))
    assert (await read_match(connection, pair.need))["state"] == "asked"


async def test_late_news_of_a_question_taken_back_leaves_the_one_that_followed(
    db: Db, connection: Db, made: Made, pair: Pair, worker_database: Database
) -> None:
    await reach(made, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    match = await read_match(connection, pair.need)
    await connection.execute("update match set state = 'withdrawn' where id = $1", match["id"])
    await actions.suggest_for_post(db, pair.need, at=now())
    async with worker_database.transaction() as worker:
        await jobs.tell_helper(worker, MatchAsked(match["id"]))
        await jobs.ask_next(worker, MatchWithdrawn(match["id"]))
    assert [tuple(row) for row in await connection.fetch("select kind, state from notice")] == [("match_asked", "due")]


async def test_late_news_of_an_agreement_are_told_only_while_it_stands(
    db: Db, connection: Db, made: Made, pair: Pair, worker_database: Database
) -> None:
    await reach(made, pair.asker, pair.helper)
    await actions.suggest_for_post(db, pair.need, at=now())
    match = await read_match(connection, pair.need)
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    await actions.fail_match(db, pair.as_asker, match["id"], FailReason.NOT_RIGHT)
    async with worker_database.transaction() as worker:
        await jobs.tell_both(worker, MatchAgreed(match["id"]))
    assert await notices(connection, pair.asker) == await notices(connection, pair.helper) == []
