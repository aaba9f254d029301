from datetime import timedelta
from uuid import UUID

import msgspec

from buurtnet.kit import outbox
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id

SEEN: list[UUID] = []


class Rained(msgspec.Struct, frozen=True):
    drop_id: UUID


async def write_it_down(db: Db, event: Rained) -> None:
    SEEN.append(event.drop_id)
    await db.execute("insert into erasure (person_hash) values ($1)", event.drop_id.bytes)


async def fail(db: Db, event: Rained) -> None:
    await db.execute("insert into erasure (person_hash) values ($1)", b"never kept" + event.drop_id.bytes)
    raise RuntimeError("the roof leaks")


async def due(db: Db) -> list:
    return await db.fetch("select * from outbox where done_at is null order by created_at")


async def make_due(worker_database: Database) -> None:
    async with worker_database.transaction() as db:
        await db.execute("update outbox set due_at = now() where done_at is null")


async def test_an_event_is_told_once_after_it_was_recorded(db: Db, worker_database: Database) -> None:
    SEEN.clear()
    event = Rained(new_id())
    await outbox.record(db, event)
    assert await outbox.deliver(worker_database, {Rained: [write_it_down]}) == 1
    assert await outbox.deliver(worker_database, {Rained: [write_it_down]}) == 0
    assert [event.drop_id] == SEEN
    assert await due(db) == []


async def test_what_happened_in_one_moment_is_told_as_it_happened(db: Db, worker_database: Database) -> None:
    SEEN.clear()
    events = [Rained(new_id()) for _ in range(60)]
    for event in events:
        await outbox.record(db, event)
    await outbox.deliver(worker_database, {Rained: [write_it_down]})
    assert [event.drop_id for event in events] == SEEN


async def test_a_failing_reaction_keeps_nothing_is_tried_again_and_does_not_stop_the_others(db: Db, worker_database: Database) -> None:
    SEEN.clear()
    event, other = Rained(new_id()), Rained(new_id())
    await outbox.record(db, event)
    await outbox.record(db, other)
    await outbox.deliver(worker_database, {Rained: [write_it_down, fail]})
    assert {event.drop_id, other.drop_id} == set(SEEN)
    rows = await due(db)
    assert [row["attempts"] for row in rows] == [1, 1]
    assert all(row["last_error"] == "kit.fail: RuntimeError" or row["last_error"].endswith("RuntimeError") for row in rows)
    assert all(row["due_at"] > now() for row in rows)
    assert await db.fetchval("select count(*) from erasure where person_hash like 'never%'::bytea") == 0
    await make_due(worker_database)
    await outbox.deliver(worker_database, {Rained: [write_it_down]})
    assert len(SEEN) == 2, "a reaction that was done is not done again"
    assert await due(db) == []


async def test_what_keeps_failing_is_parked(db: Db, worker_database: Database) -> None:
    await outbox.record(db, Rained(new_id()))
    for _ in range(outbox.TRIES + 2):
        await outbox.deliver(worker_database, {Rained: [fail]})
        await make_due(worker_database)
    row = await db.fetchrow("select attempts, parked_at from outbox")
    assert row["attempts"] == outbox.TRIES
    assert row["parked_at"] is not None


async def test_an_event_for_later_waits(db: Db, worker_database: Database) -> None:
    SEEN.clear()
    await outbox.record(db, Rained(new_id()), due_at=now() + timedelta(hours=1))
    assert await outbox.deliver(worker_database, {Rained: [write_it_down]}) == 0
    assert SEEN == []


async def test_two_workers_share_the_events(committed) -> None:
    import asyncio

    SEEN.clear()
    events = [Rained(new_id()) for _ in range(40)]
    async with committed.web.transaction() as db:
        for event in events:
            await outbox.record(db, event)
    delivered = await asyncio.gather(*(outbox.deliver(committed.worker, {Rained: [write_it_down]}, batch=3) for _ in range(4)))
    assert sum(delivered) == 40
    assert sorted(SEEN) == sorted(event.drop_id for event in events)
