"""The draft follows a help soon, once, and never takes more than its part of the worker's time."""

from datetime import timedelta

from buurtnet.kit import outbox
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.matching.events import MatchCompleted
from buurtnet.network import jobs
from buurtnet.network.actions import publishing
from buurtnet.network.events import DraftAsked
from buurtnet.network.queries import shown
from tests.made import Made

REACTIONS = {MatchCompleted: [jobs.refresh_draft], DraftAsked: [jobs.make_draft]}


async def test_a_completed_help_changes_the_draft(connection: Db, worker_database: Database, made: Made) -> None:
    one, other = sorted([await made.person("Amina"), await made.person("Bert")])
    await connection.execute(
        "insert into tie (a, b, first_on, last_on, a_helped) values ($1, $2, current_date, current_date, 1)", one, other
    )
    await outbox.record(connection, MatchCompleted(new_id()))
    await outbox.deliver(worker_database, REACTIONS)
    assert await shown.find_draft(connection) is not None
    value = await connection.fetchval(
        "select value from network_measure where measure = 'mean_degree' and window_months = 12 and area_kind = 'neighbourhood'"
    )
    assert value == 1


async def test_several_helps_at_once_make_one_draft(connection: Db, worker_database: Database) -> None:
    for _ in range(3):
        await outbox.record(connection, MatchCompleted(new_id()))
    made_before = []
    for _ in range(3):
        await outbox.deliver(worker_database, {MatchCompleted: [jobs.refresh_draft]})
    assert await connection.fetchval("select count(*) from outbox where kind = 'network.DraftAsked'") == 3
    async with worker_database.transaction() as db:
        await jobs.make_draft(db, DraftAsked(now()))
        made_before.append(await shown.find_draft(db))
        await jobs.make_draft(db, DraftAsked(now() - timedelta(seconds=5)))
        assert await shown.find_draft(db) == made_before[0]


async def test_a_costly_draft_waits_its_turn(connection: Db) -> None:
    at = now()
    await connection.execute(
        "insert into snapshot (id, kind, as_of, made_at, seconds) values ($1, 'draft', current_date, $2, 30)", new_id(), at
    )
    await publishing.ask_draft(connection, at=at)
    due = await connection.fetchval("select due_at from outbox where kind = 'network.DraftAsked'")
    assert due == at + timedelta(seconds=30 * publishing.PART)


async def test_a_draft_that_takes_long_is_made_at_night_alone(connection: Db) -> None:
    await connection.execute(
        "insert into snapshot (id, kind, as_of, made_at, seconds) values ($1, 'draft', current_date, now(), 31)", new_id()
    )
    await publishing.ask_draft(connection, at=now())
    assert not await connection.fetchval("select count(*) from outbox where kind = 'network.DraftAsked'")


async def test_the_nightly_draft_and_the_month_of_yesterday(connection: Db, worker_database: Database) -> None:
    await jobs.draft_nightly(worker_database)
    draft = await shown.find_draft(connection)
    assert draft is not None and draft.as_of == now().date()
    await jobs.freeze_last_month(worker_database)
    await jobs.freeze_last_month(worker_database)
    [month] = await shown.list_months(connection)
    assert month.as_of == now().date().replace(day=1) - timedelta(days=1)
