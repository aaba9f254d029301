"""What stands in the queues."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from buurtnet.kit.errors import Refusal

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
    page: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    """Which part of the list is shown."""

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


class EarlierDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided before, about a post or about another one of its author."""

    verdict: str
    reason: str | None
    text: str | None
    at: datetime
    by: str | None
    undone_why: str | None
    this: bool
    """Whether it was about this very post."""
    about: str | None
    language: str | None


class LikePost(msgspec.Struct, frozen=True, kw_only=True):
    """A post that may be like another one."""

    id: UUID
    kind: Literal["offer", "need"]
    text: str
    language: str
    state: str
    created_at: datetime
    same_author: bool
    author: str
    same_theme: bool
    same_kind: bool


class Bulk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same verdict on several items of a queue, as it is sent."""

    kind: ObjectKind
    item: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f-]{36}(\.[0-9]{1,9})?$")]], msgspec.Meta(min_length=1, max_length=60)
    ]
    """The id of each, and after a dot the version that was read where it has one."""
    what: Annotated[str, msgspec.Meta(max_length=60)]
    """The verdict, and after a colon its reason."""
    step: Literal["try", "do"] = "try"


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one item."""

    id: UUID
    version: int | None
    refused: Refusal | None
    """Why it was not done."""
