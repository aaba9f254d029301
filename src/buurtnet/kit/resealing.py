"""Sealing again with the first key of the ring what other keys sealed, so that an older key can go."""

from typing import NamedTuple

from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault

BATCH = 1000
"""Rows that are held in memory and locked at a time."""


class Sealed(NamedTuple):
    """A column of sealed values, with the two statements that reach it."""

    table: str
    column: str
    stale: str
    """Reads `id` and `sealed` of at most $2 rows whose value does not begin with the mark $1, and locks them."""
    write: str
    """Writes the values $2 to the rows with the ids $1."""


async def reseal(db: Db, vault: Vault, place: Sealed) -> int:
    """Seals a batch of a column again; returns how many rows that were, 0 where none is left. ValueError where a key is gone from the ring."""
    rows = await db.fetch(place.stale, vault.mark, BATCH)
    again = [
        vault.seal(vault.open(row["sealed"], place.table, place.column, row["id"]), place.table, place.column, row["id"]) for row in rows
    ]
    await db.execute(place.write, [row["id"] for row in rows], again)
    return len(rows)
