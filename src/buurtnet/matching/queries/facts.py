"""What reactions need to know of a match, whoever asks."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch_one
from buurtnet.matching.schemas import State

FACTS = """
select m.id, m.state, m.need_id, m.offer_id, m.asker_id, m.helper_id, m.asked_at is not null as asked, m.offered_at is not null as offered,
       m.offer_answer, m.reason,
       m.need_done_at is not null as need_done, m.offer_done_at is not null as offer_done,
       need.state = 'open' as need_open, offer.state = 'open' and offer.engaged < offer.capacity as offer_free, need.organisation_id, need.neighbourhood_id,
       asker.managed_by as asker_managed_by, helper.managed_by as helper_managed_by,
       (select p.person_id from pair_memory p where p.what = 'unhappy' and p.person_id in (m.asker_id, m.helper_id)
           and p.other_id in (m.asker_id, m.helper_id) order by p.at desc limit 1) as unhappy_id
  from match m join post need on need.id = m.need_id join post offer on offer.id = m.offer_id
       join person asker on asker.id = m.asker_id join person helper on helper.id = m.helper_id
 where m.id = $1
"""


class MatchFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A match for whoever reacts to its events."""

    id: UUID
    state: State
    need_id: UUID
    offer_id: UUID
    asker_id: UUID
    helper_id: UUID
    asked: bool
    offered: bool
    offer_answer: str | None
    reason: str | None
    need_done: bool
    offer_done: bool
    need_open: bool
    offer_free: bool
    """Whether the helper still offers this and has room for it."""
    organisation_id: UUID
    """Of the need, as the neighbourhood: whose facilitators are responsible."""
    neighbourhood_id: int
    asker_managed_by: UUID | None
    helper_managed_by: UUID | None
    unhappy_id: UUID | None
    """Who said that it did not feel right."""


async def get_match_facts(db: Db, match_id: UUID) -> MatchFacts | None:
    """The match, for reactions of this slice and those above it; None where it is gone."""
    return await fetch_one(db, MatchFacts, FACTS, match_id)
