"""The cron of intake: what was pasted lives a day at most."""

from buurtnet.intake.actions.pasting import clear_old
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database


async def clear_pasted(database: Database) -> None:
    """Forgets what was pasted a day ago and never checked."""
    async with database.transaction() as db:
        await clear_old(db, now())
