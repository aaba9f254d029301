"""What is reckoned of arrays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.arrays import find_distinct


@given(st.lists(st.integers(-3, 3) | st.integers(-(2**62), 2**62)))
def test_each_value_once_in_rising_order(values: list[int]) -> None:
    assert find_distinct(np.array(values, np.int64)).tolist() == sorted(set(values))
