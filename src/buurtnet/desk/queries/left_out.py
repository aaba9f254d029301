"""Who is left out, of the facilitator's neighbourhoods. `$1` is the viewer, `$2` the day it is."""

from datetime import date, datetime
from uuid import UUID

from buurtnet.desk.schemas import LeftAgreement, LeftPerson, LeftPost
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.matching.queries.matches import FACILITATED
from buurtnet.matching.queries.unmatched import NOT_OVER
from buurtnet.moderation.queries.seeing import ABOUT_VISIBLE, POST_VISIBLE, VISIBLE

LABELS = """cross join lateral (select label from theme_label where theme_id = theme.id and language in ($3, 'nl', 'en')
                            order by language = $3 desc, language = 'nl' desc limit 1) words"""
MINE = "{of}.neighbourhood_id = any(array(select mine.neighbourhood_id from staff_area mine where mine.person_id = $1::uuid))"
"""The neighbourhoods of the viewer, found once for the whole statement, so that an index serves."""
RESIDENT = f"p.state = 'active' and {MINE.format(of='p')} and {VISIBLE} and not exists (select from staff own where own.person_id = p.id)"
NOBODY = f"""({RESIDENT} and not exists (select from tie_component i where i.person_id = p.id)
  and exists (select from post o where o.author_id = p.id and o.state <> 'refused'))"""
"""Whether the person `p` asked or offered something and was not brought together with anybody yet."""
UNANSWERED = f"""(p.kind in ('need', 'offer') and p.state = 'open' and p.active and {NOT_OVER.format(of="p")} and p.created_at < $2::date - interval '7 days'
  and {MINE.format(of="p")} and {POST_VISIBLE}
  and not exists (select from match m where m.need_id = p.id and m.state in ('suggested', 'asked', 'offered', 'agreed', 'completed', 'failed'))
  and not exists (select from match m where m.offer_id = p.id and m.state in ('suggested', 'asked', 'offered', 'agreed', 'completed', 'failed')))"""
"""Whether the post `p` has been open for a week and nobody took it up."""
SILENT = f"(match.state = 'agreed' and match.agreed_at < $2::date - interval '7 days' and {FACILITATED})"
"""Whether the two of `match` agreed more than a week ago and it is not over."""
CARRIES = f"""({RESIDENT} and (
  select count(*) from match m where m.helper_id = p.id and m.state in ('agreed', 'completed') and m.agreed_at >= $2::date - 30)
  >= greatest(2, least(p.monthly_max, 4)))"""
"""Whether the person `p` helped so often in the last thirty days as they said is enough, or once a week."""
PERSON = f"""
p.id, p.given_name as name, coalesce(n.names->>$3, n.names->>'nl') as neighbourhood, p.created_on as since,
       o.kind, o.text, o.language, coalesce(put.until >= $2::date, false) as first,
       exists (select from match m where p.id in (m.asker_id, m.helper_id) and m.state in ('suggested', 'asked', 'offered', 'agreed')) as under_way
  from chosen join person p using (id) join neighbourhood n on n.id = p.neighbourhood_id
  left join put_first put on put.person_id = p.id
  left join lateral (select o.kind, o.text, o.language from post o where o.author_id = p.id and o.state <> 'refused' and {ABOUT_VISIBLE}
                      order by o.state = 'open' desc, o.created_at desc limit 1) o on true
"""
PEOPLE = f"""
with chosen as materialized (
  select p.id from person p
   where {NOBODY} and ($4::int is null or p.neighbourhood_id = $4) and ($5::date is null or (p.created_on, p.id) > ($5, $6::uuid))
   order by p.created_on, p.id limit $7
)
select {PERSON} order by p.created_on, p.id
"""
"""Chosen before anything is read of them that does not choose."""
CARRIERS = f"""
with chosen as materialized (
  select p.id from person p
   where {CARRIES} and ($4::int is null or p.neighbourhood_id = $4)
     and ($5::text is null or (lower(p.given_name), p.id) > (lower($5), $6::uuid))
   order by lower(p.given_name), p.id limit $7
)
select {PERSON} order by lower(p.given_name), p.id
"""
"""By name: nobody is more of a helper than another one."""
POSTS = f"""
with chosen as materialized (
  select p.id from post p
   where {UNANSWERED} and ($4::int is null or p.neighbourhood_id = $4) and ($5::timestamptz is null or (p.created_at, p.id) > ($5, $6::uuid))
   order by p.created_at, p.id limit $7
)
select p.id, p.kind, p.text, p.language, p.created_at, p.author_id as person_id, a.given_name as name, words.label as theme, theme.icon,
       coalesce(n.names->>$3, n.names->>'nl') as neighbourhood
  from chosen join post p using (id) join person a on a.id = p.author_id join neighbourhood n on n.id = p.neighbourhood_id
       join theme on theme.id = p.theme_id
  {LABELS}
 order by p.created_at, p.id
"""
AGREEMENTS = f"""
select match.id, match.agreed_at, match.asker_id, asker.given_name as asker, match.helper_id, helper.given_name as helper, words.label as theme,
       theme.icon, coalesce(n.names->>$3, n.names->>'nl') as neighbourhood,
       match.need_done_at is not null or match.offer_done_at is not null as said_done
  from match join post need on need.id = match.need_id join neighbourhood n on n.id = need.neighbourhood_id join theme on theme.id = need.theme_id
       join person asker on asker.id = match.asker_id join person helper on helper.id = match.helper_id
  {LABELS}
 where {SILENT} and ($4::int is null or need.neighbourhood_id = $4)
   and ($5::timestamptz is null or (match.agreed_at, match.id) > ($5, $6::uuid))
 order by match.agreed_at, match.id limit $7
"""
SIZE = 50


async def list_people(db: Db, viewer_id: UUID | None, language: str, on: date, *, area: int | None, after: str | None) -> Page[LeftPerson]:
    """Residents who asked or offered and were not brought together with anybody yet, who came first first."""
    last = read_cursor(after, tuple[date, UUID]) or (None, None)
    return make_page(await fetch(db, LeftPerson, PEOPLE, viewer_id, on, language, area, *last, SIZE + 1), SIZE, "since", "id")


async def list_carriers(
    db: Db, viewer_id: UUID | None, language: str, on: date, *, area: int | None, after: str | None
) -> Page[LeftPerson]:
    """Residents who help as often as they said is enough, or every week, by name."""
    last = read_cursor(after, tuple[str, UUID]) or (None, None)
    return make_page(await fetch(db, LeftPerson, CARRIERS, viewer_id, on, language, area, *last, SIZE + 1), SIZE, "name", "id")


async def list_posts(db: Db, viewer_id: UUID | None, language: str, on: date, *, area: int | None, after: str | None) -> Page[LeftPost]:
    """Open posts that nobody took up for a week, oldest first."""
    last = read_cursor(after, tuple[datetime, UUID]) or (None, None)
    return make_page(await fetch(db, LeftPost, POSTS, viewer_id, on, language, area, *last, SIZE + 1), SIZE, "created_at", "id")


async def list_agreements(
    db: Db, viewer_id: UUID | None, language: str, on: date, *, area: int | None, after: str | None
) -> Page[LeftAgreement]:
    """Agreements of more than a week ago that are not over, oldest first."""
    last = read_cursor(after, tuple[datetime, UUID]) or (None, None)
    return make_page(await fetch(db, LeftAgreement, AGREEMENTS, viewer_id, on, language, area, *last, SIZE + 1), SIZE, "agreed_at", "id")
