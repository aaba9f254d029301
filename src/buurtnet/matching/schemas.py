"""What goes into and comes out of matching."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec


class State(StrEnum):
    """The life of a match."""

    SUGGESTED = "suggested"
    ASKED = "asked"
    OFFERED = "offered"
    AGREED = "agreed"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    RESTING = "resting"


class Answer(StrEnum):
    """What a side says to a question."""

    YES = "yes"
    NOT_NOW = "not_now"
    NO = "no"


class Verdict(StrEnum):
    """What a facilitator says of a suggested match."""

    CONFIRM = "confirm"
    REJECT = "reject"


class RejectReason(StrEnum):
    """Why a facilitator decides against a match."""

    NOT_SAFE = "not_safe"
    NOT_FITTING = "not_fitting"
    KNOWN_TROUBLE = "known_trouble"
    TOO_MUCH = "too_much"
    OTHER = "other"


class FailReason(StrEnum):
    """Why an agreed match did not work out."""

    NO_CONTACT = "no_contact"
    NOT_AT_TIME = "not_at_time"
    NO_LONGER_NEEDED = "no_longer_needed"
    NOT_RIGHT = "not_right"
    OTHER = "other"


class Parts(msgspec.Struct, frozen=True):
    """How well a need and an offer fit, each part from 0 to 1; in the order in which they are stored."""

    proximity: float
    theme: float
    time: float
    room: float
    bond: float


class Weights(msgspec.Struct, frozen=True):
    """What each part counts for."""

    proximity: float = 0.35
    theme: float = 0.20
    time: float = 0.20
    room: float = 0.10
    bond: float = 0.15


class Bond(StrEnum):
    """What there is between two people already."""

    KNOWN = "known"
    PRESENT = "present"
    """Both are linked through others."""
    NEW = "new"


class Bonds(msgspec.Struct, frozen=True):
    """What the bond part is where one of the two has no tie yet, where they are in different components, in the same one, or know each other."""

    first: float = 1.0
    bridging: float = 0.8
    present: float = 0.6
    known: float = 0.6


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A post that fits another one, with how well."""

    post_id: UUID
    author_id: UUID
    theme_id: int
    score: float
    parts: Parts
    metres: int
    level: int
    languages: list[str]
    """Languages both speak."""
    slots: int | None = None
    """Dayparts that suit both; None where neither names any."""
    needs_review: bool = False


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a match as the viewer may see it: the name and the neighbourhood only where the viewer may know them."""

    post_id: UUID
    theme: str
    theme_id: int
    icon: str
    text: str | None = None
    language: str
    slots: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    urgent: bool = False
    person_id: UUID | None = None
    name: str | None = None
    picture: int | None = None
    neighbourhood: str | None = None
    checked: bool = False
    """Whether a worker has checked the helper's extract; the desk alone is told."""
    languages: list[str] = []
    """Those the person speaks, by their own names; the desk alone is told."""
    voice: int | None = None
    """Seconds of what was said instead of typed, for its author, and for the other side once both said yes."""


class MatchCard(msgspec.Struct, frozen=True, kw_only=True):
    """A match in a list."""

    id: UUID
    state: State
    role: str
    """The viewer's side: helper or asker; at the desk: worker."""
    waits_for_me: bool
    theme: str
    icon: str
    level: int
    slots: int | None = None
    name: str | None = None
    """The other one's name, once both said yes."""
    lapses_at: datetime | None = None
    changed_at: datetime
    conversation_id: UUID | None = None


class Bar(msgspec.Struct, frozen=True):
    """A part of the score, for a worker: its name, its share from 0 to 1, what it means in words."""

    label: str
    share: float
    words: str
    weight: float = 0.0
    """What the part counts for at present, of 1."""


class MatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """A match as the viewer may see it."""

    id: UUID
    state: State
    role: str
    waits_for_me: bool
    need: Side
    offer: Side
    level: int
    reasons: list[str]
    """Why these two, in the reader's language."""
    score: float | None = None
    """At the desk alone, as `bars`, `needs_review` and `reason`."""
    bars: list[Bar] = []
    lapses_at: datetime | None = None
    agreed_at: datetime | None = None
    my_done: bool = False
    other_done: bool = False
    conversation_id: UUID | None = None
    advice: str | None = None
    """The key of the theme's advice for a first meeting."""
    needs_review: bool = False
    reason: str | None = None


class Fits(StrEnum):
    """How many fit a post, in words that give no number away."""

    REVIEW = "review"
    """A worker looks first; nothing is said of numbers."""
    NONE = "none"
    SOME = "some"
    MANY = "many"
    QUIET = "quiet"
    """For offers, where "none" and "some" would tell whether a quiet need is there."""
    CLOSED = "closed"


class Change(StrEnum):
    """What the author of a need can change with one tap."""

    REACH = "reach"
    """Help may come from farther away."""
    WHEN = "when"
    """It does not matter when."""


class MayHelp(msgspec.Struct, frozen=True, kw_only=True):
    """One small change of a need that may help; never how many it would bring, nor whom."""

    change: Change
    version: int
    """Of the post, to be sent with the change."""
    reach: int | None = None
    """The level from which help may come then."""


class FitsView(msgspec.Struct, frozen=True, kw_only=True):
    """What the author of a post hears right after posting."""

    post_id: UUID
    kind: str
    fits: Fits
    answer_before: datetime | None = None
    """When the question that stands now lapses."""
    match_id: UUID | None = None
    """A match that waits for the author's own answer."""
    agreed: bool = False
    may_help: MayHelp | None = None
    """Where nobody fits: one small change of the need with which somebody would."""


class NewWidening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One small change of a need, as it is sent; `version` is the one that was read."""

    change: Change
    version: int
    reach: Annotated[int, msgspec.Meta(ge=1, le=4)] | None = None


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer as it is sent."""

    answer: Answer


class NewFailure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That it did not work out, as it is sent."""

    reason: FailReason
