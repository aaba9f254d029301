"""What people do by themselves: forgetting, ending what is over, following the borders of neighbourhoods."""

from buurtnet.geography.events import NeighbourhoodsReplaced
from buurtnet.kit.clock import months_before, now
from buurtnet.kit.db import Database, Db
from buurtnet.people import actions
from buurtnet.people.actions import following, leaving
from buurtnet.people.actions.keeping import forget_old_words
from buurtnet.people.actions.limiting import end_limits
from buurtnet.web.language import ZONE

MONTHS_ASKED, MONTHS_KEPT = 11, 12
"""After the last sign-in: when somebody is asked whether they want to stay, and when their account is erased."""


async def clear_people(database: Database) -> None:
    """Forgets old codes, sessions and kept words, and ends pauses, blocks and limits whose last day is over."""
    at = now()
    async with database.transaction() as db:
        await actions.forget_old(db, at)
        await forget_old_words(db, at)
        await actions.end_pauses(db, at.date())
        await actions.end_blocks(db, at)
        await end_limits(db, at.date())
        await leaving.unbar(db, at.date())


async def forget_absent(database: Database) -> None:
    """Cron, nightly: who was not here for eleven months is asked, and a month later forgotten; for those whom a worker looks after the worker is
    asked and decides."""
    today = now().astimezone(ZONE).date()
    found = 1
    while found:
        async with database.transaction() as db:
            found = await leaving.erase_absent(
                db, since=months_before(today, MONTHS_KEPT), asked=months_before(today, MONTHS_KEPT - MONTHS_ASKED)
            )
    found = 1
    while found:
        async with database.transaction() as db:
            found = await leaving.ask_absent(db, since=months_before(today, MONTHS_ASKED), on=today)


async def follow_boundaries(db: Db, event: NeighbourhoodsReplaced) -> None:
    """A newer map took neighbourhoods away: people move along and are asked, workers and areas serve what became of them."""
    await following.follow_boundaries(db, event.change_id)
