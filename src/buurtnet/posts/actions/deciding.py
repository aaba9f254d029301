"""What a facilitator decides about a post of their areas. The decision itself, with its reason, stands in moderation."""

from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.outbox import record
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.posting import count_approved_post
from buurtnet.posts import rules
from buurtnet.posts.actions.living import close_post, copies_of, find_chosen_theme
from buurtnet.posts.actions.speaking import screen_again
from buurtnet.posts.events import PostOpened, PostWaiting
from buurtnet.posts.queries import find_theme_by_id, lock_author, take_own_post, take_post_as_worker
from buurtnet.web.language import ZONE

OPEN = """
update post set state = 'open', theme_id = $2, quiet = $3, expires_at = $4, asks_at = $5, renewal_asked_at = null, changes_asked = null,
       organisation_id = $6, active = $7, language_bits = $8, neighbourhood_id = coalesce($9, neighbourhood_id),
       slots = case when own_slots then slots else $10 end, component = $11, version = version + 1
 where id = $1 and state = 'waiting' returning id
"""
REOPEN = """
update post set state = 'waiting', closed_at = null, changes_asked = null, version = version + 1
 where id = $1 and state in ('refused', 'redirected') returning id
"""
REWORD = """
update post set text = $2, changes_asked = null, version = version + 1 where id = $1 and state = 'waiting' and version = $3 returning id
"""
KEEP_WORDS = "update post set changes_asked = null, version = version + 1 where id = $1 and state = 'waiting' and changes_asked is not null returning id"
ASK_CHANGE = "update post set state = 'waiting', changes_asked = $2, version = version + 1 where id = $1 and state in ('waiting', 'open') returning id"


async def approve_post(db: Db, viewer: Viewer, post_id: UUID, *, theme: str | None = None) -> None:
    """Opens a waiting post of the facilitator's areas, under another theme where one is named; refuses danger and days that are gone."""
    held = await take_post_as_worker(db, viewer, post_id)
    chosen = await find_chosen_theme(db, theme) or await find_theme_by_id(db, held.theme_id)
    at = now()
    rules.check_approval(
        state=held.state,
        theme_known=chosen is not None,
        danger=held.danger,
        until_on=held.until_on,
        today=at.astimezone(ZONE).date(),
        worded=held.text != "",
    )
    assert chosen is not None
    copies = copies_of(await lock_author(db, held.author_id))
    ends = rules.expires_at(chosen.days(held.kind), held.until_on, at, ZONE)
    quiet = rules.is_quiet(held.kind, wanted=held.quiet, sensitive=chosen.review == "always")
    if await db.fetchval(OPEN, post_id, chosen.id, quiet, ends, rules.asks_at(at, ends), *copies) is None:
        raise Conflict
    await count_approved_post(db, held.author_id)
    await record(db, PostOpened(post_id))


async def refuse_post(db: Db, viewer: Viewer, post_id: UUID) -> None:
    """Ends a post of the facilitator's areas that cannot stand; the reason stands with the decision."""
    await close_post(db, await take_post_as_worker(db, viewer, post_id), "refused")


async def redirect_post(db: Db, viewer: Viewer, post_id: UUID) -> None:
    """Ends a post of the facilitator's areas because a right or a service comes first."""
    await close_post(db, await take_post_as_worker(db, viewer, post_id), "redirected")


async def ask_for_change(db: Db, viewer: Viewer, post_id: UUID, text: str) -> None:
    """Asks the author for other words; until then the post waits, also where it was open."""
    held = await take_post_as_worker(db, viewer, post_id)
    words = rules.clean_text(text)
    if wrong := rules.check_text(words):
        raise Invalid({"text": wrong})
    if held.state not in ("waiting", "open") or await db.fetchval(ASK_CHANGE, post_id, words) is None:
        raise rules.PostIsClosed
    if held.state == "open":
        await record(db, PostWaiting(post_id))


async def reopen_post(db: Db, viewer: Viewer, post_id: UUID) -> None:
    """Lets a post wait again that was refused or came after a right, because that was not right."""
    await take_post_as_worker(db, viewer, post_id)
    if await db.fetchval(REOPEN, post_id) is None:
        raise rules.PostIsClosed
    await record(db, PostWaiting(post_id))


async def reword_post(db: Db, viewer: Viewer, post_id: UUID, text: str, *, version: int) -> None:
    """Puts other words in the place of the author's, who agreed to exactly these; they are screened like any others. Conflict where the post has
    changed since."""
    held = await take_post_as_worker(db, viewer, post_id)
    words = rules.clean_text(text)
    if wrong := rules.check_text(words):
        raise Invalid({"words": wrong})
    if await db.fetchval(REWORD, post_id, words, version) is None:
        raise Conflict
    await screen_again(db, held, words, held.language)
    await record_audit(db, viewer, "post reworded", subject=held.author_id, object_kind="post", object_id=post_id)


async def keep_words(db: Db, viewer: Viewer, post_id: UUID) -> None:
    """The author wants their own words: the post waits as it is."""
    await take_own_post(db, viewer, post_id)
    if await db.fetchval(KEEP_WORDS, post_id) is None:
        raise rules.PostIsClosed
    await record(db, PostWaiting(post_id))
