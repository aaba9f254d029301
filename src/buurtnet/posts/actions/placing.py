"""What authors do with their own posts: placing, changing, renewing, withdrawing."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.posting import count_approved_post, set_monthly_max
from buurtnet.posts import rules
from buurtnet.posts.actions.living import close_post, copies_of, find_chosen_theme
from buurtnet.posts.actions.speaking import forget_wording, keep_note
from buurtnet.posts.events import PostOpened, PostWaiting
from buurtnet.posts.queries import count_offers, find_theme_by_id, get_post, lock_author, take_own_post
from buurtnet.posts.schemas import Author, Held, NewPost, Post, PostChange, State, ThemeRule
from buurtnet.screening.actions import screen_text
from buurtnet.voice.rules import check_note
from buurtnet.web.language import ZONE, current_language

INSERT = """
insert into post (id, organisation_id, kind, author_id, on_behalf_by, theme_id, language, text, state, quiet, neighbourhood_id, reach, slots,
  own_slots, from_on, until_on, urgency, capacity, again, active, language_bits, component, created_at, expires_at, asks_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
"""
CHANGE = """
update post set text = $3, state = $4, quiet = $5, reach = $6, slots = $7, own_slots = $8, from_on = $9, until_on = $10, urgency = $11,
       expires_at = $12, asks_at = $13, renewal_asked_at = null, changes_asked = case when text = $3 then changes_asked end,
       version = version + 1
 where id = $1 and version = $2 and state in ('waiting', 'open') returning id
"""
RENEW = """
update post set from_on = $2, until_on = $3, expires_at = $4, asks_at = $5, renewal_asked_at = null, version = version + 1
 where id = $1 and state = 'open' returning id
"""


def _day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


async def _audit_acting(db: Db, viewer: Viewer, action: str, post_id: UUID) -> None:
    """Both identities stand in the audit where a worker acts for somebody."""
    if viewer.acting:
        await record_audit(db, viewer, action, subject=viewer.person_id, object_kind="post", object_id=post_id)


async def publish_post(db: Db, viewer: Viewer, new: NewPost, *, at: datetime, vault: Vault | None = None) -> Post:
    """Places what the viewer asks or offers and returns it, open or waiting for a worker. Refuses minors, a sixth offer, unusable words.
    What is said instead of typed needs the vault."""
    new = _tidy(new)
    note = check_note(new.voice) if new.voice is not None else None
    rules.check_new(new, today=_day_of(at), spoken=note is not None)
    author = await lock_author(db, viewer.person_id)
    with_worker = viewer.acting
    rules.check_author(
        adult=author.adult, state=author.state, has_neighbourhood=author.neighbourhood_id is not None, with_worker=with_worker
    )
    theme = await find_chosen_theme(db, new.theme)
    if new.kind == "offer":
        rules.check_offers(*await count_offers(db, author.id, at - rules.WEEK))
    post_id, language = new_id(), new.language or author.language
    flags = await screen_text(db, rules.read_post(post_id, new.text, language, author, theme, at=at, with_worker=with_worker))
    state = rules.first_state(
        review=theme.review if theme else None,
        leads=[flag.leads_to for flag in flags],
        mediated=author.mediated,
        spoken=note is not None,
    )
    if state == "open" and author.posts_on_trial and not with_worker:
        await count_approved_post(db, author.id)
    await _insert(db, viewer, new, author, theme, post_id=post_id, language=language, state=state, at=at)
    if note is not None:
        assert vault is not None, "what is said is kept sealed"
        await keep_note(db, vault, post_id, author.id, note)
    if new.kind == "offer" and new.monthly is not None:
        await set_monthly_max(db, author.id, new.monthly)
    await _audit_acting(db, viewer, "post placed", post_id)
    await record(db, PostOpened(post_id) if state == "open" else PostWaiting(post_id))
    return await get_post(db, viewer, post_id, language=current_language().code)


async def _insert(
    db: Db,
    viewer: Viewer,
    new: NewPost,
    author: Author,
    theme: ThemeRule | None,
    *,
    post_id: UUID,
    language: str,
    state: State,
    at: datetime,
) -> None:
    organisation_id, active, bits, neighbourhood_id, free, component = copies_of(author)
    from_on, until_on = rules.window_of(new.when, _day_of(at), new.day)
    ends = rules.expires_at(theme.days(new.kind) if theme else rules.DAYS_OPEN[new.kind], until_on, at, ZONE)
    own_slots = new.when == "regularly"
    await db.execute(
        INSERT,
        post_id,
        organisation_id,
        new.kind,
        author.id,
        viewer.actor_id if viewer.acting else None,
        theme.id if theme else None,
        language,
        new.text,
        state,
        rules.is_quiet(new.kind, wanted=new.quiet, sensitive=theme is None or theme.review == "always"),
        neighbourhood_id,
        author.reach if new.reach is None else new.reach,
        new.slots if own_slots else free,
        own_slots,
        from_on,
        until_on,
        rules.urgency_of(new.kind, new.when, new.urgency),
        new.capacity,
        new.again,
        active,
        bits,
        component,
        at,
        ends,
        rules.asks_at(at, ends),
    )


def _tidy(new: NewPost) -> NewPost:
    """The same with its text cleaned."""
    return msgspec.structs.replace(new, text=rules.clean_text(new.text))


async def change_post(db: Db, viewer: Viewer, post_id: UUID, change: PostChange, *, at: datetime) -> Post:
    """Changes the viewer's own post and returns it; new words are screened and may wait again. Refuses a stale version."""
    held = await take_own_post(db, viewer, post_id)
    if held.state not in ("waiting", "open"):
        raise rules.PostIsClosed
    if held.version != change.version:
        raise rules.PostHasChanged
    text = rules.clean_text(change.text)
    when = change.when or rules.when_of(held.slots, held.own_slots, held.from_on, held.until_on, _day_of(at))
    slots, day = change.slots or (held.slots if held.own_slots else None), change.day or held.until_on
    rules.check_new(NewPost(kind=held.kind, text=text, when=when, day=day, slots=slots), today=_day_of(at), spoken=held.spoken)
    author = await lock_author(db, held.author_id)
    theme = await find_theme_by_id(db, held.theme_id)
    state = await _restate(db, viewer, held, author, theme, text, at=at)
    if held.worded and text != held.text:
        await forget_wording(db, post_id)
    await _write_change(db, held, author, theme, msgspec.structs.replace(change, text=text, when=when, day=day), state=state, at=at)
    await _audit_acting(db, viewer, "post changed", post_id)
    if state == "open":
        await record(db, PostOpened(post_id))
    elif text != held.text:
        await record(db, PostWaiting(post_id))
    return await get_post(db, viewer, post_id, language=current_language().code)


async def _restate(db: Db, viewer: Viewer, held: Held, author: Author, theme: ThemeRule | None, text: str, *, at: datetime) -> State:
    """The state after the change: other words are read like new ones, and what a worker asked to change goes back to the worker."""
    if text == held.text:
        return held.state
    if held.engaged:
        raise rules.HelpIsUnderWay
    flags = await screen_text(db, rules.read_post(held.id, text, held.language, author, theme, at=at, with_worker=viewer.acting))
    first = rules.first_state(
        review=theme.review if theme else None, leads=[flag.leads_to for flag in flags], mediated=author.mediated, spoken=held.spoken
    )
    return first if held.changes_asked is None else "waiting"


async def _write_change(
    db: Db, held: Held, author: Author, theme: ThemeRule | None, change: PostChange, *, state: State, at: datetime
) -> None:
    when = change.when or "any"
    before = rules.when_of(held.slots, held.own_slots, held.from_on, held.until_on, _day_of(at))
    same_days = when == before and when != "regularly" and (when != "day" or change.day == held.until_on)
    from_on, until_on = (held.from_on, held.until_on) if same_days else rules.window_of(when, _day_of(at), change.day)
    own_slots = when == "regularly"
    ends = rules.expires_at(theme.days(held.kind) if theme else rules.DAYS_OPEN[held.kind], until_on, at, ZONE)
    written = await db.fetchval(
        CHANGE,
        held.id,
        held.version,
        change.text,
        state,
        rules.is_quiet(held.kind, wanted=change.quiet, sensitive=theme is None or theme.review == "always"),
        change.reach,
        (change.slots or held.slots) if own_slots else copies_of(author)[4],
        own_slots,
        from_on,
        until_on,
        rules.urgency_of(held.kind, when, "normal" if not same_days else held.urgency),
        ends,
        rules.asks_at(at, ends),
    )
    if written is None:
        raise Conflict


async def withdraw_post(db: Db, viewer: Viewer, post_id: UUID) -> None:
    """Ends the viewer's own post because they no longer want it; refuses where it is over already."""
    held = await take_own_post(db, viewer, post_id)
    await close_post(db, held, "withdrawn")
    await _audit_acting(db, viewer, "post withdrawn", post_id)


async def renew_post(db: Db, viewer: Viewer, post_id: UUID, *, at: datetime) -> None:
    """ "Yes, it still holds": the viewer's own open post lives on; refuses where it is over already."""
    held = await take_own_post(db, viewer, post_id)
    theme = await find_theme_by_id(db, held.theme_id)
    if held.state != "open" or theme is None:
        raise rules.PostIsClosed
    from_on, until_on = rules.renewed_window(held.until_on, _day_of(at))
    ends = rules.expires_at(theme.days(held.kind), until_on, at, ZONE)
    if await db.fetchval(RENEW, post_id, from_on, until_on, ends, rules.asks_at(at, ends)) is None:
        raise Conflict
    await _audit_acting(db, viewer, "post renewed", post_id)
