"""What the desk shows of its own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from buurtnet.moderation.schemas import Area


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one thing waits in one neighbourhood; without one, what belongs to the organisation or to nobody."""

    name: str
    area: int | None
    n: int


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """The worker's neighbourhoods, own ones first, and how much waits: by name, and by name and neighbourhood (`posts`, `posts/7`)."""

    areas: Sequence[Area]
    counts: Mapping[str, int]

    def count(self, name: str, area: int | None = None) -> int:
        """How much waits, everywhere or in one neighbourhood: as long as the list that it leads to."""
        return self.counts.get(name if area is None else f"{name}/{area}", 0)


class LeftPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A resident a worker thinks of, with the words of a post of theirs that the worker may read."""

    id: UUID
    name: str
    neighbourhood: str
    since: date
    kind: Literal["offer", "need"] | None
    text: str | None
    language: str | None
    first: bool
    """Whether they are suggested for first."""
    under_way: bool
    """Whether somebody is asked for them, or they agreed with somebody."""


class LeftPost(msgspec.Struct, frozen=True, kw_only=True):
    """An open post that nobody took up."""

    id: UUID
    kind: Literal["offer", "need"]
    text: str
    language: str
    created_at: datetime
    person_id: UUID
    name: str
    theme: str
    icon: str
    neighbourhood: str


class LeftAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement of which nothing was heard."""

    id: UUID
    agreed_at: datetime
    asker_id: UUID
    asker: str
    helper_id: UUID
    helper: str
    theme: str
    icon: str
    neighbourhood: str
    said_done: bool
    """Whether one of the two said that it worked out."""


class AgreementEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an agreement went, as a worker heard it."""

    how: Annotated[str, msgspec.Meta(max_length=20)]
    """`worked`, or one of matching's reasons."""
