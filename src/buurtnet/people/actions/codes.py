"""Codes that prove an address: asked, sent by the worker, typed in the same browser."""

import hmac
from datetime import datetime
from typing import Literal
from uuid import UUID

from buurtnet.kit.db import Database, Db, fetch_one
from buurtnet.kit.errors import Invalid
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault, token, token_hash
from buurtnet.people.events import CodeAsked
from buurtnet.people.queries import find_code
from buurtnet.people.rules import CODE_LIFE, CODE_TRIES, address_lookup, plain_digits, sign_in_digits
from buurtnet.people.schemas import Address, AskedCode, SignInCode


class CodeIsWrong(Invalid):
    """The digits are not those of the code."""

    def __init__(self) -> None:
        super().__init__({"code": N_("This is not the code we sent. Look at the six digits again.")})


class CodeIsOver(Invalid):
    """No code waits in this browser: none was asked, too late, too many tries, or used."""

    def __init__(self) -> None:
        super().__init__({"code": N_("This code does not work any more. Ask for a new one.")})


ADD_CODE = """
insert into sign_in_code (id, lookup, channel, sealed, language, browser_hash, purpose, person_id, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def ask_code(
    db: Db,
    vault: Vault,
    limits: Limits,
    address: Address,
    *,
    network: str,
    language: str,
    at: datetime,
    purpose: Literal["sign_in", "staff", "contact", "confirm"] = "sign_in",
    person_id: UUID | None = None,
) -> AskedCode:
    """A code for the address, known or unknown alike, bound to a new secret for the browser; TooMany where it is asked too often."""
    lookup = address_lookup(vault, address)
    await limits.spend("code-network", network, most=60, seconds=3600)
    await limits.spend("code-all", "all", most=3000, seconds=3600)
    await limits.spend("code", lookup.hex(), most=5, seconds=900)
    identity, browser = new_id(), token()
    sealed = vault.seal(address.value, "sign_in_code", "sealed", identity)
    await db.execute(ADD_CODE, identity, lookup, address.channel, sealed, language, token_hash(browser), purpose, person_id, at + CODE_LIFE)
    await record(db, CodeAsked(identity))
    return AskedCode(id=identity, browser=browser)


COUNT_TRY = """
update sign_in_code set tries = tries + 1
 where id = $1 and tries < $2 and used_at is null and finished_at is null and expires_at > $3 returning id
"""
USE_CODE = "update sign_in_code set used_at = $2 where id = $1 and used_at is null and expires_at > $2 returning id"


async def verify_code(
    db: Db,
    database: Database,
    vault: Vault,
    limits: Limits,
    browser: str | None,
    typed: str,
    *,
    purpose: Literal["sign_in", "staff", "contact", "confirm"],
    network: str,
    at: datetime,
) -> SignInCode:
    """The code of this browser, now used; CodeIsWrong or CodeIsOver. Each try is counted apart, so that a refusal does not undo it."""
    code = await find_code(db, token_hash(browser)) if browser else None
    if code is None or code.purpose != purpose:
        raise CodeIsOver
    await limits.spend("try-network", network, most=120, seconds=3600)
    await limits.spend("try", code.lookup.hex(), most=30, seconds=86_400)
    async with database.transaction() as apart:
        counted = await apart.fetchval(COUNT_TRY, code.id, CODE_TRIES, at)
    if counted is None:
        raise CodeIsOver
    if not hmac.compare_digest(plain_digits(typed).encode(), sign_in_digits(vault, code.id).encode()):
        raise CodeIsWrong
    if await db.fetchval(USE_CODE, code.id, at) is None:
        raise CodeIsOver
    await limits.forget("try", code.lookup.hex())
    return code


PROVEN = """
select id, lookup, channel, sealed, purpose, person_id, tries, expires_at, used_at from sign_in_code
 where browser_hash = $1 and purpose = 'sign_in' and finished_at is null and used_at > $2
"""


async def find_proven(db: Db, browser: str | None, since: datetime) -> SignInCode:
    """The code that proved an address in this browser since the moment and still waits for its end; CodeIsOver where there is none."""
    code = await fetch_one(db, SignInCode, PROVEN, token_hash(browser), since) if browser else None
    if code is None:
        raise CodeIsOver
    return code


FINISH = "update sign_in_code set finished_at = $2 where id = $1 and finished_at is null returning id"


async def finish_code(db: Db, code: SignInCode, at: datetime) -> None:
    """Lets the proof end here: it opens one session or makes one account; CodeIsOver where it did already."""
    if await db.fetchval(FINISH, code.id, at) is None:
        raise CodeIsOver


FORGET_CODES = "delete from sign_in_code where expires_at < $1::timestamptz - interval '50 minutes'"
FORGET_SESSIONS = "delete from session where expires_at < $1"


async def forget_old(db: Db, at: datetime) -> None:
    """Removes codes an hour after they were asked, and sessions that are over."""
    await db.execute(FORGET_CODES, at)
    await db.execute(FORGET_SESSIONS, at)
