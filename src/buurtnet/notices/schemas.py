"""Shapes of notices."""

from datetime import datetime
from uuid import UUID

import msgspec


class Receiver(msgspec.Struct, frozen=True):
    """What decides how somebody is told something."""

    id: UUID
    language: str
    discreet: bool
    state: str
    channels: list[str]
    refused: list[str]
    """Channels this kind of notice was switched off for."""
    last_sent_at: datetime | None


class DueNotice(msgspec.Struct, frozen=True):
    """A notice whose time has come, with the sealed address it goes to."""

    id: UUID
    person_id: UUID
    channel: str
    kind: str
    object_id: UUID | None
    tries: int
    language: str
    contact_id: UUID | None
    sealed: bytes | None


class DueCode(msgspec.Struct, frozen=True):
    """A sign-in code that somebody waits for."""

    id: UUID
    channel: str
    sealed: bytes
    language: str
