"""Keyset paging: a page of a list, and a cursor to the next one that reveals and trusts nothing."""

import base64
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

import msgspec

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_

T = TypeVar("T")
K = TypeVar("K")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """So many items and, where there are more, the cursor of the next page."""

    items: list[T]
    next: str | None = None


def make_page(rows: list[T], size: int, *key: str) -> Page[T]:
    """The first `size` of the rows, of which one more was read; the cursor holds the named attributes of the last one."""
    if len(rows) <= size:
        return Page(rows)
    last = rows[size - 1]
    return Page(rows[:size], base64.urlsafe_b64encode(msgspec.json.encode([getattr(last, name) for name in key])).decode().rstrip("="))


def read_cursor(cursor: str | None, kind: type[K]) -> K | None:
    """The key of the last row seen, as a tuple type such as `tuple[datetime, UUID]`; Invalid where the cursor is not one of ours."""
    if not cursor:
        return None
    try:
        data: Any = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        key = msgspec.convert(data, kind)
        for value in cast(tuple[Any, ...], key):
            if isinstance(value, datetime):
                value.astimezone(UTC)  # Overflows at the edges of time, where PostgreSQL could not take it either.
        return key
    except (ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        raise Invalid({"after": N_("This page of the list does not exist. Start at the beginning.")}) from None
