"""Asking many at once: what a round chose, written in one statement, as far as it still holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from buurtnet.kit.db import LONG, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record_all
from buurtnet.matching.actions.proposing import COLUMNS, REVIVE
from buurtnet.matching.actions.taking import LOCK, LOCK_PEOPLE
from buurtnet.matching.events import MatchAsked
from buurtnet.matching.queries.candidates import month_start
from buurtnet.matching.rules.fit import CHECKED_HELPER
from buurtnet.matching.rules.life import lapse_bounds
from buurtnet.matching.rules.rounds import Proposal
from buurtnet.people.rules import languages_of
from buurtnet.web.language import ZONE

HELPERS = "select distinct author_id from post where id = any($1::uuid[])"
CHOSEN = """
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[], $5::real[], $6::real[], $7::real[], $8::real[], $9::real[],
                     $10::int[], $11::smallint[], $12::text[], $13::int[], $14::bool[])
         as c(id, need_id, offer_id, score, proximity, theme, time, room, bond, metres, level, languages, slots, needs_review)
"""
FITS = f"""
need.state = 'open' and offer.state = 'open' and need.kind = 'need' and offer.kind = 'offer' and need.active and offer.active
   and asker.state = 'active' and helper.state = 'active' and asker.id <> helper.id
   and need.expires_at > $15::timestamptz and offer.expires_at > $15
   and coalesce(need.until_on, $16::date) >= $16 and coalesce(offer.until_on, $16) >= $16
   and coalesce(need.from_on <= offer.until_on, true) and coalesce(offer.from_on <= need.until_on, true)
   and near.level = c.level and near.level <= least(need.reach, offer.reach)
   and (asks.id = gives.id or asks.parent_id = gives.id or gives.parent_id = asks.id)
   and (not (asks.talk or gives.talk) or need.language_bits & offer.language_bits <> 0)
   and coalesce(need.slots, offer.slots, -1) & coalesce(offer.slots, need.slots, -1) <> 0
   and ('{CHECKED_HELPER}' not in (coalesce(asks.safeguard, ''), coalesce(gives.safeguard, ''))
        or (helper.adult and exists (select from helper_check h where h.person_id = helper.id and h.kind = 'minors')))
   and (c.needs_review or not ('always' in (asks.review, gives.review) or asker.mediated or helper.mediated or not (asker.adult and helper.adult)
                                 or asker.limited_until is not null or helper.limited_until is not null
                                 or asker.posts_on_trial > 0 or helper.posts_on_trial > 0))
   and (need.organisation_id = offer.organisation_id
        or (exists (select from partnership p where p.since <= $16 and (p.until is null or p.until > $16)
               and (p.organisation_id, p.other_id) in ((need.organisation_id, offer.organisation_id), (offer.organisation_id, need.organisation_id)))
            and 2 = (select count(distinct k.person_id) from consent k
                      where k.person_id in (asker.id, helper.id) and k.what = 'partners' and k.withdrawn_at is null)))
   and not exists (select from match m where m.need_id = need.id and m.offer_id = offer.id and m.state <> 'withdrawn')
   and not exists (select from keep_away k where (k.person_id, k.other_id) in ((asker.id, helper.id), (helper.id, asker.id)))
   and not exists (select from pair_memory r where (r.person_id, r.other_id) in ((asker.id, helper.id), (helper.id, asker.id))
                      and (r.until is null or r.until > $15))
   and not exists (select from rest where rest.person_id = helper.id and rest.until > $15)
"""
"""Every hard constraint once more, for what has changed since the round read it."""
ASK = f"""
with free as (
  select c.*, asker.id as asker_id, helper.id as helper_id, least(need.expires_at, (need.until_on + 1)::timestamp at time zone $19::text) as ends_at,
         case when need.urgency = 'urgent' then 3 else 1 end - of_need.standing as need_places,
         offer.capacity - offer.engaged - of_offer.standing as offer_places, helper.monthly_max - of_helper.this_month as helper_places,
         row_number() over (partition by need.id order by c.score desc, offer.id) as nth_of_need,
         row_number() over (partition by offer.id order by c.score desc, need.id) as nth_of_offer,
         row_number() over (partition by helper.id order by c.score desc, need.id, offer.id) as nth_of_helper
    from ({CHOSEN}) c
         join post need on need.id = c.need_id join post offer on offer.id = c.offer_id
         join theme asks on asks.id = need.theme_id join theme gives on gives.id = offer.theme_id
         join person asker on asker.id = need.author_id join person helper on helper.id = offer.author_id
         join neighbourhood_near near on near.a = need.neighbourhood_id and near.b = offer.neighbourhood_id
         cross join lateral (
           select count(*) + 3 * count(*) filter (where m.state = 'offered') as standing
             from match m where m.need_id = need.id and m.state in ('suggested', 'asked', 'offered')) of_need
         cross join lateral (
           select count(*) as standing from match m where m.offer_id = offer.id and m.state in ('suggested', 'asked', 'offered')) of_offer
         cross join lateral (
           select count(*) as this_month from match m
            where m.helper_id = helper.id
              and (m.state in ('suggested', 'asked', 'offered', 'agreed') or (m.state = 'completed' and m.agreed_at >= $18::timestamptz))) of_helper
   where need.engaged < need.capacity and {FITS}
)
insert into match {COLUMNS}
select id, need_id, offer_id, asker_id, helper_id, case when needs_review then 'suggested' else 'asked' end, 'engine', score,
       array[proximity, theme, time, room, bond], metres, level, string_to_array(languages, ' '), slots, needs_review, $15,
       case when not needs_review then $15 end,
       case when not needs_review then greatest(least($17::timestamptz, $15 + greatest(ends_at - $15, interval '0') / 3), $20::timestamptz) end
  from free
 where nth_of_need <= need_places and nth_of_offer <= offer_places and nth_of_helper <= helper_places
 order by id
{REVIVE}
returning id, state
"""
"""$15 now   $16 today   $17, $20 the latest and the earliest moment at which a question lapses   $18 first of the month   $19 time zone"""


async def ask_chosen(db: Db, chosen: Sequence[Proposal], *, at: datetime) -> int:
    """Proposes what a round chose wherever nothing has changed; whoever answered meanwhile, or was asked by somebody else, keeps that.

    The posts are locked first and then the helpers, each in the order of their ids, and both until the transaction ends.
    """
    if not chosen:
        return 0
    posts = [one.need_id for one in chosen] + [one.offer_id for one in chosen]
    await db.execute(LOCK, posts, timeout=LONG)
    helpers = [row["author_id"] for row in await db.fetch(HELPERS, [one.offer_id for one in chosen], timeout=LONG)]
    await db.execute(LOCK_PEOPLE, helpers, timeout=LONG)
    earliest, latest = lapse_bounds(at, ZONE)
    about = (at, at.astimezone(ZONE).date(), latest, month_start(at), ZONE.key, earliest)
    rows = await db.fetch(ASK, *_columns(chosen), *about, timeout=LONG)
    await record_all(db, [MatchAsked(row["id"]) for row in rows if row["state"] == "asked"])
    return len(rows)


def _columns(chosen: Sequence[Proposal]) -> list[list[Any]]:
    """The proposals as parallel arrays, in the order of the statement."""
    ids: list[UUID] = [new_id() for _ in chosen]
    parts = zip(*(one.parts for one in chosen), strict=True)
    return [
        ids,
        [one.need_id for one in chosen],
        [one.offer_id for one in chosen],
        [one.score for one in chosen],
        *(list(part) for part in parts),
        [one.metres for one in chosen],
        [one.level for one in chosen],
        [" ".join(languages_of(one.tongues)) for one in chosen],
        [one.slots for one in chosen],
        [one.needs_review for one in chosen],
    ]
