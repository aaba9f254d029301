"""How much waits in each neighbourhood of the facilitator: every counter has the condition of the list that it leads to."""

from collections import Counter
from datetime import date
from uuid import UUID

from buurtnet.desk.queries.left_out import CARRIES, NOBODY, SILENT, UNANSWERED
from buurtnet.desk.schemas import Area, Counted, Counters
from buurtnet.kit.db import Db, fetch
from buurtnet.matching.queries.matches import FACILITATED
from buurtnet.matching.queries.unmatched import UNMATCHED
from buurtnet.moderation.queries import OPEN_REPORT, POST_VISIBLE, TASK_VISIBLE

AREAS = """
select n.id, coalesce(n.names->>$2, n.names->>'nl') as name, a.backup
  from staff_area a join staff f on f.person_id = a.person_id and f.role = 'facilitator' join neighbourhood n on n.id = a.neighbourhood_id
 where a.person_id = $1 order by a.backup, name
"""
COUNTS = f"""
select 'posts' as name, p.neighbourhood_id as area, count(*) as n from post p where p.state = 'waiting' and {POST_VISIBLE} group by 2
union all
select 'matches', need.neighbourhood_id, count(*)
  from match join post need on need.id = match.need_id where match.state = 'suggested' and {FACILITATED} group by 2
union all
select 'reports', p.neighbourhood_id, count(*) from report p where {OPEN_REPORT} group by 2
union all
select 'tasks', p.neighbourhood_id, count(*) from task p where p.done_at is null and p.due_on <= $2::date and {TASK_VISIBLE} group by 2
union all
select 'late', p.neighbourhood_id, count(*) from task p where p.done_at is null and p.due_on < $2::date and {TASK_VISIBLE} group by 2
union all
select 'unmatched', post.neighbourhood_id, count(*) from post where {UNMATCHED} group by 2
union all
select 'nobody', p.neighbourhood_id, count(*) from person p where {NOBODY} group by 2
union all
select 'unanswered', p.neighbourhood_id, count(*) from post p where {UNANSWERED} group by 2
union all
select 'silent', need.neighbourhood_id, count(*) from match join post need on need.id = match.need_id where {SILENT} group by 2
union all
select 'carrying', p.neighbourhood_id, count(*) from person p where {CARRIES} group by 2
"""


async def read_counters(db: Db, viewer_id: UUID | None, language: str, on: date) -> Counters:
    """The facilitator's neighbourhoods and how much waits in each of them on that day."""
    areas = await fetch(db, Area, AREAS, viewer_id, language)
    counts = Counter[str]()
    for row in await fetch(db, Counted, COUNTS, viewer_id, on):
        counts[row.name] += row.n
        if row.area is not None:
            counts[f"{row.name}/{row.area}"] += row.n
    return Counters(areas=areas, counts=counts)
