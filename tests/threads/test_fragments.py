"""A message goes with what answers it to the talk that all of them fit, or starts one."""

from __future__ import annotations

import numpy as np

from sediment.threads.features import CANDIDATES, grid
from sediment.threads.fragments import FRAGMENT, fitted
from sediment.threads.second import window_of
from sediment.threads.traits import traits
from tests.factories import talk

ROW = 2  # after the first messages of two talks: 0 and 1


def _column(answers: list[dict[int, float]]) -> int:
    """The column that ROW answers. `answers`: of ROW and of each later message, row → how probable it is answered, the likeliest first; itself or {}: start."""
    chat = talk(*((f"u{number}", f"第{number}句") for number in range(ROW + len(answers))))
    known = traits(chat)
    chances = np.zeros((len(chat), CANDIDATES + 1), dtype=np.float32)
    steps = np.zeros(len(chat), dtype=np.int64)
    for row, of_row in enumerate(answers, ROW):
        for earlier, chance in of_row.items():
            chances[row, row - earlier] = chance
        steps[row] = row - next(iter(of_row), row)
    table = grid(known, ROW, ROW + 1)
    return int(fitted(known, table, window_of(known, table, steps), chances, steps)[0])


def test_alone_it_goes_where_it_most_probably_belongs() -> None:
    assert _column([{1: 0.5, 0: 0.4}]) == 1


def test_what_answers_it_fits_the_other_talk() -> None:
    assert _column([{1: 0.5, 0: 0.4}, {2: 0.6, 0: 0.4}]) == 2


def test_what_answers_it_through_another_counts_as_well() -> None:
    assert _column([{1: 0.5, 0: 0.4}, {2: 1.0}, {3: 0.6, 0: 0.4}]) == 2


def test_what_goes_on_with_the_other_talk_but_might_answer_it_counts_as_well() -> None:
    assert _column([{1: 0.5, 0: 0.4}, {0: 0.6, 2: 0.4}]) == 2


def test_what_does_not_hang_on_it_says_nothing() -> None:
    assert _column([{1: 0.5, 0: 0.4}, {0: 1.0}]) == 1


def test_what_it_hardly_belongs_to_alone_does_not_get_it() -> None:
    assert _column([{1: 0.5, 0: 0.2}, {2: 0.1, 0: 0.9}]) == 2
    assert _column([{1: 0.5, 0: 0.1}, {2: 0.1, 0: 0.9}]) == 1


def test_what_starts_something_stays_a_start() -> None:
    assert _column([{}, {2: 0.6, 0: 0.4}]) == 0


def test_what_fits_a_talk_hardly_better_than_none_starts_one() -> None:
    assert _column([{1: 0.5, ROW: 0.2}]) == 1
    assert _column([{1: 0.5, ROW: 0.4}]) == 0


def test_what_the_talk_goes_on_with_stays_in_it() -> None:
    assert _column([{1: 0.5, ROW: 0.4}, {1: 0.9}]) == 0
    assert _column([{1: 0.5, ROW: 0.4}, {1: 0.5, ROW: 0.5}]) == 1


def test_what_most_of_the_later_messages_hang_on_stays() -> None:
    later = [{2: 0.6, 0: 0.4}] * (FRAGMENT - 1)
    assert _column([{1: 0.5, 0: 0.4}, *later]) == 2
    assert _column([{1: 0.5, 0: 0.4}, *later, {2: 0.6, 0: 0.4}]) == 1
