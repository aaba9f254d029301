"""What stands in a queue: the conditions that a list and its counter share, and the verdicts that are about to take effect."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.matching.queries.matches import FACILITATED
from buurtnet.moderation.queries.seeing import POST_VISIBLE, VISIBLE
from buurtnet.moderation.schemas import Area, Pending, Verdicted

PENDING = """exists (select from decision due where due.object_kind = '{kind}' and due.object_id = {of}.id
                     and due.effected_at is null and due.undone_at is null)"""
"""Whether a verdict on the object waits to take effect: then it stands in no queue, and its worker may still take the verdict back."""
OPEN_POST = f"p.state = 'waiting' and not {PENDING.format(kind='post', of='p')} and {POST_VISIBLE}"
"""Whether the viewer may decide about the post `p` now."""
ON_HOLD = """exists (select from decision rests where rests.object_kind = 'post' and rests.object_id = p.id and rests.verdict = 'held'
   and rests.effected_at is not null and rests.undone_at is null and rests.until > current_date and rests.version = p.version)"""
"""Whether the post `p` rests until a day, unless it was changed since."""
WAITS_POST = f"{OPEN_POST} and not {ON_HOLD}"
"""Whether the post `p` stands in the viewer's queue."""
WAITS_MATCH = f"match.state = 'suggested' and not {PENDING.format(kind='match', of='match')} and {FACILITATED}"
"""Whether the `match` does."""
REPORT_VISIBLE = f"""({VISIBLE}
    or p.neighbourhood_id is null and exists (select from staff f where f.person_id = $1::uuid and f.role = 'facilitator'
                                                and (p.organisation_id is null or f.organisation_id = p.organisation_id)))"""
"""Whether the report `p` is for the viewer: of their areas, or without a place."""
DECIDED_BY_ME = (
    """exists (select from decision d where d.object_kind = 'report' and d.object_id = p.id and d.by = $1::uuid and d.undone_at is null)"""
)
WAITS_REPORT = f"p.closed_at is null and {REPORT_VISIBLE} and not {DECIDED_BY_ME} and not {PENDING.format(kind='report', of='p')}"
"""Whether the report `p` does; one that was decided and is looked at again waits for others than who decided."""
VERDICT = """
select d.verdict, w.given_name as by, d.at, d.effected_at is null as pending from decision d left join person w on w.id = d.by
 where d.object_kind = $1 and d.object_id = $2 and d.undone_at is null order by d.at desc, d.id desc limit 1
"""
UNDOABLE = """
select d.batch, min(d.object_kind) as kind, min(d.verdict) as verdict, count(*)::int as many, max(d.effect_at) as until
  from decision d where d.by = $1::uuid and d.effected_at is null and d.undone_at is null
 group by 1 order by max(d.at) desc, 1 desc limit 1
"""


async def find_verdict(db: Db, kind: str, object_id: UUID) -> Verdicted | None:
    """The last verdict on an object that was not taken back."""
    return await fetch_one(db, Verdicted, VERDICT, kind, object_id)


async def find_undoable(db: Db, viewer_id: UUID | None) -> Pending | None:
    """What the viewer decided last and may still take back."""
    return await fetch_one(db, Pending, UNDOABLE, viewer_id)


AREAS = """
select n.id, coalesce(n.names->>$2, n.names->>'nl') as name, a.backup from staff_area a join neighbourhood n on n.id = a.neighbourhood_id
 where a.person_id = $1 and exists (select from staff f where f.person_id = $1 and f.role = 'facilitator') order by a.backup, name
"""


async def list_areas(db: Db, viewer_id: UUID | None, language: str) -> list[Area]:
    """The neighbourhoods of the facilitator, their own before those where they stand in for somebody."""
    return await fetch(db, Area, AREAS, viewer_id, language)
