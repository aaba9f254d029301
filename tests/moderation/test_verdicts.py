"""Verdicts that follow from a talk, decisions about people, and what somebody does not agree with."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.outbox import deliver
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries
from buurtnet.moderation.actions import persons
from buurtnet.moderation.events import Decided
from buurtnet.moderation.jobs import follow_referral, tell_decided
from buurtnet.moderation.queries.statements import find_statement, get_statement
from buurtnet.moderation.schemas import PostDecision, Verdict
from buurtnet.people.actions import blocks
from buurtnet.people.actions.limiting import end_limits
from buurtnet.posts.actions import publish_post
from buurtnet.posts.schemas import NewPost
from buurtnet.referrals.events import ReferralMoved
from buurtnet.web.language import today
from tests.made import Made

RIGHT = PostDecision(verdict=Verdict.RIGHT_FIRST, right="housing", barrier="digital")
WORDS = PostDecision(verdict=Verdict.WORDS_PROPOSED, words="Wie draagt een kast naar boven?")


class Town:
    """Two facilitators, a resident and their post that waits."""

    sara: Viewer
    mehdi: Viewer
    amina: Viewer
    author: UUID
    post: UUID


@pytest.fixture
async def town(db: Db, made: Made) -> Town:
    town = Town()
    for name in ("sara", "mehdi"):
        worker = await made.staff(name.title())
        setattr(
            town,
            name,
            Viewer(person_id=worker, actor_id=worker, name=name.title(), roles=("facilitator",), areas=(await made.hood(),), secrecy=True),
        )
    town.author = await made.person(language="tr")
    town.amina = Viewer(person_id=town.author, actor_id=town.author)
    town.post = await made.post(town.author, state="waiting")
    return town


async def decide(db: Db, town: Town, decision: PostDecision) -> UUID:
    decision_id = await actions.decide_post(db, town.sara, town.post, decision)
    await actions.carry_out(db, decision_id)
    return decision_id


async def read(db: Db, town: Town, column: str) -> object:
    return await db.fetchval(f"select {column} from post where id = $1", town.post)


async def test_other_words_open_the_post_only_when_its_author_says_yes(db: Db, made: Made, town: Town) -> None:
    decision = await decide(db, town, WORDS)
    assert (await read(db, town, "state"), await read(db, town, "text")) == ("waiting", "Een kast naar boven dragen")
    with pytest.raises(NotFound):
        await actions.answer_words(db, Viewer(person_id=await made.person("Hassan")), decision, yes=True, at=now())
    await actions.answer_words(db, town.amina, decision, yes=True, at=now())
    assert (await read(db, town, "state"), await read(db, town, "text")) == ("open", WORDS.words)
    assert await actions.answer_words(db, town.amina, decision, yes=True, at=now()) == town.post, "twice is no fault"
    with pytest.raises(Conflict):
        await actions.answer_words(db, town.amina, decision, yes=False, at=now())


async def test_who_wants_their_own_words_keeps_them_and_a_worker_looks(db: Db, made: Made, town: Town) -> None:
    decision = await decide(db, town, WORDS)
    await actions.answer_words(db, town.amina, decision, yes=False, at=now())
    assert (await read(db, town, "state"), await read(db, town, "text")) == ("waiting", "Een kast naar boven dragen")
    assert [post.id for post in await queries.list_waiting_posts(db, town.mehdi.person_id, "nl")] == [town.post]


async def test_words_that_were_changed_meanwhile_are_not_overwritten(db: Db, made: Made, town: Town) -> None:
    decision = await decide(db, town, WORDS)
    await db.execute("update post set text = 'Iets anders', version = version + 1 where id = $1", town.post)
    with pytest.raises(Conflict):
        await actions.answer_words(db, town.amina, decision, yes=True, at=now())


async def test_an_author_who_said_yes_on_the_phone_is_not_asked_again(db: Db, town: Town) -> None:
    decision = await decide(db, town, PostDecision(verdict=Verdict.WORDS_PROPOSED, words=WORDS.words, agreed="phone"))
    assert (await read(db, town, "state"), await read(db, town, "text")) == ("open", WORDS.words)
    assert await db.fetchval("select agreed from decision where id = $1", decision) == "phone"
    assert await db.fetchval("select count(*) from audit where action = 'post reworded' and object_id = $1", town.post) == 1


async def test_words_that_cannot_stand_are_refused_before_anybody_reads_them(db: Db, town: Town) -> None:
    with pytest.raises(Invalid) as refusal:
        await actions.decide_post(db, town.sara, town.post, PostDecision(verdict=Verdict.WORDS_PROPOSED, words="x"))
    assert set(refusal.value.errors) == {"other"}


async def test_what_is_on_hold_leaves_the_queue_with_its_counter_and_comes_back(db: Db, town: Town) -> None:
    await decide(db, town, PostDecision(verdict=Verdict.HELD, rest="week", text="Ik bel eerst"))
    worker = town.mehdi.person_id
    assert await queries.list_waiting_posts(db, worker, "nl") == []
    assert await db.fetchval(f"select count(*) from post p where {queries.WAITS_POST}", worker) == 0
    assert await queries.get_waiting_post(db, worker, town.post, "nl") is not None, "who has the address can decide about it"
    assert await db.fetchval("select for_worker from task where kind = 'held' and object_id = $1", town.post) == town.sara.person_id
    await db.execute("update decision set until = current_date")
    assert [post.id for post in await queries.list_waiting_posts(db, worker, "nl")] == [town.post]


async def test_what_its_author_changes_is_on_hold_no_more(db: Db, town: Town) -> None:
    await decide(db, town, PostDecision(verdict=Verdict.HELD, rest="week"))
    await db.execute("update post set text = 'Een kast, en een stoel', version = version + 1 where id = $1", town.post)
    assert [post.id for post in await queries.list_waiting_posts(db, town.mehdi.person_id, "nl")] == [town.post]


@pytest.mark.parametrize(("stays", "state"), [(False, "redirected"), (True, "open")])
async def test_a_right_first_begins_a_referral_and_its_task(db: Db, worker_database: Database, town: Town, stays: bool, state: str) -> None:
    await decide(db, town, PostDecision(verdict=Verdict.RIGHT_FIRST, right="housing", barrier="digital", stays=stays))
    assert await read(db, town, "state") == state
    row = await db.fetchrow('select id, person_id, "right", barrier, state, worker_id from referral where post_id = $1', town.post)
    assert tuple(row)[1:] == (town.author, "housing", "digital", "proposed", town.sara.person_id)
    await deliver(worker_database, {ReferralMoved: [follow_referral]})
    tasks = await db.fetch("select kind, for_worker, object_id from task where done_at is null")
    assert [tuple(task) for task in tasks] == [("referral", town.sara.person_id, row["id"])]


async def test_a_warning_is_told_and_can_be_objected_to(db: Db, worker_database: Database, made: Made, town: Town) -> None:
    await made.contact(town.author, "amina@example.org")
    with pytest.raises(Invalid):
        await persons.warn_person(db, town.sara, town.author, reason="other", text=" ")
    await persons.warn_person(db, town.sara, town.author, reason="unkind", text="Graag vriendelijk")
    decision = await db.fetchval("select id from decision where verdict = 'warned'")
    await deliver(worker_database, {Decided: [tell_decided]})
    assert await db.fetchval("select object_id from notice where person_id = $1 and kind = 'person_decided'", town.author) == decision
    assert (await get_statement(db, town.author, decision)).may_appeal
    with pytest.raises(NotFound):
        await get_statement(db, await made.person("Hassan"), decision)


async def test_a_limit_lets_a_worker_look_first_until_its_last_day(db: Db, town: Town) -> None:
    until = today() + timedelta(days=10)
    await persons.limit_person(db, town.sara, town.author, reason="contact", text=None, until=until, on=today())
    offer = NewPost(kind="offer", theme="transport.move", text="Ik help met verhuizen")

    assert (await publish_post(db, town.amina, offer, at=now())).state == "waiting"
    with pytest.raises(Conflict):
        await persons.limit_person(db, town.mehdi, town.author, reason="contact", text=None, until=until, on=today())
    assert await end_limits(db, until) == 0
    assert await end_limits(db, until + timedelta(days=1)) == 1
    assert (await publish_post(db, town.amina, offer, at=now())).state == "open"


async def test_a_block_takes_two_is_told_with_its_reason_and_ends_when_an_appeal_is_right(
    db: Db, worker_database: Database, made: Made, town: Town, client: httpx.AsyncClient
) -> None:
    await made.contact(town.author, "amina@example.org")
    third = await made.staff("Lien")
    lien = Viewer(person_id=third, actor_id=third, name="Lien", roles=("facilitator",), secrecy=True)
    said = {"reason": "money", "text": "Je vroeg geld", "why": "Drie keer", "until": today() + timedelta(days=30)}
    block = await persons.ask_block(db, town.sara, town.author, **said, at=now(), on=today())  # type: ignore[arg-type]
    assert await db.fetchval("select state from person where id = $1", town.author) == "active", "one worker alone stops nobody"
    with pytest.raises(blocks.SecondWorkerNeeded):
        await persons.confirm_block(db, town.sara, block, at=now())
    await persons.confirm_block(db, town.mehdi, block, at=now())
    assert await db.fetchval("select state from person where id = $1", town.author) == "blocked"
    decision = await db.fetchval("select id from decision where verdict = 'blocked'")
    await deliver(worker_database, {Decided: [tell_decided]})
    assert await db.fetchval("select count(*) from notice where person_id = $1 and kind = 'person_decided'", town.author) == 1
    page = await client.get(f"/decisions/{decision}")
    assert page.status_code == 200, "who is stopped cannot sign in and reads it by its address"
    assert "Je vroeg geld" in page.text
    assert "Drie keer" not in page.text, "what one worker wrote to the other"
    assert (await client.post(f"/decisions/{decision}/appeal")).status_code == 303
    for worker in (town.sara, town.mehdi):
        with pytest.raises(NotFound):
            await actions.answer_appeal(db, worker, decision, stays=False, text=None, at=now())
    await actions.answer_appeal(db, lien, decision, stays=False, text="Dat klopte niet", at=now())
    assert await db.fetchval("select state from person where id = $1", town.author) == "active"
    assert (await get_statement(db, town.author, decision)).again == "overturned"
    assert await db.fetchval("select count(*) from task where kind in ('appeal', 'block_asked') and done_at is null") == 0


async def test_an_appeal_that_is_right_lets_the_post_wait_again(db: Db, made: Made, town: Town) -> None:
    decision = await decide(db, town, RIGHT)
    await actions.appeal_decision(db, town.amina, decision, on=today())
    with pytest.raises(NotFound):
        await actions.answer_appeal(db, town.sara, decision, stays=False, text=None, at=now())
    with pytest.raises(Invalid):
        await actions.answer_appeal(db, town.mehdi, decision, stays=True, text=" ", at=now())
    await actions.answer_appeal(db, town.mehdi, decision, stays=False, text=None, at=now())
    assert await read(db, town, "state") == "waiting"
    assert await db.fetchval("select state from referral where post_id = $1", town.post) == "ended"
    assert await find_statement(db, town.author, town.post) is None
    with pytest.raises(NotFound):
        await actions.answer_appeal(db, town.mehdi, decision, stays=True, text="Toch", at=now())


async def test_what_is_read_is_shown_before_it_is_given_in_the_language_of_its_reader(
    client: httpx.AsyncClient, db: Db, made: Made, town: Town
) -> None:
    assert town.sara.person_id
    await made.sign_in(client, town.sara.person_id, kind="staff")
    asked = {"verdict": "refused", "reason": "money", "note": "<b>Echt</b>", "version": "1"}
    page = await client.post(f"/desk/posts/{town.post}/preview", data=asked)
    assert page.status_code == 200
    assert 'lang="tr"' in page.text
    assert "Para" in page.text
    assert "&lt;b&gt;Echt&lt;/b&gt;" in page.text
    assert await db.fetchval("select count(*) from decision") == 0
    again = await client.post(f"/desk/posts/{town.post}/preview?change=true", data=asked)
    assert "&lt;b&gt;Echt&lt;/b&gt;" in again.text
    assert (await client.post(f"/desk/posts/{town.post}", data=asked)).status_code == 303
    assert await db.fetchval("select text from decision") == "<b>Echt</b>"
