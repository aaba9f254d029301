"""Posts that wait, where a post stands, and what was decided about it."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.moderation.queries.seeing import HELD, POST_VISIBLE
from buurtnet.moderation.queries.waiting import ON_HOLD, OPEN_POST
from buurtnet.moderation.schemas import PastPost, QueuedPost, QueueFilter

ALL = QueueFilter()
FLAGGED = """coalesce((select jsonb_agg(jsonb_build_object('kind', g.kind, 'leads_to', g.leads_to, 'starts', g.starts, 'ends', g.ends) order by g.starts)
    from flag g where g.object_kind = 'post' and g.object_id = p.id and g.leads_to <> 'allowed'), '[]'::jsonb)"""
POST = f"""
select p.id, p.kind, p.text, p.language, l.label as theme, t.slug as theme_slug, t.icon, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood,
       p.created_at, p.author_id, a.given_name as author, a.posts_on_trial > 0 as newcomer,
       a.mediated or a.limited_until is not null as mediated,
       coalesce(t.review = 'always', false) as sensitive, coalesce(t."right", false) as "right", p.changes_asked, p.version,
       p.urgency = 'urgent' as urgent,
       coalesce((select fa.backup from staff_area fa where fa.person_id = $1::uuid and fa.neighbourhood_id = p.neighbourhood_id), false) as backup,
       {FLAGGED} as flags, holder.given_name as held_by, coalesce(c.by = $1::uuid, false) as held_by_me,
       v.seconds as voice, v.worded_at is not null as worded
  from post p join person a on a.id = p.author_id join neighbourhood n on n.id = p.neighbourhood_id
  left join theme t on t.id = p.theme_id
  left join theme_label l on l.theme_id = t.id and l.language = $2
  left join post_voice v on v.post_id = p.id
  {HELD.format(kind="post", of="p")}
 where {OPEN_POST}
"""
DANGER = "exists (select from flag g where g.object_kind = 'post' and g.object_id = p.id and g.leads_to = 'danger')"
WAITING = f"""{POST} and not {ON_HOLD} and ($3::int is null or p.neighbourhood_id = $3)
   and ($4::text is null or p.text ilike $4 or a.given_name ilike $4 or l.label ilike $4)
   and case $5::text
         when 'danger' then {DANGER}
         when 'urgent' then p.urgency = 'urgent'
         when 'flagged' then exists (select from flag g where g.object_kind = 'post' and g.object_id = p.id and g.leads_to <> 'allowed')
         when 'sensitive' then coalesce(t.review = 'always', true)
         when 'newcomer' then a.posts_on_trial > 0
         when 'mediated' then a.mediated or a.limited_until is not null
         when 'spoken' then v.post_id is not null
         when 'changed' then p.changes_asked is not null
         when 'mine' then coalesce(c.by = $1::uuid, false)
         else true end
 order by {DANGER} desc, p.changes_asked is not null, p.urgency = 'urgent' desc, p.created_at, p.id limit 2000
"""
ONE_WAITING = f"{POST} and p.id = $3"
PAST = f"""
select p.id, p.kind, p.text, p.state, p.created_at from post p
 where p.author_id = $2 and p.id <> $3 and {POST_VISIBLE} order by p.created_at desc limit 10
"""
PLACE = f"select p.organisation_id, p.neighbourhood_id, p.author_id, p.state, p.theme_id, p.text, p.version from post p where p.id = $2 and {POST_VISIBLE}"


class Place(msgspec.Struct, frozen=True):
    """What a decision reads of a post."""

    organisation_id: UUID
    neighbourhood_id: int
    author_id: UUID
    state: str
    theme_id: int | None
    text: str
    version: int


async def list_waiting_posts(db: Db, viewer_id: UUID | None, language: str, wanted: QueueFilter = ALL) -> list[QueuedPost]:
    """The posts that wait for the facilitator, all or those that are wanted: danger first, then urgent, then oldest; those of which a change was
    asked come last."""
    return await fetch(db, QueuedPost, WAITING, viewer_id, language, wanted.area, wanted.pattern, wanted.why)


async def get_waiting_post(db: Db, viewer_id: UUID | None, post_id: UUID, language: str) -> QueuedPost | None:
    """One waiting post of the facilitator's areas; None where it waits no longer or is not theirs."""
    return await fetch_one(db, QueuedPost, ONE_WAITING, viewer_id, language, post_id)


async def list_past_posts(db: Db, viewer_id: UUID | None, author_id: UUID, but: UUID) -> list[PastPost]:
    """The author's other posts, newest first, at most ten."""
    return await fetch(db, PastPost, PAST, viewer_id, author_id, but)


async def get_place(db: Db, viewer_id: UUID | None, post_id: UUID) -> Place:
    """Where a post of the facilitator's areas stands; NotFound where it is not theirs."""
    place = await fetch_one(db, Place, PLACE, viewer_id, post_id)
    if place is None:
        raise NotFound
    return place


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A decision in effect, for who tells its person."""

    subject_id: UUID
    object_kind: str
    object_id: UUID
    verdict: str
    agreed: str | None


DECIDED = "select subject_id, object_kind, object_id, verdict, agreed from decision where id = $1 and subject_id is not null"


async def find_decided(db: Db, decision_id: UUID) -> Decided | None:
    """The decision, if it is about somebody who is still here."""
    return await fetch_one(db, Decided, DECIDED, decision_id)
