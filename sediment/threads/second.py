"""A second look: what the first look made of the messages around says which talk each candidate belongs to.

All numbers of a row come from the CANDIDATES messages before it, so that no decision leans on an endless chain of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.threads.features import CANDIDATES, PAIR, Bools, Grid, blank, filled
from sediment.threads.scorer import ANSWERED, TALK
from sediment.threads.traits import TRAITS, Floats, Ints, Traits

SECOND = (
    "first look", "first chance", "first below best", "talk chance", "talk size", "talk silent for", "talk quiet messages",
    "newest of the talk", "my share of the talk", "their share of the talk", "my last is in the talk", "talk overlap",
    "talk best overlap", "talk addressed", "talk addresses me", "answers so far", "answered by me", "answers me",
    "goes on itself", "starts something", "start chance", "open question", "talk asks", "depth", "opened by me",
    "opened by them", "exchanges", "same talk", "talk chance of it", "talk below best", "words in the talk", "words below best",
    "talk speakers", "silent in its tempo", "my partner is in the talk", "first mine",
)  # fmt: skip

SHORT = 15
"So many candidates get a second look; the others have next to no chance."

_LEAST = 1e-6
_JUMPS = 6  # 2**6 steps cover the window
_NOBODY = -2
_SHARP = 1.5
_CLEARLY = 1.25
_ASKS = TRAITS.index("asks")
_LOGS = np.log1p(np.arange(CANDIDATES + 1))  # of what is counted in a window

Columns = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Window:
    """The candidates of each row as a forest: (rows, CANDIDATES) each. `parent` and `root` are columns, a candidate's own where it starts something."""

    candidate: Ints
    valid: Bools
    sender: Ints
    me: Ints  # (rows, 1)
    asks: Bools
    place: Ints
    parent: Ints
    root: Ints
    talk: Ints  # the place of the root in an array of this shape that is laid out flat, and …
    person: Ints  # … a place there that is the same for candidates of a row with the same sender

    @property
    def has_parent(self) -> Bools:
        found: Bools = self.parent != self.place
        return found

    @property
    def parent_sender(self) -> Ints:
        return np.where(self.has_parent, self.of_column(self.sender, self.parent), _NOBODY)

    def of_column(self, values: NDArray[Any], column: Ints) -> NDArray[Any]:
        """`values` (rows, CANDIDATES) at `column`, a column for each candidate."""
        found: NDArray[Any] = values.ravel()[column + _starts(column)]
        return found

    def summed(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """The sum of `values` over the talk of each candidate."""
        sums = np.bincount(self.talk.ravel(), values.ravel(), minlength=self.talk.size)
        return sums.astype(np.float64, copy=False)[self.talk]

    def counted(self, flags: Bools) -> Ints:
        """How many members of the talk of each candidate are flagged."""
        return np.bincount(self.talk[flags], minlength=self.talk.size)[self.talk]


def window_of(traits: Traits, grid: Grid, steps: Ints) -> Window:
    """`steps`: of all rows of `traits`, how far back the message lies that each answers most probably, 0 where it starts something."""
    candidate, valid = grid.candidate[:, 1:], grid.valid[:, 1:]
    place = np.broadcast_to(np.arange(CANDIDATES), valid.shape)
    parent = place + np.where(valid, steps[candidate], 0)
    parent = np.where(parent < CANDIDATES, parent, place)
    if not valid.all():
        parent = np.where(np.take_along_axis(valid, parent, axis=1), parent, place)
    starts = _starts(parent)
    root = (parent + starts).ravel()
    for _ in range(_JUMPS):
        root = root[root]
    talk = root.reshape(parent.shape)
    return Window(
        candidate, valid, grid.sender, traits.sender[grid.rows][:, None], valid & (traits.own[:, _ASKS] > 0)[candidate],
        place, parent, talk - starts, talk, grid.person + starts,
    )  # fmt: skip


def _starts(columns: Ints) -> Ints:
    """Where each row begins in an array of this shape that is laid out flat, (rows, 1)."""
    starts: Ints = np.arange(len(columns))[:, None] * columns.shape[1]
    return starts


def shortlist(chances: Floats, valid: Bools) -> Ints:
    """The columns worth a second look, (rows, SHORT), in order: a start and the likeliest others. `chances`: the first look."""
    hope = np.where(valid, chances.sum(axis=2), -1)
    hope[:, 0] = np.inf
    return np.sort(np.argsort(-hope, axis=1, kind="stable")[:, :SHORT], axis=1)


def shortened(values: NDArray[Any], short: Ints) -> NDArray[Any]:
    """The columns `short` of `values` (rows, CANDIDATES + 1, …)."""
    return np.take_along_axis(values, short.reshape(*short.shape, *(1,) * (values.ndim - 2)), axis=1)


def joined(parts: Sequence[Floats], short: Ints) -> Floats:
    """The columns `short` of all features of `parts`, each (rows, CANDIDATES + 1, features) as `blank` lays them out."""
    found = np.empty((sum(part.shape[2] for part in parts), short.size), dtype=np.float32)
    places = (short + np.arange(len(short))[:, None] * (CANDIDATES + 1)).ravel()
    done = 0
    for part in parts:
        flat = part.transpose(2, 0, 1).reshape(part.shape[2], -1)
        # With "clip" numpy writes straight to `out`; no place is out of bounds.
        np.take(flat, places, axis=1, out=found[done : done + len(flat)], mode="clip")
        done += len(flat)
    return found.reshape(-1, *short.shape).transpose(1, 2, 0)


def second_look(grid: Grid, window: Window, starts: Floats, chances: Floats) -> Floats:
    """(rows, CANDIDATES + 1, len(SECOND)). `starts`: of all rows the chance that they start something; `chances`: the first look of the rows of `grid`."""
    out = blank(len(chances), CANDIDATES + 1, len(SECOND))
    answered = chances[:, :, ANSWERED]
    looks = np.log(np.maximum(answered, _LEAST))
    out[:, :, 0], out[:, :, 1], out[:, :, 2] = looks, answered, looks - looks.max(axis=1, keepdims=True)
    out[:, :, SECOND.index("same talk")] = chances[:, :, TALK]
    columns = {
        **_talks(grid, window, answered[:, 1:], chances[:, 1:, TALK]),
        **_words(grid, window),
        **_replies(window),
        "start chance": starts[window.candidate],
    }
    for name, values in columns.items():
        filled(out, SECOND.index(name), values, window.valid)
    for name in ("talk chance", "talk chance of it", "words in the talk"):
        out[:, 0, SECOND.index(name)] = out[:, 1:, SECOND.index(name)].max(axis=1)
    return out


def decided(window: Window, chances: Floats) -> Ints:
    """The column that each row answers, 0 where it starts something: the best of the talk with the greatest chance.

    A talk has the chances of its members, each sharpened so that many small ones do not outweigh a great one; it has to be clearly likelier than a
    start. The factors were chosen on the left-out sets and the development part of IRC together."""
    sharp = np.where(window.valid, chances[:, 1:], 0) ** _SHARP
    talks = np.zeros_like(sharp)
    np.add.at(talks, (np.arange(len(talks))[:, None], window.root), sharp)
    best = talks.argmax(axis=1)
    column = np.where(window.root == best[:, None], sharp, -1).argmax(axis=1) + 1
    joins = talks.max(axis=1) > _CLEARLY * chances[:, 0] ** _SHARP
    found: Ints = np.where(joins, column, 0)
    return found


def _words(grid: Grid, window: Window) -> Columns:
    """How many of my words the talk of each candidate has, each counted once, by idf."""
    shared = grid.shared
    root = window.root[shared.row, shared.column]
    key = (shared.row * CANDIDATES + root) * (int(shared.token.max(initial=0)) + 1) + shared.token
    _, once = np.unique(key, return_index=True)
    sums = np.zeros(window.valid.shape)
    np.add.at(sums, (shared.row[once], root[once]), shared.idf[once])
    words = np.take_along_axis(sums, window.root, axis=1) / (shared.of_row[:, None] + 1)
    return {"words in the talk": words, "words below best": words.max(axis=1, keepdims=True) - words}


def _talks(grid: Grid, window: Window, chances: Floats, of_talk: Floats) -> Columns:
    """Of the talk that each candidate belongs to: those with the same root. What does not exist is a talk by itself."""
    pair = {name: grid.features[:, 1:, PAIR.index(name)] for name in _FLAGS}
    count = {name: window.counted(flags > 0) for name, flags in pair.items()}
    overlap, gap = (grid.features[:, 1:, PAIR.index(name)] for name in ("overlap", "gap"))
    chance_of_it = window.summed(of_talk)
    newest, alike, mine = _newest(window), _alike(window), window.sender == window.me
    size = np.maximum(window.counted(window.valid), 1)
    silent = window.of_column(gap, newest)
    seconds = np.exp(gap) * 10  # from ten seconds before the row, which makes no difference
    # The oldest of a talk is its root: whatever answers something is newer.
    lasted = window.of_column(seconds, window.root) - window.of_column(seconds, newest)
    root_sender = window.of_column(window.sender, window.root)
    speakers = np.rint(window.summed(1 / alike)).astype(np.int64)
    return {
        "talk chance": window.summed(chances),
        "talk size": _LOGS[size],
        "talk silent for": silent,
        "talk chance of it": chance_of_it,
        "talk below best": chance_of_it.max(axis=1, keepdims=True) - chance_of_it,
        "talk speakers": _LOGS[speakers],
        "silent in its tempo": silent - np.log1p(np.maximum(lasted, 0) / (10 * size)),
        "my partner is in the talk": count["my partner"] > 0,
        "first mine": mine & (np.cumsum(mine, axis=1) == 1),
        "talk quiet messages": _LOGS[newest],
        "newest of the talk": newest == window.place,
        "my share of the talk": count["same sender"] / size,
        "their share of the talk": alike / size,
        "my last is in the talk": count["own last"] > 0,
        "talk overlap": window.summed(overlap),
        "talk best overlap": _most(window, overlap),
        "talk addressed": count["addresses them"] > 0,
        "talk addresses me": count["they address me"] > 0,
        "talk asks": np.minimum(window.counted(window.asks), 3),
        "opened by me": root_sender == window.me,
        "opened by them": (root_sender == window.sender) & ~mine,
    }


_FLAGS = ("same sender", "own last", "addresses them", "they address me", "my partner")


def _newest(window: Window) -> Ints:
    """The newest column of the talk of each candidate."""
    newest = np.empty(window.talk.size, dtype=np.int64)
    newest[window.talk.ravel()[::-1]] = window.place.ravel()[::-1]  # of equal places the last one that is written stays
    return newest[window.talk]


def _most(window: Window, overlap: Floats) -> Floats:
    """The most words shared with one member of the talk of each candidate."""
    most = np.zeros(window.talk.size, dtype=np.float32)
    some = overlap > 0
    np.maximum.at(most, window.talk[some], overlap[some])
    return most[window.talk]


def _alike(window: Window) -> Ints:
    """How many members of the talk of each candidate have its sender."""
    both = (window.talk * CANDIDATES + window.person % CANDIDATES).ravel()
    counts = np.zeros(window.talk.size * CANDIDATES, dtype=np.int16)
    np.add.at(counts, both, np.int16(1))
    found: Ints = counts[both].reshape(window.talk.shape)
    return found


def _replies(window: Window) -> Columns:
    """Who answered whom among the candidates."""
    by_other = window.has_parent & window.valid & (window.parent_sender != window.sender)
    by_me = window.has_parent & window.valid & (window.sender == window.me)
    answers = _counted(window, by_other)
    return {
        "answers so far": np.minimum(answers, 4),
        "answered by me": _counted(window, by_me) > 0,
        "answers me": (window.parent_sender == window.me) & (window.sender != window.me),
        "goes on itself": window.parent_sender == window.sender,
        "starts something": ~window.has_parent,
        "open question": window.asks & (answers == 0) & (window.sender != window.me),
        "depth": _LOGS[window.root - window.place],
        "exchanges": np.minimum(_exchanges(window), 4),
    }


def _counted(window: Window, replies: Bools) -> Ints:
    """How many of these replies each candidate got."""
    rows, columns = np.nonzero(replies)
    places = rows * CANDIDATES + window.parent[rows, columns]
    return np.bincount(places, minlength=replies.size).reshape(replies.shape)


def _exchanges(window: Window) -> Ints:
    """How often the sender of each candidate and I answered one another in the window."""
    mine = window.sender == window.me
    between = (mine & window.has_parent) | (window.parent_sender == window.me)
    other = np.where(mine, window.of_column(window.person, window.parent), window.person)[between]
    counts = np.bincount(other, minlength=mine.size)[window.person]
    return np.where(mine, 0, counts)
