"""What happens to posts by themselves: taking part, ending, following their author, expiring."""

from datetime import datetime
from uuid import UUID

from buurtnet.geography.queries import list_moves
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.people.rules import language_bits
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.posts import rules
from buurtnet.posts.events import PostClosed, PostExpiring, PostOpened
from buurtnet.posts.queries import find_theme, lock_author, take_posts_to_ask, take_posts_to_expire
from buurtnet.posts.schemas import Author, Held, State, ThemeRule

BATCH = 200
"""Posts that one run of a cron takes at most; the next run takes the rest."""

CLOSE = "update post set state = $2, closed_at = $3, version = version + 1 where id = $1 and state = any($4::text[]) returning id"
ENGAGE = "update post set engaged = engaged + 1 where id = $1 and state = 'open' and engaged < capacity returning id"
RELEASE = "update post set engaged = engaged - 1 where id = $1 and engaged > 0"
STATE = "select state from post where id = $1"
ASKED = "update post set renewal_asked_at = $2 where id = $1 and state = 'open' and renewal_asked_at is null returning id"
RUNNING = "select id from post where author_id = $1 and state in ('waiting', 'open') order by id for no key update"
COPY_AUTHOR = """
with was as (select id, active, neighbourhood_id from post where author_id = $1 and state in ('waiting', 'open') for no key update)
update post set organisation_id = $2, active = $3, language_bits = $4, neighbourhood_id = coalesce($5, post.neighbourhood_id),
       slots = case when post.own_slots then post.slots else $6 end, component = $7
  from was where post.id = was.id
returning post.id, post.state = 'open' and post.active and (not was.active or was.neighbourhood_id <> post.neighbourhood_id) as fits_anew
"""


def copies_of(author: Author) -> tuple[UUID, bool, int, int | None, int | None, UUID | None]:
    """What matching reads of the author: organisation, active, languages as bits, neighbourhood, slots, component of the ties."""
    free = None if author.slots == EVERY_SLOT else author.slots
    bits = language_bits(author.languages)
    return author.organisation_id, author.state == "active", bits, author.neighbourhood_id, free, author.component


async def find_chosen_theme(db: Db, slug: str | None) -> ThemeRule | None:
    """The chosen theme, None where the author does not know; Invalid where there is no such theme."""
    if slug is None:
        return None
    theme = await find_theme(db, slug)
    if theme is None:
        raise Invalid({"theme": N_("This theme does not exist. Choose another one.")})
    return theme


async def close_post(db: Db, held: Held, state: State) -> None:
    """Ends a post that was taken, and says so; refuses where the state does not allow it."""
    if not rules.may_become(held.state, state) or await db.fetchval(CLOSE, held.id, state, now(), [held.state]) is None:
        raise rules.PostIsClosed
    await record(db, PostClosed(held.id))


async def engage_post(db: Db, post_id: UUID) -> None:
    """Takes one place of an open post; PostIsFull where none is left, PostIsClosed where it is not open. Others wait until the commit."""
    if await db.fetchval(ENGAGE, post_id) is None:
        raise rules.PostIsFull if await db.fetchval(STATE, post_id) == "open" else rules.PostIsClosed


async def release_post(db: Db, post_id: UUID) -> None:
    """Gives one place back; nothing where none was taken."""
    await db.execute(RELEASE, post_id)


async def meet_post(db: Db, post_id: UUID) -> bool:
    """Ends an open need because it was met; False where it was over already."""
    if await db.fetchval(CLOSE, post_id, "met", now(), ["open"]) is None:
        return False
    await record(db, PostClosed(post_id))
    return True


async def refresh_author(db: Db, person_id: UUID) -> None:
    """Brings what matching reads of the author up to date in their running posts; those that can be matched again open anew."""
    await db.execute(RUNNING, person_id)  # Posts are locked before people, everywhere.
    author = await lock_author(db, person_id)
    for row in await db.fetch(COPY_AUTHOR, author.id, *copies_of(author)):
        if row["fits_anew"]:
            await record(db, PostOpened(row["id"]))


async def ask_who_still_holds(db: Db, *, at: datetime) -> int:
    """Asks the authors of posts that end soon whether they still hold; returns how many were asked."""
    asked = await take_posts_to_ask(db, at, BATCH)
    for post_id in asked:
        if await db.fetchval(ASKED, post_id, at) is not None:
            await record(db, PostExpiring(post_id))
    return len(asked)


async def expire_posts(db: Db, *, at: datetime) -> int:
    """Ends open posts that are over and whose author was asked in time; returns how many."""
    over = await take_posts_to_expire(db, at, BATCH)
    for post_id in over:
        if await db.fetchval(CLOSE, post_id, "expired", at, ["open"]) is not None:
            await record(db, PostClosed(post_id))
    return len(over)


MOVE_POSTS = "update post set neighbourhood_id = m.now from unnest($1::int[], $2::int[]) m (was, now) where post.neighbourhood_id = m.was"


async def follow_boundaries(db: Db, change_id: UUID) -> None:
    """Moves the posts of neighbourhoods that a newer map took away to where most of the ground is now, with their authors."""
    await db.execute(MOVE_POSTS, *await list_moves(db, change_id))
