"""How much waits in each neighbourhood of the facilitator: every counter has the condition of the list that it leads to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from buurtnet.desk.queries.left_out import CARRIES, NOBODY, SILENT, UNANSWERED
from buurtnet.desk.schemas import Counted, Counters
from buurtnet.kit.db import Db, fetch
from buurtnet.matching.queries.unmatched import UNMATCHED
from buurtnet.moderation.queries import list_areas
from buurtnet.moderation.queries.tasks import WAITS_LATE, WAITS_TODAY
from buurtnet.moderation.queries.waiting import WAITS_MATCH, WAITS_POST, WAITS_REPORT

COUNTS = f"""
select 'posts' as name, p.neighbourhood_id as area, count(*) as n from post p where {WAITS_POST} group by 2
union all
select 'matches', need.neighbourhood_id, count(*) from match join post need on need.id = match.need_id where {WAITS_MATCH} group by 2
union all
select 'reports', p.neighbourhood_id, count(*) from report p where {WAITS_REPORT} group by 2
union all
select 'tasks', p.neighbourhood_id, count(*) from task p where {WAITS_TODAY} group by 2
union all
select 'late', p.neighbourhood_id, count(*) from task p where {WAITS_LATE} group by 2
union all
select 'unmatched', post.neighbourhood_id, count(*) from post where {UNMATCHED} group by 2
union all
select 'silent', need.neighbourhood_id, count(*) from match join post need on need.id = match.need_id where {SILENT} group by 2
"""
LEFT_OUT = f"""
select 'nobody' as name, p.neighbourhood_id as area, count(*) as n from person p where {NOBODY} group by 2
union all
select 'unanswered', p.neighbourhood_id, count(*) from post p where {UNANSWERED} group by 2
union all
select 'carrying', p.neighbourhood_id, count(*) from person p where {CARRIES} group by 2
"""


async def read_counters(db: Db, viewer_id: UUID | None, language: str, on: date) -> Counters:
    """The facilitator's neighbourhoods and how much waits in each of them on that day: quick, for it stands on every page of the desk."""
    areas = await list_areas(db, viewer_id, language)
    return Counters(areas=areas, counts=_sum_up(await fetch(db, Counted, COUNTS, viewer_id, on)))


async def count_left_out(db: Db, viewer_id: UUID | None, on: date) -> Mapping[str, int]:
    """How many are left out, in the same words."""
    return _sum_up(await fetch(db, Counted, LEFT_OUT, viewer_id, on))


def _sum_up(rows: Sequence[Counted]) -> Counter[str]:
    counts = Counter[str]()
    for row in rows:
        counts[row.name] += row.n
        if row.area is not None:
            counts[f"{row.name}/{row.area}"] += row.n
    return counts
