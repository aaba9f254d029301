"""What happens to the matches of somebody who leaves for good, and what is kept of matches that are long over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.outbox import record
from buurtnet.matching.events import NeighbourLeft
from buurtnet.posts.actions import release_post

LOCK_POSTS = """
select post.id from post
 where post.id in (select id from post where author_id = $1
                   union all select need_id from match where $1 in (asker_id, helper_id)
                   union all select offer_id from match where $1 in (asker_id, helper_id))
 order by post.id for update
"""
STANDING = """
select match.id, match.state, match.asked_at, match.offer_answer, match.asker_id = $1 as asks,
       case when match.asker_id = $1 then match.offer_id else match.need_id end as other_post
  from match
 where $1 in (match.asker_id, match.helper_id) and match.state in ('suggested', 'asked', 'offered', 'agreed', 'resting') order by match.id
"""
WITHDRAW = "update match set state = 'withdrawn', closed_at = $2, version = version + 1 where id = any($1::uuid[])"


async def leave_matches(db: Db, person_id: UUID, *, at: datetime) -> int:
    """Takes back whatever stands between somebody who leaves for good and others; returns how many matches. The others get their room back, hear of
    it where they had been asked or had agreed, and the search for them goes on. Locks every post of all these matches first."""
    await db.execute(LOCK_POSTS, person_id)
    rows = await db.fetch(STANDING, person_id)
    for row in rows:
        if row["state"] == "agreed":
            await release_post(db, row["other_post"])
        heard = _had_heard(row["state"], asks=row["asks"])
        await record(db, NeighbourLeft(row["other_post"], agreed=row["state"] == "agreed", heard=heard, asks=not row["asks"]))
    await db.execute(WITHDRAW, [row["id"] for row in rows], at)
    return len(rows)


def _had_heard(state: str, *, asks: bool) -> bool:
    """Whether the one who stays knew of the match: a helper from the question on, an asker from the moment somebody said yes."""
    return state in ("asked", "offered") if asks else state == "offered"


COUNT = """
insert into match_count (year, organisation_id, theme_id, state, matches)
select extract(year from coalesce(match.closed_at, $2))::smallint, post.organisation_id, post.theme_id, match.state, count(*)
  from match join post on post.id = match.need_id
 where match.id = any($1::uuid[]) and match.state <> 'suggested' and post.theme_id is not null group by 1, 2, 3, 4
on conflict (year, organisation_id, theme_id, state) do update set matches = match_count.matches + excluded.matches
"""
OF_PERSON = "select id from match where $1 in (asker_id, helper_id)"
OF_POSTS = "select id from match where need_id = any($1::uuid[]) or offer_id = any($1::uuid[])"
OVER = "select id from match where closed_at < $1 order by closed_at, id limit $2 for update skip locked"
BATCH = 1000


async def count_matches_of(db: Db, person_id: UUID, *, at: datetime) -> None:
    """Keeps of the matches of somebody who leaves how many ended how, before they go."""
    await db.execute(COUNT, [row["id"] for row in await db.fetch(OF_PERSON, person_id)], at)


async def count_matches_of_posts(db: Db, posts: Sequence[UUID], *, at: datetime) -> None:
    """The same of the matches that go with these posts."""
    await db.execute(COUNT, [row["id"] for row in await db.fetch(OF_POSTS, list(posts))], at)


async def count_over_matches(db: Db, *, before: datetime) -> list[UUID]:
    """Counts matches that ended before the moment, some at a time; returns their ids, locked, so that they go in the same transaction."""
    over = [row["id"] for row in await db.fetch(OVER, before, BATCH)]
    await db.execute(COUNT, over, before)
    return over
