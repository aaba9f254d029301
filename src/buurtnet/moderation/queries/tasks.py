"""What workers have to do."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch
from buurtnet.moderation.queries.seeing import ABOUT_VISIBLE, VISIBLE
from buurtnet.moderation.schemas import Task

TASK_VISIBLE = f"""({VISIBLE} or p.for_worker = $1::uuid or p.neighbourhood_id is null and exists (
  select from staff f where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = p.organisation_id))
  and not (p.kind = 'appeal' and p.for_worker is distinct from $1::uuid and exists (
    select from decision d where d.id = p.object_id and d.by = $1::uuid))"""
TASKS = f"""
select p.id, p.kind, p.person_id, w.given_name as name, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood, p.object_kind, p.object_id, p.urgent,
       p.due_on, p.created_at, o.text as about, o.language
  from task p left join person w on w.id = p.person_id left join neighbourhood n on n.id = p.neighbourhood_id
  left join post o on o.id = coalesce(
    case when p.object_kind = 'post' then p.object_id end,
    (select m.need_id from match m where p.object_kind = 'match' and m.id = p.object_id),
    (select d.object_id from decision d where p.object_kind = 'decision' and d.id = p.object_id))
   and {ABOUT_VISIBLE}
 where p.done_at is null and {TASK_VISIBLE} and ($3::uuid is null or p.id = $3)
 order by p.urgent desc, p.due_on, p.created_at limit 200
"""


async def list_tasks(db: Db, viewer_id: UUID | None, language: str, *, task_id: UUID | None = None) -> list[Task]:
    """What the facilitator has to do, urgent first, then by date; all or the one of the id. An appeal never goes to who decided."""
    return await fetch(db, Task, TASKS, viewer_id, language, task_id)
