"""What the worker does with posts: copies of authors, the question whether a post still holds, the end of those that are over."""

from contextlib import suppress

from buurtnet.geography.events import NeighbourhoodsReplaced
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.notices.actions import plan_notice
from buurtnet.people.events import PersonBlocked, PersonChanged
from buurtnet.posts import actions
from buurtnet.posts.actions import living
from buurtnet.posts.events import PostExpiring
from buurtnet.posts.queries import find_author_id
from buurtnet.ties.events import ComponentChanged


async def refresh_copies(db: Db, event: PersonChanged | PersonBlocked | ComponentChanged) -> None:
    """The author changed, or whom ties join them with: what matching reads of them follows in their running posts."""
    with suppress(NotFound):  # Who was forgotten meanwhile took their posts along.
        await actions.refresh_author(db, event.person_id)


async def follow_boundaries(db: Db, event: NeighbourhoodsReplaced) -> None:
    """Posts move along where a newer map took their neighbourhood away."""
    await living.follow_boundaries(db, event.change_id)


async def ask_author(db: Db, event: PostExpiring) -> None:
    """Plans the question "does this still hold?" to the author."""
    author_id = await find_author_id(db, event.post_id)
    if author_id is not None:
        await plan_notice(db, author_id, "post_expiring", event_id=new_id(), object_id=event.post_id)


async def expire_posts(database: Database) -> int:
    """The cron of every few minutes: asks who still holds, ends what is over; returns how many posts it touched."""
    touched = 0
    for step in (actions.ask_who_still_holds, actions.expire_posts):
        while True:
            async with database.transaction() as db:
                done = await step(db, at=now())
            touched += done
            if done == 0:
                break
    return touched
