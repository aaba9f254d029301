"""Signing in with a proven address, and signing out."""

import asyncio
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Forbidden, Invalid, NotFound
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault, token, token_hash
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.codes import finish_code
from buurtnet.people.queries import find_candidates
from buurtnet.people.rules import pin_text, session_life
from buurtnet.people.schemas import Candidate, OpenedSession, PersonState, SignInCode

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class SignInStopped(Forbidden):
    """A blocked person; a worker still acts for them."""

    text = N_("You cannot sign in for some time. Your worker can still do things for you. Call your worker.")


class PictureIsWrong(Invalid):
    """Not the picture or not the four pictures."""

    def __init__(self) -> None:
        super().__init__({"pin": N_("These are not the right pictures. Try again.")})


ADD_SESSION = """
insert into session (token_hash, person_id, kind, created_at, seen_at, confirmed_at, expires_at) values ($1, $2, $3, $4, $4, $5, $6)
"""
SEEN_ON = "update person set seen_on = $2 where id = $1 and seen_on < $2"
ABOUT = "select discreet, language from person where id = $1"


async def open_session(
    db: Db, person_id: UUID, *, stay: bool, at: datetime, kind: Literal["resident", "staff"] = "resident", life: timedelta | None = None
) -> OpenedSession:
    """A new session under a new id; it outlives the browser's tab only on a phone that is the person's own."""
    about = await db.fetchrow(ABOUT, person_id)
    assert about is not None
    discreet: bool = about["discreet"]
    life = life or session_life(stay=stay, discreet=discreet)
    value = token()
    await db.execute(ADD_SESSION, token_hash(value), person_id, kind, at, at if kind == "staff" else None, at + life)
    await db.execute(SEEN_ON, person_id, at.date())
    lasting = stay and not discreet and kind == "resident"
    seconds = int(life.total_seconds()) if lasting else None
    return OpenedSession(person_id=person_id, token=value, seconds=seconds, language=about["language"])


async def enter(db: Db, code: SignInCode, *, stay: bool, at: datetime) -> OpenedSession | list[Candidate]:
    """The session of the one person of a proven address; or those to choose from, none where the address is new here."""
    candidates = await find_candidates(db, code.lookup)
    if len(candidates) != 1 or candidates[0].has_pin:
        return candidates
    return await _open(db, code, candidates[0], stay=stay, at=at)


async def _open(db: Db, code: SignInCode, candidate: Candidate, *, stay: bool, at: datetime) -> OpenedSession:
    if candidate.state == PersonState.BLOCKED:
        raise SignInStopped
    await finish_code(db, code, at)
    return await open_session(db, candidate.id, stay=stay, at=at)


async def choose_person(
    db: Db, vault: Vault, limits: Limits, code: SignInCode, picture: int, pin: list[int], *, stay: bool, at: datetime
) -> OpenedSession:
    """The session of the person of that picture, with their four pictures where they have some; PictureIsWrong."""
    chosen = next((one for one in await find_candidates(db, code.lookup) if one.picture == picture), None)
    if chosen is None:
        raise PictureIsWrong
    if chosen.has_pin:
        await check_pin(db, vault, limits, chosen.id, pin)
    return await _open(db, code, chosen, stay=stay, at=at)


PIN_TRIES = 5
"""Tries in a quarter of an hour; as many for a card that does not exist, so that nobody can tell."""
PIN_HASH = "select pin_hash from person where id = $1"


def _peppered(vault: Vault, person_id: UUID, pin: list[int]) -> bytes:
    return vault.blind("pin", f"{person_id} {pin_text(pin)}")


async def hash_pin(vault: Vault, person_id: UUID, pin: list[int]) -> str:
    """What is stored of four pictures: argon2 over a keyed hash, so that a stolen table alone tells nothing."""
    return await asyncio.to_thread(HASHER.hash, _peppered(vault, person_id, pin))


async def check_pin(db: Db, vault: Vault, limits: Limits, person_id: UUID, pin: list[int]) -> None:
    """PictureIsWrong unless the four pictures are this person's; TooMany after some tries."""
    peppered = _peppered(vault, person_id, pin)
    await limits.spend("pin", str(person_id), most=PIN_TRIES, seconds=900)
    await limits.spend("pin-day", str(person_id), most=20, seconds=86_400)
    stored: str | None = await db.fetchval(PIN_HASH, person_id)
    if not await asyncio.to_thread(verify_hash, stored, peppered):
        raise PictureIsWrong
    await limits.forget("pin", str(person_id))
    await limits.forget("pin-day", str(person_id))


NOBODY = HASHER.hash(b"nobody")


def verify_hash(stored: str | None, peppered: bytes) -> bool:
    """Whether the hash fits; the same work where there is none."""
    try:
        return HASHER.verify(stored or NOBODY, peppered) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


SIGN_OUT = "delete from session where token_hash = $1"


SEEN = "update session set seen_at = now() where token_hash = $1"


async def mark_seen(db: Db, session_hash: bytes) -> None:
    """Notes that the session was used just now."""
    await db.execute(SEEN, session_hash)


async def sign_out(db: Db, viewer: Viewer) -> None:
    """Ends this session."""
    await db.execute(SIGN_OUT, viewer.session_hash)


END_SESSIONS = "delete from session where person_id = $1"


async def sign_out_everywhere(db: Db, viewer: Viewer) -> None:
    """Ends all sessions of the person, this one too unless a worker acts for them."""
    if viewer.person_id is None:
        raise NotFound
    await db.execute(END_SESSIONS, viewer.person_id)
    if viewer.actor_id != viewer.person_id:
        await record_audit(db, viewer, "signed out everywhere", subject=viewer.person_id)
