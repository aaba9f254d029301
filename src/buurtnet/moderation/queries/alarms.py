"""What decisions say of the rules by which an item came before a worker."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch_one


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about an object that rules may have seen something in, and where."""

    verdict: str
    object_id: UUID
    organisation_id: UUID
    neighbourhood_id: int


OF_POST = """
select d.verdict, p.id as object_id, p.organisation_id, p.neighbourhood_id from decision d join post p on p.id = d.object_id
 where d.id = $1 and d.object_kind = 'post' and d.undone_at is null
"""
OF_REPORT = """
select case when r.outcome = 'stays' then 'approved' when r.outcome in ('handled', 'elsewhere') then 'refused' else '' end as verdict,
       r.object_id, r.organisation_id, r.neighbourhood_id
  from report r
 where r.id = $1 and r.object_kind = 'conversation' and r.object_id is not null and r.closed_at is not null
   and r.organisation_id is not null and r.neighbourhood_id is not null
"""


async def find_post_judgement(db: Db, decision_id: UUID) -> Judgement | None:
    """What a decision about a post says of the rules; None where it is about something else, was undone, or the post is gone."""
    return await fetch_one(db, Judgement, OF_POST, decision_id)


async def find_report_judgement(db: Db, report_id: UUID) -> Judgement | None:
    """The same of a closed report about a conversation: it stays as it is, or something was done about it."""
    return await fetch_one(db, Judgement, OF_REPORT, report_id)
