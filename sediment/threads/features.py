"""What speaks for one message answering another: a grid of numbers, one row a message, one column a candidate.

Column 0 is the message itself ("it starts something"), column k is the k-th message before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.threads.traits import COMMON, NAMES, REACH, TRAITS, Floats, Ints, Traits

CANDIDATES = 64
"So many earlier messages are considered as answered. On the labelled sets 98 % of the answers stay within."

_TEMPO = 20  # messages over which the tempo of the group is taken

Bools = NDArray[np.bool_]

PAIR = (
    "itself", "distance", "next", "second", "third", "gap", "gap in tempo", "same sender", "last of its sender",
    "own between", "theirs between", "speakers between", "only own between", "only the two between", "addresses them",
    "hints at them", "addresses others", "they address me", "they hint at me", "they address others", "own last",
    "after own last", "my partner", "their partner is mine", "asked by them", "newest question", "questions between",
    "overlap", "overlap of mine", "overlap of theirs", "rarest shared", "best overlap", "overlap below best",
    "addressed last",
)  # fmt: skip
CHILD = tuple(f"my {trait}" for trait in TRAITS)
PARENT = tuple(f"their {trait}" for trait in TRAITS)
ROW = (
    "tempo",
    "gap before",
    "own last distance",
    "own last gap",
    "best overlap there is",
    "question open",
    "first seen",
)
NAMES_OF_FEATURES = PAIR + CHILD + PARENT + ROW


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows` × (CANDIDATES + 1) candidates. `valid` says which exist; column 0 always does."""

    rows: Ints  # rows of Traits
    candidate: Ints  # rows of Traits; in column 0 the row itself
    valid: Bools
    sender: Ints  # (rows, CANDIDATES), of the earlier candidates; -1 where there is none
    person: Ints  # (rows, CANDIDATES): the same number below CANDIDATES for candidates of a row with the same sender, another for others
    features: Floats  # (rows, CANDIDATES + 1, len(NAMES_OF_FEATURES)), as `blank` lays them out
    shared: Shared


@dataclass(frozen=True, slots=True)
class Shared:
    """The words that a row shares with an earlier candidate, one entry each: both as indices of a grid (column 0 is the message before)."""

    row: Ints
    column: Ints
    token: Ints
    idf: NDArray[np.float64]
    of_row: NDArray[np.float64]  # summed idf of all words of each row


def blank(rows: int, columns: int, features: int) -> Floats:
    """Zeros, (rows, columns, features), in whose memory each feature lies in one piece: features are computed one by one."""
    return np.zeros((features, rows, columns), dtype=np.float32).transpose(1, 2, 0)


def filled(features: Floats, column: int, values: NDArray[np.generic], valid: Bools) -> None:
    """Write `values` (rows, CANDIDATES) as feature `column` of the earlier candidates that exist."""
    np.copyto(features[:, 1:, column], values, where=True if valid.all() else valid, casting="same_kind")


def grid(traits: Traits, start: int, stop: int) -> Grid:
    """The grid of rows start … stop-1."""
    rows = np.arange(start, stop)
    steps = np.arange(1, CANDIDATES + 1)
    reach = _reach(traits, rows)
    candidate = rows[:, None] - steps
    valid = candidate >= reach[:, None]
    candidate = np.where(valid, candidate, 0)
    sender = np.where(valid, traits.sender[candidate], -1)
    features = blank(len(rows), CANDIDATES + 1, len(NAMES_OF_FEATURES))
    shared = _shared(traits, start, stop)
    pair = _pair(traits, rows, candidate, valid, sender, reach, shared)
    features[:, 0, 0] = 1
    for column, name in enumerate(PAIR[1:], 1):
        filled(features, column, pair[name], valid)
    child, parent, row = len(PAIR), len(PAIR) + len(CHILD), len(PAIR) + len(CHILD) + len(PARENT)
    features[:, :, child:parent] = traits.own[start:stop, None, :]
    theirs = _backwards(traits.own, rows)
    np.copyto(features[:, 1:, parent:row], theirs, where=True if valid.all() else valid[:, :, None])
    for column, values in enumerate(_row(traits, rows, reach, pair, valid), row):
        features[:, :, column] = values[:, None]
    return Grid(
        rows=rows,
        candidate=np.concatenate([rows[:, None], candidate], axis=1),
        valid=np.concatenate([np.ones((len(rows), 1), dtype=bool), valid], axis=1),
        sender=sender,
        person=_person(sender),
        features=features,
        shared=shared,
    )


def _reach(traits: Traits, rows: Ints) -> Ints:
    """For each row the first row that is within REACH messages of it, notices counted."""
    return np.searchsorted(traits.index, traits.index[rows] - REACH)


def _pair(
    traits: Traits, rows: Ints, candidate: Ints, valid: Bools, them: Ints, reach: Ints, shared: Shared
) -> dict[str, NDArray[np.generic]]:
    me = traits.sender[rows][:, None]
    distance = np.broadcast_to(np.arange(1, CANDIDATES + 1), them.shape)
    gap = traits.time[rows][:, None] - traits.time[candidate]
    tempo = _tempo(traits, rows, reach)[:, None]
    own_between = _before(them == me)
    earlier_equal = _earlier_equal(traits.sender, rows)
    speakers = _before(earlier_equal == 0)
    asks = traits.own[:, TRAITS.index("asks")] > 0
    by_other = them != me
    questions = asks[candidate] & by_other & valid
    own_last = traits.own_last[rows]
    own_last_distance = (rows - own_last)[:, None]
    partner = np.where(own_last >= 0, traits.named[own_last, 0], -1)[:, None]
    addressed, hinted = _names(traits.named, rows, them), _names(traits.hinted, rows, them)
    mine = _named_by(traits.named, candidate, me)
    overlap, rarest = np.zeros(valid.shape), np.zeros(valid.shape)
    np.add.at(overlap, (shared.row, shared.column), shared.idf)
    np.maximum.at(rarest, (shared.row, shared.column), shared.idf)
    overlap = np.where(valid, overlap, 0)
    best = overlap.max(axis=1, keepdims=True)
    is_last = earlier_equal == 0
    return {
        "distance": np.log1p(distance), "next": distance == 1, "second": distance == 2, "third": distance == 3,
        "gap": np.log1p(np.maximum(gap, 0) / 10), "gap in tempo": np.log1p(np.maximum(gap, 0) / tempo),
        "same sender": them == me, "last of its sender": is_last,
        "own between": np.minimum(own_between, 6), "theirs between": np.minimum(earlier_equal, 6),
        "speakers between": np.log1p(speakers), "only own between": own_between == distance - 1,
        "only the two between": by_other & (own_between + earlier_equal == distance - 1),
        "addresses them": addressed, "hints at them": hinted,
        "addresses others": (traits.named[rows, 0] >= 0)[:, None] & ~addressed,
        "they address me": mine, "they hint at me": _named_by(traits.hinted, candidate, me),
        "they address others": (traits.named[candidate, 0] >= 0) & ~mine,
        "own last": distance == own_last_distance, "after own last": (own_last >= 0)[:, None] & (distance < own_last_distance),
        "my partner": (partner >= 0) & (partner == them),
        "their partner is mine": (traits.named[rows, 0] >= 0)[:, None] & (traits.named[candidate, 0] == traits.named[rows, 0][:, None]),
        "asked by them": questions, "newest question": questions & (_before(questions) == 0), "questions between": np.minimum(_before(questions), 5),
        "overlap": overlap / 5, "overlap of mine": overlap / (traits.weight[rows][:, None] + 1),
        "overlap of theirs": overlap / (traits.weight[candidate] + 1),
        "rarest shared": rarest / 3, "best overlap": (overlap == best) & (overlap > 0), "overlap below best": (best - overlap) / 5,
        "addressed last": addressed & is_last,
    }  # fmt: skip


def _before(flags: NDArray[np.generic]) -> Ints:
    """How many of the columns before each column are set."""
    counts: Ints = np.cumsum(flags, axis=1) - flags
    return counts


def _earlier_equal(sender: Ints, rows: Ints) -> Ints:
    """How many messages between each row and each of the CANDIDATES before it are by the sender of the latter."""
    since = int(rows[0]) - CANDIDATES
    near = _near(sender, since, int(rows[-1]) + CANDIDATES - 1, -1)
    onwards = np.lib.stride_tricks.sliding_window_view(near, CANDIDATES)
    so_far = np.cumsum(onwards == onwards[:, :1], axis=1, dtype=np.int32)
    steps = np.arange(1, CANDIDATES + 1)
    counts: Ints = so_far[(rows - since)[:, None] - steps, steps - 1] - 1
    return counts


def _near(values: NDArray[Any], since: int, until: int, missing: int) -> NDArray[Any]:
    """values[since:until], with `missing` where there is no such row."""
    found = np.full((until - since, *values.shape[1:]), missing, dtype=values.dtype)
    start, stop = max(since, 0), min(until, len(values))
    found[start - since : stop - since] = values[start:stop]
    return found


def _backwards(values: NDArray[Any], rows: Ints) -> NDArray[Any]:
    """The `values` of the candidates of each row, (rows, CANDIDATES, …), 0 before the first one."""
    near = _near(values, int(rows[0]) - CANDIDATES, int(rows[-1]), 0)
    onwards = np.lib.stride_tricks.sliding_window_view(near, CANDIDATES, axis=0)
    return np.moveaxis(onwards, -1, 1)[:, ::-1]


def _person(sender: Ints) -> Ints:
    """For each candidate the newest column with its sender."""
    members, number = np.unique(sender, return_inverse=True)
    place = np.arange(len(sender))[:, None] * len(members) + number.reshape(sender.shape)
    newest = np.empty(len(sender) * len(members), dtype=np.int64)
    columns = np.broadcast_to(np.arange(CANDIDATES), sender.shape)
    newest[place.ravel()[::-1]] = columns.ravel()[::-1]  # of equal places the last one that is written stays
    found: Ints = newest[place]
    return found


def _names(named: Ints, rows: Ints, them: Ints) -> Bools:
    found: Bools = np.logical_or.reduce([(named[rows, k][:, None] == them) & (them >= 0) for k in range(NAMES)])
    return found


def _named_by(named: Ints, candidate: Ints, me: Ints) -> Bools:
    found: Bools = np.logical_or.reduce([named[candidate, k] == me for k in range(NAMES)])
    return found


def _tempo(traits: Traits, rows: Ints, reach: Ints) -> NDArray[np.float64]:
    """Mean seconds between the last messages, at least 5 and at most 10 minutes each."""
    since = np.maximum(np.maximum(rows - _TEMPO, reach), 0)
    return np.clip((traits.time[rows] - traits.time[since]) / np.maximum(rows - since, 1), 5, 600)


def _row(
    traits: Traits, rows: Ints, reach: Ints, pair: dict[str, NDArray[np.generic]], valid: Bools
) -> list[NDArray[np.generic]]:
    own_last = traits.own_last[rows]
    known = own_last >= 0
    gap_before = np.where(rows > reach, traits.time[rows] - traits.time[np.maximum(rows - 1, 0)], 3600)
    own_gap = np.where(known, traits.time[rows] - traits.time[own_last], 3600 * 6)
    questions = (pair["asked by them"].astype(bool) & valid)[:, :20].any(axis=1)
    return [
        np.log1p(_tempo(traits, rows, reach) / 10),
        np.log1p(np.maximum(gap_before, 0) / 10),
        np.log1p(np.where(known, rows - own_last, REACH)),
        np.log1p(np.maximum(own_gap, 0) / 10),
        np.where(valid, pair["overlap"], 0).max(axis=1),
        questions,
        ~known,
    ]


def _shared(traits: Traits, start: int, stop: int) -> Shared:
    """The words that rows start … stop-1 share with their candidates."""
    token, at = traits.token, traits.token_at
    here = np.flatnonzero((at >= start) & (at < stop) & (traits.idf > 0))
    places, lags = [here[:0]], [here[:0]]
    for lag in range(1, COMMON + 1):
        here = here[here >= lag]
        here = here[(token[here - lag] == token[here]) & (at[here] - at[here - lag] <= CANDIDATES)]
        if not len(here):
            break
        places.append(here)
        lags.append(here - lag)
    later, earlier = np.concatenate(places), np.concatenate(lags)
    distance = at[later] - at[earlier]
    return Shared(at[later] - start, distance - 1, token[later], traits.idf[later], traits.weight[start:stop])
