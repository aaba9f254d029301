"""What screening does by itself."""

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.screening.actions import forget_sums


async def clear_sums(database: Database) -> None:
    """Cron, nightly: by what texts are known again is kept for thirty days."""
    async with database.transaction() as db:
        await forget_sums(db, now())
