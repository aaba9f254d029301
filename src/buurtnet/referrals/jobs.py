"""Crons of referrals: counts are frozen by month, what is over is forgotten."""

from buurtnet.geography.events import NeighbourhoodsReplaced
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.referrals.actions import following, forget_referrals, freeze_counts
from buurtnet.web.language import today


async def freeze_last_month(database: Database) -> None:
    """Cron, on the first of the month: how many people each right and barrier concerned in the twelve months that ended."""
    async with database.transaction() as db:
        await freeze_counts(db, as_of=today().replace(day=1))


async def clear_referrals(database: Database) -> None:
    """Cron, nightly: referrals are forgotten a year after they were over."""
    async with database.transaction() as db:
        await forget_referrals(db, now())


async def follow_boundaries(db: Db, event: NeighbourhoodsReplaced) -> None:
    """Referrals move along where a newer map took their neighbourhood away."""
    await following.follow_boundaries(db, event.change_id)
