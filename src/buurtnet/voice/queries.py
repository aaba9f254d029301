"""Reading the notes of posts that are not placed yet."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.vault import Vault
from buurtnet.voice.schemas import Note

NAME_DRAFT = "select set_config('app.voice_draft', $1, true)"
"""Opens the row-level security of the draft for the rest of the transaction, for whoever knows its id."""
DRAFT = "select sound, seconds from voice_draft where id = $1 and made_at > now() - interval '1 hour'"


class SealedNote(msgspec.Struct, frozen=True):
    """A note as it is stored."""

    sound: bytes
    seconds: int


def open_note(vault: Vault, sealed: SealedNote | None, table: str, row_id: UUID) -> Note:
    """The note that stands sealed in the column `sound` of a table's row; NotFound where there is none for this reader."""
    if sealed is None:
        raise NotFound
    return Note(vault.open(sealed.sound, table, "sound", row_id), sealed.seconds)


async def get_draft(db: Db, vault: Vault, draft_id: UUID) -> Note:
    """The note that somebody said up to an hour ago; NotFound where it is older, or somebody else's."""
    await db.execute(NAME_DRAFT, str(draft_id))
    return open_note(vault, await fetch_one(db, SealedNote, DRAFT, draft_id), "voice_draft", draft_id)
