"""Between whom help went in the facilitator's own neighbourhoods, read for that facilitator alone: who holds others, and which parts one help would
join. What may be seen is limited to their residents in SQL; others of the town are at most somebody elsewhere."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.geography.schemas import Names
from buurtnet.kit.clock import months_before
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.matches import FACILITATED as MATCH_FACILITATED
from buurtnet.matching.queries.matches import say
from buurtnet.matching.queries.pairing import Pairing, find_meeting, read_pairs
from buurtnet.matching.rules.fit import common_slots, theme_part
from buurtnet.matching.rules.hurdles import Hurdle, say_hurdle
from buurtnet.matching.rules.words import reasons
from buurtnet.moderation.queries.seeing import VISIBLE
from buurtnet.network.rules.links import Fits, Holders, Joining, Parts, Standing, find_holders, find_joins
from buurtnet.network.schemas.links import Held, Holder, Join, JoinSide
from buurtnet.people.rules import languages_of
from buurtnet.posts.queries import FACILITATED, LABEL_2
from buurtnet.web.language import ZONE

SQL = Path(__file__).parents[1] / "sql"
MONTHS = 12
"""The window of the network: help before it holds nobody."""
SEVERAL = 3
"""From so many on they are a part of the network; one or two are listed apart."""
SIZE, NAMED = 50, 12
"""People on a page, and names of those whom one of them holds."""
PROPOSED = 10
"""Helps that are proposed at once."""
FARTHEST = 4
"""The level that is all of the town."""
MAY_SET_ASIDE = frozenset({Hurdle.ASKER_REACH, Hurdle.HELPER_REACH, Hurdle.ASKED, Hurdle.PROMISED})
"""What a worker may set aside for a help that joins two parts, having read it."""

TIES = (SQL / "ties.sql").read_text()
HOLDERS = f"""
select p.id, p.given_name as name, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood, p.state = 'paused' as rests
  from person p join neighbourhood n on n.id = p.neighbourhood_id
 where p.id = any($3::uuid[]) and {VISIBLE} and ($4::int is null or p.neighbourhood_id = $4)
   and ($5::text is null or (lower(p.given_name), p.id) > (lower($5), $6::uuid))
 order by lower(p.given_name), p.id limit $7
"""
"""By name: nobody holds more than another one."""
HELD = f"""
select p.id, p.given_name as name, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood,
       exists (select from put_first put where put.person_id = p.id and put.until >= $4::date) as first, open.id as post_id, open.kind, open.theme
  from person p join neighbourhood n on n.id = p.neighbourhood_id
       left join lateral (
         select post.id, post.kind, label.label as theme from post join theme on theme.id = post.theme_id and theme.review <> 'always' {LABEL_2}
          where post.author_id = p.id and post.state = 'open' and post.active and post.expires_at > now()
          order by post.kind = 'need' desc, post.created_at limit 1) open on true
 where p.id = any($3::uuid[]) and {VISIBLE}
 order by open.id is null, lower(p.given_name), p.id limit $5
"""
"""Those for whom something is open come first: there a second contact can begin."""
JOINS = (SQL / "joins.sql").read_text()
FITTING = """
select wanted.id::int as wanted, given.id::int as given, wanted.talk or given.talk as talk
  from theme wanted join theme given on given.id in (wanted.id, wanted.parent_id) or given.parent_id = wanted.id
 where wanted.review <> 'always' and given.review <> 'always'
"""
AREAS_NEAR = """
select near.a, near.b, near.level::int from neighbourhood_near near
 where near.level <= $2 and near.a = any(array(select neighbourhood_id from staff_area where person_id = $1::uuid))
   and near.b = any(array(select neighbourhood_id from staff_area where person_id = $1::uuid))
"""
UNDER_WAY = f"""
select one.component as one, other.component as other
  from match join tie_component one on one.person_id = match.asker_id join tie_component other on other.person_id = match.helper_id
 where match.state in ('suggested', 'asked', 'offered', 'agreed') and one.component <> other.component and {MATCH_FACILITATED}
"""
SIDES = f"""
select post.id, post.author_id as person_id, author.given_name as name, label.label as theme, theme.icon, post.text, post.language, hood.names as hood_names
  from post join person author on author.id = post.author_id
       join neighbourhood hood on hood.id = post.neighbourhood_id
       join theme on theme.id = post.theme_id and theme.review <> 'always'
       {LABEL_2}
 where post.id = any($3::uuid[]) and {FACILITATED}
"""


class Network(NamedTuple):
    """The viewer's residents in the order of their ids, and who of them holds others."""

    people: Sequence[UUID]
    holders: Holders


async def read_network(db: Db, viewer_id: UUID | None, on: date) -> Network:
    """The network of the viewer's residents over the last twelve months."""
    row = await db.fetchrow(TIES, viewer_id, months_before(on, MONTHS))
    assert row is not None
    return Network(row["people"], find_holders(len(row["people"]), zip(row["ones"], row["others"], strict=True), row["elsewhere"]))


async def list_holders(
    db: Db, viewer_id: UUID | None, language: str, network: Network, *, few: bool = False, area: int | None = None, after: str | None = None
) -> Page[Holder]:
    """Residents without whom several others would not be reached, or with `few` one or two, by name."""
    held = [one for one in network.holders.groups if (network.holders.count(one) < SEVERAL) == few]
    last = read_cursor(after, tuple[str, UUID]) or (None, None)
    rows = await fetch(db, Holder, HOLDERS, viewer_id, language, [network.people[one] for one in held], area, *last, SIZE + 1)
    return make_page(rows, SIZE, "name", "id")


async def list_held(db: Db, viewer_id: UUID | None, language: str, on: date, network: Network, person_id: UUID) -> list[Held]:
    """Who would not be reached without the person, those who ask or offer something now first: at most one more than NAMED."""
    place = bisect_left(network.people, person_id)
    held = [network.people[one] for group in network.holders.list_groups(place) for one in group]
    return await fetch(db, Held, HELD, viewer_id, language, held, on, NAMED + 1)


async def list_joins(db: Db, viewer: Viewer, language: str, *, at: datetime) -> list[Join]:
    """Helps that each would join two parts of the network, first those by which most people come to a larger part; none joins what others join, or
    what is under way."""
    on, parts, found = at.astimezone(ZONE).date(), Parts(), dict[UUID, tuple[Joining, Pairing]]()
    for row in await db.fetch(UNDER_WAY, viewer.person_id):
        parts.join(row["one"], row["other"])
    posts = [Standing(*row) for row in await db.fetch(JOINS, viewer.person_id, on)]
    for one in find_joins(posts, await _read_fits(db), await read_near(db, viewer.person_id, FARTHEST)):
        if len(found) == PROPOSED:
            break
        need, offer = one.need, one.offer
        if parts.are_joined(need.part, offer.part) or need.id in found or await find_meeting(db, viewer, need.id, offer.id) is None:
            continue
        pair = (await read_pairs(db, need.id, [offer.id], at=at)).get(offer.id)
        if pair is not None and pair.stop is None and MAY_SET_ASIDE.issuperset(pair.hurdles(on)):
            parts.join(need.part, offer.part)
            found[need.id] = (one, pair)
    ids = [side.id for one, _ in found.values() for side in one]
    sides = {row["id"]: _to_side(dict(row), language) for row in await db.fetch(SIDES, viewer.person_id, language, ids)}
    return [
        Join(
            need=need,
            offer=offer,
            few=one.few,
            many=one.many,
            why=_say_why(pair, language),
            hurdles=[(hurdle, say(say_hurdle(hurdle, need.name, offer.name))) for hurdle in pair.hurdles(on)],
        )
        for one, pair in found.values()
        if (need := sides.get(one.need.id)) is not None and (offer := sides.get(one.offer.id)) is not None
    ]


async def _read_fits(db: Db) -> Fits:
    fits: dict[int, list[tuple[int, bool]]] = {}
    for row in await db.fetch(FITTING):
        fits.setdefault(row["wanted"], []).append((row["given"], row["talk"]))
    return fits


async def read_near(db: Db, viewer_id: UUID | None, farthest: int) -> dict[int, dict[int, int]]:
    """How near the viewer's neighbourhoods are to each other, up to a level."""
    near: dict[int, dict[int, int]] = {}
    for row in await db.fetch(AREAS_NEAR, viewer_id, farthest):
        near.setdefault(row["a"], {})[row["b"]] = row["level"]
    return near


def _to_side(row: dict[str, object], language: str) -> JoinSide:
    return msgspec.convert({**row, "neighbourhood": name_in(msgspec.convert(row["hood_names"], Names), language)}, JoinSide)


def _say_why(pair: Pairing, language: str) -> list[str]:
    need, offer = pair.need, pair.offer
    said = reasons(
        level=pair.pair.level,
        languages=languages_of(need.language_bits & offer.language_bits),
        slots=common_slots(need.slots, offer.slots),
        theme_part=theme_part(need.theme, offer.theme) or 0.0,
        reader=language,
        worker=True,
    )
    return [say(phrase) for phrase in said]
