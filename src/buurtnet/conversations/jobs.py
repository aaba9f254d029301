"""Telling the reader that somebody wrote."""

from buurtnet.conversations.events import MessageSent
from buurtnet.conversations.queries import find_readers
from buurtnet.kit.db import Db
from buurtnet.notices.actions import plan_notice


async def tell_reader(db: Db, event: MessageSent) -> None:
    """Reaction to MessageSent: one notice until the reader has looked."""
    for reader in await find_readers(db, event.message_id):
        await plan_notice(db, reader.person_id, "message_new", event_id=event.message_id, object_id=reader.conversation_id)
