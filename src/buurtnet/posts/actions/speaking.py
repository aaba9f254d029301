"""Posts that are spoken: keeping what was said, and writing it down."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.resealing import Sealed
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules import LANGUAGES
from buurtnet.posts import rules
from buurtnet.posts.events import PostWaiting
from buurtnet.posts.queries import find_theme_by_id, lock_author, take_post_as_worker
from buurtnet.posts.schemas import Held
from buurtnet.screening.actions import screen_text
from buurtnet.voice.schemas import Note

KEEP = "insert into post_voice (post_id, author_id, sound, seconds) values ($1, $2, $3, $4)"
WORD = "update post set text = $2, language = $3, version = version + 1 where id = $1 and state = 'waiting' and version = $4 returning id"
WORDED = "update post_voice set worded_at = $2::timestamptz where post_id = $1"
STALE = """
select post_id as id, sound as sealed from post_voice
 where not starts_with(encode(sound, 'hex'), encode($1::bytea, 'hex')) order by post_id limit least($2, 50) for update
"""
RESEALED = (
    "update post_voice set sound = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where post_voice.post_id = new.id"
)
VOICES = Sealed("post_voice", "sound", STALE, RESEALED)
"""What is sealed of posts, for the rotation of keys; a few at a time, for each holds a sound."""


async def keep_note(db: Db, vault: Vault, post_id: UUID, author_id: UUID, note: Note) -> None:
    """Keeps sealed what the author said, beside the post."""
    await db.execute(KEEP, post_id, author_id, vault.seal(note.sound, "post_voice", "sound", post_id), note.seconds)


async def forget_wording(db: Db, post_id: UUID) -> None:
    """From now on the words are the author's own: no worker writes others in their place."""
    await db.execute(WORDED, post_id, None)


async def screen_again(db: Db, held: Held, words: str, language: str) -> None:
    """The words that a worker put in the place of a post's are read by the rules like any others."""
    author, theme = await lock_author(db, held.author_id), await find_theme_by_id(db, held.theme_id)
    await screen_text(db, rules.read_post(held.id, words, language, author, theme, at=now(), with_worker=True))


async def word_post(db: Db, viewer: Viewer, post_id: UUID, text: str, *, language: str, version: int, at: datetime) -> None:
    """Writes down, in any language, what neighbours read of a waiting post that was spoken; the words are screened like any others.
    NotFound where its author typed them, Conflict where the post has changed since it was read."""
    held = await take_post_as_worker(db, viewer, post_id)
    if not held.spoken or (held.text and not held.worded):
        raise NotFound
    words = rules.clean_text(text)
    if wrong := rules.check_text(words):
        raise Invalid({"words": wrong})
    if language not in LANGUAGES:
        raise Invalid({"language": N_("We do not know this language.")})
    if held.state != "waiting":
        raise rules.PostIsClosed
    if await db.fetchval(WORD, post_id, words, language, version) is None:
        raise Conflict
    await db.execute(WORDED, post_id, at)
    await screen_again(db, held, words, language)
    await record_audit(db, viewer, "post worded", subject=held.author_id, object_kind="post", object_id=post_id)
    await record(db, PostWaiting(post_id))
