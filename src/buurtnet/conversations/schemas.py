"""What goes into and comes out of conversations."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    """A fixed sentence comes in the reader's language; what was said has none."""
    phrase: str | None = None
    original: str | None = None
    """The fixed sentence as its sender read it, where that is another language."""
    language: str | None = None
    """The language of the original."""
    voice: int | None = None
    """Seconds of what was said instead of written; its sound is at `/conversations/{id}/messages/{message}/voice`."""
    sent_at: datetime
    reported: bool = False
    """For a worker; the two sides are not told what the other one reported."""


class Phrase(msgspec.Struct, frozen=True):
    """A fixed sentence that is there to be tapped."""

    key: str
    text: str


class PhraseGroup(msgspec.Struct, frozen=True):
    """Fixed sentences that belong together."""

    key: str
    name: str
    icon: str
    phrases: list[Phrase]


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
    groups: list[PhraseGroup]
    """The other fixed sentences; none once the conversation is over."""


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What the two of them said yes to, as whoever brought them together tells it: conversations know no matches."""

    href: str
    """Where the agreement itself is read; `/done` and `/failed` below it say how it went."""
    theme: str
    icon: str
    advice: str | None
    """What to heed before they first meet."""
    open: bool
    """Whether it is still to happen, or to be said how it went."""
    my_done: bool
    other_done: bool


Topics = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, str]]]
"""What each of some conversations of the viewer is about, told by the same."""


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message as it is sent: words of one's own, the key of a fixed sentence, or what is said."""

    text: str | None = None
    phrase: str | None = None
    voice: bytes | None = None
    """Half a minute at most: WebM or Ogg with Opus, in JSON as base64."""


class ChosenContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which number or address of one's own is shared; None: the first, a number before an address."""

    contact_id: UUID | None = None


class SentMessage(msgspec.Struct, frozen=True):
    """The id of a message that was sent."""

    id: UUID
