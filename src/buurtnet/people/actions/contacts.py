"""Addresses of a person: proven by a code, sealed, and found by their blind index."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, NotFound, SignInFirst
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.locks import Lock, hold_one
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.codes import ask_code, finish_code
from buurtnet.people.events import PersonChanged
from buurtnet.people.queries import find_candidates
from buurtnet.people.rules import address_lookup, normalise_address, normalise_phone
from buurtnet.people.schemas import Address, AskedCode, Contact, SignInCode

MOST_CONTACTS = 4
CONTACTS = "select id, channel, sealed, verified_at, failing_since from contact where person_id = $1 order by id"


class PictureIsShared(Conflict):
    """Somebody else of that address has the same picture."""

    text = N_("Somebody at this address has the same picture as you. Choose another picture first.")


class LastWayIn(Conflict):
    """Without it the person could not sign in any more."""

    text = N_("This is your only way to sign in. Add another one first.")


class EnoughContacts(Conflict):
    """More addresses than anybody needs."""

    text = N_("You have enough addresses. Remove one first.")


async def list_contacts(db: Db, vault: Vault, person_id: UUID) -> list[Contact]:
    """The person's addresses, opened: only those that row-level security lets this transaction's viewer read."""
    return [
        Contact(
            id=row["id"],
            channel=row["channel"],
            value=vault.open_text(row["sealed"], "contact", "sealed", row["id"]),
            verified=row["verified_at"] is not None,
            failing=row["failing_since"] is not None,
        )
        for row in await db.fetch(CONTACTS, person_id)
    ]


ADD_CONTACT = "insert into contact (id, person_id, channel, sealed, verified_at) values ($1, $2, $3, $4, $5)"
VERIFY = "update contact set verified_at = $2, failing_since = null where id = $1"
ADD_NAME = "insert into sign_in_name (lookup, person_id) values ($1, $2) on conflict do nothing"
ADD_NUMBER = "insert into number_to_call (lookup, person_id) values ($1, $2) on conflict do nothing"
KEEP_AWAY = """
insert into keep_away (person_id, other_id)
select pair.a, pair.b from keep_away_wish w
 cross join lateral (values (w.person_id, $2::uuid), ($2::uuid, w.person_id)) as pair(a, b)
 where w.lookup = $1 and w.person_id <> $2
on conflict do nothing
"""


async def attach_address(db: Db, vault: Vault, person_id: UUID, code: SignInCode, *, at: datetime) -> None:
    """Makes the proven address one of the person's, by which they sign in and are reached; wishes about it become pairs that stay apart."""
    value = vault.open_text(code.sealed, "sign_in_code", "sealed", code.id)
    known = next((one for one in await list_contacts(db, vault, person_id) if one.value == value), None)
    if known is not None:
        await db.execute(VERIFY, known.id, at)
    else:
        identity = new_id()
        sealed = vault.seal(value, "contact", "sealed", identity)
        await db.execute(ADD_CONTACT, identity, person_id, code.channel, sealed, at)
    await _keep_lookup(db, ADD_NAME, code.lookup, person_id)


async def _keep_lookup(db: Db, add: str, lookup: bytes, person_id: UUID) -> None:
    """Keeps by which address the person is found, and keeps apart who wished so; a wish of the same moment waits, and finds them."""
    await hold_one(db, Lock.ADDRESS, lookup)
    await db.execute(add, lookup, person_id)
    await db.execute(KEEP_AWAY, lookup, person_id)


async def ask_contact_code(
    db: Db, vault: Vault, limits: Limits, viewer: Viewer, address: Address, *, network: str, language: str, at: datetime
) -> AskedCode:
    """A code for one more address of the viewer; EnoughContacts."""
    if viewer.person_id is None:
        raise SignInFirst
    if len(await db.fetch(CONTACTS, viewer.person_id)) >= MOST_CONTACTS:
        raise EnoughContacts
    return await ask_code(
        db, vault, limits, address, network=network, language=language, at=at, purpose="contact", person_id=viewer.person_id
    )


PICTURE = "select picture from person where id = $1"


async def confirm_contact(db: Db, vault: Vault, viewer: Viewer, code: SignInCode, *, at: datetime) -> None:
    """Adds the address of the verified code to the viewer's; NotFound where somebody else asked for the code, PictureIsShared."""
    if viewer.person_id is None or code.person_id != viewer.person_id:
        raise NotFound
    picture = await db.fetchval(PICTURE, viewer.person_id)
    if any(other.id != viewer.person_id and other.picture == picture for other in await find_candidates(db, code.lookup)):
        raise PictureIsShared
    await finish_code(db, code, at)
    await attach_address(db, vault, viewer.person_id, code, at=at)
    await _tell(db, viewer, "contact added")


async def add_number_to_call(db: Db, vault: Vault, viewer: Viewer, person_id: UUID, address: Address) -> None:
    """Keeps a number by which the worker calls somebody they manage; nobody signs in with it and no message is sent to it. Whoever keeps it
    away does not meet them."""
    if not viewer.staff or await db.fetchval(MANAGED_BY, person_id, viewer.person_id) is None:
        raise NotFound
    if not viewer.secrecy:
        raise Forbidden
    if len(await db.fetch(CONTACTS, person_id)) >= MOST_CONTACTS:
        raise EnoughContacts
    identity = new_id()
    sealed = vault.seal(address.value, "contact", "sealed", identity)
    await db.execute(ADD_CONTACT, identity, person_id, address.channel, sealed, None)
    await _keep_lookup(db, ADD_NUMBER, address_lookup(vault, address), person_id)
    await record_audit(db, viewer, "contact added", subject=person_id, object_kind="person", object_id=person_id)
    await record(db, PersonChanged(person_id))


UNFOUND = """
select c.id, c.person_id, c.sealed from contact c
 where c.verified_at is null and c.channel = 'sms' and not exists (select from number_to_call n where n.person_id = c.person_id)
 order by c.id
"""


async def fill_numbers(db: Db, vault: Vault, *, region: str) -> int:
    """Lets numbers to call be found that were kept before they had look-ups; returns how many."""
    rows = await db.fetch(UNFOUND)
    for row in rows:
        address = normalise_phone(vault.open_text(row["sealed"], "contact", "sealed", row["id"]), region, to_call=True)
        await _keep_lookup(db, ADD_NUMBER, address_lookup(vault, address), row["person_id"])
    return len(rows)


FAIL = "update contact set failing_since = $2 where id = $1 and failing_since is null returning id"
OWNER = "select person_id from contact where id = $1"
TRY_AGAIN = "update contact set failing_since = null where id = $1 and person_id = $2 returning id"


async def mark_failing(db: Db, contact_id: UUID, at: datetime) -> bool:
    """Nothing is sent to the address from now on; False where that was known, or the address is gone."""
    return await db.fetchval(FAIL, contact_id, at) is not None


async def find_owner(db: Db, contact_id: UUID) -> UUID | None:
    """Whose address it is; None where nobody has it any more."""
    return await db.fetchval(OWNER, contact_id)


async def try_contact_again(db: Db, viewer: Viewer, contact_id: UUID) -> None:
    """Messages go to the viewer's address again; NotFound where it is not theirs."""
    if await db.fetchval(TRY_AGAIN, contact_id, viewer.person_id) is None:
        raise NotFound
    await _tell(db, viewer, "contact tried again")


MANAGED_BY = "select id from person where id = $1 and managed_by = $2 and state <> 'erased'"
REMOVE = "delete from contact where id = $1 and person_id = $2 returning id, channel, sealed, verified_at"
REMOVE_NAME = "delete from sign_in_name where lookup = $1 and person_id = $2"
REMOVE_NUMBER = "delete from number_to_call where lookup = $1 and person_id = $2"
WAYS_IN = """
select exists (select from sign_in_name where person_id = $1)
    or exists (select from card where person_id = $1 and activated_at is not null and revoked_at is null)
    or exists (select from person where id = $1 and managed_by is not null)
"""


async def remove_contact(db: Db, vault: Vault, viewer: Viewer, contact_id: UUID, *, region: str) -> None:
    """Forgets one of the viewer's addresses; LastWayIn where nothing else lets them in."""
    row = await db.fetchrow(REMOVE, contact_id, viewer.person_id)
    if row is None or viewer.person_id is None:
        raise NotFound
    value = vault.open_text(row["sealed"], "contact", "sealed", row["id"])
    address = normalise_phone(value, region, to_call=True) if row["channel"] == "sms" else normalise_address(value, region)
    lookup = address_lookup(vault, address)
    await db.execute(REMOVE_NUMBER, lookup, viewer.person_id)
    if row["verified_at"] is not None:
        await db.execute(REMOVE_NAME, lookup, viewer.person_id)
        if not await db.fetchval(WAYS_IN, viewer.person_id):
            raise LastWayIn
    await _tell(db, viewer, "contact removed")


async def _tell(db: Db, viewer: Viewer, what: str) -> None:
    assert viewer.person_id is not None
    if viewer.actor_id != viewer.person_id:
        await record_audit(db, viewer, what, subject=viewer.person_id)
    await record(db, PersonChanged(viewer.person_id))
