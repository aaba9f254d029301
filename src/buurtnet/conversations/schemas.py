"""What goes into and comes out of conversations."""

from datetime import datetime
from uuid import UUID

import msgspec


class ConversationCard(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in the list of one of its sides."""

    id: UUID
    name: str | None
    """The other one's name; None for a former neighbour."""
    picture: int | None = None
    last_at: datetime
    unread: int
    closed: bool


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as its reader gets it."""

    id: UUID
    mine: bool
    author_id: UUID | None = None
    """For a worker who reads what was reported; None for the two sides."""
    text: str
    """A fixed phrase comes in the reader's language."""
    phrase: str | None = None
    sent_at: datetime
    reported: bool = False
    """For a worker; the two sides are not told what the other one reported."""


class Phrase(msgspec.Struct, frozen=True):
    """A first sentence that is there to be tapped."""

    key: str
    text: str


class ConversationPage(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as one of its sides sees it."""

    id: UUID
    name: str | None
    picture: int | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    unread: bool = False
    """Whether there is something the viewer has not seen before."""
    messages: list[Message]
    older: bool
    """Whether there are messages before these."""
    phrases: list[Phrase]
    """Suggested first sentences, until the viewer has written."""


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message as it is sent: words of one's own or the key of a suggested sentence."""

    text: str | None = None
    phrase: str | None = None


class ChosenContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which number or address of one's own is shared; None: the first, a number before an address."""

    contact_id: UUID | None = None


class SentMessage(msgspec.Struct, frozen=True):
    """The id of a message that was sent."""

    id: UUID
