"""What screening does by itself."""

from buurtnet.geography.events import NeighbourhoodsReplaced
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.screening.actions import forget_sums, judging


async def clear_sums(database: Database) -> None:
    """Cron, nightly: by what texts are known again is kept for thirty days."""
    async with database.transaction() as db:
        await forget_sums(db, now())


async def follow_boundaries(db: Db, event: NeighbourhoodsReplaced) -> None:
    """What was counted of rules moves along where a newer map took its neighbourhood away."""
    await judging.follow_boundaries(db, event.change_id)
