"""Open reports for workers, and what became of a report for who made it."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.moderation.queries.seeing import ABOUT_VISIBLE, HELD
from buurtnet.moderation.queries.waiting import REPORT_VISIBLE, WAITS_REPORT
from buurtnet.moderation.schemas import OpenReport, QueueFilter, Reply, ReportAnswer

ALL = QueueFilter()
REPORTS = f"""
select p.id, p.object_kind, p.object_id, p.text, p.where_seen, p.at, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood,
       holder.given_name as held_by, coalesce(c.by = $1::uuid, false) as held_by_me, o.text as about, o.language as about_language,
       (select d.reason from decision d where d.object_kind = 'report' and d.object_id = p.id and d.undone_at is null
         order by d.at desc, d.id desc limit 1) as decided
  from report p left join neighbourhood n on n.id = p.neighbourhood_id
  left join post o on p.object_kind = 'post' and o.id = p.object_id and {ABOUT_VISIBLE}
  {HELD.format(kind="report", of="p")}
 where {WAITS_REPORT} and ($3::uuid is null or p.id = $3)
   and ($4::int is null or p.neighbourhood_id = $4)
   and ($5::text is null or p.text ilike $5 or p.where_seen ilike $5 or o.text ilike $5)
   and case $6::text when 'mine' then coalesce(c.by = $1::uuid, false) else true end
 order by p.at limit 2000
"""
REPORT_OPEN = f"""
select p.closed_at is null from report p
 where p.id = $2 and {REPORT_VISIBLE}
   and not (p.closed_at is null and exists (select from decision d where d.object_kind = 'report' and d.object_id = p.id and d.by = $1::uuid
                                               and d.effected_at is not null and d.undone_at is null))
"""


async def list_open_reports(
    db: Db, viewer_id: UUID | None, language: str, wanted: QueueFilter = ALL, *, report_id: UUID | None = None
) -> list[OpenReport]:
    """Open reports of the facilitator's areas and those without a place, oldest first; all, those that are wanted, or the one of the id."""
    return await fetch(db, OpenReport, REPORTS, viewer_id, language, report_id, wanted.area, wanted.pattern, wanted.why)


async def get_report_open(db: Db, viewer_id: UUID | None, report_id: UUID) -> bool:
    """Whether a report of the facilitator's areas is open; NotFound where it is not theirs, or is looked at again after they decided."""
    stands = await db.fetchval(REPORT_OPEN, viewer_id, report_id)
    if stands is None:
        raise NotFound
    return stands


REPORT_ANSWER = """
select r.id, r.at, r.closed_at is not null as closed, d.reason as outcome, d.text, d.at as decided_at,
       exists (select from decision e where e.object_kind = 'report' and e.object_id = r.id and e.appealed_at is not null) as appealed
  from report r
  left join lateral (select * from decision d where d.object_kind = 'report' and d.object_id = r.id and d.effected_at is not null and d.undone_at is null
                       order by d.at desc, d.id desc limit 1) d on true
"""
ONE_ANSWER = f"{REPORT_ANSWER} where r.id = $1"
OWN_REPORTS = f"{REPORT_ANSWER} where r.by = $1::uuid order by r.at desc limit 10"
REPLY = """
select a.sealed, r.language, r.outcome from report_address a join report r on r.id = a.id where a.id = $1
"""
REPORTER = "select by from report where id = $1 and closed_at is not null"


async def find_report(db: Db, report_id: UUID) -> ReportAnswer | None:
    """What became of a report, for anybody who has its address: nothing stands in it that is not theirs to know."""
    return await fetch_one(db, ReportAnswer, ONE_ANSWER, report_id)


async def list_own_reports(db: Db, viewer_id: UUID | None) -> list[ReportAnswer]:
    """What became of the viewer's own reports, newest first, at most ten."""
    return await fetch(db, ReportAnswer, OWN_REPORTS, viewer_id)


async def find_reply(db: Db, report_id: UUID) -> Reply | None:
    """Where the answer to a report goes; None where no address was left. For the worker alone: pages may not read it."""
    return await fetch_one(db, Reply, REPLY, report_id)


async def find_reporter(db: Db, report_id: UUID) -> UUID | None:
    """Who made the report, where they have an account and what was decided stands."""
    return await db.fetchval(REPORTER, report_id)
