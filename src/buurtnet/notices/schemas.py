"""Shapes of notices."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Pace(StrEnum):
    """How often somebody wants to be written to, in the order in which they are offered."""

    USUAL = "usual"
    DAILY = "daily"
    WEEKLY = "weekly"
    OWN = "own"


class Receiver(msgspec.Struct, frozen=True):
    """What decides how and when somebody is told something."""

    id: UUID
    discreet: bool
    state: str
    pace: Pace
    channels: list[str]
    sent: list[datetime]
    """When messages that keep to the pace went to them in the last week."""


class Waiting(msgspec.Struct, frozen=True):
    """A notice that is not sent yet."""

    id: UUID
    person_id: UUID
    channel: str
    kind: str
    object_id: UUID | None
    due_at: datetime
    tries: int


class Reader(msgspec.Struct, frozen=True):
    """Somebody for whom notices are due, locked, with what decides whether a message may go to them now."""

    id: UUID
    language: str
    silent: bool
    """Whether nothing may be sent to them any more: somebody else looks at their phone, or they are gone."""
    pace: Pace
    sent: list[datetime]
    addresses: dict[str, UUID]
    """The newest proven address of each channel."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one person: everything that waits for them, taken by one worker until its claim is over."""

    id: UUID
    language: str
    channel: str
    notices: list[Waiting]
    contact_id: UUID | None
    sealed: bytes | None
    claimed_until: datetime


class DueCode(msgspec.Struct, frozen=True):
    """A sign-in code that somebody waits for."""

    id: UUID
    channel: str
    sealed: bytes
    language: str


class NewPace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often somebody wants to be written to, as it is sent."""

    pace: Pace
