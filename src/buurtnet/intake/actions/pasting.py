"""Keeping what was pasted, sealed and for a day at most."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from buurtnet.intake.queries.waiting import list_hood_names
from buurtnet.intake.rules.chats import read_people
from buurtnet.intake.rules.columns import find_place
from buurtnet.intake.rules.sheets import TOO_BIG, ZIP
from buurtnet.intake.schemas import Found, Pasted, Reading
from buurtnet.kit.apart import Apart, Ended, OutOfMemory
from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import NoSecrecy
from buurtnet.themes.rules.suggestions import split_clauses, suggest_themes, tell_language

LIFE = timedelta(days=1)
MOST_WAITING = 1000
SMALL, PATIENCE, MOST_MIB = 8_000, 20.0, 512
"""Bytes of text that are read at once; for more, and for every spreadsheet: seconds, and memory."""


class EnoughPasted(Conflict):
    """More than anybody checks in a day."""

    text = N_("You have much to check already. Check or drop some of it first.")


def refuse_without_secrecy(viewer: Viewer) -> None:
    """NoSecrecy for who has no basis for it: what people write to a worker is told in confidence."""
    if not viewer.secrecy:
        raise NoSecrecy


ADD = """
insert into pasted (id, "by", position, sealed, pasted_at)
select row.id, $1, row.position, row.sealed, $5 from unnest($2::uuid[], $3::smallint[], $4::bytea[]) as row(id, position, sealed)
"""
COUNT = 'select count(*) from pasted where "by" = $1 and pasted_at > $2'


async def keep_pasted(db: Db, vault: Vault, viewer: Viewer, rows: Sequence[Pasted], *, at: datetime) -> list[UUID]:
    """Keeps the rows sealed for the worker, and returns their ids in order; EnoughPasted where too many wait already."""
    refuse_without_secrecy(viewer)
    if (await db.fetchval(COUNT, viewer.person_id, at - LIFE) or 0) + len(rows) > MOST_WAITING:
        raise EnoughPasted
    ids = [new_id() for _ in rows]
    sealed = [vault.seal(msgspec.msgpack.encode(row), "pasted", "sealed", identity) for row, identity in zip(rows, ids, strict=True)]
    await db.execute(ADD, viewer.person_id, ids, list(range(len(ids))), sealed, at)
    await record_audit(db, viewer, "list pasted")
    return ids


async def read_list_of(data: bytes, region: str) -> Reading:
    """The people in a file or a text, read beside this process where that may take its time; Invalid where nobody is in it, or it is too much."""
    if len(data) <= SMALL and not data.startswith(ZIP):
        read = read_people(data, region)
    else:
        try:
            async with asyncio.timeout(PATIENCE), Apart(most_mib=MOST_MIB) as apart:
                read = (await apart.do(read_people, data, region)).answer
        except (OutOfMemory, Ended, TimeoutError):
            read = TOO_BIG
    if isinstance(read, str):
        raise Invalid({"list": read})
    return read


async def paste(
    db: Db, vault: Vault, viewer: Viewer, reading: Reading, *, neighbourhood_id: int | None, language: str, at: datetime
) -> list[UUID]:
    """Keeps what was read, each with a neighbourhood, languages and themes suggested; `neighbourhood_id` is where those live who do not say."""
    home = neighbourhood_id if neighbourhood_id in viewer.areas else viewer.areas[0] if len(viewer.areas) == 1 else None
    hoods = await list_hood_names(db, viewer.areas)
    return await keep_pasted(db, vault, viewer, [suggest_rest(found, hoods, home, language) for found in reading.rows], at=at)


def suggest_rest(found: Found, hoods: Mapping[int, Sequence[str]], home: int | None, language: str) -> Pasted:
    """The row with what its words suggest: themes, the language they are in, the neighbourhood they name."""
    spoken = tell_language(split_clauses(found.said).words, language)
    themes = [
        next(iter(suggest_themes(f"{found.about}. {words}" if found.about else words, language)), "") if words else ""
        for words in (found.asks, found.offers)
    ]
    return Pasted(
        name=found.name,
        phone=found.phone,
        neighbourhood_id=find_place(found.place, hoods) or home,
        languages=list(found.languages) or ([spoken] if spoken else []),
        asks=found.asks[:600],
        asks_theme=themes[0],
        soon=found.soon,
        offers=found.offers[:600],
        offers_theme=themes[1],
        said=found.said,
        sure=found.sure,
    )


CHANGE = 'update pasted set sealed = $3 where id = $2 and "by" = $1 and pasted_at > $4 returning id'
TAKE = 'delete from pasted where id = $2 and "by" = $1 and pasted_at > $3 returning id, sealed'
DROP_ALL = 'delete from pasted where "by" = $1'
CLEAR = "delete from pasted where pasted_at <= $1"


async def change_pasted(db: Db, vault: Vault, viewer: Viewer, row_id: UUID, changed: Pasted, *, at: datetime) -> None:
    """Keeps what the worker changed in a row that still waits; its day goes on. NotFound where it is gone."""
    sealed = vault.seal(msgspec.msgpack.encode(changed), "pasted", "sealed", row_id)
    if await db.fetchval(CHANGE, viewer.person_id, row_id, sealed, at - LIFE) is None:
        raise NotFound


async def take_pasted(db: Db, vault: Vault, viewer: Viewer, row_id: UUID, *, at: datetime) -> Pasted:
    """The row, which is gone with this transaction; NotFound where it was gone before."""
    row = await db.fetchrow(TAKE, viewer.person_id, row_id, at - LIFE)
    if row is None:
        raise NotFound
    return msgspec.msgpack.decode(vault.open(row["sealed"], "pasted", "sealed", row_id), type=Pasted)


async def drop_all(db: Db, viewer: Viewer) -> None:
    """Forgets all that the worker pasted and did not check."""
    await db.execute(DROP_ALL, viewer.person_id)


async def clear_old(db: Db, at: datetime) -> None:
    """Forgets what nobody checked within a day."""
    await db.execute(CLEAR, at - LIFE)
