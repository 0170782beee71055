"""A third look: with the second look's talks, and with what followed. Who goes on with a message, and with which talk, tells what it was part of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.threads.features import CANDIDATES, PAIR, Bools, Grid, blank, filled
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
    """(rows, CANDIDATES + 1, len(THIRD)).

    Arrays below are (rows, AHEAD), and (rows, AHEAD, CANDIDATES) where they tell of candidates or, at their roots, of talks."""
    step = np.arange(1, AHEAD + 1)
    later = grid.rows[:, None] + step
    exists = later < len(known.index)
    later = np.where(exists, later, 0)
    exists &= known.index[later] - known.index[grid.rows][:, None] <= REACH
    answered, of_head = (looked.chances[later, :, head] * exists[:, :, None] for head in (ANSWERED, TALK))
    answers, of_talk = (chances[:, np.arange(AHEAD), step] for chances in (answered, of_head))
    to_talk, talk_of_talk = (_by_talk(window, of_candidates(chances, 1)) for chances in (answered, of_head))
    words = of_candidates(looked.overlap[later] * exists[:, :, None], 1)
    who = np.where(exists, known.sender[later], -2)
    mine = who == window.me
    own_next = mine & (np.cumsum(mine, axis=1) == 1)
    gap = np.where(exists, known.time[later] - known.time[grid.rows][:, None], _LONG)
    with_me = _with_me(answered, answers)
    later_words = _summed(window, with_me, words)
    out = blank(len(grid.rows), CANDIDATES + 1, len(THIRD))
    of_row = (
        answers.sum(axis=1),
        (answers * ~mine).sum(axis=1),
        answers.max(axis=1),
        (answers * own_next).sum(axis=1),
        (answered[:, :, 0] * own_next).sum(axis=1),
        np.log1p(np.where(own_next.any(axis=1), (gap * own_next).sum(axis=1), _LONG) / 10),
        np.log1p(np.maximum(gap[:, 0], 0) / 10),
        exists.sum(axis=1) / AHEAD,
        of_talk.sum(axis=1),
    )
    of_talks = {
        "goes on with both": _weighed(with_me, to_talk),
        "surest with both": np.minimum(with_me[:, :, None], to_talk).max(axis=1),
        "goes on": to_talk.sum(axis=1),
        "surest goes on": to_talk.max(axis=1),
        "own next goes on": _weighed(own_next, to_talk),
        "later words": later_words,
        "later words below best": later_words.max(axis=1, keepdims=True) - later_words,
        "talks of both": _weighed(of_talk, talk_of_talk),
        "own next words": _summed(window, own_next, words),
    }
    for column, values in enumerate(of_row):
        out[:, :, column] = values[:, None]
    for name, values in of_talks.items():
        filled(out, THIRD.index(name), values.ravel()[window.talk], window.valid)
    theirs = sum((who[:, at, None] == window.sender) * answers[:, at, None] for at in range(AHEAD))
    filled(out, THIRD.index("they answer me"), theirs, window.valid)
    for number in _OF_START:
        out[:, 0, len(OF_ROW) + number] = out[:, 1:, len(OF_ROW) + number].max(axis=1)
    return out


def of_candidates(values: NDArray[Any], first: int) -> NDArray[Any]:
    """What stands in the columns of a row's later messages (rows, steps, CANDIDATES + 1), by the candidates of the row, (rows, steps, CANDIDATES).

    `first`: how far after the row the first of them stands."""
    rows, steps, width = values.shape
    padded = np.zeros((rows, steps, width + first + steps), dtype=values.dtype)
    padded[:, :, :width] = values
    # For each message in between, a candidate of the row stands a column further.
    per_row, per_step, per_column = padded.strides
    return np.lib.stride_tricks.as_strided(
        padded[:, :, first + 1 :],
        (rows, steps, CANDIDATES),
        (per_row, per_step + per_column, per_column),
        writeable=False,
    )


def _by_talk(window: Window, values: Floats) -> Floats:
    """The sum of `values` (rows, AHEAD, CANDIDATES), most of which are 0, over each talk, at its root."""
    flat = values.ravel()
    some = np.flatnonzero(flat > 0)  # of flags, as numpy looks through them six times faster
    step, column = np.divmod(some, CANDIDATES)
    places = step * CANDIDATES + window.root.ravel()[step // AHEAD * CANDIDATES + column]
    sums = np.bincount(places, flat[some], minlength=flat.size)
    return sums.reshape(values.shape).astype(np.float32)


def _weighed(weight: Floats | Bools, values: Floats) -> Floats:
    """The sum over the later messages, (rows, CANDIDATES)."""
    found: Floats = (weight.astype(np.float32)[:, None, :] @ values)[:, 0]
    return found


def _with_me(answered: Floats, answers: Floats) -> Floats:
    """How probably each later message belongs with the row: it answers it, or one that belongs with it."""
    found = answers.copy()
    for later in range(1, AHEAD):
        for between in range(later):
            found[:, later] += answered[:, later, later - between] * found[:, between]
    return np.minimum(found, 1)


def _summed(window: Window, weight: Floats | Bools, words: Floats) -> NDArray[np.float64]:
    """Words that the later messages share with each talk, at its root, (rows, CANDIDATES)."""
    of_candidates = _weighed(weight, words)
    sums = np.bincount(window.talk.ravel(), of_candidates.ravel(), minlength=of_candidates.size)
    return sums.astype(np.float64, copy=False).reshape(of_candidates.shape)
