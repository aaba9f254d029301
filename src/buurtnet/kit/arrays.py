"""Whole tables as numpy arrays, by binary COPY: a million rows in about a second."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from buurtnet.kit.db import LONG, Db

HEADER, TRAILER = 19, 2
PART = 1 << 23
"""Bytes of rows that are read at once."""
KINDS = {"uuid": "S16", "int": ">i4", "bigint": ">i8", "float": ">f8", "bool": "?", "date": ">i4"}
"""A date is its number of days since 2000."""
EPOCH = date(2000, 1, 1)
Array = NDArray[Any]
"""One column of such a table."""


async def copy_rows(db: Db, columns: Mapping[str, str], statement: str, *values: object) -> Any:
    """The rows of a statement without nulls as a structured array, by column name; the kinds of the columns are those of KINDS."""
    data, row = bytearray(), _shape_row(columns)

    async def take(part: bytes) -> None:
        data.extend(part)

    await db.copy_from_query(statement, *values, output=take, format="binary", timeout=LONG)
    return _read_rows(data, row, HEADER, len(data) - TRAILER)


async def copy_columns(
    db: Db, columns: Mapping[str, str], statement: str, *values: object, keep: Callable[[Any], tuple[Array, ...]]
) -> list[Array]:
    """What `keep` makes of the rows, column by column: they come in parts, so that millions never lie in memory as they were sent.

    `keep` works in a thread of its own while the next part comes.
    """
    data, row = bytearray(), _shape_row(columns)
    kept: list[asyncio.Future[tuple[Array, ...]]] = []
    begin = HEADER

    def hand_over(data: bytearray, begin: int, end: int) -> None:
        kept.append(asyncio.get_running_loop().run_in_executor(None, lambda: keep(_read_rows(data, row, begin, end))))

    async def take(part: bytes) -> None:
        nonlocal data, begin
        data.extend(part)
        if len(data) > PART:
            if kept:
                await kept[-1]
            end = begin + (len(data) - TRAILER - begin) // row.itemsize * row.itemsize
            hand_over(data, begin, end)
            data, begin = data[end:], 0

    await db.copy_from_query(statement, *values, output=take, format="binary", timeout=LONG)
    hand_over(data, begin, len(data) - TRAILER)
    return [np.concatenate(column) for column in zip(*await asyncio.gather(*kept), strict=True)]


def day_number(day: date) -> int:
    """A day as COPY sends it."""
    return (day - EPOCH).days


def _shape_row(columns: Mapping[str, str]) -> Any:
    """A row as PostgreSQL sends it: the number of columns, and each with its length before it."""
    fields = [("count", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} length", ">i4"), (name, KINDS[kind])]
    return np.dtype(fields)


def _read_rows(data: bytearray, row: Any, begin: int, end: int) -> Any:
    """The rows that stand in these bytes; a column that is null moves all that come after it."""
    rows: Any = np.frombuffer(data, row, (end - begin) // row.itemsize, begin)
    if (end - begin) % row.itemsize or (rows["count"] != len(row.names) // 2).any():
        raise ValueError("A column of the statement is null or of another type than declared.")
    return rows


class Uuids:
    """Sorted uuids. A place among them is found by the first eight bytes, as numbers, and by all sixteen only where these are shared."""

    def __init__(self, known: Array) -> None:
        self.known, self._first = known, _first_bytes(known)

    def find(self, wanted: Array) -> Array:
        """The position of each wanted one; -1 where it is not there."""
        if not len(self.known):
            return np.full(len(wanted), -1)
        first = _first_bytes(wanted)
        # In rising order each search goes on from the last one, near it in memory: a third of the time.
        rising = np.argsort(first)
        place = np.empty(len(first), np.int64)
        place[rising] = np.minimum(np.searchsorted(self._first, first[rising]), len(self.known) - 1)
        found = np.where(self.known[place] == wanted, place, -1)
        shared = np.flatnonzero((found < 0) & (self._first[place] == first))
        found[shared] = find_places(self.known, wanted[shared])
        return found


def _first_bytes(names: Array) -> Array:
    return np.ascontiguousarray(names).view(">u8")[::2].astype(np.uint64)


def find_places(known: Array, wanted: Array) -> Array:
    """The position of each wanted value among the known ones, which are sorted; -1 where it is not there."""
    if not len(known):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, place, -1)


def find_distinct(values: Array) -> Array:
    """The different values in rising order. NumPy's own `unique` goes by hashes, which costs twenty times as much where millions differ."""
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered
