"""What the neighbours' first looks say, and how a talk is chosen."""

from __future__ import annotations

import numpy as np

from sediment.threads.features import CANDIDATES, grid
from sediment.threads.scorer import ANSWERED, HEADS, TALK
from sediment.threads.second import SECOND, SHORT, Window, decided, second_look, shortened, shortlist, window_of
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
    of_talk = _chances(0.2, 0.1, 0.1, 0.4, 0.2)
    look = second_look(TABLE, _window(), np.zeros(5, dtype=np.float32), np.stack([chances, of_talk], axis=2))
    column = {name: look[0, 1:5, number].astype(float).round(3).tolist() for number, name in enumerate(SECOND)}
    assert column["talk chance"] == [0.8, 0.8, 0.1, 0.8]
    assert column["talk chance of it"] == [0.4, 0.4, 0.4, 0.4]
    assert column["talk speakers"] == [1.099, 1.099, 0.693, 1.099]
    assert column["newest of the talk"] == [1, 0, 1, 0]
    assert column["my last is in the talk"] == [1, 1, 0, 1]
    assert column["answers me"] == [1, 0, 0, 0]
    assert column["answered by me"] == [0, 0, 0, 1]
    assert column["opened by them"] == [1, 0, 1, 1]
    assert column["exchanges"] == [2, 0, 0, 2]


def test_words_of_mine_count_once_for_a_talk() -> None:
    chat = talk(("u1", "退款流程"), ("u2", "聚会几点"), ("u3", "退款找客服"), ("u1", "退款的客服"))
    known = traits(chat)
    table = grid(known, 3, 4)
    window = window_of(known, table, np.array([0, 0, 2, 0]))
    look = second_look(table, window, np.zeros(4, dtype=np.float32), np.zeros((1, CANDIDATES + 1, HEADS), np.float32))
    words = look[0, :4, SECOND.index("words in the talk")]
    of = dict(zip(table.shared.token, table.shared.idf, strict=True))
    assert len(table.shared.token) == 3  # 退款 twice, 客服 once
    assert np.allclose(words, [sum(of.values()) / (table.shared.of_row[0] + 1)] * 2 + [0] + [words[0]])


def test_a_second_look_is_for_the_start_and_the_likeliest() -> None:
    first = np.zeros((1, CANDIDATES + 1, HEADS), dtype=np.float32)
    first[0, 40:, ANSWERED] = 0.01
    first[0, 7, TALK] = 0.5
    short = shortlist(first, np.ones((1, CANDIDATES + 1), dtype=bool))
    assert short.tolist() == [[0, 7, *range(40, 38 + SHORT)]]
    assert shortened(first, short)[0, :3, TALK].tolist() == [0, 0.5, 0]


def test_a_talk_wins_over_a_single_candidate() -> None:
    assert decided(_window(), _chances(0.1, 0.28, 0.26, 0.3, 0.06)).tolist() == [1]


def test_what_is_hardly_likelier_than_a_start_starts_something() -> None:
    assert decided(_window(), _chances(0.5, 0.02, 0.02, 0.45, 0.01)).tolist() == [0]
    assert decided(_window(), _chances(0.2, 0.1, 0.1, 0.5, 0.1)).tolist() == [3]
