"""What posts change of their authors: a newcomer's trial, and how often a month they help."""

from uuid import UUID

from buurtnet.kit.db import Db

COUNT_APPROVED = "update person set posts_on_trial = posts_on_trial - 1 where id = $1 and posts_on_trial > 0"
SET_MONTHLY = "update person set monthly_max = $2 where id = $1"


async def count_approved_post(db: Db, person_id: UUID) -> None:
    """One post of a newcomer was approved: after the last one a worker need not look at each."""
    await db.execute(COUNT_APPROVED, person_id)


async def set_monthly_max(db: Db, person_id: UUID, most: int) -> None:
    """How often a month the person helps at most, over all their offers."""
    await db.execute(SET_MONTHLY, person_id, most)
