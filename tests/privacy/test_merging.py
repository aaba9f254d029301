"""Two accounts of one person become one: everything that names the one names the other, in whatever table, or nothing is done at all."""

import json
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from buurtnet.kit import outbox
from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import ConfirmFirst, Conflict, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.events import MatchAsked
from buurtnet.people.actions.acting import NoSecrecy
from buurtnet.people.events import PersonChanged
from buurtnet.people.queries import get_person
from buurtnet.privacy.actions.merging import BlockFirst, SamePicture, TwoPeople, ask_merge, merge_people
from buurtnet.privacy.events import MergeAsked
from buurtnet.privacy.queries.looks import list_looks
from buurtnet.privacy.queries.schema import list_tables
from buurtnet.privacy.rules import tags
from buurtnet.settings import Settings
from buurtnet.ties.actions import mend_components, record_help
from buurtnet.worker import list_reactions
from tests.made import Made
from tests.people.steps import resident, worker
from tests.privacy.planted import Planted, list_corners

COLLIDING = {"preference", "choice", "rest", "helper_check"}
"""Tables in which one person has one row: that of the account that stays holds, or the later one."""


async def merge(db: Db, vault: Vault, limits: Limits, kept: UUID, gone: UUID) -> bool:
    before = await db.fetchval("select current_setting('role')")
    await db.execute("set local role buurtnet_worker")
    try:
        return await merge_people(db, vault, limits, MergeAsked(kept, gone, new_id()), at=now())
    finally:
        await db.execute(f"set local role {before}")


async def test_a_row_of_every_table_goes_along(
    connection: Db, made: Made, vault: Vault, limits: Limits, settings: Settings, worker_database: Database
) -> None:
    kept, gone = Planted(made, vault, "een"), Planted(made, vault, "twee")
    other = await made.person("Buurvrouw")
    await kept.plant(other)
    await gone.plant(other)
    await made.db.execute("set local role none")
    await made.db.execute("delete from staff where person_id = any($1::uuid[])", [kept.person, gone.person])
    await made.db.execute("update block set ended_at = now()")
    await made.db.execute("update decision set effected_at = now()")
    await made.db.execute("update person set picture = 3 where id = $1", gone.person)
    viewer = Viewer(person_id=other, actor_id=other)
    await record_audit(connection, viewer, "opened", subject=gone.person, object_kind="person", object_id=gone.person)
    await record_audit(connection, viewer, "opened", subject=kept.person, object_kind="person", object_id=kept.person)
    await outbox.record(connection, PersonChanged(gone.person))
    named = {table.name: table for table in list_tables()}
    assert len({table for table, _column in gone.words}) > 10, "canaries stand in many tables"
    rows = {name: await connection.fetchval(f'select count(*) from "{name}"') for name in named}

    async with worker_database.transaction() as db:
        await outbox.record(db, MergeAsked(kept.person, gone.person, other))
    await outbox.deliver(worker_database, list_reactions(settings, vault))

    await made.db.execute("set local role none")
    corners = await list_corners(connection, vault)
    ours = [text for name, text in corners if name != "outbox"]
    assert [text[:200] for text in ours if str(gone.person) in text] == []
    told = await connection.fetch(
        "select payload from outbox where kind <> 'privacy.MergeAsked' and payload::text like $1", f"%{gone.person}%"
    )
    assert told == [], "events that wait name the account that stays"
    lost = {table for (table, _column), word in gone.words.items() if not any(word in text for text in ours)}
    assert lost <= COLLIDING | {"person", "push_subscription"}, "what was written in the one account stands in the other one now"
    assert {word for word in kept.words.values() if not any(word in text for text in ours)} == set()
    fewer = {name for name in named if await connection.fetchval(f'select count(*) from "{name}"') < rows[name]}
    once = {table.name for table in named.values() if any(tags.list_keys(table, column) for column in tags.list_namings(table))}
    assert fewer <= once | {"person", "staff_area", "session", "push_subscription"}, "a row goes only where one person may have one"
    assert [look.action for look in await list_looks(connection, kept.person)][:2] == ["opened", "opened"]


async def test_a_new_table_cannot_be_forgotten() -> None:
    """Every column that refers to a person, or that may hold a person's id, is one of those that are moved."""
    for table in list_tables():
        known = {*tags.list_namings(table), *tags.list_tellings(table)}
        for column in table.columns:
            fixed = "update" not in table.info.get("worker", "update")
            points = not fixed and any(key.column.table.name == tags.PERSON for key in column.foreign_keys)
            owner = column.info.get("person") and table.name != tags.PERSON
            anybody = column.info.get("object") in ("row", "empty")
            assert column in known or not (points or owner or anybody), f"{table.name}.{column.name}"
            assert not (fixed and (owner or anybody)), f"{table.name}.{column.name} names a resident for good"
        later = str(table.info.get("merged", "")).removeprefix("later:")
        assert not later or later in table.c, f"{table.name} says which of two rows holds by a column it does not have"


async def test_the_more_careful_word_holds(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    kept = await made.person("Amina", languages=["nl"], seen_on=date(2026, 3, 1), created_on=date(2026, 2, 1), posts_on_trial=0)
    gone = await made.person(
        "Amina",
        languages=["ar", "nl"],
        discreet=True,
        mediated=True,
        seen_on=date(2026, 5, 1),
        created_on=date(2026, 1, 1),
        posts_on_trial=2,
    )
    for person, days in ((kept, 9), (gone, 3)):
        await made.insert("helper_check", person_id=person, kind="minors", checked_on=date(2026, 1, days))
        await made.insert("rest", person_id=person, since=now(), until=now() + timedelta(days=10 - days), away=False)
    assert await merge(db, vault, limits, kept, gone)
    person = await get_person(db, kept)
    assert (person.languages, person.discreet, person.mediated, person.posts_on_trial) == (["nl", "ar"], True, True, 0)
    assert (person.created_on, person.seen_on) == (date(2026, 1, 1), date(2026, 5, 1))
    assert await db.fetchval("select checked_on from helper_check where person_id = $1", kept) == date(2026, 1, 9)
    assert await db.fetchval("select until > now() + interval '6 days' from rest where person_id = $1", kept) is True
    with pytest.raises(NotFound):
        await get_person(db, gone)


async def test_numbers_and_cards_go_along_and_sessions_end(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    kept, gone = await made.person("Amina"), await made.person("Amina", picture=5)
    for person, address in ((kept, "amina@example.org"), (gone, "amina@example.org"), (gone, "other@example.org")):
        await made.contact(person, address)
    await made.session(gone)
    stays = await made.session(kept)
    organisation_id = await made.home_organisation()
    await made.insert(
        "card", id=(card := new_id()), person_id=gone, organisation_id=organisation_id, token_hash=b"1", code_hash=b"2", activated_at=now()
    )
    assert await merge(db, vault, limits, kept, gone)
    await made.db.execute("set local role none")
    assert await made.db.fetchval("select count(*) from contact where person_id = $1", kept) == 2
    assert await made.db.fetchval("select count(*) from sign_in_name where person_id = $1", kept) == 2
    assert await made.db.fetchval("select array_agg(person_id) from session") == [kept] and stays
    assert await made.db.fetchval("select person_id = $2 and revoked_at is not null from card where id = $1", card, kept) is True


async def test_ties_are_added_up(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    people = sorted([await made.person(name) for name in ("Amina", "Amina", "Hassan", "Zofia", "Karim")])
    for kept, gone, hassan, zofia, karim in (people, [people[3], people[1], people[0], people[4], people[2]]):
        async with db.transaction():
            on = date(2026, 5, 1)
            await record_help(db, kept, hassan, None, on)
            await record_help(db, hassan, gone, None, on + timedelta(days=3))
            await record_help(db, gone, zofia, None, on)
            await record_help(db, zofia, karim, None, on)
            assert await merge(db, vault, limits, kept, gone)
            row = await db.fetchrow("select * from tie where least($1::uuid, $2) = a and greatest($1::uuid, $2) = b", kept, hassan)
            assert (row["helps"], row["a_helped"], row["b_helped"], row["last_on"]) == (2, 1, 1, on + timedelta(days=3))
            assert await db.fetchval("select count(*) from tie") == 3
            assert await db.fetchval("select count(distinct component) = 1 and count(*) = 4 from tie_component") is True
            names = await db.fetch("select distinct component from tie_component")
            assert names[0]["component"] != gone and await mend_components(db) == 1
            await db.execute("delete from tie")
            await db.execute("delete from tie_component")
            await made.insert(
                "person",
                id=gone,
                organisation_id=await made.home_organisation(),
                given_name="A",
                picture=1,
                adult=True,
                language="nl",
                languages=["nl"],
            )


async def test_what_was_proposed_between_the_two_goes(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    kept, gone = await made.person("Amina"), await made.person("Amina")
    need, offer = await made.post(kept, "need"), await made.post(gone, "offer")
    match = await made.match(need, offer, "asked", asked_at=now(), lapses_at=now() + timedelta(days=2))
    await outbox.record(db, MatchAsked(match))
    assert await merge(db, vault, limits, kept, gone)
    assert await db.fetchval("select count(*) from match") == 0
    assert [row["author_id"] for row in await db.fetch("select author_id from post")] == [kept, kept]
    assert await db.fetch("select 1 from outbox where payload::text like $1", f"%{match}%") == []


async def met(made: Made, one: UUID, other: UUID) -> None:
    await made.insert("conversation", id=(talk := new_id()))
    for person in (one, other):
        await made.insert("participant", conversation_id=talk, person_id=person)


async def helped(made: Made, one: UUID, other: UUID) -> None:
    a, b = sorted((one, other))
    await made.insert("tie", a=a, b=b, first_on=date(2026, 5, 1), last_on=date(2026, 5, 1), a_helped=1)


async def stays_away(made: Made, one: UUID, other: UUID) -> None:
    await made.insert("keep_away", person_id=other, other_id=one)


@pytest.mark.parametrize("between", [met, helped, stays_away])
async def test_who_was_in_touch_or_stays_apart_is_two_people(db: Db, made: Made, vault: Vault, limits: Limits, between: object) -> None:
    viewer = await worker(made)
    one, other = await made.person("Amina"), await made.person("Amina")
    await between(made, one, other)  # type: ignore[operator]
    for kept, gone in ((one, other), (other, one)):
        with pytest.raises(TwoPeople):
            await ask_merge(db, viewer, kept, gone, sure=True)
        assert not await merge(db, vault, limits, kept, gone)
    assert await db.fetchval("select count(*) from person where id = any($1::uuid[])", [one, other]) == 2


async def test_a_block_and_a_picture_are_decided_first(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    viewer = await worker(made)
    kept, gone, sister = await made.person("Amina", picture=2), await made.person("Amina", picture=4), await made.person("Hafsa", picture=2)
    for person in (gone, sister):
        await made.contact(person, "gezin@example.org")
    with pytest.raises(SamePicture):
        await ask_merge(db, viewer, kept, gone, sure=True)
    await db.execute("update person set picture = 7 where id = $1", kept)
    await made.insert("block", id=new_id(), person_id=gone, by=viewer.person_id, reason="Threats.", until=date(2027, 1, 1))
    with pytest.raises(BlockFirst):
        await ask_merge(db, viewer, kept, gone, sure=True)
    assert not await merge(db, vault, limits, kept, gone)


async def test_only_their_worker_asks_for_it_and_says_that_the_person_agrees(db: Db, made: Made) -> None:
    viewer, kept, gone = await worker(made), await made.person("Amina"), await made.person("Amina")
    with pytest.raises(Invalid):
        await ask_merge(db, viewer, kept, gone, sure=False)
    with pytest.raises(NoSecrecy):
        await ask_merge(db, await worker(made, secrecy=False), kept, gone, sure=True)
    away, colleague = await made.person("Amina", "Helmet"), await made.staff("Amina")
    for nobody in (kept, away, colleague, viewer.person_id, new_id()):
        with pytest.raises(NotFound):
            await ask_merge(db, viewer, kept, nobody, sure=True)  # type: ignore[arg-type]
    for stranger in (await worker(made, "Helmet"), resident(kept)):
        with pytest.raises(NotFound):
            await ask_merge(db, stranger, kept, gone, sure=True)
    with pytest.raises(ConfirmFirst):
        await ask_merge(db, msgspec.structs.replace(viewer, confirmed_at=None), kept, gone, sure=True)
    assert await db.fetchval("select count(*) from outbox") == 0
    await ask_merge(db, viewer, kept, gone, sure=True)
    payload = await db.fetchval("select payload from outbox where kind = 'privacy.MergeAsked'")
    assert (json.loads(payload) if isinstance(payload, str) else payload)["gone_id"] == str(gone)
    assert await db.fetchval("select count(*) from audit where action = 'accounts merged'") == 2


async def test_the_second_of_two_at_once_finds_nothing_to_do(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    one, other = await made.person("Amina"), await made.person("Amina")
    assert await merge(db, vault, limits, one, other)
    assert not await merge(db, vault, limits, other, one)
    assert not await merge(db, vault, limits, one, other)
    assert (await get_person(db, one)).id == one
    assert issubclass(TwoPeople, Conflict)
