"""Suggested matches that wait for a worker's look."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch
from buurtnet.matching.queries.matches import LABELS
from buurtnet.moderation.queries.seeing import HELD
from buurtnet.moderation.queries.waiting import WAITS_MATCH
from buurtnet.moderation.schemas import QueuedMatch, QueueFilter

ALL = QueueFilter()
WAITING = f"""
select match.id, match.need_id, match.offer_id, words.label as theme, theme.icon, coalesce(hood.names->>$2, hood.names->>'nl') as neighbourhood,
       match.proposed_at, match.score, asker.given_name as asker, helper.given_name as helper, need.urgency = 'urgent' as urgent,
       exists (select from post side join theme t on t.id = side.theme_id
                where side.id in (match.need_id, match.offer_id) and t.review = 'always') as sensitive,
       holder.given_name as held_by, coalesce(c.by = $1::uuid, false) as held_by_me
  from match
       join post need on need.id = match.need_id
       join neighbourhood hood on hood.id = need.neighbourhood_id
       join theme on theme.id = need.theme_id
       {LABELS}
       join person asker on asker.id = match.asker_id join person helper on helper.id = match.helper_id
  {HELD.format(kind="match", of="match")}
 where {WAITS_MATCH} and ($3::int is null or need.neighbourhood_id = $3)
   and ($4::text is null or words.label ilike $4 or asker.given_name ilike $4 or helper.given_name ilike $4)
   and case $5::text
         when 'urgent' then need.urgency = 'urgent'
         when 'sensitive' then exists (select from post side join theme t on t.id = side.theme_id
                                        where side.id in (match.need_id, match.offer_id) and t.review = 'always')
         when 'newcomer' then asker.posts_on_trial > 0 or helper.posts_on_trial > 0
         when 'mediated' then asker.mediated or helper.mediated
         when 'mine' then coalesce(c.by = $1::uuid, false)
         else true end
 order by need.urgency = 'urgent' desc, match.proposed_at, match.id limit 2000
"""


async def list_waiting_matches(db: Db, viewer_id: UUID | None, language: str, wanted: QueueFilter = ALL) -> list[QueuedMatch]:
    """The suggested matches that wait for this facilitator, all or those that are wanted, urgent needs first, then oldest first."""
    return await fetch(db, QueuedMatch, WAITING, viewer_id, language, wanted.area, wanted.pattern, wanted.why)
