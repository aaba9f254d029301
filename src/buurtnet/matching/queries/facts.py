"""What reactions need to know of a match, whoever asks."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch_one
from buurtnet.matching.schemas import State

FACTS = """
select m.id, m.state, m.need_id, m.offer_id, m.asker_id, m.helper_id, m.asked_at is not null as asked, m.offered_at is not null as offered,
       m.offer_answer, m.reason,
       m.need_done_at is not null as need_done, m.offer_done_at is not null as offer_done,
       need.state = 'open' as need_open, offer.state = 'open' and offer.engaged < offer.capacity as offer_free
  from match m join post need on need.id = m.need_id join post offer on offer.id = m.offer_id
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

    @property
    def stands(self) -> bool:
        """Whether the two are asked, or have agreed."""
        return self.state in ("suggested", "asked", "offered", "agreed")


async def get_match_facts(db: Db, match_id: UUID) -> MatchFacts | None:
    """The match, for the reactions of this slice; None where it is gone."""
    return await fetch_one(db, MatchFacts, FACTS, match_id)


STAYS = "select author_id as person_id, state = 'open' as open from post where id = $1"


class Neighbour(msgspec.Struct, frozen=True):
    """Who stays when the other side of a match leaves, and whether their post is still open."""

    person_id: UUID
    open: bool


async def find_neighbour(db: Db, post_id: UUID) -> Neighbour | None:
    """The author of the post of whoever stays; None where they have gone too."""
    return await fetch_one(db, Neighbour, STAYS, post_id)
