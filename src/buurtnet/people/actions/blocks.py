"""Ending somebody's service for a time: asked by one worker, confirmed by another, with an end."""

from datetime import date, datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db, refuse_when
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.actions.sessions import END_SESSIONS
from buurtnet.people.events import PersonBlocked, PersonChanged
from buurtnet.people.rules import check_block


class SecondWorkerNeeded(Forbidden):
    """The worker who asked for the block cannot confirm it."""

    text = N_("Another worker has to confirm this.")


class BlockWaits(Conflict):
    """A block of this person stands or waits already."""

    text = N_("There is a block for this person already.")


refuse_when("uq_block_standing", BlockWaits)  # Two workers who ask in the same moment.

STANDING = "select exists (select from block where person_id = $1 and ended_at is null)"
ADD_BLOCK = 'insert into block (id, person_id, "by", reason, code, told, asked_at, until) values ($1, $2, $3, $4, $5, $6, $7, $8)'


async def ask_block(
    db: Db, viewer: Viewer, person_id: UUID, *, reason: str, until: date, at: datetime, code: str = "other", told: str | None = None
) -> UUID:
    """The id of a block that waits for a second worker; BlockWaits where one stands already. `reason` is for the other worker, the person reads the
    reason of the code and what they are told."""
    await find_resident(db, viewer, person_id)
    text = " ".join(reason.split())
    if not 3 <= len(text) <= 500:
        raise Invalid({"why": N_("Write why, in a sentence or two.")})
    check_block(until, at.date())
    if await db.fetchval(STANDING, person_id):
        raise BlockWaits
    identity = new_id()
    await db.execute(ADD_BLOCK, identity, person_id, viewer.person_id, text, code, told, at, until)
    await record_audit(db, viewer, "block asked", subject=person_id, object_kind="block", object_id=identity)
    return identity


BLOCK = 'select person_id, "by", second_by, until from block where id = $1 and ended_at is null for update'
CONFIRM = "update block set second_by = $2 where id = $1"
SET_BLOCKED = "update person set state = 'blocked' where id = $1 and state in ('active', 'paused')"


async def confirm_block(db: Db, viewer: Viewer, block_id: UUID, *, at: datetime) -> UUID:
    """Blocks the person from the next request, and returns who it is; SecondWorkerNeeded for the worker who asked."""
    row = await db.fetchrow(BLOCK, block_id)
    if row is None:
        raise NotFound
    await find_resident(db, viewer, row["person_id"])
    if row["by"] == viewer.person_id:
        raise SecondWorkerNeeded
    if row["second_by"] is not None or row["until"] <= at.date():
        raise Conflict
    await db.execute(CONFIRM, block_id, viewer.person_id)
    await db.execute(SET_BLOCKED, row["person_id"])
    await db.execute(END_SESSIONS, row["person_id"])
    await record_audit(db, viewer, "block confirmed", subject=row["person_id"], object_kind="block", object_id=block_id)
    await record(db, PersonBlocked(row["person_id"]))
    await record(db, PersonChanged(row["person_id"]))
    return row["person_id"]


END_BLOCK = "update block set ended_at = $2 where id = $1"
SET_ACTIVE = "update person set state = 'active', paused_until = null where id = $1 and state = 'blocked' returning id"


async def end_block(db: Db, viewer: Viewer, block_id: UUID, *, at: datetime) -> UUID:
    """Takes a block or the wish for one back, and returns whose it was."""
    row = await db.fetchrow(BLOCK, block_id)
    if row is None:
        raise NotFound
    await find_resident(db, viewer, row["person_id"])
    await db.execute(END_BLOCK, block_id, at)
    await record_audit(db, viewer, "block ended", subject=row["person_id"], object_kind="block", object_id=block_id)
    if row["second_by"] is not None:
        await _free(db, row["person_id"])
    return row["person_id"]


async def _free(db: Db, person_id: UUID) -> None:
    if await db.fetchval(SET_ACTIVE, person_id) is not None:
        await record(db, PersonChanged(person_id))


BLOCKS_OVER = "update block set ended_at = $1 where ended_at is null and until < $2 returning person_id"


async def end_blocks(db: Db, at: datetime) -> int:
    """Ends the blocks whose last day is over; returns how many."""
    rows = await db.fetch(BLOCKS_OVER, at, at.date())
    for row in rows:
        await _free(db, row["person_id"])
    return len(rows)
