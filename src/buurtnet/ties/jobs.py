"""What ties do by themselves."""

from buurtnet.kit.db import Database
from buurtnet.ties.actions import mend_components


async def mend_ties(database: Database) -> None:
    """Cron, nightly: components as the ties that still stand make them."""
    async with database.transaction() as db:
        await mend_components(db)
