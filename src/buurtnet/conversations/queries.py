"""Reading conversations. Row-level security opens messages to their two sides alone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.conversations.rules import FIRSTS, GROUPS, PHRASES
from buurtnet.conversations.schemas import ConversationCard, ConversationPage, Message, Phrase, PhraseGroup
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.voice.queries import SealedNote, open_note
from buurtnet.voice.schemas import Note
from buurtnet.web.language import LANGUAGES, _, catalogue

VISIBLE = "exists (select from participant me where me.conversation_id = conversation.id and me.person_id = $1::uuid)"
"""The condition on `conversation` under which the viewer `$1` takes part in it."""
LIST = f"""
select conversation.id, other.given_name as name, other.picture, last.at as last_at, conversation.closed_at is not null as closed,
       (select count(*) from message m where m.conversation_id = conversation.id and m.author_id is distinct from $1::uuid
           and m.sent_at > coalesce(mine.read_at, '-infinity')) as unread
  from conversation
       join participant mine on mine.conversation_id = conversation.id and mine.person_id = $1::uuid
       left join participant theirs on theirs.conversation_id = conversation.id and theirs.person_id <> $1::uuid
       left join person other on other.id = theirs.person_id
       cross join lateral (select coalesce((select max(sent_at) from message m where m.conversation_id = conversation.id), conversation.opened_at)) last(at)
 where {VISIBLE} and ($2::timestamptz is null or (last.at, conversation.id) < ($2, $3::uuid))
 order by last.at desc, conversation.id desc limit $4
"""
HEAD = f"""
select conversation.id, conversation.opened_at, conversation.closed_at, other.given_name as name, other.picture,
       exists (select from message m where m.conversation_id = conversation.id and m.author_id = $1::uuid) as written,
       exists (select from message m where m.conversation_id = conversation.id and m.author_id is distinct from $1::uuid
                  and m.sent_at > coalesce(mine.read_at, '-infinity')) as unread
  from conversation
       join participant mine on mine.conversation_id = conversation.id and mine.person_id = $1::uuid
       left join participant theirs on theirs.conversation_id = conversation.id and theirs.person_id <> $1::uuid
       left join person other on other.id = theirs.person_id
 where conversation.id = $2 and {VISIBLE}
"""
MESSAGES = """
select m.id, m.author_id is not distinct from $1::uuid as mine, m.body, m.phrase, m.sent_at, v.seconds as voice
  from message m left join message_voice v on v.message_id = m.id
 where m.conversation_id = $2 and ($3::uuid is null or m.id < $3) order by m.sent_at desc, m.id desc limit $4
"""
TAKES_PART = f"select true from conversation where conversation.id = $2 and {VISIBLE}"
NEWER = """
select m.id, m.author_id is not distinct from $1::uuid as mine, m.body, m.phrase, m.sent_at, v.seconds as voice
  from message m left join message_voice v on v.message_id = m.id
 where m.conversation_id = $2 and ($3::uuid is null or m.id > $3) order by m.sent_at, m.id limit 50
"""
SPOKEN = f"""
select v.sound, v.seconds from conversation join message m on m.conversation_id = conversation.id join message_voice v on v.message_id = m.id
 where conversation.id = $2 and m.id = $3 and {VISIBLE}
"""
REPORTED = """
select m.id, m.author_id, m.body, m.phrase, m.sent_at, true as reported, v.seconds as voice
  from message m left join message_voice v on v.message_id = m.id
 where m.conversation_id = $1 and m.reported_at is not null order by m.sent_at, m.id
"""
REPORTED_NOTE = """
select v.sound, v.seconds from message m join message_voice v on v.message_id = m.id
 where m.conversation_id = $1 and m.id = $2 and m.reported_at is not null
"""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation without its messages."""

    id: UUID
    opened_at: datetime
    closed_at: datetime | None
    name: str | None
    picture: int | None
    written: bool
    unread: bool


class SealedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is stored."""

    id: UUID
    mine: bool = False
    author_id: UUID | None = None
    body: bytes
    phrase: str | None
    sent_at: datetime
    reported: bool = False
    voice: int | None = None


OWN_WORKER = "select exists (select from person where id = $1 and managed_by = $2)"


async def refuse_onlookers(db: Db, viewer: Viewer) -> None:
    """NotFound for a worker who acts for somebody whom another looks after: only one's own worker reads and writes one's messages."""
    if viewer.acting and not await db.fetchval(OWN_WORKER, viewer.person_id, viewer.actor_id):
        raise NotFound


async def list_conversations(db: Db, viewer: Viewer, *, after: str | None = None, size: int = 20) -> Page[ConversationCard]:
    """The viewer's conversations, the one with the last message first."""
    await refuse_onlookers(db, viewer)
    last = read_cursor(after, tuple[datetime, UUID]) or (None, None)
    return make_page(await fetch(db, ConversationCard, LIST, viewer.person_id, *last, size + 1), size, "last_at", "id")


async def get_conversation(
    db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, *, before: UUID | None = None, size: int = 50
) -> ConversationPage:
    """A conversation of the viewer with its newest messages, oldest of them first; NotFound for everybody who takes no part."""
    await refuse_onlookers(db, viewer)
    head = await fetch_one(db, Head, HEAD, viewer.person_id, conversation_id)
    if head is None:
        raise NotFound
    rows = await fetch(db, SealedMessage, MESSAGES, viewer.person_id, conversation_id, before, size + 1)
    return ConversationPage(
        id=head.id,
        name=head.name,
        picture=head.picture,
        opened_at=head.opened_at,
        closed_at=head.closed_at,
        unread=head.unread,
        messages=[_open(vault, row) for row in reversed(rows[:size])],
        older=len(rows) > size,
        phrases=[] if head.written or head.closed_at else _say_phrases(FIRSTS),
        groups=[]
        if head.closed_at
        else [PhraseGroup(key, _(name), icon, _say_phrases(them)) for key, (name, icon, them) in GROUPS.items()],
    )


def _say_phrases(phrases: Mapping[str, str]) -> list[Phrase]:
    return [Phrase(key, _(text)) for key, text in phrases.items()]


def _open(vault: Vault, row: SealedMessage) -> Message:
    said = vault.open_text(row.body, "message", "body", row.id)
    text = _(PHRASES[row.phrase]) if row.phrase in PHRASES else said
    return Message(
        id=row.id,
        mine=row.mine,
        author_id=row.author_id,
        text=text,
        phrase=row.phrase,
        original=None if text == said else said,
        language=None if text == said or row.phrase is None else _find_language(PHRASES[row.phrase], said),
        voice=row.voice,
        sent_at=row.sent_at,
        reported=row.reported,
    )


def _find_language(phrase: str, said: str) -> str | None:
    """In which language the fixed sentence reads so; None where it was worded otherwise when it was sent."""
    return next((language.code for language in LANGUAGES if catalogue(language.code).gettext(phrase) == said), None)


async def list_newer(db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, *, after: UUID | None) -> list[Message]:
    """What came into a conversation of the viewer after a message, oldest first; NotFound for everybody who takes no part."""
    await refuse_onlookers(db, viewer)
    if not await db.fetchval(TAKES_PART, viewer.person_id, conversation_id):
        raise NotFound
    return [_open(vault, row) for row in await fetch(db, SealedMessage, NEWER, viewer.person_id, conversation_id, after)]


async def get_voice(db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, message_id: UUID) -> Note:
    """What was said in a message, for its two sides; NotFound for everybody else, and where it was written."""
    await refuse_onlookers(db, viewer)
    row = await fetch_one(db, SealedNote, SPOKEN, viewer.person_id, conversation_id, message_id)
    return open_note(vault, row, "message_voice", message_id)


async def get_reported_voice(db: Db, vault: Vault, conversation_id: UUID, message_id: UUID) -> Note:
    """The same of a message that a side reported, for a facilitator with a grant on the conversation; NotFound for everybody else."""
    return open_note(vault, await fetch_one(db, SealedNote, REPORTED_NOTE, conversation_id, message_id), "message_voice", message_id)


async def read_reported(db: Db, vault: Vault, conversation_id: UUID) -> list[Message]:
    """The messages a side reported, for a facilitator with a grant on the conversation; row-level security returns nothing to anybody else."""
    return [_open(vault, row) for row in await fetch(db, SealedMessage, REPORTED, conversation_id)]


READERS = """
select p.person_id, m.conversation_id from message m join participant p on p.conversation_id = m.conversation_id and p.person_id <> m.author_id
 where m.id = $1 and coalesce(p.read_at, '-infinity') < m.sent_at
   and not exists (select from message before where before.conversation_id = m.conversation_id and before.author_id <> p.person_id
                     and before.sent_at < m.sent_at and before.sent_at > coalesce(p.read_at, '-infinity'))
"""
"""Whoever has not read it, and was not told already of an earlier message that they have not read either."""


class Reader(msgspec.Struct, frozen=True):
    """Somebody to be told."""

    person_id: UUID
    conversation_id: UUID


async def find_readers(db: Db, message_id: UUID) -> list[Reader]:
    """Whom to tell of a message."""
    return await fetch(db, Reader, READERS, message_id)
