from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.errors import Invalid
from buurtnet.kit.ids import new_id
from buurtnet.kit.page import make_page, read_cursor


class Row(msgspec.Struct):
    at: datetime
    id: UUID


def test_pages_follow_each_other_without_gap_or_double() -> None:
    rows = [Row(datetime(2026, 11, n + 1, tzinfo=UTC), new_id()) for n in range(7)]
    seen: list[Row] = []
    cursor = None
    while True:
        after = read_cursor(cursor, tuple[datetime, UUID])
        rest = [row for row in rows if after is None or (row.at, row.id) > after]
        page = make_page(rest[:4], 3, "at", "id")
        seen += page.items
        cursor = page.next
        if cursor is None:
            break
    assert seen == rows


@given(st.text(max_size=80))
def test_a_forged_cursor_is_refused_and_nothing_worse(cursor: str) -> None:
    if cursor:
        with pytest.raises(Invalid):
            read_cursor(cursor, tuple[datetime, UUID])
