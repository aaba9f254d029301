"""Reading posts. What a viewer may see is decided here, by `VISIBLE`, and nowhere else."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.posts.rules import BANDS
from buurtnet.posts.schemas import Author, Held, Kind, Post, PostCard, ThemeRule
from buurtnet.voice.queries import SealedNote, open_note
from buurtnet.voice.schemas import Note

OWN = "post.author_id = $1::uuid"
"""The author, or a worker who acts for the author: `app.viewer` and `$1` are then the author."""
FACILITATED = """exists (
  select from staff f join staff_area fa on fa.person_id = f.person_id
   where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = post.organisation_id
     and fa.neighbourhood_id = post.neighbourhood_id
     and (f.secrecy_basis is not null or exists (select from theme th where th.id = post.theme_id and th.review <> 'always')))"""
"""A facilitator of the post's area and organisation; sensitive and unknown themes need a basis for professional secrecy."""
TOGETHER = """(me.organisation_id = post.organisation_id or (
  exists (select from partnership pa where pa.since <= current_date and (pa.until is null or pa.until > current_date)
     and (pa.organisation_id, pa.other_id) in ((me.organisation_id, post.organisation_id), (post.organisation_id, me.organisation_id)))
  and exists (select from consent c where c.person_id = post.author_id and c.what = 'partners' and c.withdrawn_at is null)))"""
"""Whether `me` and the author belong to one organisation, or to partners to which the author said yes."""
SHOWN = f"""(post.state = 'open' and post.active and (post.kind = 'offer' or not post.quiet) and post.expires_at > now()
  and exists (select from person me join neighbourhood_near nn on nn.a = me.neighbourhood_id and nn.b = post.neighbourhood_id
     where me.id = $1::uuid and me.state in ('active', 'paused') and nn.level <= least(me.reach, post.reach) and {TOGETHER})
  and not exists (select from keep_away_wish w where w.person_id = post.author_id))"""
"""What residents within both reaches may read: open offers, and needs whose author shows them.

Whose author never wants to be found by somebody stands in nobody's list: were it hidden from that one alone, then who compares two lists, or names
an address and sees what is gone, learns whose it is. Such a post is matched like any other."""
VISIBLE = f"({OWN} or {FACILITATED} or {SHOWN})"
"""The condition on `post` under which the viewer `$1` may read it. Nobody else finds out that it exists."""

LABEL = """left join lateral (
    select label, shown from theme_label where theme_id = theme.id and language in ({language}, 'nl', 'en')
     order by language = {language} desc, language = 'nl' desc limit 1) label on true"""
"""The theme's label in the reader's language, else in Dutch, else in English."""
LABEL_3, LABEL_2 = LABEL.replace("{language}", "$3"), LABEL.replace("{language}", "$2")

POST = f"""
select post.id, post.kind, post.state, post.text, post.language, seen.id as theme_id, seen.slug as theme_slug, seen.icon as theme_icon,
       case when who.insider or label.shown is null then label.label else label.shown end as theme_label,
       post.quiet, post.reach, case when post.own_slots then post.slots end as slots, post.from_on, post.until_on, post.urgency, post.active, post.version,
       post.created_at, post.expires_at, near.level, who.own, who.facilitated,
       case when who.insider then post.author_id end as author_id,
       case when who.insider then post.organisation_id end as organisation_id,
       case when who.insider then post.neighbourhood_id end as neighbourhood_id,
       case when who.insider then post.on_behalf_by end as on_behalf_by,
       case when who.insider then post.capacity end as capacity,
       case when who.insider then post.engaged end as engaged,
       case when who.insider then post.again end as again,
       case when who.insider then post.changes_asked end as changes_asked,
       case when who.insider then post.renewal_asked_at end as renewal_asked_at,
       case when who.insider then post.closed_at end as closed_at,
       case when who.insider
            then exists (select from flag where flag.object_id = post.id and flag.object_kind = 'post' and flag.leads_to = 'danger')
       end as danger,
       case when who.insider then coalesce(theme.review = 'always', true) end as sensitive,
       case when who.insider then voice.seconds end as voice,
       case when who.insider then voice.worded_at is not null end as worded
  from post
  cross join lateral (select {OWN} as own, {FACILITATED} as facilitated) may
  cross join lateral (select may.own, may.facilitated, may.own or may.facilitated as insider) who
  left join theme on theme.id = post.theme_id
  left join post_voice voice on voice.post_id = post.id
  {LABEL_3}
  left join theme seen on seen.id = case when who.insider or label.shown is null then theme.id else coalesce(theme.parent_id, theme.id) end
  left join person reader on reader.id = $1::uuid
  left join neighbourhood_near near on near.a = reader.neighbourhood_id and near.b = post.neighbourhood_id
 where post.id = $2 and {VISIBLE}
"""
"""Of a theme that others know by a wider word alone they hear its root: slug and icon would tell."""
OWN_POSTS = f"""
select post.id, post.kind, post.state, post.text, post.language, theme.slug as theme_slug, label.label as theme_label,
       theme.icon as theme_icon, post.quiet, case when post.own_slots then post.slots end as slots, post.from_on, post.until_on,
       post.urgency, post.active, post.expires_at, post.created_at, null::smallint as level, post.renewal_asked_at, post.changes_asked,
       post.state = 'waiting' and exists (select from flag where flag.object_id = post.id and flag.object_kind = 'post'
          and flag.leads_to = 'danger') as danger
  from post
  left join theme on theme.id = post.theme_id
  {LABEL_2}
 where {OWN} and ($3::uuid is null or post.id < $3) and (not $5 or post.state in ('waiting', 'open'))
 order by post.id desc limit $4
"""
NEAR_POSTS = f"""
select post.id, post.kind, post.state, post.text, post.language, seen.slug as theme_slug,
       coalesce(label.shown, label.label) as theme_label, seen.icon as theme_icon, post.quiet, case when post.own_slots then post.slots end as slots,
       post.from_on, post.until_on, post.urgency, post.active, post.expires_at, post.created_at, near.level
  from person reader
  join neighbourhood_near near on near.a = reader.neighbourhood_id and near.level = $6::smallint and near.level <= reader.reach
  cross join generate_series($6::int, 4) going (reach)
  cross join lateral (
    select * from post
     where post.neighbourhood_id = near.b and post.reach = going.reach and {SHOWN} and post.author_id <> $1::uuid
       and ($3::text is null or post.kind = $3)
       and ($4::text is null or post.theme_id = any (array(
            select th.id from theme th left join theme root on root.id = th.parent_id where root.slug = $4
               or th.slug = $4 and not exists (select from theme_label wide where wide.theme_id = th.id and wide.shown is not null))))
       and ($7::uuid is null or post.id < $7)
     order by post.id desc limit $5) post
  left join theme on theme.id = post.theme_id
  {LABEL_2}
  left join theme seen on seen.id = case when label.shown is null then theme.id else coalesce(theme.parent_id, theme.id) end
 where reader.id = $1::uuid
 order by post.id desc limit $5
"""
"""One band of what is near: for each neighbourhood and each reach that goes so far, the newest few by index; then the newest of those."""
AUTHOR = """
select id, organisation_id, adult, mediated or limited_until is not null as mediated, language, languages, neighbourhood_id, reach, slots, state,
       posts_on_trial, (select k.component from tie_component k where k.person_id = person.id) as component
  from person where id = $1 for no key update
"""
THEME_RULE = "select id, slug, review, need_days, offer_days from theme where slug = $1"
THEME_RULE_BY_ID = "select id, slug, review, need_days, offer_days from theme where id = $1"
HELD = """select post.id, post.kind, post.state, post.author_id, post.theme_id, post.text, post.language, post.quiet, post.slots, post.own_slots,
       post.from_on, post.until_on, post.urgency, post.engaged, post.changes_asked, post.version,
       exists (select from flag where flag.object_id = post.id and flag.object_kind = 'post' and flag.leads_to = 'danger') as danger,
       voice.post_id is not null as spoken, voice.worded_at is not null as worded
  from post left join post_voice voice on voice.post_id = post.id"""
TAKE_OWN = f"{HELD} where post.id = $2 and {OWN} for no key update of post"
TAKE_AS_WORKER = f"{HELD} where post.id = $2 and {FACILITATED} for no key update of post"
OFFERS = """
select count(*) filter (where state in ('waiting', 'open')) as running, count(*) filter (where created_at > $2) as placed
  from post where author_id = $1 and kind = 'offer'
"""
VOICE = f"""
select voice.sound, voice.seconds from post join post_voice voice on voice.post_id = post.id where post.id = $2 and ({OWN} or {FACILITATED})
"""
AUTHOR_ID = "select author_id from post where id = $1 and state = 'open'"
TO_ASK = """
select id from post
 where state = 'open' and renewal_asked_at is null
   and coalesce(asks_at, expires_at - interval '3 days') <= $1
   and expires_at < $1 + interval '4 days'
 order by expires_at limit $2 for update skip locked
"""
TO_EXPIRE = """
select id from post
 where state = 'open' and expires_at <= $1 and renewal_asked_at is not null
   and (until_on is not null or renewal_asked_at <= $1 - interval '12 hours')
 order by expires_at limit $2 for update skip locked
"""


async def get_post(db: Db, viewer: Viewer, post_id: UUID, *, language: str = "en") -> Post:
    """The post as this viewer may see it, its theme named in the language; NotFound where it is not for them or not there."""
    post = await fetch_one(db, Post, POST, viewer.person_id, post_id, language)
    if post is None:
        raise NotFound
    return post


async def get_voice(db: Db, viewer: Viewer, vault: Vault, post_id: UUID) -> Note:
    """What its author said, for the author and for the facilitator of its area; NotFound for everybody else, and where it was typed."""
    return open_note(vault, await fetch_one(db, SealedNote, VOICE, viewer.person_id, post_id), "post_voice", post_id)


async def list_own_posts(
    db: Db, viewer: Viewer, *, language: str = "en", before: UUID | None = None, size: int = 100, running: bool = False
) -> list[PostCard]:
    """The viewer's own posts, newest first, only those that wait or are open if `running`."""
    return await fetch(db, PostCard, OWN_POSTS, viewer.person_id, language, before, size, running)


async def list_near_posts(
    db: Db,
    viewer: Viewer,
    *,
    language: str = "en",
    kind: Kind | None = "offer",
    theme: str | None = None,
    size: int = 30,
    after: tuple[int, UUID] | None = None,
) -> list[PostCard]:
    """What others offer (or ask openly) within reach, nearest band first, newest first within a band. `theme` is a slug and counts for
    its children too; `after` is level and id of the last one seen."""
    first, last = after or (0, None)
    found: list[PostCard] = []
    for level in range(first, len(BANDS)):
        left = size - len(found)
        found += await fetch(
            db, PostCard, NEAR_POSTS, viewer.person_id, language, kind, theme, left, level, last if level == first else None
        )
        if len(found) == size:
            break
    return found


async def take_own_post(db: Db, viewer: Viewer, post_id: UUID) -> Held:
    """The viewer's own post, locked for this transaction; NotFound where it is not theirs."""
    post = await fetch_one(db, Held, TAKE_OWN, viewer.person_id, post_id)
    if post is None:
        raise NotFound
    return post


async def take_post_as_worker(db: Db, viewer: Viewer, post_id: UUID) -> Held:
    """A post of the facilitator's areas, locked for this transaction; NotFound where the viewer is not its facilitator."""
    post = await fetch_one(db, Held, TAKE_AS_WORKER, viewer.person_id, post_id)
    if post is None:
        raise NotFound
    return post


async def lock_author(db: Db, person_id: UUID | None) -> Author:
    """What a post copies and its rules ask of its author, who cannot place two posts at the same moment."""
    author = await fetch_one(db, Author, AUTHOR, person_id)
    if author is None:
        raise NotFound
    return author


async def find_theme(db: Db, slug: str) -> ThemeRule | None:
    """What a theme says about the life of a post, by its slug."""
    return await fetch_one(db, ThemeRule, THEME_RULE, slug)


async def find_theme_by_id(db: Db, theme_id: int | None) -> ThemeRule | None:
    """What a theme says about the life of a post, by its id."""
    return None if theme_id is None else await fetch_one(db, ThemeRule, THEME_RULE_BY_ID, theme_id)


async def count_offers(db: Db, person_id: UUID, since: datetime) -> tuple[int, int]:
    """How many offers of the person wait or are open, and how many they placed since the moment, also those they took back."""
    row = await db.fetchrow(OFFERS, person_id, since)
    assert row is not None
    return row["running"], row["placed"]


async def find_author_id(db: Db, post_id: UUID) -> UUID | None:
    """Who wrote the post, as long as it is open; None otherwise."""
    return await db.fetchval(AUTHOR_ID, post_id)


async def take_posts_to_ask(db: Db, at: datetime, size: int) -> list[UUID]:
    """Open posts whose author is to be asked whether they still hold, locked for this transaction."""
    return [row["id"] for row in await db.fetch(TO_ASK, at, size)]


async def take_posts_to_expire(db: Db, at: datetime, size: int) -> list[UUID]:
    """Open posts that are over and whose author was asked in time, locked for this transaction."""
    return [row["id"] for row in await db.fetch(TO_EXPIRE, at, size)]
