"""What is read into arrays, and reckoned of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit import arrays
from buurtnet.kit.arrays import Uuids, copy_columns, copy_rows, find_distinct
from buurtnet.kit.db import Db


@given(st.lists(st.integers(-3, 3) | st.integers(-(2**62), 2**62)))
def test_each_value_once_in_rising_order(values: list[int]) -> None:
    assert find_distinct(np.array(values, np.int64)).tolist() == sorted(set(values))


few_bytes = st.binary(min_size=1, max_size=1).map(lambda byte: byte * 8)


@given(st.sets(st.tuples(few_bytes, few_bytes)), st.lists(st.tuples(few_bytes, few_bytes)))
def test_a_uuid_is_found_where_it_stands_though_others_begin_alike(
    known: set[tuple[bytes, bytes]], wanted: list[tuple[bytes, bytes]]
) -> None:
    ordered = sorted(one + other for one, other in known)
    asked = [*ordered, *(one + other for one, other in wanted)]
    found = Uuids(np.array(ordered, "S16")).find(np.array(asked, "S16"))
    assert found.tolist() == [ordered.index(one) if one in ordered else -1 for one in asked]


MANY = "select n::int, n::bigint * 3000000000 from generate_series(1, $1::int) n"


@pytest.mark.parametrize("rows", [0, 1, 9, 1000])
async def test_columns_that_come_in_parts_are_those_of_the_whole(db: Db, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(arrays, "PART", 100)
    columns = {"one": "int", "other": "bigint"}
    whole = await copy_rows(db, columns, MANY, rows)
    parts: list[int] = []

    def keep(part: arrays.Array) -> tuple[arrays.Array, ...]:
        parts.append(len(part))
        return part["one"].astype(np.int32), part["other"].astype(np.int64)

    one, other = await copy_columns(db, columns, MANY, rows, keep=keep)
    assert (
        (one.tolist(), other.tolist())
        == (whole["one"].tolist(), whole["other"].tolist())
        == (
            list(range(1, rows + 1)),
            [3_000_000_000 * n for n in range(1, rows + 1)],
        )
    )
    assert sum(parts) == rows and (rows < 1000 or len(parts) > 1)


async def test_a_column_that_is_null_is_refused(db: Db) -> None:
    with pytest.raises(ValueError, match="null"):
        await copy_columns(
            db, {"one": "int", "other": "int"}, "select 1, nullif(n, 2) from generate_series(1, 3) n", keep=lambda part: (part["one"],)
        )
