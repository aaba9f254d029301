"""The crons of people: forgetting, and ending what is over."""

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.people import actions
from buurtnet.people.actions.keeping import forget_old_words


async def clear_people(database: Database) -> None:
    """Forgets old codes, sessions and kept words, and ends pauses and blocks whose last day is over."""
    at = now()
    async with database.transaction() as db:
        await actions.forget_old(db, at)
        await forget_old_words(db, at)
        await actions.end_pauses(db, at.date())
        await actions.end_blocks(db, at)
