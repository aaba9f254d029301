"""Deciding about people: a warning, a worker who looks first for a time, a service that two workers end for a time. These act at once, and the person
is told why and how to object."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions.tasks import create_task
from buurtnet.moderation.actions.undoing import write_decision
from buurtnet.moderation.events import Decided
from buurtnet.moderation.schemas import Said
from buurtnet.people import actions as people
from buurtnet.people.actions import limiting
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.queries import list_blocks
from buurtnet.people.rules.service import check_told

ENDED = """
update decision set undone_at = $3, undone_why = 'ended'
 where object_kind = 'person' and object_id = $1 and verdict = $2 and effected_at is not null and undone_at is null
"""
FINISH_ABOUT = """
update task set done_at = now(), done_by = $3, outcome = 'done' where kind = $1 and object_id = $2 and done_at is null
"""
BLOCKED = "select person_id from block where id = $1 and ended_at is null"


async def finish_tasks_about(db: Db, viewer: Viewer, kind: str, object_id: UUID) -> None:
    """Ends the tasks of the kind about something that was done just now."""
    await db.execute(FINISH_ABOUT, kind, object_id, viewer.person_id)


async def replace_task(db: Db, kind: str, *, object_id: UUID, due_on: date | None, **about: Any) -> None:
    """Gives workers the next task about something in the place of the one before; only ends that one where no day is named."""
    await db.execute(FINISH_ABOUT, kind, object_id, None)
    if due_on is not None:
        await create_task(db, kind, object_id=object_id, due_on=due_on, **about)


async def _write(db: Db, viewer: Viewer, person_id: UUID, said: Said) -> None:
    decision_id = await write_decision(db, viewer, "person", person_id, said, subject=person_id, at_once=True)
    await record(db, Decided(decision_id))


async def warn_person(db: Db, viewer: Viewer, person_id: UUID, *, reason: str | None, text: str | None) -> None:
    """Warns somebody of the worker's areas, in words they read."""
    await find_resident(db, viewer, person_id)
    check_told(reason, text)
    await _write(db, viewer, person_id, Said(verdict="warned", reason=reason, text=text))


async def limit_person(db: Db, viewer: Viewer, person_id: UUID, *, reason: str | None, text: str | None, until: date, on: date) -> None:
    """From now on, through that day, all that somebody asks or offers and each match of theirs goes to a worker first."""
    check_told(reason, text)
    await limiting.limit_person(db, viewer, person_id, until=until, on=on)
    await _write(db, viewer, person_id, Said(verdict="limited", reason=reason, text=text, until=until))


async def end_limit(db: Db, viewer: Viewer, person_id: UUID, *, at: datetime) -> None:
    """Nothing of theirs goes to a worker first any more."""
    await limiting.end_limit(db, viewer, person_id)
    await db.execute(ENDED, person_id, "limited", at)


async def ask_block(
    db: Db, viewer: Viewer, person_id: UUID, *, reason: str | None, text: str | None, why: str, until: date, at: datetime, on: date
) -> UUID:
    """Asks another worker to end somebody's service for a time; nothing changes for the person before that one confirms."""
    check_told(reason, text)
    person = await find_resident(db, viewer, person_id)
    block_id = await people.ask_block(db, viewer, person_id, reason=why, until=until, at=at, code=reason or "other", told=text)
    await create_task(
        db,
        "block_asked",
        organisation_id=person.organisation_id,
        neighbourhood_id=person.neighbourhood_id,
        person_id=person_id,
        object_kind="block",
        object_id=block_id,
        urgent=True,
        due_on=on,
    )
    return block_id


async def confirm_block(db: Db, viewer: Viewer, block_id: UUID, *, at: datetime) -> UUID:
    """Ends the service for its time, as the second worker, and returns whose it is; the person is told why, by whom and how to object."""
    person_id = await db.fetchval(BLOCKED, block_id)
    if person_id is None:
        raise NotFound
    asked = next((block for block in await list_blocks(db, viewer, person_id) if block.id == block_id), None)
    await people.confirm_block(db, viewer, block_id, at=at)
    assert asked is not None
    await finish_tasks_about(db, viewer, "block_asked", block_id)
    said = Said(verdict="blocked", reason=asked.code, text=asked.told, until=asked.until, second_by=asked.by)
    await _write(db, viewer, person_id, said)
    return person_id


async def end_block(db: Db, viewer: Viewer, block_id: UUID, *, at: datetime) -> UUID:
    """Takes a block, or the wish for one, back and returns whose it was."""
    person_id = await people.end_block(db, viewer, block_id, at=at)
    await finish_tasks_about(db, viewer, "block_asked", block_id)
    await db.execute(ENDED, person_id, "blocked", at)
    return person_id
