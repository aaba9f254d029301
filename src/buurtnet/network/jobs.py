"""What the network does by itself: the draft after a help and every night, the frozen month on the first.

What measures is imported when it is due: NumPy takes half a second that a starting worker has no use for.
"""

from datetime import timedelta

from buurtnet.kit import clock
from buurtnet.kit.db import Database, Db
from buurtnet.matching.events import MatchCompleted
from buurtnet.network.actions.publishing import ask_draft
from buurtnet.network.events import DraftAsked
from buurtnet.network.queries.shown import find_draft


async def refresh_draft(db: Db, event: MatchCompleted) -> None:
    """Reaction: a help was given, so the draft is no longer right."""
    await ask_draft(db, at=clock.now())


async def make_draft(db: Db, event: DraftAsked) -> None:
    """Reaction: makes the draft, unless one that was made after the asking is there."""
    from buurtnet.network.actions.measuring import draft_measures

    last = await find_draft(db)
    if last is None or last.made_at <= event.at:
        await draft_measures(db, on=clock.now().date())


async def draft_nightly(database: Database) -> None:
    """Cron, nightly: the draft of the new day."""
    from buurtnet.network.actions.measuring import draft_measures

    async with database.transaction() as db:
        await draft_measures(db, on=clock.now().date())


async def freeze_last_month(database: Database) -> None:
    """Cron, on the first of the month: freezes the month that ended yesterday."""
    from buurtnet.network.actions.measuring import freeze_month

    async with database.transaction() as db:
        await freeze_month(db, on=clock.now().date().replace(day=1) - timedelta(days=1))
