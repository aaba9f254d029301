"""Sending, by the worker."""

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.outbox import Reaction
from buurtnet.kit.vault import Vault
from buurtnet.notices.actions import forget_notices, send_one_notice
from buurtnet.notices.actions import send_code as send
from buurtnet.people.events import CodeAsked
from buurtnet.settings import Settings


def code_sender(settings: Settings, vault: Vault) -> Reaction:
    """The reaction to CodeAsked that sends the code with this installation's mail and keys."""

    async def send_code(db: Db, event: CodeAsked) -> None:
        await send(db, settings, vault, event.code_id)

    return send_code


async def send_notices(database: Database, settings: Settings, vault: Vault) -> int:
    """Sends every notice whose time has come, each in a transaction of its own; returns how many were tried."""
    tried = 0
    while True:
        async with database.transaction() as db:
            if not await send_one_notice(db, settings, vault, now()):
                return tried
        tried += 1


async def clear_notices(database: Database) -> None:
    """Cron, nightly: the log of deliveries is kept for thirty days."""
    async with database.transaction() as db:
        await forget_notices(db)
