"""What ties do by themselves."""

from buurtnet.kit.clock import months_before, now
from buurtnet.kit.db import Database
from buurtnet.ties.actions import forget_ties, mend_components
from buurtnet.web.language import ZONE

MONTHS_KEPT = 24
"""After the last help."""


async def mend_ties(database: Database) -> None:
    """Cron, nightly: ties end two years after the last help; components are as the ties that still stand make them."""
    async with database.transaction() as db:
        await forget_ties(db, before=months_before(now().astimezone(ZONE).date(), MONTHS_KEPT))
        await mend_components(db)
