"""How much waits."""

from datetime import date
from uuid import UUID

from buurtnet.kit.db import Db, fetch_one
from buurtnet.matching.queries.unmatched import UNMATCHED
from buurtnet.moderation.queries.seeing import VISIBLE
from buurtnet.moderation.queries.tasks import TASK_VISIBLE
from buurtnet.moderation.queries.waiting import WAITS_MATCH, WAITS_POST, WAITS_REPORT
from buurtnet.moderation.schemas import Counts, Work

WORK = f"""(select count(*) from post p where {WAITS_POST}) as posts,
       (select count(*) from match where {WAITS_MATCH}) as matches,
       (select count(*) from report p where {WAITS_REPORT}) as reports,
       (select count(*) from task p where p.done_at is null and p.due_on <= $2 and {TASK_VISIBLE}) as tasks"""
WORK_COUNTS = f"select {WORK}"
COUNTS = f"""
select {WORK},
       (select count(*) from task p where p.done_at is null and p.due_on < $2 and {TASK_VISIBLE}) as late,
       (select count(*) from post where {UNMATCHED}) as unmatched,
       (select count(*) from person p where p.state in ('active', 'paused') and {VISIBLE}
           and exists (select from post o where o.author_id = p.id) and not exists (select from tie_component i where i.person_id = p.id)) as left_out,
       (select count(*) from match m join post p on p.id = m.need_id where m.state = 'agreed'
           and m.agreed_at < $2::date - interval '7 days' and {VISIBLE}) as silent
"""


async def count_work(db: Db, viewer_id: UUID | None, on: date) -> Work:
    """How much waits for the facilitator on that day: quick, for it stands on every page of the desk."""
    work = await fetch_one(db, Work, WORK_COUNTS, viewer_id, on)
    assert work is not None
    return work


async def count_waiting(db: Db, viewer_id: UUID | None, on: date) -> Counts:
    """The same, and how the facilitator's neighbourhoods fare."""
    counts = await fetch_one(db, Counts, COUNTS, viewer_id, on)
    assert counts is not None
    return counts
