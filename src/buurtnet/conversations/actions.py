"""Opening, writing, sharing a number, reporting, stopping."""

from datetime import datetime
from uuid import UUID

from buurtnet.conversations.events import ConversationReported, MessageFlagged, MessageSent
from buurtnet.conversations.queries import VISIBLE, refuse_onlookers
from buurtnet.conversations.rules import CONTACT, SPOKEN, ConversationIsClosed, NothingToShare, check_phrase, clean_message, should_tell
from buurtnet.conversations.schemas import NewMessage
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.resealing import Sealed
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions import list_contacts
from buurtnet.screening.actions import screen_text
from buurtnet.screening.schemas import Subject
from buurtnet.voice.rules import check_note
from buurtnet.voice.schemas import Note
from buurtnet.web.language import _

OPEN = "insert into conversation (id) values ($1)"
JOIN = "insert into participant (conversation_id, person_id) values ($1, $2), ($1, $3)"
STATE = f"select conversation.closed_at from conversation where conversation.id = $2 and {VISIBLE} for share"
WRITE = "insert into message (id, conversation_id, author_id, body, phrase) values ($1, $2, $3, $4, $5)"
SAY = "insert into message_voice (message_id, author_id, sound, seconds) values ($1, $2, $3, $4)"
COUNT = "select count(*) from message where conversation_id = $1"
BEGUN = """
select count(*)::int from participant p
  cross join lateral (select min(m.sent_at) as at from message m where m.conversation_id = p.conversation_id and m.author_id = p.person_id) own
 where p.person_id = $1::uuid and own.at > now() - interval '1 day'
   and (select count(*) from message m where m.conversation_id = $2 and m.author_id = $1::uuid) = 1
"""
"""With how many people somebody began to talk within a day, where this is the first that they write in this conversation; else 0."""
REPORT = "update message set reported_at = $2 where conversation_id = $1 and reported_at is null"
CLOSE = "update conversation set closed_at = now() where id = $1 and closed_at is null"
CLOSE_ALL = """
update conversation set closed_at = now()
 where closed_at is null and id in (select conversation_id from participant where person_id = $1)
"""
SILENT = """
select id from conversation
 where opened_at < $1 and not exists (select from message where message.conversation_id = conversation.id and message.sent_at >= $1)
 order by opened_at limit $2 for update skip locked
"""
BATCH = 1000
STALE = "select id, body as sealed from message where not starts_with(encode(body, 'hex'), encode($1::bytea, 'hex')) order by id limit $2 for update"
RESEALED = "update message set body = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where message.id = new.id"
MESSAGES = Sealed("message", "body", STALE, RESEALED)
STALE_NOTES = """
select message_id as id, sound as sealed from message_voice
 where not starts_with(encode(sound, 'hex'), encode($1::bytea, 'hex')) order by message_id limit least($2, 50) for update
"""
RESEALED_NOTES = """
update message_voice set sound = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where message_voice.message_id = new.id
"""
NOTES = Sealed("message_voice", "sound", STALE_NOTES, RESEALED_NOTES)
"""What is sealed of conversations, for the rotation of keys; of sounds a few at a time."""
READ = "update participant set read_at = $3 where person_id = $1 and conversation_id = $2 returning true"


async def open_conversation(db: Db, a: UUID, b: UUID) -> UUID:
    """A new conversation between the two; gives its id back."""
    identity = new_id()
    await db.execute(OPEN, identity)
    await db.execute(JOIN, identity, a, b)
    return identity


async def _require_open(db: Db, viewer: Viewer, conversation_id: UUID) -> None:
    """NotFound where the viewer takes no part, ConversationIsClosed where a side stopped it."""
    await refuse_onlookers(db, viewer)
    row = await db.fetchrow(STATE, viewer.person_id, conversation_id)
    if row is None:
        raise NotFound
    if row["closed_at"] is not None:
        raise ConversationIsClosed


async def send_message(db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, new: NewMessage) -> UUID:
    """The viewer's words, one of the fixed sentences or what they say, sealed and sent; gives the message's id back. Refuses where the
    conversation is over."""
    await _require_open(db, viewer, conversation_id)
    if new.voice is not None:
        return await _say(db, viewer, vault, conversation_id, check_note(new.voice))
    # A fixed sentence is kept as its sender read it, so that whoever reads another language sees both.
    text = _(check_phrase(new.phrase)) if new.phrase else clean_message(new.text or "")
    identity = await _write(db, viewer, vault, conversation_id, text, phrase=new.phrase)
    if not new.phrase:
        await _screen(db, viewer, vault, identity, conversation_id, text)
    return identity


async def _write(db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, text: str, *, phrase: str | None) -> UUID:
    identity = new_id()
    await db.execute(WRITE, identity, conversation_id, viewer.person_id, vault.seal(text, "message", "body", identity), phrase or None)
    await record(db, MessageSent(identity))
    return identity


async def _say(db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, note: Note) -> UUID:
    identity = await _write(db, viewer, vault, conversation_id, "", phrase=SPOKEN)
    await db.execute(SAY, identity, viewer.person_id, vault.seal(note.sound, "message_voice", "sound", identity), note.seconds)
    return identity


async def _screen(db: Db, viewer: Viewer, vault: Vault, message_id: UUID, conversation_id: UUID, text: str) -> None:
    """Tells a worker that a rule saw something, where it should be told; the message goes its way."""
    assert viewer.person_id is not None
    said = Subject(
        object_kind="message",
        object_id=message_id,
        text=text,
        language=viewer.language or "nl",
        organisation_id=viewer.organisation_id,
        author_id=viewer.person_id,
        at=now(),
        within=conversation_id,
        contacts=await db.fetchval(BEGUN, viewer.person_id, conversation_id) or 0,
    )
    flags = await screen_text(db, said, vault=vault)
    number = await db.fetchval(COUNT, conversation_id)
    if should_tell({flag.kind for flag in flags}, {flag.leads_to for flag in flags}, number or 0):
        await record(db, MessageFlagged(message_id, conversation_id))


async def share_contact(db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, contact_id: UUID | None = None) -> UUID:
    """Writes the viewer's own number or address into the conversation: the chosen one, else the first; refuses where there is none."""
    await _require_open(db, viewer, conversation_id)
    assert viewer.person_id is not None
    contacts = sorted(await list_contacts(db, vault, viewer.person_id), key=lambda contact: contact.channel != "sms")
    chosen = next((contact for contact in contacts if contact_id in (None, contact.id)), None)
    if chosen is None:
        raise NothingToShare
    return await _write(db, viewer, vault, conversation_id, chosen.value, phrase=CONTACT)


async def report_conversation(db: Db, viewer: Viewer, conversation_id: UUID, *, at: datetime) -> None:
    """Something is wrong, says one side: what was written so far is marked, so that a worker with a reason may read it."""
    await refuse_onlookers(db, viewer)
    if await db.fetchrow(STATE, viewer.person_id, conversation_id) is None or viewer.person_id is None:
        raise NotFound
    await db.execute(REPORT, conversation_id, at)
    await record(db, ConversationReported(conversation_id, viewer.person_id))


async def stop_conversation(db: Db, viewer: Viewer, conversation_id: UUID) -> None:
    """One side ends it, without a reason; refuses where it is over already."""
    await _require_open(db, viewer, conversation_id)
    await close_conversation(db, conversation_id)


async def close_conversation(db: Db, conversation_id: UUID) -> None:
    """Ends the conversation for both; nothing where it is over already."""
    await db.execute(CLOSE, conversation_id)


async def close_conversations(db: Db, person_id: UUID) -> None:
    """Ends every conversation of somebody who leaves for good: nobody writes to a neighbour who is not there."""
    await db.execute(CLOSE_ALL, person_id)


async def find_silent_conversations(db: Db, *, before: datetime) -> list[UUID]:
    """Some conversations in which nobody wrote since the moment, locked for this transaction."""
    return [row["id"] for row in await db.fetch(SILENT, before, BATCH)]


async def mark_read(db: Db, viewer: Viewer, conversation_id: UUID, *, at: datetime) -> None:
    """Keeps up to when the viewer has read; NotFound where the viewer takes no part."""
    await refuse_onlookers(db, viewer)
    if not await db.fetchval(READ, viewer.person_id, conversation_id, at):
        raise NotFound
