"""What is decided, and what is told of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from buurtnet.matching import schemas as matching

DecisionKind = Literal["post", "match", "report", "person"]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
Rest = Literal["tomorrow", "days", "week"]


class Verdict(StrEnum):
    """What a facilitator says of a waiting post."""

    APPROVED = "approved"
    REFUSED = "refused"
    CHANGES_ASKED = "changes_asked"
    WORDS_PROPOSED = "words_proposed"
    HELD = "held"
    RIGHT_FIRST = "right_first"


class PostDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verdict on a waiting post as it is sent; what each verdict needs is checked by `rules.check_decision`."""

    verdict: Verdict
    reason: str | None = None
    text: Text | None = None
    right: str | None = None
    barrier: str | None = None
    stays: bool = False
    """Beside a right that comes first: whether a neighbour is looked for meanwhile."""
    words: Annotated[str, msgspec.Meta(max_length=600)] | None = None
    """Other words for the post, which its author agrees to or not."""
    agreed: Literal["phone", "in_person"] | None = None
    """How the author already said yes to these words; None: they are asked."""
    rest: Rest | None = None
    """For how long it is put on hold."""
    theme: str | None = None
    """Slug of the theme, where the author did not know it or chose another one."""
    version: int | None = None
    """The version that was read; a post changed since is not decided on."""


class NewSwap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody else's post for a match, as it is sent."""

    post_id: UUID
    version: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None
    """Of the match that was read."""


class NewWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody is warned, as it is sent: a reason of the list, and words the person reads."""

    reason: str | None = None
    text: Text | None = None


class NewLimit(NewWarning, frozen=True, kw_only=True):
    """Why a worker looks first, and through which day."""

    until: date


class NewBlock(NewLimit, frozen=True, kw_only=True):
    """The same for the end of a service, and why, for the other worker alone."""

    why: Annotated[str, msgspec.Meta(max_length=500)]


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a worker writes down of a post that was spoken, as it is sent."""

    words: Annotated[str, msgspec.Meta(max_length=600)]
    language: Annotated[str, msgspec.Meta(max_length=20)]
    """The language of the words: any, not only the one that was spoken."""
    version: Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
    """The version that was read."""


class MatchDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verdict on a suggested match as it is sent."""

    verdict: matching.Verdict
    reason: matching.RejectReason | None = None
    text: Text | None = None
    """For colleagues, beside the reason of a rejection."""
    version: int | None = None
    """The version that was read; a match changed since is not decided on."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict says, whatever it is about."""

    verdict: str
    reason: str | None = None
    right: str | None = None
    barrier: str | None = None
    text: str | None = None
    words: str | None = None
    until: date | None = None
    stays: bool = False
    agreed: str | None = None
    theme: str | None = None
    version: int | None = None
    """The version of the post or match that was decided on."""
    second_by: UUID | None = None
    """Who asked for a block that another worker confirmed."""
    appeal_of: UUID | None = None
    """The decision that somebody did not agree with, and to which this one answers."""


class Due(Said, frozen=True, kw_only=True):
    """A verdict that is to take effect."""

    id: UUID
    object_kind: DecisionKind
    object_id: UUID
    subject_id: UUID | None
    by: UUID | None
    at: datetime


class Verdicted(msgspec.Struct, frozen=True, kw_only=True):
    """The last verdict on something."""

    verdict: str
    by: str | None
    at: datetime
    pending: bool
    """Whether it has yet to take effect."""


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """Verdicts given together that can still be taken back."""

    batch: UUID
    kind: DecisionKind
    verdict: str
    many: int
    until: datetime


class Undone(msgspec.Struct, frozen=True):
    """What stands in its queue again."""

    kind: DecisionKind
    object_id: UUID
