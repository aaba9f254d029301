"""What workers found of what the rules saw: counted for each rule and neighbourhood, without anybody and without a text."""

from collections.abc import Mapping
from uuid import UUID

from buurtnet.geography.queries import list_moves
from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.screening.rules.alarms import judge
from buurtnet.screening.schemas import Judged

UNJUDGED = """
select distinct rule_id, leads_to from flag
 where (object_id = $1 or within = $1) and judged is null and rule_id is not null and leads_to in ('review', 'sensitive', 'danger')
"""
JUDGE = "update flag set judged = $3, judged_by = $4 where (object_id = $1 or within = $1) and rule_id = $2"
JUDGED = "select judged from flag where (object_id = $1 or within = $1) and rule_id = $2 and leads_to <> 'allowed' order by id limit 1 for update"
COUNT = """
insert into rule_count (rule_id, organisation_id, neighbourhood_id, seen, wrong) values ($1, $2, $3, 1, $4)
on conflict (rule_id, organisation_id, neighbourhood_id) do update set seen = rule_count.seen + 1, wrong = rule_count.wrong + excluded.wrong
"""
RECOUNT = """
update rule_count set wrong = least(seen, greatest(0, wrong + $4))
 where rule_id = $1 and organisation_id = $2 and neighbourhood_id = $3
"""


async def judge_flags(db: Db, object_id: UUID, verdict: str, *, organisation_id: UUID, neighbourhood_id: int) -> None:
    """Counts for each rule that saw something in the object what the verdict on it says; what a worker said of a rule before
    stands. The object is a post, or a conversation with its messages."""
    found: Mapping[int, Judged] = {
        row["rule_id"]: said for row in await db.fetch(UNJUDGED, object_id) if (said := judge(verdict, row["leads_to"])) is not None
    }
    for rule_id, said in found.items():
        await db.execute(JUDGE, object_id, rule_id, said, None)
        await db.execute(COUNT, rule_id, organisation_id, neighbourhood_id, int(said == "wrong"))


async def judge_alarm(
    db: Db, viewer: Viewer, object_kind: str, object_id: UUID, rule_id: int, *, wrong: bool, organisation_id: UUID, neighbourhood_id: int
) -> None:
    """A worker says that there was nothing in what a rule saw, or takes it back. NotFound where the rule saw nothing in the object; the caller has
    seen that the viewer may."""
    row = await db.fetchrow(JUDGED, object_id, rule_id)
    if row is None:
        raise NotFound
    said: Judged = "wrong" if wrong else "right"
    if row["judged"] == said:
        return
    await db.execute(JUDGE, object_id, rule_id, said, viewer.person_id)
    if row["judged"] is None:
        await db.execute(COUNT, rule_id, organisation_id, neighbourhood_id, int(wrong))
    elif (step := int(wrong) - int(row["judged"] == "wrong")) != 0:
        await db.execute(RECOUNT, rule_id, organisation_id, neighbourhood_id, step)
    await record_audit(db, viewer, "alarm judged", object_kind=object_kind, object_id=object_id, reason=f"rule {rule_id}: {said}")


MOVE_COUNTS = """
with gone as (
  delete from rule_count c using unnest($1::int[], $2::int[]) m (was, now) where c.neighbourhood_id = m.was
  returning c.rule_id, c.organisation_id, m.now, c.seen, c.wrong
)
select rule_id, organisation_id, now as neighbourhood_id, sum(seen)::int as seen, sum(wrong)::int as wrong from gone group by 1, 2, 3
"""
ADD_COUNTS = """
insert into rule_count (rule_id, organisation_id, neighbourhood_id, seen, wrong)
select * from unnest($1::int[], $2::uuid[], $3::int[], $4::int[], $5::int[])
on conflict (rule_id, organisation_id, neighbourhood_id) do update set
  seen = rule_count.seen + excluded.seen, wrong = rule_count.wrong + excluded.wrong
"""


async def follow_boundaries(db: Db, change_id: UUID) -> None:
    """Adds what was counted in neighbourhoods that a newer map took away to where most of the ground is now."""
    rows = await db.fetch(MOVE_COUNTS, *await list_moves(db, change_id))
    if rows:
        await db.execute(ADD_COUNTS, *map(list, zip(*rows, strict=True)))
