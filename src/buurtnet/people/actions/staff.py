"""Organisations, their areas and their workers; how a worker signs in."""

from datetime import date, datetime
from uuid import UUID

from pyotp import random_base32
from pyotp.totp import TOTP
from pyotp.utils import strings_equal

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import SET_VIEWER, Database, Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.codes import finish_code, verify_code
from buurtnet.people.actions.passkeys import PasskeyIsWrong, find_signer
from buurtnet.people.actions.sessions import open_session
from buurtnet.people.rules import STAFF, address_lookup, clean_name, normalise_address, plain_digits
from buurtnet.people.rules.staff import RelyingParty
from buurtnet.people.schemas import AddedStaff, Names, NewStaff, OpenedSession
from buurtnet.web.language import BY_CODE

ADD_ORGANISATION = "insert into organisation (id, names, phone) values ($1, $2, $3)"
ADD_AREA = "insert into area (id, organisation_id, names, neighbourhoods, map_published_on, decided_how) values ($1, $2, $3, $4, $5, $6)"
TODAYS = "select count(*) from neighbourhood where id = any($1::int[]) and valid_to is null"
STEP = 30
"""Seconds a TOTP code lasts (RFC 6238); the one before and the one after count as well, because clocks differ."""


class StaffIsWrong(Invalid):
    """The code, the authenticator's digits or the account: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__({"": N_("These numbers are not right, or they are too old. Try again.")})


async def add_organisation(db: Db, viewer: Viewer, names: Names, *, phone: str | None = None) -> UUID:
    """The id of a new organisation."""
    identity = new_id()
    await db.execute(ADD_ORGANISATION, identity, names, phone)
    await record_audit(db, viewer, "organisation added", object_kind="organisation", object_id=identity)
    return identity


async def _check_places(db: Db, neighbourhoods: list[int]) -> None:
    if await db.fetchval(TODAYS, neighbourhoods) != len(set(neighbourhoods)):
        raise Invalid({"neighbourhoods": N_("Choose neighbourhoods from the list.")})


async def add_area(
    db: Db,
    viewer: Viewer,
    organisation_id: UUID,
    names: Names,
    neighbourhoods: list[int],
    *,
    map_published_on: date | None = None,
    decided_how: str | None = None,
) -> UUID:
    """The id of a new area: neighbourhoods that the organisation serves, where people can join it."""
    await _check_places(db, neighbourhoods)
    identity = new_id()
    await db.execute(ADD_AREA, identity, organisation_id, names, sorted(set(neighbourhoods)), map_published_on, decided_how)
    await record_audit(db, viewer, "area added", object_kind="area", object_id=identity)
    return identity


PUBLISH_MAP = "update area set map_published_on = $2, decided_how = $3 where id = $1"


async def publish_map(db: Db, area_id: UUID, *, on: date, decided_how: str) -> None:
    """Keeps when and how it was decided to show an area's map to everybody; who may decide is network's to know."""
    await db.execute(PUBLISH_MAP, area_id, on, decided_how)


ADD_WORKER = """
insert into person (id, organisation_id, given_name, picture, adult, language, languages, posts_on_trial) values ($1, $2, $3, 1, true, $4, $5, 0)
"""
ADD_ROLE = "insert into staff (person_id, organisation_id, role, secrecy_basis) values ($1, $2, $3, $4)"
ADD_STAFF_AREA = "insert into staff_area (person_id, neighbourhood_id, backup) values ($1, $2, $3) on conflict do nothing"
ADD_CREDENTIAL = "insert into credential (id, person_id, kind, sealed) values ($1, $2, 'totp', $3)"
ADD_CONTACT = "insert into contact (id, person_id, channel, sealed, verified_at) values ($1, $2, 'email', $3, now())"
ADD_NAME = "insert into sign_in_name (lookup, person_id) values ($1, $2)"


async def add_staff(db: Db, vault: Vault, viewer: Viewer, new: NewStaff, *, region: str, issuer: str = "Buurtnet") -> AddedStaff:
    """A new worker of an organisation, with the secret for their authenticator app, shown this once. Run by the operator."""
    address = normalise_address(new.email, region)
    if address.channel != "email":
        raise Invalid({"email": N_("A worker signs in with an e-mail address.")})
    if new.language not in BY_CODE:
        raise Invalid({"language": N_("Choose a language from the list.")})
    await _check_places(db, new.neighbourhoods + new.backup)
    identity, secret, credential_id, contact_id = new_id(), random_base32(), new_id(), new_id()
    await db.execute(ADD_WORKER, identity, new.organisation_id, clean_name(new.given_name), new.language, [new.language])
    for role in dict.fromkeys(new.roles):
        await db.execute(ADD_ROLE, identity, new.organisation_id, role, new.secrecy_basis)
    for neighbourhood_id in new.neighbourhoods + new.backup:
        await db.execute(ADD_STAFF_AREA, identity, neighbourhood_id, neighbourhood_id not in new.neighbourhoods)
    await db.execute(SET_VIEWER, str(identity))
    await db.execute(ADD_CREDENTIAL, credential_id, identity, vault.seal(secret, "credential", "sealed", credential_id))
    await db.execute(ADD_CONTACT, contact_id, identity, vault.seal(address.value, "contact", "sealed", contact_id))
    await db.execute(ADD_NAME, address_lookup(vault, address), identity)
    await record_audit(db, viewer, "staff added", subject=identity, object_kind="person", object_id=identity)
    return AddedStaff(person_id=identity, otpauth=TOTP(secret).provisioning_uri(name=address.value, issuer_name=issuer))


WORKERS = """
select distinct p.id from sign_in_name n join person p on p.id = n.person_id join staff f on f.person_id = p.id
 where n.lookup = $1 and p.state = 'active' order by p.id
"""


async def enter_as_staff(
    db: Db, database: Database, vault: Vault, limits: Limits, browser: str | None, typed: str, totp: str, *, network: str, at: datetime
) -> OpenedSession:
    """A worker's session of twelve hours, for the code that was mailed and the digits of their authenticator; StaffIsWrong."""
    try:
        code = await verify_code(db, database, vault, limits, browser, typed, purpose="staff", network=network, at=at)
    except Invalid:
        raise StaffIsWrong from None
    await limits.spend("totp", code.lookup.hex(), most=15, seconds=86_400)
    for row in await db.fetch(WORKERS, code.lookup):
        if await use_totp(db, vault, row["id"], totp, at=at):
            await finish_code(db, code, at)
            await limits.forget("totp", code.lookup.hex())
            return await open_session(db, row["id"], stay=False, at=at, kind="staff", life=STAFF)
    raise StaffIsWrong


WORKS = "select exists (select from staff f join person p on p.id = f.person_id and p.state = 'active' where f.person_id = $1)"


async def enter_with_passkey(
    db: Db, vault: Vault, limits: Limits, party: RelyingParty, answer: str, cookie: str | None, *, network: str, at: datetime
) -> OpenedSession:
    """A worker's session of twelve hours, for a passkey of theirs; PasskeyIsWrong."""
    await limits.spend("passkey-network", network, most=60, seconds=3600)
    person_id = await find_signer(db, vault, limits, party, answer, cookie, at=at)
    if not await db.fetchval(WORKS, person_id):
        raise PasskeyIsWrong
    return await open_session(db, person_id, stay=False, at=at, kind="staff", life=STAFF)


CREDENTIALS = """
select id, sealed, last_step from credential
 where person_id = $1 and kind = 'totp' and added_at >= coalesce((select invited_at from tenure where tenure.person_id = $1), '-infinity')
 order by id
"""
USE_STEP = """
update credential set last_step = $2, used_at = $3 where id = $1 and (last_step is null or last_step < $2) returning id
"""


async def use_totp(db: Db, vault: Vault, person_id: UUID, typed: str, *, at: datetime) -> bool:
    """Whether the digits are those of the person's authenticator now; each counts once, and none older than the last one used."""
    await db.execute(SET_VIEWER, str(person_id))
    digits = plain_digits(typed)
    for row in await db.fetch(CREDENTIALS, person_id):
        totp = TOTP(vault.open_text(row["sealed"], "credential", "sealed", row["id"]))
        for step in range(int(at.timestamp()) // STEP - 1, int(at.timestamp()) // STEP + 2):
            if strings_equal(totp.generate_otp(step), digits):
                return await db.fetchval(USE_STEP, row["id"], step, at) is not None
    return False
