"""A second look: what the first look made of the messages around says which talk each candidate belongs to.

All numbers of a row come from the CANDIDATES messages before it, so that no decision leans on an endless chain of earlier ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sediment.threads.features import CANDIDATES, PAIR, Bools, Grid
from sediment.threads.traits import TRAITS, Floats, Ints, Traits

SECOND = (
    "first look", "first chance", "first below best", "talk chance", "talk size", "talk silent for", "talk quiet messages", "newest of the talk",
    "my share of the talk", "their share of the talk", "my last is in the talk", "talk overlap", "talk best overlap", "talk addressed", "talk addresses me",
    "answers so far", "answered by me", "answers me", "goes on itself", "starts something", "start chance", "open question", "talk asks", "depth",
)  # fmt: skip

_LEAST = 1e-6
_JUMPS = 6  # 2**6 steps cover the window


def second_look(traits: Traits, grid: Grid, steps: Ints, starts: Floats, chances: Floats) -> Floats:
    """(rows, CANDIDATES + 1, len(SECOND)). Of all rows of `traits`: `steps`, how far back the message lies that each answers most probably (0: none),
    and `starts`, the chance that it starts something. `chances`: the first look of the rows of `grid`."""
    rows, width = chances.shape
    out = np.zeros((rows, width, len(SECOND)), dtype=np.float32)
    candidate, valid = grid.candidate[:, 1:], grid.valid[:, 1:]
    chance = chances[:, 1:] * valid
    step = np.where(valid, steps[candidate], 0)
    place = np.broadcast_to(np.arange(CANDIDATES), valid.shape)
    parent = np.where((step > 0) & (place + step < CANDIDATES), place + step, place)
    parent = np.where(np.take_along_axis(valid, parent, axis=1), parent, place)
    root = parent
    for _ in range(_JUMPS):
        root = np.take_along_axis(root, root, axis=1)
    values = _talks(traits, grid, root, chance, valid)
    sender = np.where(valid, traits.sender[candidate], -1)
    me = traits.sender[grid.rows][:, None]
    parent_sender = np.take_along_axis(sender, parent, axis=1)
    has_parent = parent != place
    answers = np.zeros(valid.shape)
    mine = np.zeros(valid.shape)
    line = np.broadcast_to(np.arange(rows)[:, None], valid.shape)
    by_other = has_parent & valid & (parent_sender != sender)
    np.add.at(answers, (line[by_other], parent[by_other]), 1)
    by_me = has_parent & valid & (sender == me)
    np.add.at(mine, (line[by_me], parent[by_me]), 1)
    asks = valid & (traits.own[candidate, TRAITS.index("asks")] > 0)
    looks = np.log(np.maximum(chances, _LEAST))
    columns = {
        **values,
        "answers so far": np.minimum(answers, 4),
        "answered by me": mine > 0,
        "answers me": has_parent & (parent_sender == me) & (sender != me),
        "goes on itself": has_parent & (parent_sender == sender),
        "starts something": ~has_parent,
        "start chance": np.where(valid, starts[candidate], 0),
        "open question": asks & (answers == 0) & (sender != me),
        "depth": np.log1p(root - place),
    }
    for number, name in enumerate(SECOND):
        if name in columns:
            out[:, 1:, number] = np.where(valid, columns[name], 0)
    out[:, :, 0] = looks
    out[:, :, 1] = chances
    out[:, :, 2] = looks - looks.max(axis=1, keepdims=True)
    out[:, 0, 3] = out[:, 1:, 3].max(axis=1)
    return out


def _talks(traits: Traits, grid: Grid, root: Ints, chance: Floats, valid: Bools) -> dict[str, NDArray[np.generic]]:
    """Of the talk that each candidate belongs to: those with the same root."""
    pair = grid.features[:, 1:]
    at = PAIR.index
    same = ((root[:, :, None] == root[:, None, :]) & valid[:, None, :]).astype(np.float32)
    asks = traits.own[grid.candidate[:, 1:], TRAITS.index("asks")]
    known = np.stack(
        [
            chance, valid, pair[..., at("same sender")], pair[..., at("overlap")], pair[..., at("own last")],
            pair[..., at("addresses them")], pair[..., at("they address me")], asks,
        ],
        axis=2,
    ).astype(np.float32)  # fmt: skip
    total = same @ known
    newest = np.argmax(same > 0, axis=2)
    gap = np.take_along_axis(pair[..., at("gap")], newest, axis=1)
    their = (
        same * (traits.sender[grid.candidate[:, 1:]][:, :, None] == traits.sender[grid.candidate[:, 1:]][:, None, :])
    ).sum(axis=2)
    size = np.maximum(total[..., 1], 1)
    return {
        "talk chance": total[..., 0],
        "talk size": np.log1p(size),
        "talk silent for": gap,
        "talk quiet messages": np.log1p(newest),
        "newest of the talk": newest == np.arange(CANDIDATES),
        "my share of the talk": total[..., 2] / size,
        "their share of the talk": their / size,
        "my last is in the talk": total[..., 4] > 0,
        "talk overlap": total[..., 3],
        "talk best overlap": (same * pair[:, None, :, at("overlap")]).max(axis=2),
        "talk addressed": total[..., 5] > 0,
        "talk addresses me": total[..., 6] > 0,
        "talk asks": np.minimum(total[..., 7], 3),
    }
