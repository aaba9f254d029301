"""Locks by which a transaction waits for another one that does the same, until that one ends. All stand here, so that no two share a number."""

from enum import IntEnum
from uuid import UUID

from buurtnet.kit.db import Db


class Lock(IntEnum):
    """What is done by one transaction at a time."""

    SEALING = 1
    """The audit is sealed."""
    DOWNLOADS = 2
    """The files of a month are made."""
    RULES = 3
    """Rules of screening are loaded: their numbers are given one after the other."""
    COMPONENTS = 4
    """Ties join or leave components: two helps that join the same ones must not pass each other."""
    MEASURES = 5
    """A month is measured."""
    BOUNDARIES = 6
    """A map of neighbourhoods is stored."""
    WORKERS = 7
    """Of one organisation: who works there as what."""
    ADDRESS = 8
    """Of one address, by its blind index: somebody gets it, or is kept away by it."""


HOLD = "select pg_advisory_xact_lock($1)"
TRY = "select pg_try_advisory_xact_lock($1)"
HOLD_ONE = "select pg_advisory_xact_lock(hashtextextended($2, $1))"


async def hold(db: Db, lock: Lock) -> None:
    """Waits until nobody else holds the lock, and holds it until the end of this transaction."""
    await db.execute(HOLD, lock)


async def try_to_hold(db: Db, lock: Lock) -> bool:
    """Holds the lock until the end of this transaction; False where somebody else does."""
    return bool(await db.fetchval(TRY, lock))


async def hold_one(db: Db, lock: Lock, of: UUID | bytes) -> None:
    """The same of one thing: others of the kind are free. Statements that follow see what the one before wrote."""
    await db.execute(HOLD_ONE, lock, of.hex() if isinstance(of, bytes) else str(of))
