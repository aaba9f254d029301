"""Words that somebody sent after their session had ended: sealed for an hour, for them alone."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec

from buurtnet.kit.db import SET_VIEWER, Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer

LIFE = timedelta(hours=1)
STREET = timedelta(days=7)
"""How long what a worker wrote on the street waits for another look."""


class Words(msgspec.Struct, frozen=True):
    """A form as it was sent: whose it is, its address with the idempotency key, all its fields, and which of them were typed."""

    person_id: UUID
    path: str
    fields: list[tuple[str, str]]
    typed: list[str]

    def address(self, kept_id: UUID) -> str:
        """Where the form goes when it is sent again, and what is forgotten once that has worked."""
        path, _mark, query = self.path.partition("?")
        return f"{path}?{urlencode([*parse_qsl(query), ('kept', str(kept_id))])}"


class KeptWords(msgspec.Struct, frozen=True):
    """What waits for its author."""

    id: UUID
    words: Words


KEEP = """
insert into kept (id, person_id, sealed, expires_at)
select $1, p.id, $3, $4 from person p where p.id = $2 and p.state in ('active', 'paused') returning id
"""


async def keep_words(db: Db, vault: Vault, words: Words, *, at: datetime, life: timedelta = LIFE) -> bool:
    """Keeps the words for their person, whom the caller knows without a session; False where there is no such person any more."""
    identity = new_id()
    await db.execute(SET_VIEWER, str(words.person_id))
    sealed = vault.seal(msgspec.msgpack.encode(words), "kept", "sealed", identity)
    return await db.fetchval(KEEP, identity, words.person_id, sealed, at + life) is not None


OWN = "select id, sealed from kept where person_id = $1 and expires_at > $2 order by id"


async def list_kept(db: Db, vault: Vault, viewer: Viewer, *, at: datetime) -> list[KeptWords]:
    """The viewer's words that wait, the oldest first; NotFound for a worker who acts for somebody: they may be for a neighbour's eyes alone."""
    if viewer.person_id is None or viewer.actor_id != viewer.person_id:
        raise NotFound
    rows = await db.fetch(OWN, viewer.person_id, at)
    opened = [
        KeptWords(row["id"], msgspec.msgpack.decode(vault.open(row["sealed"], "kept", "sealed", row["id"]), type=Words)) for row in rows
    ]
    return [one for one in opened if one.words.person_id == viewer.person_id]


WAITING = "select exists (select from kept where person_id = $1 and expires_at > $2)"


async def has_kept(db: Db, viewer: Viewer, *, at: datetime) -> bool:
    """Whether words of the viewer wait; never for a worker who acts for somebody."""
    return viewer.actor_id == viewer.person_id and bool(await db.fetchval(WAITING, viewer.person_id, at))


FORGET = "delete from kept where id = $1 and person_id = $2"


async def forget_kept(db: Db, viewer: Viewer, kept_id: UUID) -> None:
    """Forgets one of the viewer's own."""
    await db.execute(FORGET, kept_id, viewer.person_id)


FORGET_OLD = "delete from kept where expires_at < $1"


async def forget_old_words(db: Db, at: datetime) -> None:
    """Removes what nobody came back for within the hour."""
    await db.execute(FORGET_OLD, at)
