"""The open needs without a proposal, for the workers of their area: how many of each theme, and for a page of them why nobody fits."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.candidates import month_start
from buurtnet.matching.queries.matches import LABELS
from buurtnet.matching.rules.fit import CHECKED_HELPER
from buurtnet.matching.rules.loosening import Counts, Loosening, list_loosenings
from buurtnet.posts.queries import FACILITATED
from buurtnet.web.language import ZONE, current_language, today

WHY_NOT = (Path(__file__).parent.parent / "sql" / "why_not.sql").read_text()
NOT_OVER = "{of}.id not in (select late.id from post late where late.state in ('open', 'waiting') and late.expires_at <= now())"
"""Of a post that is open. What is over and not closed yet is little, and looked up once: the rest is read from the covering index alone."""
UNMATCHED = f"""(post.state = 'open' and post.kind = 'need' and post.active and post.engaged < post.capacity and {NOT_OVER.format(of="post")}
  and post.neighbourhood_id = any(array(select mine.neighbourhood_id from staff_area mine where mine.person_id = $1::uuid))
  and not exists (select from match m where m.need_id = post.id and m.state in ('suggested', 'asked', 'offered'))
  and {FACILITATED})"""
"""Whether `post` is an open need of the viewer's areas for which nobody is asked and no proposal waits; what waits for a worker is not open yet."""
OFFERED = """unnest(cell.around) near (b) cross join lateral (
  select offer.id, offer.author_id, offer.organisation_id from post offer
   where offer.kind = 'offer' and offer.state = 'open' and offer.active and offer.neighbourhood_id = near.b and offer.theme_id = any(cell.themes)
     and (offer.until_on is null or offer.until_on >= $4::date) and offer.id not in (select id from late) offset 0) offer"""
"""What is offered around, of the themes of `cell`: neighbourhood by neighbourhood, the nearest first, however much the planner thinks there is."""
THEMES = f"""
with need as materialized (
  select post.id, post.author_id, post.theme_id, post.neighbourhood_id, post.organisation_id
    from post where {UNMATCHED} and ($3::int is null or post.neighbourhood_id = $3)
),
late as materialized (
  select id from post where state in ('open', 'waiting') and expires_at <= now()
),
family as materialized (
  select own.id, array_agg(theme.id) as themes
    from theme own join theme on theme.id = own.id or theme.id = own.parent_id or theme.parent_id = own.id
   group by own.id
),
around as materialized (
  select a, array_agg(b order by metres, b) as around from neighbourhood_near where a in (select neighbourhood_id from need) group by a
),
place as materialized (
  -- A few who offer; and where nobody at all does, no need has to be looked at by itself.
  select cell.*, helping.authors, cardinality(helping.authors) > 0 or exists (select from {OFFERED}) as there
    from (select waits.*, family.themes, around.around
            from (select theme_id, neighbourhood_id, organisation_id, array_agg(id) as needs, array_agg(author_id) as askers
                    from need group by theme_id, neighbourhood_id, organisation_id) waits
                 join family on family.id = waits.theme_id left join around on around.a = waits.neighbourhood_id) cell
         cross join lateral (select array(select offer.author_id from {OFFERED}
                                           where offer.organisation_id = cell.organisation_id limit 3) as authors offset 0) helping
),
wary as materialized (
  select person_id as id from keep_away union select other_id from keep_away union select person_id from pair_memory union select other_id from pair_memory
),
alone as (
  select cell.theme_id,
         case when not cell.there then true
              when cardinality(array_remove(cell.authors, need.author_id)) > 0 and need.author_id not in (select id from wary)
                   and not exists (select from match m where m.need_id = need.id and m.state <> 'withdrawn') then false
              else not exists (
                select from {OFFERED}
                 where offer.author_id <> need.author_id
                   and (offer.organisation_id = cell.organisation_id
                        or (exists (select from partnership pa where pa.since <= $4 and (pa.until is null or pa.until > $4)
                                       and (pa.organisation_id, pa.other_id) in ((cell.organisation_id, offer.organisation_id),
                                                                                 (offer.organisation_id, cell.organisation_id)))
                            and (select count(distinct person_id) from consent c
                                  where c.person_id in (need.author_id, offer.author_id) and c.what = 'partners' and c.withdrawn_at is null) = 2))
                   and not exists (select from keep_away k
                                    where (k.person_id, k.other_id) in ((need.author_id, offer.author_id), (offer.author_id, need.author_id)))
                   and not exists (select from pair_memory r
                                    where (r.person_id, r.other_id) in ((need.author_id, offer.author_id), (offer.author_id, need.author_id))
                                      and (r.until is null or r.until > now()))
                   and not exists (select from match m where m.state <> 'withdrawn' and m.need_id = need.id and m.offer_id = offer.id)) end as nobody
    from place cell cross join lateral unnest(cell.needs, cell.askers) need (id, author_id)
)
select theme.slug, theme.icon, words.label, counted.waiting, counted.nobody
  from (select theme_id, count(*) as waiting, count(*) filter (where nobody) as nobody from alone group by theme_id) counted
       join theme on theme.id = counted.theme_id
       {LABELS}
 order by counted.nobody desc, counted.waiting desc, theme.position
"""
"""What waits by theme: that which most often nobody offers first, then that which most often waits."""
PAGE = f"""
with chosen as (
  select post.id, post.urgency <> 'urgent' as calm, post.created_at
    from post
   where {UNMATCHED} and ($3::int is null or post.neighbourhood_id = $3)
     and ($4::text is null or post.theme_id = (select id from theme where slug = $4))
     and ($5::bool is null or (post.urgency <> 'urgent', post.created_at, post.id) > (not $5, $6::timestamptz, $7::uuid))
   order by 2, 3, 1 limit $8
)
select post.id, post.author_id as person_id, author.given_name as name, words.label as theme, theme.slug as theme_slug, theme.icon,
       post.neighbourhood_id, hood.names as neighbourhood_names, post.text, post.language, not chosen.calm as urgent, post.created_at as since
  from chosen
       join post using (id)
       join person author on author.id = post.author_id
       join neighbourhood hood on hood.id = post.neighbourhood_id
       join theme on theme.id = post.theme_id
       {LABELS}
 order by chosen.calm, post.created_at, post.id
"""


class Unmatched(msgspec.Struct, frozen=True, kw_only=True):
    """An open need for which nobody is asked."""

    id: UUID
    person_id: UUID
    name: str
    theme: str
    theme_slug: str
    icon: str
    neighbourhood_id: int
    neighbourhood: str
    text: str
    language: str
    urgent: bool
    since: datetime
    why: list[Loosening]
    """What would have to give way, the smallest first."""


class ThemeWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """How many needs of a theme wait, and for how many of them nobody offers anything: where helpers are to be found."""

    slug: str
    label: str
    icon: str
    waiting: int
    nobody: int


class UnmatchedList(msgspec.Struct, frozen=True, kw_only=True):
    """All that waits, by theme, and a page of it: urgent needs first, then whoever waits longest."""

    waiting: int
    themes: list[ThemeWaiting]
    items: list[Unmatched]
    next: str | None = None


async def list_unmatched(
    db: Db, viewer: Viewer, *, area: int | None = None, theme: str | None = None, after: str | None = None, size: int = 20
) -> UnmatchedList:
    """The needs of the facilitator's areas for which nobody is asked, in one neighbourhood or all, of one theme (a slug) or all; with why."""
    last = read_cursor(after, tuple[bool, datetime, UUID]) or (None, None, None)
    language = current_language().code
    themes = await fetch(db, ThemeWaiting, THEMES, viewer.person_id, language, area, today())
    rows = await db.fetch(PAGE, viewer.person_id, language, area, theme, *last, size + 1)
    why = await find_loosenings(db, [row["id"] for row in rows[:size]], at=now())
    items = [
        msgspec.convert({**row, "neighbourhood": name_in(row["neighbourhood_names"], language), "why": why.get(row["id"], [])}, Unmatched)
        for row in map(dict, rows)
    ]
    page = make_page(items, size, "urgent", "since", "id")
    return UnmatchedList(waiting=sum(one.waiting for one in themes), themes=themes, items=page.items, next=page.next)


async def find_loosenings(db: Db, needs: Sequence[UUID], *, at: datetime) -> dict[UUID, list[Loosening]]:
    """For each of the needs what would have to give way so that somebody fits, the smallest first; one that closed in the same moment is left out."""
    if not needs:
        return {}
    rows = await db.fetch(WHY_NOT, list(needs), at, at.astimezone(ZONE).date(), month_start(at), CHECKED_HELPER)
    return {row["need_id"]: list_loosenings(msgspec.convert(dict(row), Counts)) for row in rows}
