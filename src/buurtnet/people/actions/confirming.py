"""Showing again that it is you: before a worker's session does what it may only do shortly after a proof."""

from datetime import datetime

from buurtnet.kit.db import Db
from buurtnet.kit.errors import ConfirmFirst, Invalid
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.leaving import confirm_session
from buurtnet.people.actions.passkeys import find_signer
from buurtnet.people.actions.staff import use_totp
from buurtnet.people.rules.staff import RelyingParty


class ProofIsWrong(ConfirmFirst):
    """Not the digits of the worker's app, not their passkey."""

    status = 422
    text = N_("That is not right, or it is too old. A new number comes every half minute.")


async def confirm_worker(
    db: Db,
    vault: Vault,
    limits: Limits,
    viewer: Viewer,
    party: RelyingParty,
    *,
    digits: str = "",
    passkey: str = "",
    cookie: str | None = None,
    at: datetime,
) -> None:
    """Notes that the worker of this session showed just now, by their app or a passkey, that it is them; ProofIsWrong, TooMany."""
    assert viewer.actor_id is not None
    await limits.spend("confirm", str(viewer.actor_id), most=10, seconds=900)
    try:
        signer = await find_signer(db, vault, limits, party, passkey, cookie, at=at) if passkey else None
    except Invalid:
        raise ProofIsWrong from None
    if (passkey and signer != viewer.actor_id) or (not passkey and not await use_totp(db, vault, viewer.actor_id, digits, at=at)):
        raise ProofIsWrong
    await confirm_session(db, viewer, at=at)
    await limits.forget("confirm", str(viewer.actor_id))
