"""Leaving for good: asked by the person or by the worker who looks after them, or because they were not here for a year."""

from datetime import date, datetime, timedelta
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.limits import Limits
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import ACT
from buurtnet.people.actions.codes import ask_code, finish_code
from buurtnet.people.actions.contacts import list_contacts
from buurtnet.people.actions.sessions import END_SESSIONS
from buurtnet.people.events import ErasureAsked, PersonAbsent, PersonChanged
from buurtnet.people.queries import get_person
from buurtnet.people.rules import REASONS, normalise_address
from buurtnet.people.schemas import AskedCode, SignInCode

CONFIRMED_FOR = timedelta(minutes=10)
"""How long somebody who showed that it is them need not show it again."""


class ShowItIsYou(Forbidden):
    """What cannot be undone needs a fresh code or the four pictures."""

    text = N_("Show that it is you first.")


class OnlyTheirWorker(Forbidden):
    """A worker who does something for a person whom somebody else looks after."""

    text = N_("Only the worker who looks after this account can do this.")


class WorkersStay(Conflict):
    """A worker's account ends with their work, by the operator."""

    text = N_("A worker's account is ended by the operator.")


async def require_own_worker(db: Db, viewer: Viewer) -> None:
    """OnlyTheirWorker where a worker acts for somebody they do not look after."""
    if viewer.person_id is None:
        raise NotFound
    if viewer.actor_id != viewer.person_id and (await get_person(db, viewer.person_id)).managed_by != viewer.actor_id:
        raise OnlyTheirWorker


CONFIRMED = "select confirmed_at > $2 from session where token_hash = $1"
CONFIRM = "update session set confirmed_at = $2 where token_hash = $1"


async def is_confirmed(db: Db, viewer: Viewer, *, at: datetime) -> bool:
    """Whether the viewer showed lately, in this session, that it is them."""
    return bool(await db.fetchval(CONFIRMED, viewer.session_hash, at - CONFIRMED_FOR))


async def confirm_session(db: Db, viewer: Viewer, *, at: datetime) -> None:
    """Notes that the viewer showed just now that it is them."""
    await db.execute(CONFIRM, viewer.session_hash, at)


async def ask_confirming_code(
    db: Db, vault: Vault, limits: Limits, viewer: Viewer, contact_id: UUID, *, region: str, network: str, language: str, at: datetime
) -> AskedCode:
    """A code to one of the viewer's own proven addresses; NotFound for any other, and for who has four pictures: whoever holds the phone reads
    its codes."""
    if viewer.person_id is None or (await get_person(db, viewer.person_id)).has_pin:
        raise NotFound
    chosen = next((one for one in await list_contacts(db, vault, viewer.person_id) if one.id == contact_id and one.verified), None)
    if chosen is None:
        raise NotFound
    address = normalise_address(chosen.value, region)
    return await ask_code(
        db, vault, limits, address, network=network, language=language, at=at, purpose="confirm", person_id=viewer.person_id
    )


async def confirm_with_code(db: Db, viewer: Viewer, code: SignInCode, *, at: datetime) -> None:
    """Takes the verified code as proof that it is the viewer; NotFound where somebody else asked for it."""
    if viewer.person_id is None or code.person_id != viewer.person_id:
        raise NotFound
    await finish_code(db, code, at)
    await confirm_session(db, viewer, at=at)


LEAVE = "update person set state = 'erased', paused_until = null where id = $1 and state <> 'erased' returning id"
IS_STAFF = "select exists (select from staff where person_id = $1)"


async def ask_erasure(db: Db, viewer: Viewer, *, at: datetime, reason: str = "") -> None:
    """From this moment nobody finds the viewer any more, and the worker erases everything about them. ShowItIsYou without a fresh proof; a worker
    does it with a reason, for whom they look after."""
    await require_own_worker(db, viewer)
    assert viewer.person_id is not None
    if viewer.actor_id == viewer.person_id:
        if await needs_proof(db, viewer) and not await is_confirmed(db, viewer, at=at):
            raise ShowItIsYou
    else:
        if reason not in REASONS:
            raise Invalid({"reason": N_("Choose why.")})
        await record_audit(db, viewer, "erasure asked", subject=viewer.person_id, object_kind="person", reason=reason)
        await db.execute(ACT, viewer.session_hash, None)
    await erase_account(db, viewer.person_id)


async def erase_account(db: Db, person_id: UUID) -> None:
    """Ends the account at once and lets privacy erase what is left; nothing where that was asked before, WorkersStay for a worker's."""
    if await db.fetchval(IS_STAFF, person_id):
        raise WorkersStay
    if await db.fetchval(LEAVE, person_id) is None:
        return
    await db.execute(END_SESSIONS, person_id)
    await record(db, PersonChanged(person_id))
    await record(db, ErasureAsked(person_id))


PROVABLE = """
select exists (select from contact where person_id = $1 and verified_at is not null) or exists (select from person where id = $1 and pin_hash is not null)
"""


async def needs_proof(db: Db, viewer: Viewer) -> bool:
    """Whether there is a way for the viewer to show that it is them: a proven address or four pictures."""
    return bool(await db.fetchval(PROVABLE, viewer.person_id))


BAR = """
insert into barred (lookup, until)
select n.lookup, b.until from sign_in_name n join block b on b.person_id = n.person_id
 where n.person_id = $1 and b.ended_at is null and b.second_by is not null and b.until >= $2
on conflict (lookup) do update set until = greatest(barred.until, excluded.until)
"""
UNBAR = "delete from barred where until < $1"
IS_BARRED = "select exists (select from barred where lookup = $1 and until >= $2)"


async def bar_addresses(db: Db, person_id: UUID, *, on: date) -> None:
    """Keeps the addresses of somebody who is blocked, as keyed hashes, until the block ends: erasure does not end the protection of others."""
    await db.execute(BAR, person_id, on)


async def unbar(db: Db, on: date) -> None:
    """Forgets the addresses whose block is over."""
    await db.execute(UNBAR, on)


async def is_barred(db: Db, lookup: bytes, on: date) -> bool:
    """Whether a block of somebody who was erased still stands for the address."""
    return bool(await db.fetchval(IS_BARRED, lookup, on))


ABSENT = """
select p.id, p.managed_by is not null as managed from person p
 where p.seen_on <= $1 and p.state in ('active', 'paused') and (p.leaving_asked_on is null or p.leaving_asked_on < p.seen_on)
   and not exists (select from staff f where f.person_id = p.id)
 order by p.seen_on limit $2 for update skip locked
"""
ASKED = "update person set leaving_asked_on = $2 where id = any($1::uuid[])"
GONE = """
select p.id from person p
 where p.seen_on <= $1 and p.leaving_asked_on <= $2 and p.leaving_asked_on >= p.seen_on and p.state in ('active', 'paused') and p.managed_by is null
   and not exists (select from staff f where f.person_id = p.id)
 order by p.seen_on limit $3 for update skip locked
"""
SEEN = "update person set seen_on = $2 where id = $1 and seen_on < $2"
BATCH = 500


async def ask_absent(db: Db, *, since: date, on: date) -> int:
    """Asks people who were last here on or before `since` whether they want to stay, some at a time; for those whom a worker looks after the worker is
    asked. Returns how many."""
    rows = await db.fetch(ABSENT, since, BATCH)
    await db.execute(ASKED, [row["id"] for row in rows], on)
    for row in rows:
        await record(db, PersonAbsent(row["id"]))
    return len(rows)


async def erase_absent(db: Db, *, since: date, asked: date) -> int:
    """Erases accounts of who was last here on or before `since` and was asked on or before `asked`, some at a time; returns how many. Nobody whom a
    worker looks after."""
    rows = await db.fetch(GONE, since, asked, BATCH)
    for row in rows:
        await erase_account(db, row["id"])
    return len(rows)


async def note_contact(db: Db, person_id: UUID, on: date) -> None:
    """Notes that a worker was in contact with the person: that counts like signing in."""
    await db.execute(SEEN, person_id, on)
