"""What workers have to do."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.moderation.queries.seeing import ABOUT_VISIBLE, VISIBLE
from buurtnet.moderation.schemas import LoggedTask, Task

TASK_VISIBLE = f"""({VISIBLE} or p.for_worker = $1::uuid or p.neighbourhood_id is null and exists (
  select from staff f where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = p.organisation_id))
  and not (p.kind = 'appeal' and p.for_worker is distinct from $1::uuid and exists (
    select from decision d where d.id = p.object_id and $1::uuid in (d.by, d.second_by)))
  and not (p.kind = 'block_asked' and exists (select from block b where b.id = p.object_id and b.by = $1::uuid))"""
MOOT = """(p.kind = 'held' and not exists (select from post o where o.id = p.object_id and o.state = 'waiting')
  or p.kind = 'clock' and p.object_kind = 'match' and not exists (
    select from match m join post side on side.id = case m.state when 'asked' then m.offer_id else m.need_id end
     where m.id = p.object_id and m.state in ('asked', 'offered') and side.author_id = p.person_id)
  or p.kind = 'clock' and p.object_kind = 'post' and not exists (
    select from post o where o.id = p.object_id and o.state = 'open' and o.renewal_asked_at is not null)
  or p.kind = 'place' and not exists (select from place_question q where q.person_id = p.person_id)
  or p.kind = 'silent_agreement' and not exists (select from match m where m.id = p.object_id and m.state = 'agreed'))"""
"""Whether what the task `p` is about is over: the question was answered, the post renewed, the agreement ended."""
WAITS_TASK = f"(p.done_at is null and {TASK_VISIBLE} and not {MOOT})"
"""Whether the task `p` stands on the viewer's list."""
WAITS_TODAY = f"({WAITS_TASK} and p.due_on <= $2::date)"
"""Whether it is to be done by the day `$2`."""
WAITS_LATE = f"({WAITS_TASK} and p.due_on < $2::date)"
"""Whether it should have been done before."""
TASK = f"""
select p.id, p.kind, p.person_id, w.given_name as name, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood, p.object_kind, p.object_id, p.urgent,
       p.due_on, p.created_at, o.text as about, o.language, coalesce(w.managed_by = $1::uuid, false) as managed,
       coalesce((select jsonb_agg(jsonb_build_object('at', l.at, 'outcome', l.outcome, 'by', b.given_name) order by l.at, l.id)
                   from task_log l left join person b on b.id = l.by where l.task_id = p.id), '[]'::jsonb) as tries
  from task p left join person w on w.id = p.person_id left join neighbourhood n on n.id = p.neighbourhood_id
  left join post o on o.id = coalesce(
    case when p.object_kind = 'post' then p.object_id end,
    (select m.need_id from match m where p.object_kind = 'match' and m.id = p.object_id),
    (select d.object_id from decision d where p.object_kind = 'decision' and d.id = p.object_id))
   and {ABOUT_VISIBLE}
 where {WAITS_TASK}
"""
TASKS = f"""
{TASK} and ($3::date is null or case $4::text when 'late' then p.due_on < $3 when 'later' then p.due_on > $3 else p.due_on <= $3 end)
   and ($5::int is null or p.neighbourhood_id = $5)
   and ($6::bool is null or (not p.urgent, p.due_on, p.created_at, p.id) > (not $6, $7::date, $8::timestamptz, $9::uuid))
 order by not p.urgent, p.due_on, p.created_at, p.id limit $10
"""
ONE_TASK = f"{TASK} and p.id = $3"
LOGGED = f"""
select p.id, p.kind, p.person_id, w.given_name as name, l.outcome, p.due_on, p.done_at is not null as done
  from task p join task_log l on l.task_id = p.id left join person w on w.id = p.person_id
 where p.id = $2 and {TASK_VISIBLE} and l.by = $1::uuid and l.at > now() - interval '10 minutes'
   and not exists (select from task_log later where later.task_id = p.id and (later.at, later.id) > (l.at, l.id))
"""
ENDED = f"""
select w.given_name as name, p.outcome from task p left join person w on w.id = p.done_by where p.id = $2 and p.done_at is not null and {TASK_VISIBLE}
"""
Span = Literal["today", "late", "later"]


class Ended(msgspec.Struct, frozen=True):
    """Who did a task, and how it went."""

    name: str | None
    outcome: str | None


async def list_tasks(
    db: Db,
    viewer_id: UUID | None,
    language: str,
    *,
    on: date | None = None,
    span: Span = "today",
    area: int | None = None,
    after: str | None = None,
    size: int = 100,
) -> Page[Task]:
    """What the facilitator has to do, urgent first, then by date: all of it, or with a day what is due by then, what was due before it, or what
    comes later. An appeal never goes to who decided."""
    last = read_cursor(after, tuple[bool, date, datetime, UUID]) or (None, None, None, None)
    return make_page(
        await fetch(db, Task, TASKS, viewer_id, language, on, span, area, *last, size + 1), size, "urgent", "due_on", "created_at", "id"
    )


async def find_task(db: Db, viewer_id: UUID | None, task_id: UUID) -> Task | None:
    """One task on the facilitator's list."""
    return await fetch_one(db, Task, ONE_TASK, viewer_id, "nl", task_id)


async def find_logged(db: Db, viewer_id: UUID | None, task_id: UUID) -> LoggedTask | None:
    """The task, where the last thing noted about it is the viewer's own and some minutes old."""
    return await fetch_one(db, LoggedTask, LOGGED, viewer_id, task_id)


async def find_ended(db: Db, viewer_id: UUID | None, task_id: UUID) -> Ended | None:
    """Who ended the task that stood on the facilitator's list, and how."""
    return await fetch_one(db, Ended, ENDED, viewer_id, task_id)
