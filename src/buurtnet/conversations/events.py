"""What conversations announce. Ids only."""

from uuid import UUID

import msgspec


class MessageSent(msgspec.Struct, frozen=True):
    """Somebody wrote."""

    message_id: UUID


class MessageFlagged(msgspec.Struct, frozen=True):
    """A rule saw something in one of the first messages that a worker should know of: never a block."""

    message_id: UUID
    conversation_id: UUID


class ConversationReported(msgspec.Struct, frozen=True):
    """A side says that something is wrong; the messages of that moment are marked as reported."""

    conversation_id: UUID
    by: UUID
