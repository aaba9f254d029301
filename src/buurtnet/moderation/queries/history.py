"""What a worker reads beside a waiting post: what was decided before, and what looks like it."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch
from buurtnet.moderation.queries.seeing import POST_VISIBLE
from buurtnet.moderation.queries.waiting import REPORT_VISIBLE
from buurtnet.moderation.schemas import EarlierDecision, EarlierReport, LikePost

DECISIONS = f"""
select d.verdict, d.reason, d.text, d.at, w.given_name as by, d.undone_why, d.object_id = $3 as this, p.text as about, p.language
  from decision d left join person w on w.id = d.by left join post p on p.id = d.object_id and p.id <> $3
 where d.object_kind = 'post' and (d.object_id = $3 or d.subject_id = $2::uuid) and d.undone_why is distinct from 'worker'
   and (d.effected_at is not null or d.undone_at is not null) and (d.object_id = $3 or {POST_VISIBLE})
 order by d.at desc, d.id desc limit 12
"""
SIMILAR = f"""
select p.id, p.kind, p.text, p.language, p.state, p.created_at, p.author_id = self.author_id as same_author, a.given_name as author,
       p.theme_id is not distinct from self.theme_id as same_theme, p.kind = self.kind as same_kind
  from post self
       join post p on p.id <> self.id and p.state in ('waiting', 'open')
            and (p.author_id = self.author_id
                 or p.kind = self.kind and p.theme_id = self.theme_id
                    and p.neighbourhood_id = any(array(select mine.neighbourhood_id from staff_area mine where mine.person_id = $1::uuid)))
       join person a on a.id = p.author_id
 where self.id = $2 and {POST_VISIBLE}
 order by p.created_at desc, p.id limit 200
"""

REPORTED = """case p.object_kind when 'person' then p.object_id
       when 'post' then (select o.author_id from post o where o.id = p.object_id) end"""
"""Whom the report `p` is about, as far as it says."""
OTHER_REPORTS = f"""
with this as (select p.id, p.object_id, {REPORTED} as person_id from report p where p.id = $2)
select p.id, p.text, p.language, p.at, p.closed_at, p.outcome from this join report p on p.id <> this.id
 where (p.object_id = this.object_id or {REPORTED} = this.person_id) and {REPORT_VISIBLE}
 order by p.at desc limit 10
"""


async def list_earlier_decisions(db: Db, viewer_id: UUID | None, author_id: UUID, post_id: UUID) -> list[EarlierDecision]:
    """What was decided about the post and its author's others, newest first; what a worker took back is not among it."""
    return await fetch(db, EarlierDecision, DECISIONS, viewer_id, author_id, post_id)


async def list_comparable(db: Db, viewer_id: UUID | None, post_id: UUID) -> list[LikePost]:
    """Posts that wait or are open with which a waiting one can be compared: of its author, and of the same kind and theme in the viewer's areas."""
    return await fetch(db, LikePost, SIMILAR, viewer_id, post_id)


async def list_other_reports(db: Db, viewer_id: UUID | None, report_id: UUID) -> list[EarlierReport]:
    """What was said before about the same thing or the same person, newest first, as far as it is for the viewer."""
    return await fetch(db, EarlierReport, OTHER_REPORTS, viewer_id, report_id)
