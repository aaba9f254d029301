"""The outbox: what happened, written in the transaction in which it happened, and told to the reactions by the worker.

At least once: a reaction runs in a transaction of its own that also marks it as done, so what it writes to the database happens once and once
only; what it sends outside may repeat after a crash. A reaction that fails is tried again with growing pauses and parked after TRIES tries.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
import structlog

from buurtnet.kit.db import Database, Db, fetch
from buurtnet.kit.ids import new_id

log = structlog.get_logger("outbox")
Reaction = Callable[[Db, Any], Awaitable[None]]
Reactions = Mapping[type, Sequence[Reaction]]
TRIES = 10
LEASE = timedelta(seconds=90)

RECORD = "insert into outbox (id, kind, payload, due_at) values ($1, $2, $3, coalesce($4, now()))"
RECORD_ALL = """
insert into outbox (id, kind, payload) select * from unnest($1::uuid[], $2::text[], $3::text[]::jsonb[])
"""
CLAIM = """
update outbox set due_at = now() + $1::interval, attempts = attempts + 1
 where id in (select id from outbox where done_at is null and parked_at is null and due_at <= now() order by due_at, id limit $2 for update skip locked)
returning id, kind, payload, attempts, reactions_done
"""
LOCK = "select reactions_done from outbox where id = $1 and done_at is null for update"
MARK = "update outbox set reactions_done = array_append(reactions_done, $2) where id = $1"
PARKED = "select id, kind, parked_at, attempts, last_error from outbox where parked_at is not null order by parked_at, id limit 1000"
RETRY = """
update outbox set parked_at = null, attempts = 0, due_at = now() where parked_at is not null and ($1::uuid is null or id = $1) returning id
"""
DONE = "update outbox set done_at = now(), last_error = null where id = $1"
FAIL = """
update outbox set last_error = $2, due_at = now() + $3::interval, parked_at = case when attempts >= $4 then now() end where id = $1
"""


def event_kind(event: type) -> str:
    """The name under which an event is stored: slice and Struct, `posts.PostOpened`."""
    return f"{event.__module__.split('.')[-2]}.{event.__name__}"


async def record(db: Db, event: msgspec.Struct, *, due_at: datetime | None = None) -> None:
    """Writes down that the event happened; the worker tells whoever reacts, once this transaction is committed (not before `due_at`)."""
    await db.execute(RECORD, new_id(), event_kind(type(event)), msgspec.to_builtins(event), due_at)


async def record_all(db: Db, events: Sequence[msgspec.Struct]) -> None:
    """The same for many events, in one statement."""
    payloads = [msgspec.json.encode(event).decode() for event in events]
    await db.execute(RECORD_ALL, [new_id() for _ in events], [event_kind(type(event)) for event in events], payloads)


async def deliver(database: Database, reactions: Reactions, *, batch: int = 50) -> int:
    """Tells due events to their reactions until none is due; returns how many were delivered."""
    kinds = {event_kind(event): (event, told) for event, told in reactions.items()}
    delivered = 0
    while True:
        async with database.transaction() as db:
            rows = await db.fetch(CLAIM, LEASE, batch)
        for row in sorted(rows, key=itemgetter("id")):  # As they happened: the statement returns them in any order.
            event, told = kinds.get(row["kind"], (None, ()))
            payload = msgspec.convert(row["payload"], event) if event else None
            delivered += await _tell(database, row["id"], row["attempts"], payload, told)
        if not rows:
            return delivered


async def _tell(database: Database, row_id: UUID, attempts: int, event: Any, told: Sequence[Reaction]) -> bool:
    for reaction in told:
        name = f"{reaction.__module__.split('.')[-2]}.{reaction.__name__}"
        try:
            async with database.transaction() as db:
                done = await db.fetchval(LOCK, row_id)
                if done is None:
                    return False
                if name in done:
                    continue
                await reaction(db, event)
                await db.execute(MARK, row_id, name)
        except Exception as error:  # Whatever a reaction raises must not stop the others' events.
            log.warning("reaction failed", reaction=name, attempts=attempts, error=type(error).__name__, exc_info=True)
            async with database.transaction() as db:
                await db.execute(FAIL, row_id, f"{name}: {type(error).__name__}", timedelta(seconds=min(2**attempts, 3600)), TRIES)
            return False
    async with database.transaction() as db:
        await db.execute(DONE, row_id)
    return True


class ParkedEvent(msgspec.Struct, frozen=True):
    """An event that was given up after many tries; nothing of what is in it."""

    id: UUID
    kind: str
    parked_at: datetime
    attempts: int
    last_error: str | None


async def list_parked(db: Db) -> list[ParkedEvent]:
    """The events that were given up, oldest first, for the operator."""
    return await fetch(db, ParkedEvent, PARKED)


async def retry_parked(db: Db, event_id: UUID | None = None) -> int:
    """Lets the worker try one parked event again, or all of them; returns how many."""
    return len(await db.fetch(RETRY, event_id))
