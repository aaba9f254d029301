"""What was decided about somebody, for who it is about and for their workers."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.moderation.queries.seeing import ABOUT_VISIBLE, VISIBLE
from buurtnet.moderation.schemas import Appeal, Hold, PastDecision, Proposal, Statement

STANDS = "d.effected_at is not null and (d.undone_at is null or d.undone_why = 'appeal')"
"""In effect, or it was until an appeal undid it: the person reads both."""
RIGHT = """(select l.labels from listed l where l.kind = 'right' and l.code = d."right")"""
STATEMENT = f"""
select d.id, d.object_kind, d.object_id, d.verdict, d.reason, {RIGHT} as right_labels, d.text, d.words, d.until, d.stays, d.at, w.given_name as worker,
       s.given_name as second_worker, d.appealed_at, d.answer, p.text as post_text, p.language as post_language, p.version = d.version + 1 as fresh,
       again.verdict as again, again.text as again_text, again.given_name as again_worker, again.at as again_at
  from decision d
  left join person w on w.id = d.by
  left join person s on s.id = d.second_by
  left join post p on d.object_kind = 'post' and p.id = d.object_id
  left join lateral (select e.verdict, e.text, e.at, x.given_name from decision e left join person x on x.id = e.by
                      where e.appeal_of = d.id order by e.at desc limit 1) again on true
 where {STANDS}
"""
OF_POST = f"""{STATEMENT} and d.object_kind = 'post' and d.object_id = $2 and d.subject_id = $1::uuid and p.author_id = $1 and d.undone_at is null
   and d.verdict in ('refused', 'changes_asked', 'words_proposed', 'right_first')
 order by d.at desc limit 1
"""
ONE = f"""{STATEMENT} and d.verdict in ('refused', 'changes_asked', 'words_proposed', 'right_first', 'warned', 'limited', 'blocked')
   and d.id = (select coalesce(a.appeal_of, a.id) from decision a where a.id = $2)
   and (d.subject_id = $1::uuid or d.verdict = 'blocked')
"""
PROPOSALS = """
select d.id, p.text, p.language from decision d join post p on p.id = d.object_id
 where d.subject_id = $1::uuid and d.object_kind = 'post' and d.verdict = 'words_proposed' and d.agreed is null and d.answer is null
   and d.effected_at is not null and d.undone_at is null and p.author_id = $1 and p.state = 'waiting' and p.version = d.version + 1
 order by d.at limit 5
"""
STANDING_BLOCK = "select id from block where person_id = $1 and second_by is not null and ended_at is null"
PAST_DECISIONS = f"""
select d.id, d.object_kind, d.object_id, d.verdict, d.reason, d.text, d.until, d.at, w.given_name as worker, s.given_name as second_worker,
       d.appealed_at is not null as appealed, d.undone_why, d.appeal_of is not null as answers
  from decision d join person p on p.id = d.subject_id left join person w on w.id = d.by left join person s on s.id = d.second_by
 where d.subject_id = $2 and d.effected_at is not null and {VISIBLE} order by d.at desc limit 30
"""
APPEAL = f"""
select d.id, d.object_kind, d.object_id, d.subject_id, p.given_name as name, p.language as reads, d.verdict, d.reason, {RIGHT} as right_labels, d.text, d.until,
       d.at, w.given_name as worker, s.given_name as second_worker, d.appealed_at, o.text as about, o.language as about_language
  from decision d join person p on p.id = d.subject_id left join person w on w.id = d.by left join person s on s.id = d.second_by
  left join post o on d.object_kind = 'post' and o.id = d.object_id and {ABOUT_VISIBLE}
 where d.id = $2 and d.appealed_at is not null and d.effected_at is not null and d.undone_at is null and {VISIBLE}
   and d.by is distinct from $1 and d.second_by is distinct from $1
   and (d.object_kind <> 'post' or o.id is not null)
   and not exists (select from decision e where e.appeal_of = d.id)
"""
HOLD = """
select d.until, d.reason, d.text, w.given_name as worker from decision d left join person w on w.id = d.by join post p on p.id = d.object_id
 where d.object_kind = 'post' and d.object_id = $1 and d.verdict = 'held' and d.effected_at is not null and d.undone_at is null
   and d.until > current_date and d.version = p.version order by d.at desc limit 1
"""
READS = "select language from person where id = $1"


async def find_statement(db: Db, viewer_id: UUID | None, post_id: UUID) -> Statement | None:
    """The latest decision about the viewer's own post that needs explaining."""
    return await fetch_one(db, Statement, OF_POST, viewer_id, post_id)


async def get_statement(db: Db, viewer_id: UUID | None, decision_id: UUID) -> Statement:
    """A decision about the viewer, also by the id of another worker's answer to an appeal; one that stopped an account, for whoever has its address.
    NotFound for everybody else."""
    statement = await fetch_one(db, Statement, ONE, viewer_id, decision_id)
    if statement is None:
        raise NotFound
    return statement


async def list_proposals(db: Db, viewer_id: UUID | None) -> list[Proposal]:
    """The viewer's posts for which a worker proposes other words, as long as they have not answered."""
    return await fetch(db, Proposal, PROPOSALS, viewer_id)


async def find_standing_block(db: Db, person_id: UUID) -> UUID | None:
    """The block that keeps the person out now."""
    return await db.fetchval(STANDING_BLOCK, person_id)


async def list_past_decisions(db: Db, viewer_id: UUID | None, person_id: UUID) -> list[PastDecision]:
    """What was decided about a person of the facilitator's areas, newest first."""
    return await fetch(db, PastDecision, PAST_DECISIONS, viewer_id, person_id)


async def get_appeal(db: Db, viewer_id: UUID | None, decision_id: UUID) -> Appeal:
    """A decision of the facilitator's areas with which somebody does not agree; NotFound for who took it, and where it was answered."""
    appeal = await fetch_one(db, Appeal, APPEAL, viewer_id, decision_id)
    if appeal is None:
        raise NotFound
    return appeal


async def find_hold(db: Db, post_id: UUID) -> Hold | None:
    """Until when a waiting post rests; None where it does not. The caller has seen that the viewer may."""
    return await fetch_one(db, Hold, HOLD, post_id)


async def find_reading(db: Db, person_id: UUID) -> str:
    """The language in which somebody reads."""
    return await db.fetchval(READS, person_id) or "nl"
