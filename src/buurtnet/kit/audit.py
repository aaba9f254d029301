"""Who did what to whose data: insert only, under pseudonyms, sealed by the worker into a chain of hashes.

A person stands in the audit under a pseudonym kept in one table; erasure deletes that row, and what remains points at nobody. The chain is
made by the worker over ranges of rows, because a chain inside each request would make every writer wait for the one before.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.ids import new_id
from buurtnet.kit.locks import Lock, hold
from buurtnet.kit.viewer import Viewer

PSEUDONYM = "select alias from pseudonym where person_id = $1 and not former"
NEW_PSEUDONYM = """
insert into pseudonym (person_id, alias) values ($1, $2) on conflict (person_id) where not former do nothing returning alias
"""
RECORD = """
insert into audit (id, at, actor, on_behalf_of, subject, action, object_kind, object_id, reason)
values ($1, now(), $2, $3, $4, $5, $6, $7, $8)
"""
GRANT = """
insert into "grant" (person_id, object_id, until) values ($1, $2, now() + interval '10 minutes')
on conflict (person_id, object_id) do update set until = excluded.until
"""
LAST_SEAL = "select hash, up_to from audit_seal order by up_to desc limit 1"
TO_SEAL = """
select at, id, actor, on_behalf_of, subject, action, object_kind, object_id, reason from audit
 where at > $1 and at <= $2 order by at, id
"""
SEAL = "insert into audit_seal (id, since, up_to, rows, hash, previous_hash) values ($1, $2, $3, $4, $5, $6)"
SEALS = "select since, up_to, rows, hash, previous_hash from audit_seal order by up_to"


async def _alias(db: Db, person_id: UUID | None) -> UUID | None:
    """The person's pseudonym, made where there is none; where another transaction made it in the same moment, the third statement sees it."""
    if person_id is None:
        return None
    known = await db.fetchval(PSEUDONYM, person_id) or await db.fetchval(NEW_PSEUDONYM, person_id, new_id())
    return known or await db.fetchval(PSEUDONYM, person_id)


JOIN_PSEUDONYMS = (
    "update pseudonym set former = true where person_id = $2 and exists (select from pseudonym where person_id = $1 and not former)"
)


async def join_pseudonyms(db: Db, kept_id: UUID, gone_id: UUID) -> None:
    """Lets the pseudonym of an account that becomes part of another one stand beside that one's: what was written under it can be read as theirs."""
    await db.execute(JOIN_PSEUDONYMS, kept_id, gone_id)


async def record_audit(
    db: Db,
    viewer: Viewer,
    action: str,
    *,
    subject: UUID | None = None,
    object_kind: str | None = None,
    object_id: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Writes who did what to whose data in the same transaction as the deed; `reason` may hold no personal data.

    Where the object is the person, only the pseudonym stands there: the id beside it would tell whose it is, also after erasure.
    """
    actor = viewer.actor_id or viewer.person_id
    behalf = viewer.person_id if actor != viewer.person_id else None
    await db.execute(
        RECORD,
        new_id(),
        await _alias(db, actor),
        await _alias(db, behalf),
        await _alias(db, subject),
        action,
        object_kind,
        None if object_id == subject else object_id,
        reason,
    )


async def grant_access(db: Db, viewer: Viewer, object_id: UUID, *, subject: UUID, object_kind: str, reason: str) -> None:
    """Opens one protected record to the viewer for ten minutes and writes down why."""
    await record_audit(db, viewer, "opened", subject=subject, object_kind=object_kind, object_id=object_id, reason=reason)
    await db.execute(GRANT, viewer.actor_id or viewer.person_id, object_id)


def _link(previous: bytes, rows: list) -> bytes:
    digest = hashlib.sha256(previous)
    for row in rows:
        digest.update("\x1f".join("" if value is None else str(value) for value in row.values()).encode() + b"\x1e")
    return digest.digest()


async def seal_audit(db: Db, up_to: datetime) -> int:
    """Adds one link over everything written since the last seal until `up_to`; returns how many rows it covers. Run by the worker alone."""
    await hold(db, Lock.SEALING)
    last = await db.fetchrow(LAST_SEAL)
    since = last["up_to"] if last else datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    rows = await db.fetch(TO_SEAL, since, up_to)
    if rows:
        previous = last["hash"] if last else bytes(32)
        await db.execute(SEAL, new_id(), since, up_to, len(rows), _link(previous, rows), previous)
    return len(rows)


DROP_OLD = "select audit_drop_old()"
KEPT = timedelta(days=36 * 28)
"""A little less than the three years for which the audit is kept: what is younger is never dropped."""


async def drop_old_audit(db: Db) -> int:
    """Drops the months that ended more than three years ago, with their seals; returns how many. The owner's function does it, which cannot be told
    to drop anything else."""
    return await db.fetchval(DROP_OLD) or 0


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """How far the audit is sealed: `hash` is the last seal, which somebody may note elsewhere; `late` rows should have been sealed by now."""

    rows: int
    up_to: datetime | None
    hash: bytes | None
    late: int


STAND = """
select coalesce(sum(rows), 0)::int as rows, max(up_to) as up_to, (select hash from audit_seal order by up_to desc limit 1) as hash,
       (select count(*) from audit where at < now() - interval '30 minutes' and at > coalesce((select max(up_to) from audit_seal), '-infinity')) as late
  from audit_seal
"""


async def read_sealed(db: Db) -> Sealed:
    """How far the audit is sealed."""
    sealed = await fetch_one(db, Sealed, STAND)
    assert sealed is not None
    return sealed


async def verify_audit(db: Db, *, known: bytes | None = None) -> list[str]:
    """The seals that do not fit what is stored, each said in a line; empty where nothing was changed. `known` is a seal that was noted elsewhere:
    a chain that was cut off at its end, or made anew, does not hold it."""
    faults: list[str] = []
    previous = bytes(32)
    seals = await db.fetch(SEALS)
    if known is not None and known not in {seal["hash"] for seal in seals}:
        faults.append("The seal that was noted is not in the chain.")
    if seals and seals[0]["since"] < now() - KEPT:
        previous = seals[0]["previous_hash"]  # Those before it were dropped with their months.
    for seal in seals:
        rows = await db.fetch(TO_SEAL, seal["since"], seal["up_to"])
        if seal["previous_hash"] != previous:
            faults.append(f"The seal up to {seal['up_to']} does not follow the one before it.")
        if len(rows) != seal["rows"] or _link(seal["previous_hash"], rows) != seal["hash"]:
            faults.append(f"The rows from {seal['since']} to {seal['up_to']} are not those that were sealed.")
        previous = seal["hash"]
    return faults
