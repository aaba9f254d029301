"""Freezing what is counted, and forgetting referrals that are over. Run by the worker alone."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.referrals.queries import count_of_organisation, list_counting
from buurtnet.referrals.rules import tell_counts

FROZEN = "select exists (select from right_count where organisation_id = $1 and as_of = $2)"
FREEZE = "insert into right_count (id, as_of, organisation_id, neighbourhood_id, kind, code, persons) values ($1, $2, $3, $4, $5, $6, $7)"
FORGET = "delete from referral where closed_at < $1::timestamptz - interval '12 months'"


async def freeze_counts(db: Db, *, as_of: date) -> None:
    """Keeps how many people each right and barrier concerned in the twelve months before the day, as it may be told; once for each organisation."""
    for organisation_id in await list_counting(db, as_of):
        if not await db.fetchval(FROZEN, organisation_id, as_of):
            await _freeze(db, organisation_id, as_of)


async def _freeze(db: Db, organisation_id: UUID, as_of: date) -> None:
    counts: dict[str, dict[tuple[int, str], int]] = defaultdict(dict)
    for cell in await count_of_organisation(db, organisation_id, as_of):
        counts[cell.kind][cell.neighbourhood_id or 0, cell.code] = cell.persons or 0
    for kind, cells in counts.items():
        for (place, code), persons in tell_counts(cells).items():
            await db.execute(FREEZE, new_id(), as_of, organisation_id, place or None, kind, code, persons)


async def forget_referrals(db: Db, at: datetime) -> None:
    """Removes referrals a year after they were over; what is left are the frozen counts."""
    await db.execute(FORGET, at)
