"""Rounds: when one may begin, which parts it has, and when it is over."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import LONG, Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.events import RoundOpened
from buurtnet.matching.queries.rounds import list_areas
from buurtnet.matching.rules.rounds import GIVEN_UP_AFTER, KEPT

WHOLE = 100_000
"""Up to so many needs are one part. Themes hang together by helpers who offer help in several and have one number for all of them: together they
are the best there is; apart, each theme's best, several workers can do them at once, and what is too much for a helper waits for the next round."""
WAITING = """
select coalesce(theme.parent_id, theme.id) as root_id, count(*) as needs
  from post p join theme on theme.id = p.theme_id
       left join (select m.need_id, count(*) + 3 * count(*) filter (where m.state = 'offered') as standing
                    from match m where m.state in ('suggested', 'asked', 'offered') group by m.need_id) s on s.need_id = p.id
 where p.state = 'open' and p.kind = 'need' and p.active and p.engaged < p.capacity and p.expires_at > $2
   and coalesce(s.standing, 0) < case when p.urgency = 'urgent' then 3 else 1 end
   and ($1::uuid is null or exists (select from area where area.id = $1 and area.organisation_id = p.organisation_id
                                       and p.neighbourhood_id = any(area.neighbourhoods)))
 group by 1 order by 1
"""
OPEN = """
insert into round (id, area_id, dry_run, origin, asked_by, state, started_at, finished_at)
values ($1, $2, $3, $4, $5, case when $6 then 'done' else 'running' end, $7, case when $6 then $7::timestamptz end)
on conflict do nothing returning id
"""
ADD_PARTS = """
insert into round_part (id, round_id, theme_id, waiting)
select p.id, $1, p.theme_id, p.waiting from unnest($2::uuid[], $3::smallint[], $4::int[]) as p(id, theme_id, waiting)
"""
FAIL = "update round_part set state = 'failed', problem = $2 where id = $1 and state = 'waiting' returning round_id"
LOCK_ROUND = "select id from round where id = $1 for update"
FINISH = """
update round set state = 'done', finished_at = $2
 where id = $1 and state = 'running' and not exists (select from round_part where round_id = $1 and state = 'waiting')
returning origin = 'clock' and exists (select from round_part p where p.round_id = $1 and p.asked > 0)
          and exists (select from round_part p join round_count c on c.part_id = p.id where p.round_id = $1 and c.outcome = 'later') as goes_on
"""
STOP_PARTS = """
with late as (
  select p.id from round_part p join round r on r.id = p.round_id
   where r.state = 'running' and r.started_at < $1 and p.state = 'waiting' for update of p skip locked)
update round_part set state = 'failed', problem = 'time' from late where late.id = round_part.id
"""
STOP = """
update round set state = 'stopped', finished_at = $2
 where state = 'running' and started_at < $1 and not exists (select from round_part p where p.round_id = round.id and p.state = 'waiting')
"""
FORGET_COUNTS = """
delete from round_count using round_part p, round r
 where p.id = round_count.part_id and r.id = p.round_id and r.origin = 'clock' and r.state <> 'running'
   and r.started_at < (select max(started_at) from round last where last.origin = 'clock' and last.state <> 'running')
"""
CLEAR = "delete from round where started_at < $1"


class RoundRuns(Conflict):
    """At most one round of each kind runs for an area, and one for everywhere."""

    text = N_("We are looking already. The result comes in a moment.")


async def ask_round(db: Db, viewer: Viewer, area_id: UUID, *, dry_run: bool, at: datetime) -> UUID:
    """A worker has us look for the best matches of an area at once, or only try it out; NotFound for another's area, RoundRuns."""
    if all(area.id != area_id for area in await list_areas(db, viewer)):
        raise NotFound
    return await open_round(db, area_id, origin="desk", asked_by=viewer.person_id, dry_run=dry_run, at=at)


async def open_round(
    db: Db,
    area_id: UUID | None,
    *,
    origin: str,
    at: datetime,
    dry_run: bool = False,
    asked_by: UUID | None = None,
    whole: int = WHOLE,
) -> UUID:
    """Opens a round for the needs of an area, or for all of them: one part for all themes up to so many needs, else one for each theme root that
    has any. RoundRuns where one runs."""
    waiting: list[tuple[int | None, int]] = [(row["root_id"], row["needs"]) for row in await db.fetch(WAITING, area_id, at)]
    if 0 < sum(needs for _, needs in waiting) <= whole:
        waiting = [(None, sum(needs for _, needs in waiting))]
    round_id = await db.fetchval(OPEN, new_id(), area_id, dry_run, origin, asked_by, not waiting, at)
    if round_id is None:
        raise RoundRuns
    await db.execute(ADD_PARTS, round_id, [new_id() for _ in waiting], [root for root, _ in waiting], [needs for _, needs in waiting])
    if waiting:
        await record(db, RoundOpened(round_id))
    return round_id


async def finish_round(db: Db, round_id: UUID, at: datetime) -> None:
    """Ends the round with its last part; one after the other, so that two last ones do not both wait for the other. Where the memory held only some
    of the needs, the clock's next round begins at once; not so where nobody was asked, for then it would find the same."""
    await db.execute(LOCK_ROUND, round_id, timeout=LONG)
    if await db.fetchval(FINISH, round_id, at):
        with suppress(RoundRuns):
            await open_round(db, None, origin="clock", at=at)


async def fail_part(db: Db, part_id: UUID, problem: str, *, at: datetime) -> None:
    """Notes that a part cannot be done, because of `memory` or an `error`; the others go on."""
    round_id = await db.fetchval(FAIL, part_id, problem)
    if round_id is not None:
        await finish_round(db, round_id, at)


async def stop_late(db: Db, *, at: datetime) -> None:
    """Ends rounds that take too long; parts that somebody still holds are left to them."""
    await db.execute(STOP_PARTS, at - GIVEN_UP_AFTER)
    await db.execute(STOP, at - GIVEN_UP_AFTER, at)


async def clear_rounds(db: Db, *, at: datetime) -> None:
    """Removes rounds after their time, and the counts of all but the clock's last one: there is a new one each ten minutes."""
    await db.execute(CLEAR, at - KEPT)
    await db.execute(FORGET_COUNTS)
