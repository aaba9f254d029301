"""Referrals where a newer map took their neighbourhood away."""

from uuid import UUID

from buurtnet.geography.queries import list_moves
from buurtnet.kit.db import Db

MOVE_REFERRALS = """
update referral set neighbourhood_id = m.now from unnest($1::int[], $2::int[]) m (was, now) where referral.neighbourhood_id = m.was
"""


async def follow_boundaries(db: Db, change_id: UUID) -> None:
    """Moves the referrals of neighbourhoods that a newer map took away to where most of the ground is now. What was counted stays as it was."""
    await db.execute(MOVE_REFERRALS, *await list_moves(db, change_id))
