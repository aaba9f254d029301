"""What stands in the queues."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

ObjectKind = Literal["post", "match", "report"]


class QueueFlag(msgspec.Struct, frozen=True):
    """Why a text waits: what a rule saw and where."""

    kind: str
    leads_to: str
    starts: int
    ends: int


class QueuedPost(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting post in the queue."""

    id: UUID
    kind: Literal["offer", "need"]
    text: str
    language: str
    theme: str | None
    theme_slug: str | None
    icon: str | None
    neighbourhood: str
    created_at: datetime
    author_id: UUID
    author: str
    newcomer: bool
    mediated: bool
    sensitive: bool
    right: bool
    changes_asked: str | None
    version: int
    urgent: bool
    backup: bool
    flags: list[QueueFlag]
    held_by: str | None
    held_by_me: bool
    voice: int | None = None
    """Seconds of what was said instead of typed, at `/queue/posts/{id}/voice`."""
    worded: bool = False
    """Whether a worker wrote the text down from what was said."""


class QueueFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which items of a queue are shown, as the address says."""

    area: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    """Words that stand in the text, or a name or a theme."""
    why: Annotated[str, msgspec.Meta(max_length=20)] = ""
    """Why it waits; one of `rules.WHY`."""

    @property
    def pattern(self) -> str | None:
        """What the words are looked for with; None where there are none."""
        words = self.q.strip()
        return None if not words else "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


class Area(msgspec.Struct, frozen=True):
    """A neighbourhood of a facilitator."""

    id: int
    name: str
    backup: bool


class QueuedMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A suggested match in the queue."""

    id: UUID
    need_id: UUID
    offer_id: UUID
    theme: str
    icon: str
    neighbourhood: str
    proposed_at: datetime
    score: float
    asker: str
    helper: str
    urgent: bool
    sensitive: bool
    held_by: str | None
    held_by_me: bool


class PastPost(msgspec.Struct, frozen=True, kw_only=True):
    """Another post of the same author."""

    id: UUID
    kind: Literal["offer", "need"]
    text: str
    state: str
    created_at: datetime
