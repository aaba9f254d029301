"""What anybody says is wrong, and what became of it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from buurtnet.moderation.schemas.deciding import Text


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


class EarlierReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was said before about the same thing or the same person."""

    id: UUID
    text: str
    language: str
    at: datetime
    closed_at: datetime | None
    outcome: str | None
