"""Questions that nobody answers: how long they wait, and what silence means."""

from datetime import datetime
from typing import Any
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.outbox import record
from buurtnet.matching.actions.resting import let_rest
from buurtnet.matching.actions.taking import lock_people, lock_posts, remember_pair
from buurtnet.matching.events import MatchLapsed, MatchWithdrawn
from buurtnet.matching.rules.life import RESTS, UNTOLD_RESTS, last_waking, need_ends, told_lapse_time
from buurtnet.web.language import ZONE

ASKED = """
select coalesce(m.offered_at, m.asked_at) as asked_at, need.expires_at, need.until_on
  from match m join post need on need.id = m.need_id where m.id = $1 and m.state in ('asked', 'offered')
"""
SET_LAPSE = "update match set lapses_at = $2 where id = $1 and state in ('asked', 'offered')"
DUE = """
select m.id, m.asker_id, m.helper_id from match m join person p on p.id = case when m.state = 'asked' then m.helper_id else m.asker_id end
 where m.state in ('asked', 'offered') and m.lapses_at <= $1 and p.managed_by is null
 order by m.lapses_at limit $2
"""
UNTOLD = """
update match m set state = 'withdrawn', closed_at = $2, version = m.version + 1 from post need
 where need.id = m.need_id and m.id = any($1::uuid[]) and m.state in ('asked', 'offered') and m.lapses_at <= $3
   and exists (select from notice n where n.object_id = m.id and n.state = 'due'
                 and n.person_id = case when m.state = 'asked' then m.helper_id else m.asker_id end)
returning m.id, m.asker_id, m.helper_id, m.offer_answer, need.theme_id,
          (select max(n.due_at) from notice n where n.object_id = m.id and n.state = 'due') as told_at
"""
LAPSE = """
update match m set state = 'lapsed', closed_at = $2, version = m.version + 1 from post need
 where need.id = m.need_id and m.id = any($1::uuid[]) and m.state in ('asked', 'offered') and m.lapses_at <= $3
returning m.id, m.asker_id, m.helper_id, m.offer_answer, need.theme_id
"""


async def start_clock(db: Db, match_id: UUID, told_at: datetime) -> None:
    """Lets a question wait from the moment the person hears of it, where that is later than it was asked."""
    row = await db.fetchrow(ASKED, match_id)
    if row is not None:
        ends_at = need_ends(row["expires_at"], row["until_on"], ZONE)
        await db.execute(SET_LAPSE, match_id, told_lapse_time(row["asked_at"], told_at, ends_at, ZONE))


async def lapse_matches(db: Db, at: datetime, *, most: int = 200) -> int:
    """Ends questions nobody answered in time, but for people a worker registered: there the worker has a task. Returns how many.

    Silence is read as "not now", for these two people and two weeks. Whoever had not been told in time was not silent: that question is taken
    back, and the two are left in peace until it could be told."""
    until = last_waking(at, ZONE)
    due = await db.fetch(DUE, until, most)
    identities = [row["id"] for row in due]
    await lock_posts(db, identities)
    await lock_people(db, [person for row in due for person in (row["asker_id"], row["helper_id"])])
    untold = await db.fetch(UNTOLD, identities, at, until)
    for row in untold:
        await _remember(db, row, at, max(row["told_at"], at + UNTOLD_RESTS))
        await record(db, MatchWithdrawn(row["id"]))
    lapsed = await db.fetch(LAPSE, identities, at, until)
    for row in lapsed:
        await _remember(db, row, at, at + RESTS)
        if row["offer_answer"] is None:
            await let_rest(db, row["helper_id"])
        await record(db, MatchLapsed(row["id"]))
    return len(untold) + len(lapsed)


async def _remember(db: Db, row: Any, at: datetime, until: datetime) -> None:
    """The one who was asked, and the one on whose behalf."""
    who, other = (row["helper_id"], row["asker_id"]) if row["offer_answer"] is None else (row["asker_id"], row["helper_id"])
    await remember_pair(db, who, other, row["theme_id"], "lapsed", at, until=until)
