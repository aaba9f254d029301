"""What is known of a need and the offers that a worker might choose for it by hand: as facts for the rules, and as a list to choose from."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.candidates import month_start
from buurtnet.matching.queries.matches import LABELS
from buurtnet.matching.rules.fit import HelperFacts, PairFacts, PostFacts
from buurtnet.matching.rules.hurdles import Hurdle, Stop, effort_of, find_stop, list_hurdles
from buurtnet.posts.queries import FACILITATED
from buurtnet.web.language import ZONE, current_language

LISTED = 20
"""Offers on one page: whoever is not among them is found by name or by a word."""
READ = 200
"""Offers that are looked at for a page, of the need's theme and nearest first."""
MEANT = "m.state in ('suggested', 'asked', 'offered') and m.id <> coalesce($3, '00000000-0000-0000-0000-000000000000'::uuid)"
"""Whether a match stands, but for the one that would give way."""
POSTS = f"""
select post.id, post.kind, post.author_id, post.organisation_id, post.neighbourhood_id, post.state = 'open' and post.expires_at > $2::timestamptz as open,
       post.active, post.reach, post.slots, post.from_on, post.until_on, post.language_bits, post.capacity, post.engaged, post.again,
       post.urgency = 'urgent' as urgent, author.adult, author.mediated, author.posts_on_trial > 0 as on_trial,
       exists (select from helper_check h where h.person_id = author.id and h.kind = 'minors') as checked,
       exists (select from consent c where c.person_id = author.id and c.what = 'partners' and c.withdrawn_at is null) as shares,
       (select k.component from tie_component k where k.person_id = author.id
          and not exists (select from put_first put where put.person_id = k.person_id and put.until >= $4::date)) as component,
       (select count(*) from match m where (m.need_id = post.id or m.offer_id = post.id) and {MEANT}) as standing,
       exists (select from match m where m.need_id = post.id and m.state = 'offered') as offered,
       jsonb_build_object('id', theme.id, 'parent_id', theme.parent_id, 'talk', theme.talk, 'halving_m', theme.halving_m, 'review', theme.review,
                          'safeguard', theme.safeguard) as theme
  from post join person author on author.id = post.author_id join theme on theme.id = post.theme_id
 where post.id = any($1::uuid[])
"""
PAIRS = f"""
select post.id as offer_id, near.metres, near.level::int,
       exists (select from tie where tie.a = least(need.author_id, post.author_id) and tie.b = greatest(need.author_id, post.author_id)) as known,
       post.organisation_id <> need.organisation_id as partners, busy.load, busy.this_month,
       (select sum(o.capacity) from post o where o.author_id = post.author_id and o.kind = 'offer' and o.state = 'open')::int as capacity,
       helper.monthly_max, exists (select from rest where rest.person_id = helper.id and rest.until > $2::timestamptz) as rests
  from post need
       join post on post.id = any($1::uuid[])
       join person helper on helper.id = post.author_id
       join neighbourhood_near near on near.a = need.neighbourhood_id and near.b = post.neighbourhood_id
       cross join lateral (
         select count(*) filter (where {MEANT} or m.state = 'agreed') as load,
                count(*) filter (where {MEANT} or m.state = 'agreed' or (m.state = 'completed' and m.agreed_at >= $5::timestamptz)) as this_month
           from match m where m.helper_id = post.author_id
       ) busy
 where need.id = $4
"""
MAY_MEET = """(post.state = 'open' and post.kind = 'offer' and post.expires_at > now() and post.author_id <> need.author_id
  and (post.organisation_id = need.organisation_id
       or (exists (select from partnership p where p.since <= current_date and (p.until is null or p.until > current_date)
              and (p.organisation_id, p.other_id) in ((need.organisation_id, post.organisation_id), (post.organisation_id, need.organisation_id)))
           and 2 = (select count(distinct k.person_id) from consent k
                     where k.person_id in (need.author_id, post.author_id) and k.what = 'partners' and k.withdrawn_at is null)))
  and not exists (select from match m where m.need_id = need.id and m.offer_id = post.id and m.state <> 'withdrawn')
  and not exists (select from keep_away k where (k.person_id, k.other_id) in ((need.author_id, post.author_id), (post.author_id, need.author_id)))
  and not exists (select from pair_memory r
                   where (r.person_id, r.other_id) in ((need.author_id, post.author_id), (post.author_id, need.author_id))
                     and (r.until is null or r.until > now())))"""
"""Whether the need and the offer `post` may be brought together at all. What somebody refused, and whom somebody keeps away, looks as if it were not
there: neither a list nor a refusal tells of it."""
NEED = f"""
select post.id, post.author_id, author.given_name as name, words.label as theme, theme.icon, post.text, post.language, hood.names as hood_names,
       post.slots, post.from_on, post.until_on, post.urgency = 'urgent' as urgent
  from post join person author on author.id = post.author_id
       join neighbourhood hood on hood.id = post.neighbourhood_id
       join theme on theme.id = post.theme_id
       {LABELS}
 where post.id = $3 and post.kind = 'need' and post.state = 'open' and post.active and post.engaged < post.capacity and post.expires_at > now()
   and {FACILITATED}
"""
"""An open need of the viewer's areas that still has room for somebody."""
OFFERS = f"""
select post.id, post.author_id, author.given_name as name, words.label as theme, theme.icon, post.text, post.language, hood.names as hood_names,
       post.slots, post.from_on, post.until_on, false as urgent
  from post need
       join theme asks on asks.id = need.theme_id
       join post on {MAY_MEET} and {FACILITATED}
       join person author on author.id = post.author_id
       join neighbourhood hood on hood.id = post.neighbourhood_id
       join theme on theme.id = post.theme_id
       join neighbourhood_near near on near.a = need.neighbourhood_id and near.b = post.neighbourhood_id
       {LABELS}
 where need.id = $3
   and post.neighbourhood_id = any(array(select mine.neighbourhood_id from staff_area mine where mine.person_id = $1::uuid))
   and case when $4 = '' then coalesce(theme.parent_id, theme.id) = coalesce(asks.parent_id, asks.id)
            else strpos(lower(author.given_name || ' ' || words.label || ' ' || post.text), lower($4)) > 0 end
 order by coalesce(theme.parent_id, theme.id) = coalesce(asks.parent_id, asks.id) desc, near.metres, post.id limit $5
"""
ELSEWHERE = """(post.state = 'open' and exists (
  select from staff f join theme th on th.id = post.theme_id
   where f.person_id = $1::uuid and f.role = 'facilitator' and (f.secrecy_basis is not null or th.review <> 'always')))"""
"""Whether a facilitator may read the words of an open offer wherever it stands: with a sensitive theme only who has a basis for secrecy."""
MEETING = f"""
select {FACILITATED} as seen from post need join post on post.id = $3 where need.id = $2 and {MAY_MEET} and {ELSEWHERE}
"""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A post of the viewer's own areas, as a worker reads it who looks for somebody."""

    id: UUID
    author_id: UUID
    name: str
    theme: str
    icon: str
    text: str
    language: str
    neighbourhood: str
    slots: int | None
    from_on: date | None
    until_on: date | None
    urgent: bool


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """A need and an offer with everything the rules ask of the two."""

    need: PostFacts
    offer: PostFacts
    helper: HelperFacts
    pair: PairFacts

    def hurdles(self, on: date) -> list[Hurdle]:
        """What a worker would set aside."""
        return list_hurdles(self.need, self.offer, self.helper, self.pair, on)

    @property
    def stop(self) -> Stop | None:
        """What nobody sets aside."""
        return find_stop(self.need, self.offer)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An offer to choose for a need by hand."""

    post: Chosen
    level: int
    hurdles: list[Hurdle]
    stop: Stop | None


class PairRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one offer together with the need."""

    offer_id: UUID
    metres: int
    level: int
    known: bool
    partners: bool
    load: int
    this_month: int
    capacity: int
    monthly_max: int
    rests: bool


async def read_pairs(db: Db, need_id: UUID, offers: list[UUID], *, at: datetime, but: UUID | None = None) -> dict[UUID, Pairing]:
    """The need with each of the offers within ten kilometres, as if the match `but` were not there. Whether the two may meet at all stands in SQL."""
    posts = {one.id: one for one in await fetch(db, PostFacts, POSTS, [need_id, *offers], at, but, at.astimezone(ZONE).date())}
    rows = await fetch(db, PairRow, PAIRS, offers, at, but, need_id, month_start(at))
    return {row.offer_id: _pair(posts[need_id], posts[row.offer_id], row) for row in rows if need_id in posts and row.offer_id in posts}


def _pair(need: PostFacts, offer: PostFacts, row: PairRow) -> Pairing:
    return Pairing(
        need=need,
        offer=offer,
        helper=HelperFacts(load=row.load, capacity=row.capacity, this_month=row.this_month, monthly_max=row.monthly_max, rests=row.rests),
        pair=PairFacts(
            metres=row.metres, level=row.level, known=row.known, remembered=False, kept_away=False, matched=False, partners=row.partners
        ),
    )


async def get_need(db: Db, viewer: Viewer, need_id: UUID) -> Chosen:
    """An open need of the facilitator's areas; NotFound for any other, and where somebody is found already."""
    language = current_language().code
    row = await db.fetchrow(NEED, viewer.person_id, language, need_id)
    if row is None:
        raise NotFound
    return _to_chosen(dict(row), language)


async def list_choices(
    db: Db, viewer: Viewer, need_id: UUID, *, words: str = "", at: datetime, but: UUID | None = None
) -> tuple[list[Choice], bool]:
    """The offers of the facilitator's areas for a need: of its own branch of themes, or those in which the words stand; those that fit first, then by
    how little stands in the way; and whether there are more."""
    language = current_language().code
    rows = await db.fetch(OFFERS, viewer.person_id, language, need_id, words.strip(), READ + 1)
    offers = [_to_chosen(dict(row), language) for row in rows]
    pairs = await read_pairs(db, need_id, [one.id for one in offers], at=at, but=but)
    today = at.astimezone(ZONE).date()
    found = [
        Choice(post=one, level=pair.pair.level, hurdles=pair.hurdles(today), stop=pair.stop)
        for one in offers
        if (pair := pairs.get(one.id)) is not None
    ]
    found.sort(key=lambda one: (one.stop is not None, effort_of(one.hurdles)))
    return found[:LISTED], len(found) > LISTED


class Meeting(msgspec.Struct, frozen=True):
    """That two posts may meet, and whether the offer stands in the viewer's areas too."""

    seen: bool


async def find_meeting(db: Db, viewer: Viewer, need_id: UUID, offer_id: UUID) -> Meeting | None:
    """Whether the two may be brought together at all; None where they may not, for whatever reason."""
    return await fetch_one(db, Meeting, MEETING, viewer.person_id, need_id, offer_id)


def _to_chosen(row: dict[str, object], language: str) -> Chosen:
    names = msgspec.convert(row["hood_names"], dict[str, str])
    return msgspec.convert({**row, "neighbourhood": name_in(names, language)}, Chosen)
