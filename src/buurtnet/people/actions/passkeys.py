"""Passkeys of workers: kept by their device, proven by a signature for this address alone, so that nothing of them can be typed into a false page.

The challenge travels in a sealed cookie of the browser that asked; Valkey says that it counts once.
"""

import asyncio
import base64
import importlib
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import SET_VIEWER, Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound, TooMany
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import Viewer, require_confirmed
from buurtnet.people.rules.staff import RelyingParty

LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 8
LONGEST_ANSWER = 8_000
Purpose = Literal["prove", "add"]


class PasskeyIsWrong(Invalid):
    """Not a passkey of this installation, too late, or used before: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__({"": N_("This passkey did not work here. Try again, or use the two codes.")})


class EnoughPasskeys(Conflict):
    """More devices than anybody works with."""

    text = N_("You have enough passkeys. Take one away first.")


class LastKey(Conflict):
    """Without it the worker could not sign in any more."""

    text = N_("This is your only way to sign in. Add another one first.")


class Challenge(msgspec.Struct, frozen=True):
    """What the device signs, and until when it may."""

    value: bytes
    until: datetime


class Secret(msgspec.Struct, frozen=True):
    """What is kept of a passkey: its id and its public key."""

    id: bytes
    key: bytes


async def _library() -> Any:
    """The library, imported aside when somebody first needs it: it takes most of a second."""
    return await asyncio.to_thread(importlib.import_module, "webauthn")


def seal_challenge(vault: Vault, purpose: Purpose, challenge: bytes, *, at: datetime) -> str:
    """The challenge as it stands in the cookie of the browser that asked."""
    sealed = vault.seal(msgspec.json.encode(Challenge(challenge, at + LIFE)), "passkey", "challenge", purpose)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


async def _take_challenge(vault: Vault, limits: Limits, purpose: Purpose, cookie: str | None, *, at: datetime) -> bytes:
    """The challenge of this browser, once; PasskeyIsWrong where there is none, it is over, or it was used."""
    try:
        sealed = base64.urlsafe_b64decode((cookie or "") + "=" * (-len(cookie or "") % 4))
        challenge = msgspec.json.decode(vault.open(sealed, "passkey", "challenge", purpose), type=Challenge)
        await limits.spend("passkey", token_hash(cookie or "").hex(), most=1, seconds=int(LIFE.total_seconds()) + 60)
    except (ValueError, IndexError, TooMany):
        raise PasskeyIsWrong from None
    if challenge.until < at:
        raise PasskeyIsWrong
    return challenge.value


PASSKEYS = """
select id, sealed, last_step from credential
 where person_id = $1 and kind = 'passkey' and added_at >= coalesce((select invited_at from tenure where tenure.person_id = $1), '-infinity')
 order by id
"""


async def _list_secrets(db: Db, vault: Vault, person_id: UUID) -> list[tuple[UUID, Secret, int]]:
    rows = await db.fetch(PASSKEYS, person_id)
    return [
        (row["id"], msgspec.json.decode(vault.open(row["sealed"], "credential", "sealed", row["id"]), type=Secret), row["last_step"] or 0)
        for row in rows
    ]


async def ask_proof(vault: Vault, party: RelyingParty, *, at: datetime) -> tuple[str, str]:
    """What a device needs to prove a passkey, as JSON, and the cookie that goes with it. The same for everybody: the device knows whose it is."""
    library = await _library()
    required = library.helpers.structs.UserVerificationRequirement.REQUIRED
    options = library.generate_authentication_options(rp_id=party.host, user_verification=required)
    return library.options_to_json(options), seal_challenge(vault, "prove", options.challenge, at=at)


NOTE_USE = "update credential set last_step = $2, used_at = $3 where id = $1"


async def find_signer(db: Db, vault: Vault, limits: Limits, party: RelyingParty, answer: str, cookie: str | None, *, at: datetime) -> UUID:
    """Whose passkey answered the challenge of this browser; PasskeyIsWrong. Sets the viewer to them."""
    library = await _library()
    challenge = await _take_challenge(vault, limits, "prove", cookie, at=at)
    try:
        credential = library.helpers.parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        person_id = UUID(bytes=credential.response.user_handle or b"")
        await db.execute(SET_VIEWER, str(person_id))
        known = next(one for one in await _list_secrets(db, vault, person_id) if one[1].id == credential.raw_id)
        proven = library.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=known[1].key,
            credential_current_sign_count=known[2],
            require_user_verification=True,
        )
    except (library.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError, StopIteration):
        raise PasskeyIsWrong from None
    await db.execute(NOTE_USE, known[0], proven.new_sign_count, at)
    return person_id


async def ask_passkey(db: Db, vault: Vault, viewer_id: UUID, name: str, party: RelyingParty, *, at: datetime) -> tuple[str, str]:
    """What a device needs to make a passkey of the worker, as JSON, and the cookie that goes with it."""
    library = await _library()
    structs = library.helpers.structs
    choice = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    has = [structs.PublicKeyCredentialDescriptor(id=secret.id) for _id, secret, _count in await _list_secrets(db, vault, viewer_id)]
    options = library.generate_registration_options(
        rp_id=party.host,
        rp_name="Buurtnet",
        user_id=viewer_id.bytes,
        user_name=name,
        authenticator_selection=choice,
        exclude_credentials=has,
    )
    return library.options_to_json(options), seal_challenge(vault, "add", options.challenge, at=at)


ADD_PASSKEY = "insert into credential (id, person_id, kind, sealed, label, last_step, added_at) values ($1, $2, 'passkey', $3, $4, $5, $6)"


async def keep_passkey(
    db: Db, vault: Vault, limits: Limits, party: RelyingParty, person_id: UUID, answer: str, cookie: str | None, *, label: str, at: datetime
) -> None:
    """Keeps the passkey that the device made for the challenge of this browser; PasskeyIsWrong, EnoughPasskeys."""
    library = await _library()
    if len(await _list_secrets(db, vault, person_id)) >= MOST_PASSKEYS:
        raise EnoughPasskeys
    challenge = await _take_challenge(vault, limits, "add", cookie, at=at)
    try:
        made = library.verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (library.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError):
        raise PasskeyIsWrong from None
    identity, secret = new_id(), msgspec.json.encode(Secret(made.credential_id, made.credential_public_key))
    sealed = vault.seal(secret, "credential", "sealed", identity)
    await db.execute(ADD_PASSKEY, identity, person_id, sealed, " ".join(label.split())[:60] or None, made.sign_count, at)


async def add_passkey(
    db: Db, vault: Vault, limits: Limits, party: RelyingParty, viewer: Viewer, answer: str, cookie: str | None, *, label: str, at: datetime
) -> None:
    """One more passkey of the viewer, who showed lately that it is them; PasskeyIsWrong, EnoughPasskeys."""
    require_confirmed(viewer, at)
    assert viewer.person_id is not None
    await keep_passkey(db, vault, limits, party, viewer.person_id, answer, cookie, label=label, at=at)
    await record_audit(db, viewer, "passkey added", subject=viewer.person_id)


REMOVE = "delete from credential where id = $1 and person_id = $2 and kind = 'passkey' returning id"
OTHERS = "select exists (select from credential where person_id = $1)"


async def remove_passkey(db: Db, viewer: Viewer, passkey_id: UUID, *, at: datetime) -> None:
    """The device of this passkey signs in no more; LastKey where nothing else lets the viewer in, NotFound where it is not theirs."""
    require_confirmed(viewer, at)
    if await db.fetchval(REMOVE, passkey_id, viewer.person_id) is None:
        raise NotFound
    if not await db.fetchval(OTHERS, viewer.person_id):
        raise LastKey
    await record_audit(db, viewer, "passkey removed", subject=viewer.person_id)
