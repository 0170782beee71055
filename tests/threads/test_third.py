"""What followed a message says which talk it was part of."""

from __future__ import annotations

import numpy as np

from sediment.threads.features import CANDIDATES, grid
from sediment.threads.scorer import HEADS
from sediment.threads.second import window_of
from sediment.threads.third import OF_ROW, OF_TALK, THIRD, Looked, _ahead
from sediment.threads.traits import traits
from tests.factories import talk

CHAT = talk(("u1", "怎么退款"), ("u2", "聚会几点"), ("u3", "我看看"), ("u1", "退款找客服吗"), ("u3", "退款对的找客服"))
KNOWN = traits(CHAT)
TABLE = grid(KNOWN, 2, 3)  # 我看看: the next answers it or the party; then its sender answers the next


def _look(chances: dict[tuple[int, int], float]) -> dict[str, list[float]]:
    """By feature, of the start and the two candidates. `chances`: (row, steps back) → of being answered."""
    count = len(CHAT)
    looked = Looked(
        np.zeros((count, CANDIDATES + 1, HEADS), dtype=np.float32),
        np.zeros((count, CANDIDATES + 1), dtype=np.float32),
        np.zeros(count, dtype=np.int64),
        np.ones(count, dtype=np.float32),
    )
    looked.note(grid(KNOWN, 0, count), looked.chances.copy(), looked.steps.copy())
    for (row, steps), chance in chances.items():
        looked.chances[row, steps] = chance
    found = _ahead(KNOWN, TABLE, window_of(KNOWN, TABLE, looked.steps), looked)
    return {name: found[0, :3, number].astype(float).round(3).tolist() for number, name in enumerate(THIRD)}


def test_a_later_message_that_answers_both_speaks_for_their_talk() -> None:
    look = _look({(3, 1): 0.5, (3, 2): 0.1, (3, 3): 0.4, (4, 1): 1.0})
    assert look["answers to come"] == [0.5, 0.5, 0.5]
    assert look["answers of others"] == [0.5, 0.5, 0.5]
    assert look["goes on"] == [0, 0.1, 0.4]
    assert look["goes on with both"] == [0.2, 0.05, 0.2]  # the start is told the greatest
    assert look["they answer me"] == [0, 0, 0.5]
    assert look["known ahead"] == [0.167, 0.167, 0.167]


def test_words_of_what_goes_on_with_a_message_speak_for_a_talk() -> None:
    look = _look({(3, 1): 1.0, (4, 1): 1.0})
    assert look["later words"][1] == 0 < look["later words"][2] == look["later words"][0]
    assert look["later words below best"][1:] == [look["later words"][2], 0]
    assert look["own next words"][1] == 0 < look["own next words"][2] < look["later words"][2]


def test_nothing_follows_the_last_message() -> None:
    count = len(CHAT)
    looked = Looked(
        np.ones((count, CANDIDATES + 1, HEADS), dtype=np.float32),
        np.ones((count, CANDIDATES + 1), dtype=np.float32),
        np.zeros(count, dtype=np.int64),
        np.ones(count, dtype=np.float32),
    )
    table = grid(KNOWN, count - 1, count)
    found = _ahead(KNOWN, table, window_of(KNOWN, table, looked.steps), looked)
    silent = {"own next gap", "next gap"}
    assert {name for number, name in enumerate(OF_ROW + OF_TALK) if found[0, :, number].any()} == silent
