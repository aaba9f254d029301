"""Workers who act for somebody, and who open somebody's contact details; both stand in the audit."""

from uuid import UUID

from buurtnet.kit.audit import grant_access, record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer, require_confirmed
from buurtnet.people.actions.contacts import list_contacts
from buurtnet.people.events import PersonChanged
from buurtnet.people.queries import find_person
from buurtnet.people.rules import REASONS
from buurtnet.people.schemas import Contact, Person

ACT = "update session set acting_for = $2 where token_hash = $1 and kind = 'staff' returning person_id"
MET = "update person set seen_on = current_date where id = $1 and seen_on < current_date"
IS_STAFF = "select exists (select from staff where person_id = $1)"


class NoSecrecy(Forbidden):
    """A worker without a basis for professional secrecy sees no contact details and acts for nobody."""

    text = N_("You need a basis for professional secrecy to do this.")


def check_reason(reason: str, person: Person, viewer: Viewer) -> None:
    """Invalid without a reason from the list, unless the worker manages the person."""
    if reason not in REASONS and not (reason == "" and person.managed_by == viewer.person_id):
        raise Invalid({"reason": N_("Choose why.")})


def check_lately(person: Person, viewer: Viewer) -> None:
    """ConfirmFirst where the worker did not show lately that it is them, unless they look after the person."""
    if person.managed_by != viewer.person_id:
        require_confirmed(viewer, now())


async def find_resident(db: Db, viewer: Viewer, person_id: UUID) -> Person:
    """A resident of the facilitator's areas; NotFound for anybody else, colleagues and oneself too."""
    if not viewer.staff or "facilitator" not in viewer.roles or person_id == viewer.person_id:
        raise NotFound
    person = await find_person(db, viewer, person_id)
    if await db.fetchval(IS_STAFF, person_id):
        raise NotFound
    return person


async def start_acting(db: Db, viewer: Viewer, person_id: UUID, reason: str = "") -> None:
    """From the next request the worker's session acts for the person; a reason is needed for people somebody else manages."""
    person = await find_resident(db, viewer, person_id)
    if not viewer.secrecy:
        raise NoSecrecy
    check_reason(reason, person, viewer)
    check_lately(person, viewer)
    if await db.fetchval(ACT, viewer.session_hash, person_id) is None:
        raise Forbidden
    await db.execute(MET, person_id)
    await record_audit(db, viewer, "acting started", subject=person_id, object_kind="person", object_id=person_id, reason=reason or None)


async def stop_acting(db: Db, viewer: Viewer) -> UUID | None:
    """Gives the worker their own session back; the id of whom they acted for, None where for nobody."""
    acted_for = viewer.person_id if viewer.actor_id != viewer.person_id else None
    if await db.fetchval(ACT, viewer.session_hash, None) is not None and acted_for is not None:
        await record_audit(db, viewer, "acting ended", subject=acted_for, object_kind="person", object_id=acted_for)
    return acted_for


async def open_contact(db: Db, vault: Vault, viewer: Viewer, person_id: UUID, reason: str = "") -> list[Contact]:
    """The person's addresses for the worker: their own people's at once, others' for ten minutes with a reason that is written down."""
    person = await find_resident(db, viewer, person_id)
    if not viewer.secrecy:
        raise NoSecrecy
    check_reason(reason, person, viewer)
    check_lately(person, viewer)
    if person.managed_by != viewer.person_id:
        await grant_access(db, viewer, person_id, subject=person_id, object_kind="contact", reason=reason)
    return await list_contacts(db, vault, person_id)


SET_MANAGER = "update person set managed_by = $2 where id = $1"
SIGNS_IN = """
select exists (select from sign_in_name where person_id = $1)
    or exists (select from card where person_id = $1 and activated_at is not null and revoked_at is null)
"""


class NoWayIn(Conflict):
    """Somebody who cannot sign in cannot look after their own account."""

    text = N_("This person cannot sign in yet. Give them a card, or add their number first.")


async def look_after(db: Db, viewer: Viewer, person_id: UUID, reason: str = "") -> None:
    """From now on the worker manages the person, with a reason that is written down: clocks become the worker's tasks, details are open."""
    person = await find_resident(db, viewer, person_id)
    if not viewer.secrecy:
        raise NoSecrecy
    check_reason(reason, person, viewer)
    check_lately(person, viewer)
    await _set_manager(db, viewer, person_id, viewer.person_id, "looked after", reason)


async def hand_over(db: Db, viewer: Viewer, person_id: UUID) -> None:
    """From now on the person looks after their own account; NoWayIn where they cannot sign in."""
    await find_resident(db, viewer, person_id)
    if not await db.fetchval(SIGNS_IN, person_id):
        raise NoWayIn
    await _set_manager(db, viewer, person_id, None, "handed over")


async def _set_manager(db: Db, viewer: Viewer, person_id: UUID, worker_id: UUID | None, what: str, reason: str = "") -> None:
    await db.execute(SET_MANAGER, person_id, worker_id)
    await record_audit(db, viewer, what, subject=person_id, object_kind="person", object_id=person_id, reason=reason or None)
    await record(db, PersonChanged(person_id))
