"""What a coordinator does with workers of their organisation: roles, neighbourhoods, secrecy; inviting somebody; letting somebody go.

Everything counts from the next request. Nobody sets what they may do themselves, and the tables refuse it too (tables/staff.py).
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import SET_VIEWER, Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.locks import Lock, hold_one
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Role, Viewer, require_confirmed
from buurtnet.people.actions.sessions import END_SESSIONS
from buurtnet.people.actions.staff import ADD_CONTACT, ADD_NAME, ADD_WORKER
from buurtnet.people.events import PersonChanged, StaffInvited, WorkerLeft
from buurtnet.people.queries.staff import Colleague, find_colleague, list_served, list_successors
from buurtnet.people.rules import address_lookup, clean_name, normalise_address
from buurtnet.people.rules.staff import check_roles, clean_basis, split_areas
from buurtnet.web.language import BY_CODE


class WorkerChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a coordinator sets of a worker; `seen` says how it was when the page was shown."""

    roles: Annotated[list[Role], Meta(min_length=1, max_length=4)]
    own: Annotated[list[int], Meta(max_length=200)] = []
    backup: Annotated[list[int], Meta(max_length=200)] = []
    secrecy: Annotated[str, Meta(max_length=200)] = ""
    seen: Annotated[str, Meta(max_length=64)] = ""


class NewColleague(WorkerChange, frozen=True, kw_only=True):
    """Somebody whom a coordinator invites."""

    given_name: Annotated[str, Meta(max_length=60)]
    email: Annotated[str, Meta(max_length=300)]
    language: Annotated[str, Meta(max_length=3)]


class NotYourself(Conflict):
    """Somebody who would set what they may do themselves."""

    text = N_("Another coordinator has to do this for you.")


class OperatorStays(Conflict):
    """Who runs the server was appointed on the server."""

    text = N_("This colleague also runs the server. That role ends on the server first.")


class AlreadyHere(Invalid):
    """Somebody of the organisation has this address."""

    def __init__(self) -> None:
        super().__init__({"email": N_("A colleague has this address already.")})


STILL = "select exists (select from staff where person_id = $1 and organisation_id = $2 and role = 'coordinator')"


async def _hold_organisation(db: Db, viewer: Viewer, at: datetime) -> UUID:
    """The coordinator's organisation, whose workers nobody else changes until the end of the transaction; NotFound, ConfirmFirst."""
    if not viewer.staff or viewer.organisation_id is None:
        raise NotFound
    require_confirmed(viewer, at)
    await hold_one(db, Lock.WORKERS, viewer.organisation_id)
    if not await db.fetchval(STILL, viewer.person_id, viewer.organisation_id):
        raise NotFound
    return viewer.organisation_id


async def _take_colleague(db: Db, viewer: Viewer, person_id: UUID) -> Colleague:
    colleague = await find_colleague(db, viewer, person_id)
    if person_id == viewer.person_id:
        raise NotYourself
    return colleague


REMOVE_ROLES = "delete from staff where person_id = $1 and organisation_id = $2 and role <> 'operator' and role <> all($3::text[])"
SET_ROLES = """
insert into staff (person_id, organisation_id, role, secrecy_basis) select $1, $2, role, $4 from unnest($3::text[]) as role
on conflict (person_id, role) do update set secrecy_basis = excluded.secrecy_basis
"""
REMOVE_AREAS = "delete from staff_area where person_id = $1 and neighbourhood_id <> all($2::int[])"
SET_AREAS = """
insert into staff_area (person_id, neighbourhood_id, backup) select $1, place, backup from unnest($2::int[], $3::bool[]) as set(place, backup)
on conflict (person_id, neighbourhood_id) do update set backup = excluded.backup
"""


async def _set(db: Db, organisation_id: UUID, person_id: UUID, roles: list[Role], basis: str | None, areas: list[tuple[int, bool]]) -> None:
    places, backup = [place for place, _ in areas], [backup for _, backup in areas]
    await db.execute(SET_ROLES, person_id, organisation_id, roles, basis)
    await db.execute(REMOVE_ROLES, person_id, organisation_id, roles)
    await db.execute(REMOVE_AREAS, person_id, places)
    await db.execute(SET_AREAS, person_id, places, backup)


async def change_worker(db: Db, viewer: Viewer, person_id: UUID, change: WorkerChange, *, at: datetime) -> None:
    """Sets a colleague's roles, neighbourhoods and basis for secrecy, from their next request on. NotYourself; Conflict where somebody else
    changed them since the page was shown."""
    organisation_id = await _hold_organisation(db, viewer, at)
    before = await _take_colleague(db, viewer, person_id)
    if change.seen != before.mark:
        raise Conflict
    roles, basis = check_roles(change.roles), clean_basis(change.secrecy)
    served = [place.id for place in await list_served(db, viewer)]
    areas = split_areas(change.own, change.backup, {*served, *before.own, *before.backup})
    await _set(db, organisation_id, person_id, roles, basis, areas)
    for what, old, new in (
        ("roles set", [role for role in before.roles if role != "operator"], sorted(roles)),
        ("areas set", (before.own, before.backup), ([p for p, b in areas if not b], [p for p, b in areas if b])),
        ("secrecy set", before.secrecy_basis, basis),
    ):
        if old != new:
            await record_audit(db, viewer, what, subject=person_id, object_kind="person", object_id=person_id)


FIND_WORKER = """
select distinct f.person_id, f.organisation_id from sign_in_name n join staff f on f.person_id = n.person_id where n.lookup = $1
"""
REMOVE_ANY_ROLE = "delete from staff where person_id = $1 and role <> all($2::text[])"


async def set_worker(
    db: Db, vault: Vault, viewer: Viewer, email: str, roles: list[Role], areas: list[tuple[int, bool]], basis: str, *, region: str
) -> UUID:
    """Sets the roles, neighbourhoods and basis for secrecy of the worker with the address, and returns who it is; NotFound. Run by the operator: also
    for the only coordinator, and for other operators."""
    rows = await db.fetch(FIND_WORKER, address_lookup(vault, normalise_address(email, region)))
    if len(rows) != 1:
        raise NotFound
    person_id, organisation_id = rows[0]
    await _set(db, organisation_id, person_id, roles, clean_basis(basis), areas)
    await db.execute(REMOVE_ANY_ROLE, person_id, roles)
    await record_audit(db, viewer, "staff set", subject=person_id, object_kind="person", object_id=person_id)
    return person_id


TAKEN = """
select exists (select from sign_in_name n join staff f on f.person_id = n.person_id where n.lookup = $1 and f.organisation_id = $2)
"""
INVITE = "insert into tenure (person_id, organisation_id, invited_by, invited_at) values ($1, $2, $3, $4)"


async def invite_worker(db: Db, vault: Vault, viewer: Viewer, new: NewColleague, *, region: str, at: datetime) -> UUID:
    """The id of a new colleague, who is sent an invitation and chooses with what they sign in; AlreadyHere."""
    organisation_id = await _hold_organisation(db, viewer, at)
    address = normalise_address(new.email, region)
    if address.channel != "email":
        raise Invalid({"email": N_("A worker signs in with an e-mail address.")})
    if new.language not in BY_CODE:
        raise Invalid({"language": N_("Choose a language from the list.")})
    lookup = address_lookup(vault, address)
    if await db.fetchval(TAKEN, lookup, organisation_id):
        raise AlreadyHere
    areas = split_areas(new.own, new.backup, {place.id for place in await list_served(db, viewer)})
    identity, contact_id = new_id(), new_id()
    await db.execute(ADD_WORKER, identity, organisation_id, clean_name(new.given_name), new.language, [new.language])
    await _set(db, organisation_id, identity, check_roles(new.roles), clean_basis(new.secrecy), areas)
    await db.execute(INVITE, identity, organisation_id, viewer.person_id, at)
    await db.execute(SET_VIEWER, str(identity))
    await db.execute(ADD_CONTACT, contact_id, identity, vault.seal(address.value, "contact", "sealed", contact_id))
    await db.execute(ADD_NAME, lookup, identity)
    await db.execute(SET_VIEWER, str(viewer.person_id))
    await record_audit(db, viewer, "staff invited", subject=identity, object_kind="person", object_id=identity)
    await record(db, StaffInvited(identity))
    return identity


INVITE_AGAIN = """
insert into tenure (person_id, organisation_id, invited_by, invited_at) values ($1, $2, $3, $4)
on conflict (person_id) do update set invited_by = excluded.invited_by, invited_at = excluded.invited_at, begun_at = null
"""


async def invite_again(db: Db, viewer: Viewer, person_id: UUID, *, at: datetime) -> None:
    """For a colleague who lost their device: what they signed in with does not count any more, and they begin anew from their mail."""
    organisation_id = await _hold_organisation(db, viewer, at)
    colleague = await _take_colleague(db, viewer, person_id)
    if "operator" in colleague.roles:
        raise OperatorStays
    await db.execute(INVITE_AGAIN, person_id, organisation_id, viewer.person_id, at)
    await db.execute(END_SESSIONS, person_id)
    await record_audit(db, viewer, "staff invited again", subject=person_id, object_kind="person", object_id=person_id)
    await record(db, StaffInvited(person_id))


OPEN_PLACES = """
select p.place from (
  select neighbourhood_id as place from staff_area where person_id = $1 and not backup
   union select neighbourhood_id from person where managed_by = $1 and neighbourhood_id is not null) p
 where not exists (
   select from staff f join staff_area a on a.person_id = f.person_id and a.neighbourhood_id = p.place and not a.backup
     join person w on w.id = f.person_id and w.state = 'active'
    where f.organisation_id = $2 and f.role = 'facilitator' and f.person_id <> $1)
"""
TAKE_PLACES = """
insert into staff_area (person_id, neighbourhood_id, backup) select $1, unnest($2::int[]), false
on conflict (person_id, neighbourhood_id) do update set backup = false
"""
TAKE_PEOPLE = """
update person set managed_by = case
   when exists (select from staff_area a where a.person_id = $2 and a.neighbourhood_id = person.neighbourhood_id) then $2
   else coalesce((select f.person_id from staff f
                    join staff_area a on a.person_id = f.person_id and a.neighbourhood_id = person.neighbourhood_id
                    join person w on w.id = f.person_id and w.state = 'active'
                   where f.organisation_id = $3 and f.role = 'facilitator' and f.secrecy_basis is not null and f.person_id <> $1
                   order by a.backup, f.person_id limit 1), $2) end
 where managed_by = $1 returning id
"""
FORGET_ACCESS = (
    "delete from contact where person_id = $1",
    "delete from credential where person_id = $1",
    "delete from sign_in_name where person_id = $1",
    END_SESSIONS,
)
REMOVE_PLACES = "delete from staff_area where person_id = $1"
REMOVE_WORK = "delete from staff where person_id = $1 and organisation_id = $2"
LEAVE = """
insert into tenure (person_id, organisation_id, left_at) values ($1, $2, $3) on conflict (person_id) do update set left_at = excluded.left_at
"""


async def let_go(db: Db, viewer: Viewer, person_id: UUID, successor_id: UUID | None, *, at: datetime) -> None:
    """A colleague does not work here any more: the people they looked after are handed over, and so are the neighbourhoods where nobody else
    works; open tasks follow. Invalid without a successor where one is needed; NotYourself, OperatorStays."""
    organisation_id = await _hold_organisation(db, viewer, at)
    colleague = await _take_colleague(db, viewer, person_id)
    if "operator" in colleague.roles:
        raise OperatorStays
    successors = {one.id for one in await list_successors(db, viewer, person_id)}
    if (successor_id is None and colleague.manages) or (successor_id is not None and successor_id not in successors):
        raise Invalid({"successor": N_("Choose who takes over.")})
    if successor_id is not None:
        await _hand_over(db, viewer, person_id, successor_id, organisation_id)
    await db.execute(REMOVE_PLACES, person_id)
    await db.execute(REMOVE_WORK, person_id, organisation_id)
    await db.execute(LEAVE, person_id, organisation_id, at)
    await record_audit(db, viewer, "staff left", subject=person_id, object_kind="person", object_id=person_id)
    await record(db, WorkerLeft(person_id, successor_id))
    await db.execute(SET_VIEWER, str(person_id))  # Their own secrets: nobody else's transaction may touch them.
    for statement in FORGET_ACCESS:
        await db.execute(statement, person_id)
    await db.execute(SET_VIEWER, str(viewer.person_id))


async def _hand_over(db: Db, viewer: Viewer, person_id: UUID, successor_id: UUID, organisation_id: UUID) -> None:
    places = [row["place"] for row in await db.fetch(OPEN_PLACES, person_id, organisation_id)]
    await db.execute(TAKE_PLACES, successor_id, places)
    if places:
        await record_audit(db, viewer, "areas set", subject=successor_id, object_kind="person", object_id=successor_id)
    for row in await db.fetch(TAKE_PEOPLE, person_id, successor_id, organisation_id):
        await record_audit(db, viewer, "handed to a colleague", subject=row["id"], object_kind="person", object_id=row["id"])
        await record(db, PersonChanged(row["id"]))
