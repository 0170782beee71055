"""A third look: with the second look's talks, and with what followed. Who goes on with a message, and with which talk, tells what it was part of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sediment.threads.features import CANDIDATES, PAIR, Bools, Grid, blank
from sediment.threads.scorer import ANSWERED, TALK
from sediment.threads.second import Window, joined, second_look, shortlist
from sediment.threads.traits import REACH, Floats, Ints, Traits

AHEAD = 12
"So many later messages are looked at, none further than REACH."

OF_ROW = (
    "answers to come", "answers of others", "surest answer", "own next answers it", "own next starts", "own next gap", "next gap", "known ahead",
    "of its talk ahead",
)  # fmt: skip
OF_TALK = (
    "goes on with both", "surest with both", "goes on", "surest goes on", "own next goes on", "they answer me", "later words", "later words below best",
    "talks of both", "own next words",
)  # fmt: skip
THIRD = OF_ROW + OF_TALK

_OF_START = [
    OF_TALK.index(name)
    for name in ("goes on with both", "surest with both", "own next goes on", "later words", "talks of both")
]
"A start is told the greatest of these."

_OVERLAP = PAIR.index("overlap")
_LONG = 6 * 3600.0  # seconds: stands for never


@dataclass(frozen=True, slots=True)
class Looked:
    """What the second look made of all rows of a chat; filled as it goes on."""

    chances: Floats  # (n, CANDIDATES + 1, HEADS)
    overlap: Floats  # (n, CANDIDATES + 1): words shared with each candidate
    steps: Ints  # (n,): how far back the message lies that each answers, 0 where it starts something
    starts: Floats  # (n,): the chance that it does

    def note(self, grid: Grid, chances: Floats, steps: Ints) -> None:
        rows = slice(int(grid.rows[0]), int(grid.rows[-1]) + 1)
        self.chances[rows], self.overlap[rows] = chances, grid.features[:, :, _OVERLAP]
        self.steps[rows], self.starts[rows] = steps, chances[:, 0, ANSWERED]

    def quoted(self, quotes: dict[int, int]) -> None:
        """What is quoted is answered for sure: row → steps."""
        for row, step in quotes.items():
            self.steps[row] = step
            self.chances[row] = 0
            self.chances[row, step] = 1


def third_look(known: Traits, grid: Grid, window: Window, looked: Looked, chances: Floats) -> tuple[Floats, Ints]:
    """What the third look sees, (rows, SHORT, all features), and which columns these are. `window` and `chances`: what the second look made of these rows."""
    short = shortlist(chances, grid.valid)
    parts = (grid.features, second_look(grid, window, looked.starts, chances), _ahead(known, grid, window, looked))
    return joined(parts, short), short


def _ahead(known: Traits, grid: Grid, window: Window, looked: Looked) -> Floats:
    """(rows, CANDIDATES + 1, len(THIRD)). Arrays below are (rows, AHEAD), and (rows, AHEAD, CANDIDATES) where they tell of candidates."""
    step = np.arange(1, AHEAD + 1)
    later = grid.rows[:, None] + step
    exists = later < len(known.index)
    later = np.where(exists, later, 0)
    exists &= known.index[later] - known.index[grid.rows][:, None] <= REACH
    chances = looked.chances[later] * exists[:, :, None, None]
    ahead = np.arange(AHEAD)
    answers, of_talk = chances[:, ahead, step, ANSWERED], chances[:, ahead, step, TALK]
    column = step[:, None] + np.arange(1, CANDIDATES + 1)
    inside = column <= CANDIDATES
    at = (slice(None), ahead[:, None], np.where(inside, column, 0))
    same = (window.root[:, :, None] == window.root[:, None, :]) & window.valid[:, :, None]
    talks = same.astype(np.float32)  # (rows, member, any candidate of its talk)
    to_talk = (chances[..., ANSWERED][at] * inside) @ talks
    talk_of_talk = (chances[..., TALK][at] * inside) @ talks
    words = looked.overlap[later][at] * (inside & exists[:, :, None])
    who = np.where(exists, known.sender[later], -2)
    mine = who == window.me
    own_next = mine & (np.cumsum(mine, axis=1) == 1)
    gap = np.where(exists, known.time[later] - known.time[grid.rows][:, None], _LONG)
    with_me = _with_me(chances[..., ANSWERED], answers)
    later_words = _summed(with_me, words, talks)
    out = blank(len(grid.rows), CANDIDATES + 1, len(THIRD))
    of_row = (
        answers.sum(axis=1),
        (answers * ~mine).sum(axis=1),
        answers.max(axis=1),
        (answers * own_next).sum(axis=1),
        (chances[:, :, 0, ANSWERED] * own_next).sum(axis=1),
        np.log1p(np.where(own_next.any(axis=1), (gap * own_next).sum(axis=1), _LONG) / 10),
        np.log1p(np.maximum(gap[:, 0], 0) / 10),
        exists.sum(axis=1) / AHEAD,
        of_talk.sum(axis=1),
    )
    of_talk_ = (
        (with_me[:, :, None] * to_talk).sum(axis=1),
        np.minimum(with_me[:, :, None], to_talk).max(axis=1),
        to_talk.sum(axis=1),
        to_talk.max(axis=1),
        (to_talk * own_next[:, :, None]).sum(axis=1),
        ((who[:, :, None] == window.sender[:, None, :]) * answers[:, :, None]).sum(axis=1),
        later_words,
        later_words.max(axis=1, keepdims=True) - later_words,
        (of_talk[:, :, None] * talk_of_talk).sum(axis=1),
        _summed(own_next, words, talks),
    )
    out[:, :, : len(OF_ROW)] = np.stack(of_row, axis=1)[:, None, :]
    out[:, 1:, len(OF_ROW) :] = np.where(window.valid[:, :, None], np.stack(of_talk_, axis=2), 0)
    for number in _OF_START:
        out[:, 0, len(OF_ROW) + number] = out[:, 1:, len(OF_ROW) + number].max(axis=1)
    return out


def _with_me(answered: Floats, answers: Floats) -> Floats:
    """How probably each later message belongs with the row: it answers it, or one that belongs with it."""
    found = answers.copy()
    for later in range(1, AHEAD):
        for between in range(later):
            found[:, later] += answered[:, later, later - between] * found[:, between]
    return np.minimum(found, 1)


def _summed(weight: Floats | Bools, words: NDArray[np.floating], talks: Floats) -> NDArray[np.floating]:
    """Words that the later messages share with the talk of each candidate, (rows, CANDIDATES)."""
    found: NDArray[np.floating] = ((weight[:, :, None] * words).sum(axis=1)[:, None, :] @ talks)[:, 0]
    return found
