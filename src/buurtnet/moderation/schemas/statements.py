"""What was decided about somebody, for who it is about and for their workers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from buurtnet.people.schemas import Block


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The statement of reasons of a decision, for the person it is about."""

    id: UUID
    object_kind: str
    object_id: UUID
    verdict: str
    at: datetime
    reason: str | None = None
    right_labels: Mapping[str, str] | None = None
    text: str | None = None
    words: str | None = None
    """Other words that a worker proposes for the post."""
    until: date | None = None
    stays: bool = False
    """Whether the post stays open beside a right that comes first."""
    worker: str | None = None
    second_worker: str | None = None
    appealed_at: datetime | None = None
    answer: str | None = None
    post_text: str | None = None
    post_language: str | None = None
    fresh: bool | None = None
    """Whether the post is as it was when other words were proposed."""
    again: str | None = None
    """What another worker said after an appeal: upheld or overturned."""
    again_text: str | None = None
    again_worker: str | None = None
    again_at: datetime | None = None

    @property
    def asks(self) -> bool:
        """Whether the person is asked about other words now."""
        return self.verdict == "words_proposed" and self.answer is None and bool(self.fresh)

    @property
    def may_appeal(self) -> bool:
        """Whether another worker can be asked to look again."""
        return self.verdict in ("refused", "right_first", "warned", "limited", "blocked") and self.appealed_at is None


class PastDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A line of what was decided about a person, for their workers."""

    id: UUID
    object_kind: str
    object_id: UUID
    verdict: str
    reason: str | None
    text: str | None
    until: date | None
    at: datetime
    worker: str | None
    second_worker: str | None
    appealed: bool
    undone_why: str | None
    answers: bool


class PersonDecisions(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a person now, and what was decided about them before."""

    limited_until: date | None
    """Through which day a worker looks first at all they ask and offer."""
    blocks: list[Block]
    """What stands, or waits for a second worker."""
    past: list[PastDecision]


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with which somebody does not agree, for a worker who did not take it."""

    id: UUID
    object_kind: Literal["post", "person"]
    object_id: UUID
    subject_id: UUID
    name: str
    reads: str
    verdict: str
    reason: str | None
    right_labels: Mapping[str, str] | None
    text: str | None
    until: date | None
    at: datetime
    worker: str | None
    second_worker: str | None
    appealed_at: datetime
    about: str | None
    about_language: str | None


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Until when a post rests, and why."""

    until: date
    reason: str | None
    text: str | None
    worker: str | None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A post for which a worker proposes other words, by the decision that says which."""

    id: UUID
    text: str
    language: str
