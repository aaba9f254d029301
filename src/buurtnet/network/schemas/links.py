"""What a facilitator reads of the network of their own neighbourhoods: who holds others, what one help would join, who could meet."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["need", "offer"]


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody without whom others would not be reached."""

    id: UUID
    name: str
    neighbourhood: str
    rests: bool
    """Whether they take a break now."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who would not be reached, with what they ask or offer now."""

    id: UUID
    name: str
    neighbourhood: str
    first: bool
    """Whether they are suggested for first."""
    post_id: UUID | None
    kind: Kind | None
    theme: str | None


class JoinSide(msgspec.Struct, frozen=True, kw_only=True):
    """One side of it, as its worker reads it."""

    id: UUID
    person_id: UUID
    name: str
    theme: str
    icon: str
    text: str
    language: str
    neighbourhood: str


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """One help that would join two parts."""

    need: JoinSide
    offer: JoinSide
    few: int
    many: int
    why: list[str]
    hurdles: list[tuple[str, str]]
    """What a worker would set aside, by name and in words."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who asks, offers or has exchanged something of a theme."""

    theme_id: int
    person_id: UUID
    place: int
    reach: int
    post_id: UUID
    kind: Kind
    created_at: datetime


class CircleMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who could come to a circle."""

    id: UUID
    name: str
    neighbourhood: str
    planned: bool
    """Whether a worker is going to talk with them about a circle."""


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme by its name."""

    id: int
    name: str
    icon: str


class CircleIdea(msgspec.Struct, frozen=True, kw_only=True):
    """People around one theme who can all walk to one neighbourhood."""

    theme: Theme
    place_id: int
    place: str
    members: list[tuple[CircleMember, Kind]]
