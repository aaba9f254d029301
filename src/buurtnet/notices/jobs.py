"""Sending, by the worker."""

from collections.abc import Callable
from datetime import datetime, timedelta

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.outbox import Reaction
from buurtnet.kit.vault import Vault
from buurtnet.notices.actions import claim_messages, close_message, forget_devices, forget_notices, send_message
from buurtnet.notices.actions import send_code as send
from buurtnet.notices.actions.inviting import send_invitation
from buurtnet.notices.actions.sending import PATIENCE
from buurtnet.people.events import CodeAsked, PersonChanged, StaffInvited
from buurtnet.settings import Settings


def code_sender(settings: Settings, vault: Vault) -> Reaction:
    """The reaction to CodeAsked that sends the code with this installation's mail and keys."""

    async def send_code(db: Db, event: CodeAsked) -> None:
        await send(db, settings, vault, event.code_id)

    return send_code


def invitation_sender(settings: Settings, vault: Vault) -> Reaction:
    """The reaction to StaffInvited that mails how to begin."""

    async def invite(db: Db, event: StaffInvited) -> None:
        await send_invitation(db, settings, vault, event.person_id)

    return invite


async def send_notices(database: Database, settings: Settings, vault: Vault, *, clock: Callable[[], datetime] = now) -> int:
    """Sends whatever is due, each person's notices in one message; returns how many messages were tried. Some people's messages are taken at
    once and sent one by one: a job that is cut off may double the one it was sending, and the rest is taken again after the lease."""
    tried = 0
    while True:
        async with database.transaction() as db:
            people, messages = await claim_messages(db, clock())
        for message in messages:
            if clock() + timedelta(seconds=PATIENCE) > message.claimed_until:
                break  # Slow servers: sending on could go beyond the claim, and another worker would send the same.
            outcome = await send_message(settings, vault, message)
            async with database.transaction() as db:
                await close_message(db, message, outcome, clock())
            tried += 1
        if not people:
            return tried


async def silence_devices(db: Db, event: PersonChanged) -> None:
    """Whoever shares their phone now sees no notices on any device."""
    await forget_devices(db, event.person_id)


async def clear_notices(database: Database) -> None:
    """Cron, nightly: the log of deliveries is kept for thirty days; a device that shows somebody else's notices now is nobody else's."""
    async with database.transaction() as db:
        await forget_notices(db)
        await forget_devices(db)
