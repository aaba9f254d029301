"""Letting people rest: a pair for a while, a helper who has had enough of questions for some days."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db, fetch
from buurtnet.matching.rules.life import TURNS_IN_A_ROW, Turn, rest_after

TURNS = """
select m.offer_answer as answer, coalesce(case when m.offer_answer = 'yes' then m.offered_at else m.closed_at end, m.closed_at) as at
  from match m
 where m.helper_id = $1 and m.asked_at is not null and (m.offer_answer is not null or m.state = 'lapsed')
 order by at desc, m.id desc limit $2
"""
"""The last questions to a helper that came to an answer or to none; what was taken back unanswered is no turn."""
REST = """
insert into rest (person_id, since, until, away) values ($1, $2, $3, $4)
on conflict (person_id) do update set since = excluded.since, until = excluded.until, away = excluded.away
"""
END_REST = "delete from rest where person_id = $1"
END_RESTS = """
delete from rest
 where until <= $1
    or (away and exists (select from session s where s.person_id = rest.person_id and s.kind = 'resident' and s.seen_at > rest.since))
returning person_id
"""


async def let_rest(db: Db, helper_id: UUID) -> None:
    """Asks the helper nothing for some days, where the last questions in a row found no yes."""
    rest = rest_after(await fetch(db, Turn, TURNS, helper_id, TURNS_IN_A_ROW))
    if rest is not None:
        await db.execute(REST, helper_id, rest.since, rest.until, rest.away)


async def end_rest(db: Db, helper_id: UUID) -> None:
    """The helper said yes: they are asked like everybody."""
    await db.execute(END_REST, helper_id)


async def end_rests(db: Db, at: datetime) -> int:
    """Ends the rests that are over, and those of helpers who had been away and came back; returns how many."""
    return len(await db.fetch(END_RESTS, at))
