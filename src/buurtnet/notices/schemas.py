"""Shapes of notices."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType


class Pace(StrEnum):
    """How often somebody wants to be written to, in the order in which they are offered."""

    USUAL = "usual"
    DAILY = "daily"
    WEEKLY = "weekly"
    OWN = "own"


CHANNELS = ("push", "email", "sms")
"""The channels, in the order in which they are tried."""


class Topic(StrEnum):
    """What somebody can be told about, as they choose it, in the order in which it is shown. A new one is added at the end: links to stop
    messages hold its place."""

    ASKED = "asked"
    ANSWERS = "answers"
    MESSAGES = "messages"
    POSTS = "posts"


class Quiet(msgspec.Struct, frozen=True):
    """The hours between which somebody is not written to, on the clock of the installation's place; the same hour twice: there are none."""

    start: Annotated[int, msgspec.Meta(ge=0, le=23)] = 21
    end: Annotated[int, msgspec.Meta(ge=0, le=23)] = 8


NIGHT = Quiet()


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants to be told: how often, when not, and of what by which channels (a topic that is not there: by any)."""

    pace: Pace = Pace.USUAL
    quiet: Quiet = NIGHT
    channels: dict[Topic, list[str]] = {}


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """What decides how and when somebody is told something."""

    id: UUID
    discreet: bool
    state: str
    wishes: Wishes
    channels: list[str]
    """Those by which they can be reached."""
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


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody for whom notices are due, locked, with what decides whether a message may go to them now."""

    id: UUID
    language: str
    silent: bool
    """Whether nothing may be sent to them any more: somebody else looks at their phone, or they are gone."""
    stopped: bool
    """Whether their account is stopped: they hear of that alone."""
    wishes: Wishes
    sent: list[datetime]
    addresses: dict[str, list[UUID]]
    """The newest working address of each channel; of the channel push, every device."""


class SealedAddress(msgspec.Struct, frozen=True):
    """A place where a message goes."""

    id: UUID
    sealed: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one person: everything that waits for them, taken by one worker until its claim is over."""

    id: UUID
    person_id: UUID
    language: str
    channel: str
    notices: list[Waiting]
    addresses: list[SealedAddress]
    """One, or for the channel push every device."""
    quiet: Quiet
    claimed_until: datetime


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message at each of its addresses: it went out where one of them took it."""

    reached: list[UUID] = []
    gone: list[UUID] = []
    """Nobody is there any more."""
    failed: list[UUID] = []
    """Not this time."""
    provider_id: str = ""
    wait: int = 0
    """Seconds for which the service does not want to be asked again."""


class DueCode(msgspec.Struct, frozen=True):
    """A sign-in code that somebody waits for."""

    id: UUID
    channel: str
    sealed: bytes
    language: str


class NewWishes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody wants to be told from now on, as programs send it; what is left out stays as it is."""

    pace: Pace
    quiet: Quiet | UnsetType = UNSET
    channels: dict[Topic, list[Literal["push", "email", "sms"]]] | UnsetType = UNSET
    """By which channels about a topic; an empty list: not at all."""
