"""What is kept how long, at the boundary of each time."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from buurtnet.kit import outbox
from buurtnet.kit.audit import drop_old_audit, record_audit, seal_audit, verify_audit
from buurtnet.kit.clock import months_before, now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions import finish_task
from buurtnet.moderation.schemas import TaskDone
from buurtnet.people import jobs as people_jobs
from buurtnet.privacy import jobs
from buurtnet.settings import Settings
from buurtnet.ties import jobs as ties_jobs
from buurtnet.web.language import today
from buurtnet.worker import list_reactions
from tests.made import Made

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 11, 22), 11, date(2025, 12, 22)),
        (date(2026, 1, 1), 24, date(2024, 1, 1)),
    ],
)
def test_a_month_ends_where_it_ends(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


async def counted(connection: Db, table: str) -> int:
    await connection.execute("set local role none")
    return await connection.fetchval(f"select count(*) from {table}")


async def make_match(made: Made, need: UUID, offer: UUID, **values: Any) -> UUID:
    identity = new_id()
    authors = {one["id"]: one["author_id"] for one in await made.db.fetch("select id, author_id from post")}
    given: dict[str, Any] = {
        "id": identity,
        "need_id": need,
        "offer_id": offer,
        "asker_id": authors[need],
        "helper_id": authors[offer],
        "state": "completed",
        "origin": "engine",
        "score": 1.0,
        "parts": [1.0] * 5,
        "metres": 1,
        "level": 0,
        "languages": ["nl"],
    }
    await made.insert("match", **(given | values))
    return identity


async def test_closed_posts_and_matches_become_counts_after_twelve_months(made: Made, connection: Db, worker_database: Database) -> None:
    asker, helper = await made.person("Amina"), await made.person("Bart")
    edge = months_before(now(), 12)
    old = await made.post(asker, state="met", closed_at=edge - MINUTE)
    young = await made.post(asker, state="met", closed_at=edge + MINUTE)
    offer = await made.post(helper, "offer")
    await make_match(made, old, offer, closed_at=edge + MINUTE)
    over = await make_match(made, young, offer, closed_at=edge - MINUTE)
    await made.insert("flag", id=new_id(), object_kind="post", object_id=old, kind="money", leads_to="review", starts=0, ends=3)
    decided = {"object_kind": "match", "object_id": over, "verdict": "approved", "by": await made.staff(), "batch": new_id()}
    await made.insert("decision", id=new_id(), **decided)
    first, second = sorted((asker, helper))
    await made.insert("tie", a=first, b=second, first_on=today(), last_on=today(), helps=1, a_helped=1)

    await jobs.forget_over(worker_database)

    await connection.execute("set local role none")
    assert {row["id"] for row in await connection.fetch("select id from post")} == {young, offer}
    assert [await counted(connection, table) for table in ("match", "flag", "decision", "tie")] == [0, 0, 0, 1]
    row = await connection.fetchrow("select year, kind, state, posts from post_count")
    assert tuple(row) == ((edge - MINUTE).year, "need", "met", 1)
    assert await connection.fetchval("select sum(matches) from match_count where state = 'completed'") == 2
    await jobs.forget_over(worker_database)
    assert await connection.fetchval("select sum(posts) from post_count") == 1


async def test_a_match_that_stands_keeps_its_post_and_a_running_post_stays(made: Made, connection: Db, worker_database: Database) -> None:
    await made.post(await made.person("Amina"), created_at=now() - timedelta(days=800))
    await jobs.forget_over(worker_database)
    assert await counted(connection, "post") == 1


async def test_conversations_go_twelve_months_after_the_last_message(
    made: Made, connection: Db, worker_database: Database, vault: Vault
) -> None:
    edge = months_before(now(), 12)
    amina, bart = await made.person("Amina"), await made.person("Bart")
    talks: dict[str, UUID] = {}
    for name, opened, written in (("old", -9, -1), ("young", -9, 1), ("empty old", -1, None), ("empty young", 1, None)):
        talks[name] = talk = new_id()
        await made.insert("conversation", id=talk, opened_at=edge + opened * MINUTE)
        await made.insert("participant", conversation_id=talk, person_id=amina)
        if written is not None:
            body = vault.seal("Dag", "message", "body", identity := new_id())
            await made.insert("message", id=identity, conversation_id=talk, author_id=amina, body=body, sent_at=edge + written * MINUTE)
    match = await make_match(
        made, await made.post(amina), await made.post(bart, "offer"), state="agreed", agreed_at=now(), conversation_id=talks["old"]
    )
    await jobs.forget_over(worker_database)
    await connection.execute("set local role none")
    assert {row["id"] for row in await connection.fetch("select id from conversation")} == {talks["young"], talks["empty young"]}
    assert await counted(connection, "message") == 1
    assert await connection.fetchval("select conversation_id from match where id = $1", match) is None


@pytest.fixture
async def absent(made: Made) -> dict[str, UUID]:
    """People by how long they were not here, and who of them cannot be asked."""
    asked, over = months_before(today(), 11), months_before(today(), 12)
    sara = await made.staff("Sara", seen_on=over - 9 * DAY)
    people: dict[str, dict[str, Any]] = {
        "here": {"seen_on": asked + DAY},
        "eleven": {"seen_on": asked},
        "managed": {"seen_on": over - DAY, "managed_by": sara},
        "discreet": {"seen_on": asked, "discreet": True},
        "asked": {"seen_on": over, "leaving_asked_on": months_before(today(), 1)},
        "asked late": {"seen_on": over, "leaving_asked_on": months_before(today(), 1) + DAY},
        "back": {"seen_on": over + DAY, "leaving_asked_on": months_before(today(), 1)},
        "blocked": {"seen_on": over - DAY, "state": "blocked", "leaving_asked_on": months_before(today(), 1)},
        "managed asked": {"seen_on": over - DAY, "managed_by": sara, "leaving_asked_on": months_before(today(), 1)},
    }
    found = {"sara": sara}
    for name, values in people.items():
        found[name] = await made.person(name, **values)
        await made.contact(found[name], f"{name.replace(' ', '.')}@example.org")
    return found


async def test_who_was_not_here_is_asked_at_eleven_months_and_forgotten_at_twelve(
    absent: dict[str, UUID], connection: Db, worker_database: Database, settings: Settings, vault: Vault
) -> None:
    await people_jobs.forget_absent(worker_database)
    await outbox.deliver(worker_database, list_reactions(settings, vault))
    await connection.execute("set local role none")
    left = {row["id"] for row in await connection.fetch("select id from person")}
    assert set(absent.values()) - left == {absent["asked"]}
    told = [row["person_id"] for row in await connection.fetch("select person_id from notice where kind = 'still_here'")]
    assert told == [absent["eleven"]]
    tasks = {row["person_id"]: row["for_worker"] for row in await connection.fetch("select * from task where kind = 'still_here'")}
    assert tasks == {absent["managed"]: absent["sara"], absent["discreet"]: None}
    await people_jobs.forget_absent(worker_database)
    await outbox.deliver(worker_database, list_reactions(settings, vault))
    assert await counted(connection, "task") == 2, "nobody is asked twice about the same time away"


async def test_who_is_back_before_the_question_is_asked_is_not_asked(
    absent: dict[str, UUID], connection: Db, worker_database: Database, settings: Settings, vault: Vault
) -> None:
    await people_jobs.forget_absent(worker_database)
    await connection.execute("update person set seen_on = $1", today() + DAY)
    await outbox.deliver(worker_database, list_reactions(settings, vault))
    await connection.execute("set local role none")
    assert await counted(connection, "notice") == await counted(connection, "task") == 0


async def test_a_worker_who_met_somebody_counts_as_a_sign_in(absent: dict[str, UUID], made: Made, connection: Db, db: Db) -> None:
    place = {"organisation_id": await made.home_organisation(), "neighbourhood_id": await made.hood()}
    for outcome, met in (("no_answer", False), ("called", True)):
        await made.insert("task", id=(task := new_id()), kind="still_here", person_id=absent["managed"], **place)
        sara = Viewer(person_id=absent["sara"], actor_id=absent["sara"], roles=("facilitator",), areas=(await made.hood(),))
        await finish_task(db, sara, task, TaskDone(outcome=outcome))
        seen = await db.fetchval("select seen_on from person where id = $1", absent["managed"])
        assert (seen == today()) is met


async def test_ties_end_twenty_four_months_after_the_last_help(made: Made, connection: Db, worker_database: Database) -> None:
    people = sorted([await made.person(name) for name in "ABC"])
    edge = months_before(today(), 24)
    await made.insert("tie", a=people[0], b=people[1], first_on=edge - DAY, last_on=edge - DAY, helps=1, a_helped=1)
    await made.insert("tie", a=people[1], b=people[2], first_on=edge - DAY, last_on=edge, helps=1, a_helped=1)
    await ties_jobs.mend_ties(worker_database)
    await connection.execute("set local role none")
    assert [row["a"] for row in await connection.fetch("select a from tie")] == [people[1]]
    assert {row["person_id"] for row in await connection.fetch("select person_id from tie_component")} == set(people[1:])


async def test_the_audit_is_dropped_by_months_after_three_years_and_still_proves_the_rest(
    made: Made, connection: Db, worker_database: Database
) -> None:
    sara = await made.staff("Sara")
    await connection.execute("set local role none")
    bound = months_before(now().replace(day=1, hour=0, minute=0, second=0, microsecond=0), 36)
    for month in (months_before(bound, 1), bound, months_before(bound, -1)):
        await connection.execute("select audit_partition($1)", month.date())
    moments = [bound - DAY, bound - MINUTE, bound + MINUTE, bound + 40 * DAY, now() - timedelta(hours=1)]
    for at in moments:
        await record_audit(connection, Viewer(person_id=sara, actor_id=sara), "opened")
        await connection.execute("update audit set at = $1 where at = now()", at)
    for up_to in (bound - 9 * MINUTE, bound + 9 * MINUTE, bound + 50 * DAY, now()):
        await seal_audit(connection, up_to)
    assert await verify_audit(connection) == []
    async with worker_database.transaction() as db:
        assert await drop_old_audit(db) == 1
    await connection.execute("set local role none")
    assert [row["at"] for row in await connection.fetch("select at from audit order by at")] == moments[2:]
    assert await verify_audit(connection) == []
    await connection.execute("delete from audit where at = $1", moments[3])
    assert await verify_audit(connection) != []


async def test_the_worker_cannot_drop_what_is_younger(connection: Db, worker_database: Database) -> None:
    import asyncpg

    for deed in ("drop table audit", "delete from audit", "truncate audit"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with worker_database.transaction() as db, db.transaction():
                await db.execute(deed)
