"""Keeping the note of a post that is not placed yet."""

from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.resealing import Sealed
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.voice.queries import NAME_DRAFT
from buurtnet.voice.schemas import Note

KEEP = "insert into voice_draft (id, person_id, sound, seconds) values ($1, $2, $3, $4)"
DROP = "delete from voice_draft where id = $1"
CLEAR = "delete from voice_draft where made_at <= now() - interval '1 hour'"
STALE = """
select id, sound as sealed from voice_draft
 where not starts_with(encode(sound, 'hex'), encode($1::bytea, 'hex')) order by id limit least($2, 50) for update
"""
RESEALED = "update voice_draft set sound = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where voice_draft.id = new.id"
DRAFTS = Sealed("voice_draft", "sound", STALE, RESEALED)
"""What is sealed of drafts, for the rotation of keys; a few at a time, for each holds a sound."""


async def keep_draft(db: Db, viewer: Viewer, vault: Vault, note: Note) -> UUID:
    """Keeps the note sealed for an hour; gives the id by which only who knows it finds it again."""
    identity = new_id()
    await db.execute(KEEP, identity, viewer.person_id, vault.seal(note.sound, "voice_draft", "sound", identity), note.seconds)
    return identity


async def drop_draft(db: Db, draft_id: UUID) -> None:
    """Throws the note away; nothing where it is gone already, or somebody else's."""
    await db.execute(NAME_DRAFT, str(draft_id))
    await db.execute(DROP, draft_id)


async def clear_drafts(db: Db) -> None:
    """Throws away what nobody placed within an hour."""
    await db.execute(CLEAR)
