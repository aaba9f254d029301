"""With what a worker signs in: chosen on their first day, by who proves the invited address; changed later by who shows that it is them."""

import base64
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from pyotp.totp import TOTP

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import SET_VIEWER, Database, Db, fetch_one
from buurtnet.kit.errors import Invalid
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import Viewer, require_confirmed
from buurtnet.people.actions.codes import CodeIsOver, finish_code, verify_code
from buurtnet.people.actions.passkeys import keep_passkey
from buurtnet.people.actions.sessions import open_session
from buurtnet.people.actions.staff import STEP, StaffIsWrong
from buurtnet.people.rules import JOIN_LIFE, STAFF, plain_digits
from buurtnet.people.rules.staff import RelyingParty
from buurtnet.people.schemas import OpenedSession, SignInCode

INVITED_FOR = timedelta(days=14)
"""How long an invitation waits; another one can be sent."""


class DigitsAreWrong(Invalid):
    """Not what the app shows for this secret."""

    def __init__(self) -> None:
        super().__init__({"totp": N_("This is not the number in the app. A new one comes every half minute.")})


class Beginner(msgspec.Struct, frozen=True, kw_only=True):
    """An invited worker whose address is proven."""

    person_id: UUID
    given_name: str
    code: SignInCode


INVITED = """
select p.id as person_id, p.given_name from sign_in_name n
  join person p on p.id = n.person_id and p.state = 'active'
  join tenure t on t.person_id = p.id and t.left_at is null and t.begun_at is null and t.invited_at > $2
 where n.lookup = $1 and exists (select from staff f where f.person_id = p.id) order by p.id limit 1
"""
PROVEN = """
select id, lookup, channel, sealed, purpose, person_id, tries, expires_at, used_at from sign_in_code
 where browser_hash = $1 and purpose = 'staff' and finished_at is null and used_at > $2
"""


async def prove_invited(
    db: Db, database: Database, vault: Vault, limits: Limits, browser: str | None, typed: str, *, network: str, at: datetime
) -> None:
    """Takes the mailed code of an invited worker, who then has a while to choose with what they sign in; StaffIsWrong for everybody else."""
    try:
        code = await verify_code(db, database, vault, limits, browser, typed, purpose="staff", network=network, at=at)
    except Invalid:
        raise StaffIsWrong from None
    if await db.fetchrow(INVITED, code.lookup, at - INVITED_FOR) is None:
        raise StaffIsWrong


async def find_beginner(db: Db, browser: str | None, *, at: datetime) -> Beginner:
    """The invited worker whose address was proven in this browser; CodeIsOver where there is none."""
    code = await fetch_one(db, SignInCode, PROVEN, token_hash(browser), at - JOIN_LIFE) if browser else None
    row = await db.fetchrow(INVITED, code.lookup, at - INVITED_FOR) if code else None
    if code is None or row is None:
        raise CodeIsOver
    return Beginner(person_id=row["person_id"], given_name=row["given_name"], code=code)


def authenticator_secret(vault: Vault, seed: object) -> str:
    """The secret for the app that belongs to this attempt: derived anew each time, and kept only once its digits were typed."""
    return base64.b32encode(vault.blind("authenticator", str(seed))[:20]).decode()


def authenticator_address(secret: str, name: str) -> str:
    """The address that an app scans."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name="Buurtnet")


FORGET_KEYS = "delete from credential where person_id = $1"
FORGET_APP = "delete from credential where person_id = $1 and kind = 'totp'"
ADD_APP = "insert into credential (id, person_id, kind, sealed, last_step, used_at, added_at) values ($1, $2, 'totp', $3, $4, $5, $5)"
BEGIN = "update tenure set begun_at = $2 where person_id = $1"


async def _keep_app(db: Db, vault: Vault, limits: Limits, person_id: UUID, secret: str, typed: str, *, at: datetime) -> None:
    await limits.spend("authenticator", str(person_id), most=10, seconds=900)
    totp, digits = TOTP(secret), plain_digits(typed)
    step = next(
        (n for n in range(int(at.timestamp()) // STEP - 1, int(at.timestamp()) // STEP + 2) if totp.generate_otp(n) == digits), None
    )
    if step is None:
        raise DigitsAreWrong
    identity = new_id()
    await db.execute(ADD_APP, identity, person_id, vault.seal(secret, "credential", "sealed", identity), step, at)


async def _begin(db: Db, beginner: Beginner, *, at: datetime) -> OpenedSession:
    await finish_code(db, beginner.code, at)
    await db.execute(BEGIN, beginner.person_id, at)
    await record_audit(db, Viewer(person_id=beginner.person_id), "staff began", subject=beginner.person_id)
    return await open_session(db, beginner.person_id, stay=False, at=at, kind="staff", life=STAFF)


async def begin_with_app(db: Db, vault: Vault, limits: Limits, browser: str | None, typed: str, *, at: datetime) -> OpenedSession:
    """The first session of an invited worker, whose app from now on signs them in; DigitsAreWrong, CodeIsOver."""
    beginner = await find_beginner(db, browser, at=at)
    await db.execute(SET_VIEWER, str(beginner.person_id))
    await db.execute(FORGET_KEYS, beginner.person_id)
    await _keep_app(db, vault, limits, beginner.person_id, authenticator_secret(vault, beginner.code.id), typed, at=at)
    return await _begin(db, beginner, at=at)


async def begin_with_passkey(
    db: Db,
    vault: Vault,
    limits: Limits,
    party: RelyingParty,
    browser: str | None,
    answer: str,
    cookie: str | None,
    *,
    label: str,
    at: datetime,
) -> OpenedSession:
    """The first session of an invited worker, whose passkey from now on signs them in; PasskeyIsWrong, CodeIsOver."""
    beginner = await find_beginner(db, browser, at=at)
    await db.execute(SET_VIEWER, str(beginner.person_id))
    await db.execute(FORGET_KEYS, beginner.person_id)
    await keep_passkey(db, vault, limits, party, beginner.person_id, answer, cookie, label=label, at=at)
    return await _begin(db, beginner, at=at)


async def change_app(db: Db, vault: Vault, limits: Limits, viewer: Viewer, typed: str, *, at: datetime) -> None:
    """The app whose secret was shown in this session is the viewer's from now on, and the one before is not; DigitsAreWrong."""
    require_confirmed(viewer, at)
    assert viewer.person_id is not None and viewer.session_hash is not None
    await db.execute(FORGET_APP, viewer.person_id)
    await _keep_app(db, vault, limits, viewer.person_id, authenticator_secret(vault, viewer.session_hash.hex()), typed, at=at)
    await record_audit(db, viewer, "authenticator changed", subject=viewer.person_id)
