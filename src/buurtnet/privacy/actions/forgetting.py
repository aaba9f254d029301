"""Erasing a person for good: the neighbours who counted on them first, then every table, Valkey, the files and the ledger."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from buurtnet.conversations.actions import close_conversations
from buurtnet.kit.db import Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.matching.actions import count_matches_of, leave_matches
from buurtnet.people.actions import list_contacts
from buurtnet.people.actions.leaving import bar_addresses
from buurtnet.posts.actions import count_posts_of
from buurtnet.privacy.actions.ledger import hash_person, read_ledger, write_ledger
from buurtnet.settings import Settings

Forgets = Callable[[Settings, set[str]], None]
"""Takes what stands about some addresses out of a file of the home."""
LOCK = "select id from person where id = $1 for update"
TOKENS = "select token_hash from card where person_id = $1"
ENTER = "insert into erasure (person_hash, erased_at) select unnest($1::bytea[]), $2 on conflict do nothing"
ABSORBED = "select person_hash from absorbed where person_id = $1"
ENTERED = "select person_hash from erasure"
EVERYBODY = "select id from person where $1::uuid is null or id > $1 order by id limit $2"
LOT = 10_000


async def forget_person(
    db: Db, settings: Settings, vault: Vault, limits: Limits, person_id: UUID, *, at: datetime, forgets: Sequence[Forgets]
) -> bool:
    """Erases everything about the person in this transaction, the worker's; False where nothing of them is there any more.

    The ledger's file comes first: a crash after it erases again, a crash before it has erased nothing yet.
    """
    from buurtnet.privacy.actions.erasing import remove_person  # SQLAlchemy takes half a second, which nobody else need wait for.

    await leave_matches(db, person_id, at=at)
    if await db.fetchval(LOCK, person_id) is None:
        return False
    hashes = {hash_person(vault, person_id), *(row["person_hash"] for row in await db.fetch(ABSORBED, person_id))}
    addresses = {contact.value for contact in await list_contacts(db, vault, person_id)}
    tokens = [row["token_hash"].hex() for row in await db.fetch(TOKENS, person_id)]
    await bar_addresses(db, person_id, on=at.date())
    await count_posts_of(db, person_id, at=at)
    await count_matches_of(db, person_id, at=at)
    await close_conversations(db, person_id)
    await asyncio.to_thread(write_ledger, Path(settings.ledger), hashes, at)
    lookups = await remove_person(db, person_id)
    await db.execute(ENTER, sorted(hashes), at)
    await limits.forget_all([str(person_id), *tokens, *(lookup.hex() for lookup in lookups)])
    for forget in forgets:
        await asyncio.to_thread(forget, settings, addresses)
    return True


async def _find_forgotten(db: Db, vault: Vault, hashes: set[bytes]) -> list[UUID]:
    """The people of the database whose hash stands in the ledger."""
    found: list[UUID] = []
    last: UUID | None = None
    while rows := await db.fetch(EVERYBODY, last, LOT):
        found += [row["id"] for row in rows if hash_person(vault, row["id"]) in hashes]
        last = rows[-1]["id"]
    return found


async def find_unforgotten(db: Db, settings: Settings, vault: Vault, *, at: datetime, thorough: bool = False) -> Sequence[UUID]:
    """Those in the database who asked to be forgotten before it was restored; the file and the table of the ledger hold the same from now on.

    Where the table knows every line of the file nothing was restored, and nobody is looked for unless `thorough`.
    """
    path = Path(settings.ledger)
    written = await asyncio.to_thread(read_ledger, path)
    entered = {row["person_hash"] for row in await db.fetch(ENTERED)}
    if entered - written:
        await asyncio.to_thread(write_ledger, path, entered, at)
    if not thorough and written <= entered:
        return ()
    found = await _find_forgotten(db, vault, written | entered)
    if not found:
        await db.execute(ENTER, sorted(written - entered), at)
    return found
