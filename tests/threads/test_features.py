"""The quick ways to count, beside the plain ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sediment.threads.features import CANDIDATES, _earlier_equal, _person, blank


@given(st.lists(st.integers(0, 4), min_size=1, max_size=90), st.integers(0, 89))
def test_messages_between_by_the_same_sender_are_counted(sender: list[int], start: int) -> None:
    start = min(start, len(sender) - 1)
    rows = np.arange(start, len(sender))
    counts = _earlier_equal(np.array(sender), rows)
    for row, found in zip(rows.tolist(), counts.tolist(), strict=True):
        before = sender[max(0, row - CANDIDATES) : row][::-1]
        assert found[: len(before)] == [before[:step].count(who) for step, who in enumerate(before)]


@given(st.lists(st.lists(st.integers(-1, 4), min_size=CANDIDATES, max_size=CANDIDATES), min_size=1, max_size=3))
def test_candidates_with_one_sender_are_one_person(sender: list[list[int]]) -> None:
    assert _person(np.array(sender)).tolist() == [[row.index(who) for who in row] for row in sender]


def test_each_feature_lies_in_one_piece() -> None:
    features = blank(2, 3, 5)
    assert features.shape == (2, 3, 5)
    assert features[:, :, 4].flags.c_contiguous
