"""Verdicts wait ten seconds before they take effect, so that taking one back undoes it completely: nobody was told, nothing was changed.

A verdict is a row of `decision` from the moment it is given, and the item leaves every queue; the worker process carries it out when the
outbox is due (`carrying`). What cannot be carried out any more, because the item changed in those seconds, puts the item back.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch, fetch_one, savepoint
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions.claiming import claim_item, refuse_decided
from buurtnet.moderation.events import DecisionDue
from buurtnet.moderation.rules import TooLate
from buurtnet.moderation.schemas import DecisionKind, Due, ObjectKind, Said, Undone

UNDO_FOR = timedelta(seconds=10)
"""How long a verdict can be taken back."""
DECIDE = """
insert into decision (id, object_kind, object_id, subject_id, verdict, reason, "right", barrier, text, words, until, stays, agreed, theme, version, second_by,
  appeal_of, by, batch, effect_at, effected_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
"""
RELEASE = "delete from claim where object_kind = $1 and object_id = $2"
OF_BATCH = """
select id, object_kind, object_id, subject_id, effected_at is not null as effected
  from decision where batch = $1 and by = $2 and undone_at is null order by id for update
"""
UNDO = "update decision set undone_at = $2, undone_why = $3 where id = $1"
DUE = """
select id, object_kind, object_id, subject_id, verdict, reason, "right", barrier, text, words, until, stays, agreed, theme, version, second_by, appeal_of,
       by, at from decision
 where id = $1 and effected_at is null and undone_at is null for update
"""
EFFECTED = "update decision set effected_at = $2 where id = $1"


async def write_decision(
    db: Db,
    viewer: Viewer,
    kind: DecisionKind,
    object_id: UUID,
    said: Said,
    *,
    subject: UUID | None = None,
    batch: UUID | None = None,
    at_once: bool = False,
) -> UUID:
    """Writes down a verdict that takes effect ten seconds later, lets go of the item, and returns its id; `batch` is what can be undone together.
    With `at_once` the caller has carried it out already."""
    decision_id, at = new_id(), now()
    about = (decision_id, kind, object_id, subject, *msgspec.structs.astuple(said))
    await db.execute(DECIDE, *about, viewer.person_id, batch or decision_id, at + UNDO_FOR, at if at_once else None)
    await db.execute(RELEASE, kind, object_id)
    await record_audit(db, viewer, f"{kind}_{said.verdict}", subject=subject, object_kind=kind, object_id=object_id, reason=said.reason)
    if not at_once:
        await record(db, DecisionDue(decision_id), due_at=at + UNDO_FOR)
    return decision_id


Effect = Callable[[Db, Viewer, Due], Awaitable[None]]
"""What a verdict does."""


async def give_verdict(
    db: Db,
    viewer: Viewer,
    kind: ObjectKind,
    object_id: UUID,
    said: Said,
    effect: Effect,
    *,
    subject: UUID | None = None,
    batch: UUID | None = None,
) -> UUID:
    """Writes down a verdict whose effect was tried and taken back, so that it is refused now and not ten seconds later; returns its id. Whoever
    decides in the same moment waits here until this transaction ends, and then hears who was first."""
    await claim_item(db, viewer, kind, object_id)
    await refuse_decided(db, kind, object_id, waits=True)
    decision_id = await write_decision(db, viewer, kind, object_id, said, subject=subject, batch=batch)
    due = await take_due(db, decision_id)
    assert due is not None
    async with savepoint(db, keep=False):
        await effect(db, viewer, due)
    return decision_id


class _Given(msgspec.Struct, frozen=True):
    id: UUID
    object_kind: DecisionKind
    object_id: UUID
    subject_id: UUID | None
    effected: bool


async def undo(db: Db, viewer: Viewer, batch: UUID) -> list[Undone]:
    """Takes back the viewer's own verdicts that were given together and have not taken effect: as if they had not been given. TooLate where all have,
    NotFound where there are none."""
    at = now()
    given = await fetch(db, _Given, OF_BATCH, batch, viewer.person_id)
    if not given:
        raise NotFound
    undone: list[Undone] = []
    for one in given:
        if one.effected:
            continue
        await db.execute(UNDO, one.id, at, "worker")
        kind = f"{one.object_kind}_undone"
        await record_audit(db, viewer, kind, subject=one.subject_id, object_kind=one.object_kind, object_id=one.object_id)
        undone.append(Undone(one.object_kind, one.object_id))
    if not undone:
        raise TooLate
    return undone


async def hasten(db: Db, viewer: Viewer, batch: UUID) -> DecisionKind:
    """Lets the viewer's own verdicts that were given together take effect at once, and returns about what they are: somebody stands beside the
    worker, or is on the phone. NotFound where there are none."""
    given = await fetch(db, _Given, OF_BATCH, batch, viewer.person_id)
    if not given:
        raise NotFound
    for one in given:
        if not one.effected:
            await record(db, DecisionDue(one.id))
    return given[0].object_kind


async def take_due(db: Db, decision_id: UUID) -> Due | None:
    """A verdict that has not taken effect, locked for this transaction; None where it was taken back or carried out."""
    return await fetch_one(db, Due, DUE, decision_id)


async def settle(db: Db, decision_id: UUID, *, why: Literal["changed"] | None = None) -> None:
    """Notes that a verdict has taken effect, or why it cannot any more."""
    at = now()
    if why is None:
        await db.execute(EFFECTED, decision_id, at)
    else:
        await db.execute(UNDO, decision_id, at, why)
