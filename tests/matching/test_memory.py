"""What is remembered between two people, and how often one of them is asked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.matching import actions
from buurtnet.matching.actions.taking import QuestionIsOver
from buurtnet.matching.queries import find_candidates, get_fits, get_match
from buurtnet.matching.rules.life import (
    HELPER_RESTS,
    TURNS_IN_A_ROW,
    TURNS_WITHIN,
    WAITS_AT_LEAST,
    WAKING_FROM,
    WAKING_UNTIL,
    Turn,
    add_waking,
    lapse_time,
    last_waking,
    rest_after,
    told_lapse_time,
)
from buurtnet.matching.schemas import Answer, FailReason, RejectReason, Verdict
from buurtnet.web.language import ZONE
from tests.made import Made
from tests.matching.conftest import Pair, notices, read_match, send_all, viewer, worker

DAY = timedelta(days=1)
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


async def ask(db: Db, need: UUID, *, days: float = 0) -> dict:
    """The match of a need that is asked now, or so many days on; empty where nobody is."""
    await actions.suggest_for_post(db, need, at=now() + days * DAY)
    return dict(await db.fetchrow("select * from match where need_id = $1 and state = 'asked'", need) or {})


async def refuse(db: Db, pair: Pair, side: str, answer: Answer) -> None:
    """Asks, and this side says so."""
    match = await ask(db, pair.need)
    if side == "asker":
        await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await actions.answer_match(db, pair.as_helper if side == "helper" else pair.as_asker, match["id"], answer)


async def new_posts(made: Made, pair: Pair, *, swapped: bool = False) -> UUID:
    """A new need of one of the two, with a theme that only a new offer of the other one fits."""
    asker, helper = (pair.helper, pair.asker) if swapped else (pair.asker, pair.helper)
    await made.post(helper, "offer", "home.repair", expires_at=now() + 90 * DAY)
    return await made.post(asker, theme="home.repair", expires_at=now() + 90 * DAY)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("side", ["helper", "asker"])
async def test_not_now_lets_two_people_rest_whatever_they_post(db: Db, made: Made, pair: Pair, side: str, swapped: bool) -> None:
    await refuse(db, pair, side, Answer.NOT_NOW)
    need = await new_posts(made, pair, swapped=swapped)
    assert await find_candidates(db, need, 5) == [] and not await ask(db, need, days=13.9)
    assert len(await find_candidates(db, need, 5, at=now() + 14.1 * DAY)) == 1
    assert (await ask(db, need, days=14.1))["state"] == "asked"


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("side", ["helper", "asker"])
async def test_a_no_is_for_good_whatever_they_post(db: Db, made: Made, pair: Pair, side: str, swapped: bool) -> None:
    await refuse(db, pair, side, Answer.NO)
    need = await new_posts(made, pair, swapped=swapped)
    assert await find_candidates(db, need, 5, at=now() + 80 * DAY) == [] and not await ask(db, need, days=80)
    await actions.wake_matches(db, at=now() + 80 * DAY)
    assert not await ask(db, need, days=80), "what is for good is not forgotten"


async def test_others_are_asked_as_before(db: Db, made: Made, pair: Pair) -> None:
    await refuse(db, pair, "helper", Answer.NOT_NOW)
    need = await made.post(await made.person("Leila"))
    assert (await ask(db, need))["helper_id"] == pair.helper
    await made.post(await made.person("Jan"), "offer")
    assert (await ask(db, pair.need))["asker_id"] == pair.asker


async def test_a_rest_outlives_the_post_it_was_about(db: Db, made: Made, pair: Pair) -> None:
    await refuse(db, pair, "helper", Answer.NOT_NOW)
    closed = (await read_match(db, pair.need))["closed_at"]
    await db.execute("update post set state = 'withdrawn', closed_at = now() where id = $1", pair.need)
    await actions.withdraw_matches(db, pair.need, at=now() + DAY)
    match = await read_match(db, pair.need)
    assert (match["state"], match["closed_at"]) == ("withdrawn", closed), "the moment of the answer stays"
    assert not await ask(db, await made.post(pair.asker))


async def test_what_is_over_is_forgotten(db: Db, pair: Pair) -> None:
    await refuse(db, pair, "helper", Answer.NOT_NOW)
    assert await actions.wake_matches(db, at=now() + 15 * DAY) == [pair.need]
    assert await db.fetchval("select count(*) from pair_memory") == 0


@pytest.mark.parametrize("side", ["helper", "asker"])
async def test_silence_is_read_as_not_now(db: Db, made: Made, pair: Pair, side: str) -> None:
    match = await ask(db, pair.need)
    if side == "asker":
        await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    assert await actions.lapse_matches(db, now() + 8 * DAY) == 1
    silent = await db.fetchrow("select person_id, what from pair_memory")
    assert tuple(silent) == (pair.helper if side == "helper" else pair.asker, "lapsed")
    need = await new_posts(made, pair)
    assert not await ask(db, need, days=21.9)
    assert await ask(db, need, days=22.1)
    assert not await ask(db, pair.need, days=29), "the same two posts are not brought together again"


async def test_after_trouble_nothing_else_stands_between_the_two(db: Db, made: Made, pair: Pair) -> None:
    match = await ask(db, pair.need)
    other = await new_posts(made, pair)
    assert await ask(db, other)
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    await actions.fail_match(db, pair.as_asker, match["id"], FailReason.NOT_RIGHT)
    assert (await read_match(db, other))["state"] == "withdrawn" and not await ask(db, other)


async def test_a_rejection_takes_back_what_else_stands_between_the_two(db: Db, made: Made, pair: Pair) -> None:
    asked = await ask(db, pair.need)
    other = await new_posts(made, pair)
    await ask(db, other)
    await db.execute("update match set state = 'suggested' where need_id = $1", other)
    review = (await read_match(db, other))["id"]
    await actions.review_match(db, worker(await made.staff()), review, Verdict.REJECT, RejectReason.NOT_SAFE)
    assert (await read_match(db, pair.need))["state"] == "withdrawn"
    with pytest.raises(QuestionIsOver):
        await actions.answer_match(db, pair.as_helper, asked["id"], Answer.YES)


async def reach(made: Made, *people: UUID) -> None:
    for person in people:
        await made.contact(person, f"{person.hex}@example.org")


async def hold_back(made: Made, person: UUID, until: datetime) -> None:
    """One message a day, and today's went out already."""
    await made.insert("preference", person_id=person, pace="daily")
    await made.insert(
        "notice", id=new_id(), event_id=new_id(), person_id=person, channel="email", kind="match_asked", state="sent", sent_at=until - DAY
    )


async def test_a_question_waits_from_the_moment_one_hears_of_it(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    told_at = now() + timedelta(hours=20)
    await reach(made, pair.helper)
    await hold_back(made, pair.helper, told_at)
    before = (await ask(db, pair.need))["lapses_at"]
    await tell()
    match, due = await read_match(connection, pair.need), await connection.fetchval("select due_at from notice where state = 'due'")
    assert told_at <= due <= told_at + timedelta(hours=12)
    assert match["lapses_at"] > before and match["lapses_at"] >= add_waking(due, WAITS_AT_LEAST, ZONE)


async def test_whoever_could_not_be_told_in_time_was_not_silent(db: Db, connection: Db, made: Made, pair: Pair, tell) -> None:
    await reach(made, pair.asker, pair.helper)
    await hold_back(made, pair.helper, now() + 3 * DAY)
    await db.execute("reset role")
    await db.execute("update post set expires_at = $2 where id = $1", pair.need, now() + timedelta(hours=9))
    match = await ask(db, pair.need)
    await tell()
    assert (await read_match(connection, pair.need))["lapses_at"] == match["lapses_at"], (
        "too late for the need: the next one is asked in time"
    )
    assert await actions.lapse_matches(db, now() + DAY) == 1
    assert (await read_match(connection, pair.need))["state"] == "withdrawn"
    until = await connection.fetchval("select until from pair_memory where what = 'lapsed'")
    assert until == await connection.fetchval("select due_at from notice where object_id = $1", match["id"])
    await tell()
    assert await connection.fetchval("select state from notice where object_id = $1", match["id"]) == "dropped"
    assert await notices(connection, pair.asker) == []
    assert await connection.fetchval("select count(*) from rest") == 0


async def test_three_questions_in_a_row_without_a_yes_and_a_helper_rests(db: Db, made: Made) -> None:
    helper = await made.person("Hatice", monthly_max=31)
    offer = await made.post(helper, "offer", capacity=9, expires_at=now() + 90 * DAY)
    for number in range(3):
        need = await made.post(await made.person(f"Buur {number}"))
        assert (await ask(db, need))["helper_id"] == helper
        await actions.answer_match(db, viewer(helper), (await read_match(db, need))["id"], [Answer.NO, Answer.NOT_NOW][number % 2])
    need = await made.post(await made.person("Leila"))
    assert await find_candidates(db, need, 5) == [] and not await ask(db, need)
    assert await find_candidates(db, offer, 5) == [] and await actions.suggest_for_post(db, offer, at=now()) == 0
    assert not await ask(db, need, days=6.9)
    assert await actions.end_rests(db, now() + 6.9 * DAY) == 0 and await actions.end_rests(db, now() + 7.1 * DAY) == 1
    assert (await ask(db, need))["helper_id"] == helper


async def answer_in_turn(db: Db, made: Made, answers: list[Answer | None]) -> UUID:
    """A helper who is asked one question after the other and says this; None: says nothing, having been told."""
    helper = await made.person("Hatice", monthly_max=31)
    offers = [await made.post(helper, "offer", "home.repair", capacity=9)]
    for answer in answers:
        need = await made.post(await made.person("Buur"), theme="home.repair")
        match = await ask(db, need)
        if answer is None:
            await db.execute("update match set lapses_at = now() - interval '1 day' where id = $1", match["id"])
            await actions.lapse_matches(db, now())
        else:
            await actions.answer_match(db, viewer(helper), match["id"], answer)
    assert offers
    return helper


@pytest.mark.parametrize(
    ("answers", "rests"),
    [
        ([Answer.NO, Answer.NO], False),
        ([Answer.NO, Answer.NOT_NOW, None], True),
        ([None, None, None], True),
        ([Answer.NO, Answer.YES, Answer.NO], False),
        ([Answer.YES, Answer.NO, Answer.NO, None], True),
    ],
)
async def test_a_yes_in_between_is_a_new_beginning(db: Db, made: Made, answers: list[Answer | None], rests: bool) -> None:
    helper = await answer_in_turn(db, made, answers)
    assert await db.fetchval("select count(*) from rest where person_id = $1", helper) == rests


async def test_a_yes_to_what_was_asked_before_ends_the_rest(db: Db, made: Made) -> None:
    helper = await made.person("Hatice", monthly_max=31)
    await made.post(helper, "offer", capacity=9)
    matches = [(await ask(db, await made.post(await made.person(f"Buur {number}"))))["id"] for number in range(4)]
    for match_id in matches[:3]:
        await actions.answer_match(db, viewer(helper), match_id, Answer.NOT_NOW)
    need = await made.post(await made.person("Leila"))
    assert not await ask(db, need)
    await actions.answer_match(db, viewer(helper), matches[3], Answer.YES)
    assert await ask(db, need)


@pytest.mark.parametrize(("last", "back"), [(None, True), (Answer.NOT_NOW, False)])
async def test_whoever_was_away_and_comes_back_rests_no_more(db: Db, made: Made, last: Answer | None, back: bool) -> None:
    helper = await answer_in_turn(db, made, [None, Answer.NO, last])
    assert await actions.end_rests(db, now()) == 0
    await made.session(helper)
    await db.execute("update session set seen_at = now() + interval '1 minute' where person_id = $1", helper)
    assert await actions.end_rests(db, now()) == back


async def test_help_that_goes_on_counts_until_it_is_over(db: Db, made: Made) -> None:
    helper = await made.person("Hatice", monthly_max=1)
    await made.post(helper, "offer", capacity=3)
    match = await ask(db, await made.post(await made.person("Amina")))
    await actions.answer_match(db, viewer(helper), match["id"], Answer.YES)
    await actions.answer_match(db, viewer(match["asker_id"]), match["id"], Answer.YES)
    need = await made.post(await made.person("Leila"))
    await db.execute("update match set agreed_at = now() - interval '70 days' where id = $1", match["id"])
    assert await find_candidates(db, need, 5) == [] and not await ask(db, need), "what was agreed two months ago is still in hand"
    for who in (helper, match["asker_id"]):
        await actions.complete_match(db, viewer(who), match["id"])
    assert await ask(db, need)


async def test_nobody_is_shown_that_somebody_rests(db: Db, made: Made) -> None:
    helper = await answer_in_turn(db, made, [Answer.NO, Answer.NO, Answer.NO])
    other = await made.person("Jan")
    offers = [await made.post(person, "offer", reach=0) for person in (helper, other)]
    own, same = [await get_fits(db, viewer(person), offer) for person, offer in zip((helper, other), offers, strict=True)]
    assert (own.fits, own.answer_before, own.match_id) == (same.fits, same.answer_before, same.match_id)
    match = await db.fetchrow("select id, asker_id from match limit 1")
    page = await get_match(db, worker(await made.staff()), match["id"])
    assert not any("rest" in name for name in page.__struct_fields__)


async def test_a_lapse_that_ends_in_rest_is_told_to_nobody(db: Db, connection: Db, made: Made, worker_database: Database, tell) -> None:
    helper = await made.person("Hatice", monthly_max=31)
    await reach(made, helper)
    await made.post(helper, "offer", capacity=9)
    for number in range(3):
        await ask(db, await made.post(await made.person(f"Buur {number}")))
    await tell()
    await send_all(connection)
    await db.execute("reset role")
    await db.execute("update match set lapses_at = now() - interval '1 day'")
    await actions.lapse_matches(db, now())
    await tell()
    assert await connection.fetchval("select away from rest where person_id = $1", helper)
    assert await notices(connection, helper) == ["match_asked"] * 3


TURNS = st.lists(st.tuples(st.sampled_from([None, *Answer]), st.integers(0, 400)), max_size=8)


@given(TIMES, TURNS)
def test_a_rest_follows_three_questions_in_a_row_and_nothing_else(start: datetime, steps: list[tuple[Answer | None, int]]) -> None:
    at, turns = start, []
    for answer, hours in steps:
        at += timedelta(hours=hours)
        turns.insert(0, Turn(answer, at))
    rest, last = rest_after(turns), turns[:TURNS_IN_A_ROW]
    in_a_row = len(last) == TURNS_IN_A_ROW and all(turn.answer is not Answer.YES for turn in last)
    assert (rest is not None) == (in_a_row and last[0].at - last[-1].at <= TURNS_WITHIN)
    if rest is not None:
        assert rest.since == turns[0].at and rest.until - rest.since == HELPER_RESTS and rest.away == (turns[0].answer is None)
        assert rest_after([Turn(Answer.YES, at), *turns]) is None


@given(TIMES, st.timedeltas(timedelta(), 4 * DAY), st.timedeltas(timedelta(minutes=1), 60 * DAY))
def test_who_hears_of_a_question_later_has_time_all_the_same(asked: datetime, later: timedelta, left: timedelta) -> None:
    told, ends = asked + later, asked + left
    lapses = told_lapse_time(asked, told, ends, ZONE)
    if add_waking(told, WAITS_AT_LEAST, ZONE) <= ends:
        assert lapses == lapse_time(told, ends, ZONE) >= add_waking(told, WAITS_AT_LEAST, ZONE)
    else:
        assert lapses == lapse_time(asked, ends, ZONE), "the need does not wait for somebody who hears of it too late"


@given(TIMES)
def test_no_question_lapses_while_people_sleep(at: datetime) -> None:
    until = last_waking(at, ZONE)
    local = until.astimezone(ZONE)
    assert until <= at and (WAKING_FROM <= local.time() < WAKING_UNTIL or local.time() == WAKING_UNTIL)
    assert add_waking(until, timedelta(minutes=1), ZONE) > at or until == at, "no waking moment lies between"
