"""What the neighbours' first looks say, and how a talk is chosen."""

from __future__ import annotations

import numpy as np

from sediment.threads.features import CANDIDATES, grid
from sediment.threads.second import SECOND, Window, decided, second_look, window_of
from sediment.threads.traits import traits
from tests.factories import talk

CHAT = talk(("u1", "怎么退款"), ("u2", "聚会几点"), ("u3", "找客服退"), ("u1", "客服不理"), ("u3", "换个时间再找"))
STEPS = np.array([0, 0, 2, 1, 0])  # the third answers the first, the fourth the third
KNOWN = traits(CHAT)
TABLE = grid(KNOWN, 4, 5)


def _window() -> Window:
    return window_of(KNOWN, TABLE, STEPS)


def _chances(*given: float) -> np.typing.NDArray[np.float32]:
    """Of starting something, then of answering the fourth, third, second and first message."""
    row = np.zeros((1, CANDIDATES + 1), dtype=np.float32)
    row[0, : len(given)] = given
    return row


def test_candidates_that_answer_one_another_are_of_one_talk() -> None:
    assert _window().root[0, :4].tolist() == [3, 3, 2, 3]
    assert _window().valid.sum() == 4


def test_the_look_knows_the_talk_of_each_candidate() -> None:
    chances = _chances(0.1, 0.4, 0.3, 0.1, 0.1)
    look = second_look(TABLE, _window(), np.zeros(5, dtype=np.float32), chances)
    column = {name: look[0, 1:5, number].astype(float).round(3).tolist() for number, name in enumerate(SECOND)}
    assert column["talk chance"] == [0.8, 0.8, 0.1, 0.8]
    assert column["newest of the talk"] == [1, 0, 1, 0]
    assert column["my last is in the talk"] == [1, 1, 0, 1]
    assert column["answers me"] == [1, 0, 0, 0]
    assert column["answered by me"] == [0, 0, 0, 1]
    assert column["opened by them"] == [1, 0, 1, 1]
    assert column["exchanges"] == [2, 0, 0, 2]


def test_a_talk_wins_over_a_single_candidate() -> None:
    assert decided(_window(), _chances(0.1, 0.28, 0.26, 0.3, 0.06)).tolist() == [1]


def test_what_is_hardly_likelier_than_a_start_starts_something() -> None:
    assert decided(_window(), _chances(0.5, 0.02, 0.02, 0.45, 0.01)).tolist() == [0]
    assert decided(_window(), _chances(0.2, 0.1, 0.1, 0.5, 0.1)).tolist() == [3]
