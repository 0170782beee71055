"""A second look: what the first look made of the messages around says which talk each candidate belongs to.

All numbers of a row come from the CANDIDATES messages before it, so that no decision leans on an endless chain of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.threads.features import CANDIDATES, PAIR, Bools, Grid
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

    @property
    def has_parent(self) -> Bools:
        found: Bools = self.parent != self.place
        return found

    @property
    def parent_sender(self) -> Ints:
        senders: Ints = np.take_along_axis(self.sender, self.parent, axis=1)
        return np.where(self.has_parent, senders, _NOBODY)


def window_of(traits: Traits, grid: Grid, steps: Ints) -> Window:
    """`steps`: of all rows of `traits`, how far back the message lies that each answers most probably, 0 where it starts something."""
    candidate, valid = grid.candidate[:, 1:], grid.valid[:, 1:]
    place = np.broadcast_to(np.arange(CANDIDATES), valid.shape)
    parent = place + np.where(valid, steps[candidate], 0)
    parent = np.where(parent < CANDIDATES, parent, place)
    parent = np.where(np.take_along_axis(valid, parent, axis=1), parent, place)
    root = parent
    for _ in range(_JUMPS):
        root = np.take_along_axis(root, root, axis=1)
    return Window(
        candidate, valid, np.where(valid, traits.sender[candidate], -1), traits.sender[grid.rows][:, None],
        valid & (traits.own[candidate, _ASKS] > 0), place, parent, root,
    )  # fmt: skip


def shortlist(chances: Floats, valid: Bools) -> Ints:
    """The columns worth a second look, (rows, SHORT), in order: a start and the likeliest others. `chances`: the first look."""
    hope = np.where(valid, chances.sum(axis=2), -1)
    hope[:, 0] = np.inf
    return np.sort(np.argsort(-hope, axis=1, kind="stable")[:, :SHORT], axis=1)


def shortened(values: NDArray[Any], short: Ints) -> NDArray[Any]:
    """The columns `short` of `values` (rows, CANDIDATES + 1, …)."""
    return np.take_along_axis(values, short.reshape(*short.shape, *(1,) * (values.ndim - 2)), axis=1)


def second_look(grid: Grid, window: Window, starts: Floats, chances: Floats) -> Floats:
    """(rows, CANDIDATES + 1, len(SECOND)). `starts`: of all rows the chance that they start something; `chances`: the first look of the rows of `grid`."""
    out = np.zeros((*chances.shape[:2], len(SECOND)), dtype=np.float32)
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
        out[:, 1:, SECOND.index(name)] = np.where(window.valid, values, 0)
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
    """Of the talk that each candidate belongs to: those with the same root."""
    pair = {name: grid.features[:, 1:, PAIR.index(name)] for name in _SUMMED[2:]}
    same = ((window.root[:, :, None] == window.root[:, None, :]) & window.valid[:, None, :]).astype(np.float32)
    my_partner = grid.features[:, 1:, PAIR.index("my partner")]
    known = np.stack(
        [chances * window.valid, window.valid, *pair.values(), window.asks, of_talk * window.valid, my_partner], axis=2
    ).astype(np.float32)
    total = dict(zip((*_SUMMED, "asks", "of talk", "partner"), np.moveaxis(same @ known, 2, 0), strict=True))
    newest, oldest, overlap = _extremes(window, pair["overlap"])
    alike = (same * (window.sender[:, :, None] == window.sender[:, None, :])).sum(axis=2)
    size = np.maximum(total["size"], 1)
    gap = grid.features[:, 1:, PAIR.index("gap")]
    silent = np.take_along_axis(gap, newest, axis=1)
    seconds = np.expm1(gap) * 10
    lasted = np.take_along_axis(seconds, oldest, axis=1) - np.take_along_axis(seconds, newest, axis=1)
    speakers = (same @ (1 / np.maximum(alike, 1))[:, :, None])[:, :, 0]
    root_sender = np.take_along_axis(window.sender, window.root, axis=1)
    return {
        "talk chance": total["chance"],
        "talk size": np.log1p(size),
        "talk silent for": silent,
        "talk chance of it": total["of talk"],
        "talk below best": total["of talk"].max(axis=1, keepdims=True) - total["of talk"],
        "talk speakers": np.log1p(speakers),
        "silent in its tempo": silent - np.log1p(np.maximum(lasted, 0) / (10 * size)),
        "my partner is in the talk": total["partner"] > 0,
        "first mine": (window.sender == window.me) & (np.cumsum(window.sender == window.me, axis=1) == 1),
        "talk quiet messages": np.log1p(newest),
        "newest of the talk": newest == window.place,
        "my share of the talk": total["same sender"] / size,
        "their share of the talk": alike / size,
        "my last is in the talk": total["own last"] > 0,
        "talk overlap": total["overlap"],
        "talk best overlap": overlap,
        "talk addressed": total["addresses them"] > 0,
        "talk addresses me": total["they address me"] > 0,
        "talk asks": np.minimum(total["asks"], 3),
        "opened by me": root_sender == window.me,
        "opened by them": (root_sender == window.sender) & (window.sender != window.me),
    }


def _extremes(window: Window, overlap: Floats) -> tuple[Ints, Ints, Floats]:
    """Of the talk of each candidate: its newest and its oldest column, and the most words shared with one of its members."""
    rows = np.arange(len(window.root))
    newest, oldest, most = window.place.copy(), window.place.copy(), np.where(window.valid, overlap, 0)
    for column in range(CANDIDATES):
        root = window.root[:, column]
        newest[rows, root] = np.minimum(newest[rows, root], column)
        oldest[rows, root] = np.where(
            window.valid[:, column], np.maximum(oldest[rows, root], column), oldest[rows, root]
        )
        most[rows, root] = np.maximum(most[rows, root], most[:, column])
    newest, oldest, most = (np.take_along_axis(of_root, window.root, axis=1) for of_root in (newest, oldest, most))
    return newest, oldest, most


_SUMMED = ("chance", "size", "same sender", "overlap", "own last", "addresses them", "they address me")


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
        "depth": np.log1p(window.root - window.place),
        "exchanges": np.minimum(_exchanges(window), 4),
    }


def _counted(window: Window, replies: Bools) -> Ints:
    """How many of these replies each candidate got."""
    rows, columns = np.nonzero(replies)
    places = rows * CANDIDATES + window.parent[rows, columns]
    return np.bincount(places, minlength=replies.size).reshape(replies.shape)


def _exchanges(window: Window) -> Ints:
    """How often the sender of each candidate and I answered one another in the window."""
    mine, theirs = window.sender == window.me, window.parent_sender == window.me
    rows, columns = np.nonzero((mine & window.has_parent) | theirs)
    other = np.where(mine, window.parent_sender, window.sender)[rows, columns]
    pair, column = np.nonzero(window.sender[rows] == other[:, None])
    counts = np.bincount(rows[pair] * CANDIDATES + column, minlength=mine.size).reshape(mine.shape)
    return np.where(mine, 0, counts)
