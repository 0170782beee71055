"""The quick ways to count, beside the plain ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sediment.threads.features import _earlier_equal


@given(st.lists(st.lists(st.integers(-1, 4), min_size=12, max_size=12), min_size=1, max_size=5))
def test_earlier_columns_that_hold_the_same_are_counted(rows: list[list[int]]) -> None:
    counted = [[row[:column].count(value) for column, value in enumerate(row)] for row in rows]
    assert _earlier_equal(np.array(rows)).tolist() == counted
