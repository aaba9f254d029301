"""What the worker does with notes: those that nobody placed go."""

from buurtnet.kit.db import Database
from buurtnet.voice import actions


async def clear_drafts(database: Database) -> None:
    """The cron of every ten minutes: throws away notes of posts that nobody placed within an hour."""
    async with database.transaction() as db:
        await actions.clear_drafts(db)
