"""The town while it is planted: who lives there, and what people and workers do, each through the action that does it."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from uuid import UUID

import msgspec

from buurtnet.conversations.actions import send_message
from buurtnet.conversations.schemas import NewMessage
from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions import answer_match, complete_match
from buurtnet.matching.schemas import Answer, Verdict
from buurtnet.moderation.actions import carry_out, decide_match, decide_post
from buurtnet.moderation.schemas import MatchDecision, PostDecision
from buurtnet.moderation.schemas import Verdict as PostVerdict
from buurtnet.posts.actions import publish_post
from buurtnet.posts.schemas import Kind, NewPost, Urgency, When
from buurtnet.sample.ground import Ground
from buurtnet.sample.telling import tell_reactions
from buurtnet.sample.texts import Said, Texts

STANDING = """
select m.id, m.state, m.need_id, m.offer_id, m.asker_id, m.helper_id, m.conversation_id, n.organisation_id, n.neighbourhood_id
  from match m join post n on n.id = m.need_id where m.state = any($1::text[]) order by m.id
"""
WAITING = "select id from post where state = 'waiting' and theme_id is not null and not id = any($1::uuid[]) order by id"
PLACE = "select organisation_id, neighbourhood_id, author_id from post where id = $1"
WEEK = sum(1 << 4 * day + part for day in range(7) for part in (2, 3))
"""Afternoons and evenings."""


class Neighbour(msgspec.Struct, kw_only=True):
    """Somebody who lives there. `viewer` is who acts for them: themselves, or the worker who registered them."""

    id: UUID
    name: str
    place: str
    languages: tuple[str, ...]
    address: str | None
    viewer: Viewer


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A match and where it belongs."""

    id: UUID
    state: str
    need_id: UUID
    offer_id: UUID
    asker_id: UUID
    helper_id: UUID
    conversation_id: UUID | None
    organisation_id: UUID
    neighbourhood_id: int


class Town:
    """Everything that the chapters of the planting share."""

    def __init__(self, db: Db, vault: Vault, ground: Ground, random: Random, at: datetime) -> None:
        self.db, self.vault, self.ground, self.random, self.at = db, vault, ground, random, at
        self.texts = Texts(random)
        self.people: dict[UUID, Neighbour] = {}
        self.kept_waiting: list[UUID] = []
        """Posts that no worker has looked at yet when the story ends."""
        self._names = {identity: name for name, identity in ground.places.items()}

    def worker_of(self, organisation_id: UUID, neighbourhood_id: int) -> Viewer:
        """The facilitator who is responsible."""
        return self.ground.worker_of(self._names[neighbourhood_id], organisation_id)

    def in_place(self, place: str, organisation_id: UUID | None = None) -> list[Neighbour]:
        """Who lives there, in the order in which they came."""
        return [one for one in self.people.values() if one.place == place and organisation_id in (None, one.viewer.organisation_id)]

    async def tell(self) -> None:
        """Lets everybody react to what happened."""
        await tell_reactions(self.db)

    async def post(
        self, who: Neighbour, kind: Kind, said: Said, *, when: When = "any", reach: int = 1, urgency: Urgency = "normal", quiet: bool = True
    ) -> UUID:
        """Somebody asks or offers something."""
        new = NewPost(
            kind=kind,
            text=said.text,
            theme=said.theme,
            language=said.language,
            when=when,
            slots=WEEK if when == "regularly" else None,
            reach=reach,
            urgency=urgency,
            quiet=quiet,
        )
        return (await publish_post(self.db, who.viewer, new, at=self.at)).id

    async def decide(self, post_id: UUID, decision: PostDecision) -> UUID:
        """The responsible worker decides about a post that waits; gives the decision's id."""
        place = await self.db.fetchrow(PLACE, post_id)
        assert place is not None
        worker = self.worker_of(place["organisation_id"], place["neighbourhood_id"])
        decision_id = await decide_post(self.db, worker, post_id, decision)
        await carry_out(self.db, decision_id)
        return decision_id

    async def approve_all(self) -> None:
        """The workers let open what waits, but for what is to be found waiting."""
        for row in await self.db.fetch(WAITING, self.kept_waiting):
            await self.decide(row["id"], PostDecision(verdict=PostVerdict.APPROVED))
        await self.tell()

    async def standing(self, *states: str) -> list[Standing]:
        """The matches in those states, in the order in which they were proposed."""
        return msgspec.convert([dict(row) for row in await self.db.fetch(STANDING, list(states))], list[Standing])

    async def review(self, match: Standing, decision: MatchDecision) -> None:
        """The worker lets a suggested match go on to the helper, or refuses it."""
        worker = self.worker_of(match.organisation_id, match.neighbourhood_id)
        await carry_out(self.db, await decide_match(self.db, worker, match.id, decision))

    async def confirm_all(self) -> None:
        """All that are suggested go on."""
        for match in await self.standing("suggested"):
            await self.review(match, MatchDecision(verdict=Verdict.CONFIRM))
        await self.tell()

    async def answer(self, match: Standing, side: str, answer: Answer) -> None:
        """The helper or the asker says yes, not now or no, alone or with the worker who registered them."""
        who = self.people[match.helper_id if side == "helper" else match.asker_id]
        await answer_match(self.db, who.viewer, match.id, answer)

    async def agree(self, match: Standing) -> None:
        """Both say yes."""
        await self.answer(match, "helper", Answer.YES)
        await self.answer(match, "asker", Answer.YES)

    async def complete(self, match: Standing) -> None:
        """Both say that it worked out."""
        await complete_match(self.db, self.people[match.asker_id].viewer, match.id)
        await complete_match(self.db, self.people[match.helper_id].viewer, match.id)

    async def write(self, conversation_id: UUID, sides: Sequence[UUID], lines: Sequence[str]) -> None:
        """The two write in turn, the first side first."""
        for number, line in enumerate(lines):
            viewer = self.people[sides[number % 2]].viewer
            await send_message(self.db, viewer, self.vault, conversation_id, NewMessage(text=line))
