"""What goes into and comes out of moderation."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from buurtnet.matching import schemas as matching

ObjectKind = Literal["post", "match", "report"]
DecisionKind = Literal["post", "match", "report", "person"]
Text = Annotated[str, msgspec.Meta(max_length=1000)]


class Verdict(StrEnum):
    """What a facilitator says of a waiting post."""

    APPROVED = "approved"
    REFUSED = "refused"
    CHANGES_ASKED = "changes_asked"
    RIGHT_FIRST = "right_first"


class PostDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A verdict on a waiting post as it is sent; what each verdict needs is checked by `rules.check_decision`."""

    verdict: Verdict
    reason: str | None = None
    text: Text | None = None
    right: str | None = None
    barrier: str | None = None
    theme: str | None = None
    """Slug of the theme, where the author did not know it or chose another one."""
    version: int | None = None
    """The version that was read; a post changed since is not decided on."""


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


class NewReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That something is wrong, as anybody may send it."""

    text: Annotated[str, msgspec.Meta(min_length=5, max_length=2000)]
    object_kind: Literal["post", "person", "conversation", "other"] = "other"
    object_id: UUID | None = None
    where_seen: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    """Where it stands, in the reporter's words."""
    address: Annotated[str, msgspec.Meta(max_length=254)] | None = None
    """E-mail address for the answer; sealed, and read by nobody but the program that writes to it."""


class ReportDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a facilitator decides about a report as it is sent; `text` is read by who reported it."""

    outcome: str | None = None
    text: Text | None = None


class ReportAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a report, for who made it: nothing of what it says or whom it is about."""

    id: UUID
    at: datetime
    closed: bool
    outcome: str | None
    text: str | None
    decided_at: datetime | None
    appealed: bool

    @property
    def may_appeal(self) -> bool:
        """Whether another worker can be asked to look again."""
        return self.closed and not self.appealed


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Where and in which language the answer to a report goes."""

    sealed: bytes
    language: str
    outcome: str | None


Outcome = Literal["called", "no_answer", "went_by", "agreed", "done"]
When = Literal["tomorrow", "days", "week", "weeks"]


class TaskDone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a task went, as it is sent."""

    outcome: Outcome


class NextStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a worker comes back to somebody, as it is sent."""

    when: When
    person_id: UUID | None = None
    """Whom, where it does not follow from a task."""


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


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict says, whatever it is about."""

    verdict: str
    reason: str | None = None
    right: str | None = None
    barrier: str | None = None
    text: str | None = None
    theme: str | None = None
    version: int | None = None
    """The version of the post or match that was decided on."""


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


class PastPost(msgspec.Struct, frozen=True, kw_only=True):
    """Another post of the same author."""

    id: UUID
    kind: Literal["offer", "need"]
    text: str
    state: str
    created_at: datetime


class OpenReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report in the queue."""

    id: UUID
    object_kind: str
    object_id: UUID | None
    text: str
    at: datetime
    neighbourhood: str | None
    held_by: str | None
    held_by_me: bool
    where_seen: str | None = None
    decided: str | None = None
    """What another worker decided before; who reported it does not agree."""
    about: str | None = None
    """The words of the post it is about, where the viewer may read them."""
    about_language: str | None = None


class OpenReported(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a worker reads a reported conversation; one of people's reasons."""

    reason: Annotated[str, msgspec.Meta(max_length=20)] = ""


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """That a worker tried, and how it went."""

    at: datetime
    outcome: Outcome
    by: str | None


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do for somebody."""

    id: UUID
    kind: str
    person_id: UUID | None
    name: str | None
    neighbourhood: str | None
    object_kind: str | None
    object_id: UUID | None
    urgent: bool
    due_on: date
    created_at: datetime
    about: str | None
    """The words of the post it is about."""
    language: str | None
    managed: bool
    """Whether the viewer looks after the person."""
    tries: list[Try]


class LoggedTask(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker noted last about a task, which they may take back for some minutes."""

    id: UUID
    kind: str
    person_id: UUID | None
    name: str | None
    outcome: Outcome
    due_on: date
    done: bool


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits for a facilitator."""

    posts: int
    matches: int
    reports: int
    tasks: int


class Counts(Work, frozen=True, kw_only=True):
    """The same, with what is late, and with how the neighbourhoods fare."""

    late: int
    unmatched: int
    left_out: int
    silent: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The statement of reasons of a decision, for the person it is about."""

    id: UUID
    verdict: str
    reason: str | None
    right: str | None
    text: str | None
    at: datetime
    worker: str
    appealed_at: datetime | None
    post_text: str
    post_id: UUID
