"""A last look at fragments: a message together with what answers it, directly or through others, goes to the talk that all of them fit best, or starts one.

The chances of one message alone may lean to a talk that nothing of what follows has to do with. What is compared is the likelihood of the talks: of each
later message of the fragment, that it belongs to what the fragment joins; of each later message of that talk, that it belongs to the two together. A
fragment that starts a talk has itself alone to belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sediment.threads.features import CANDIDATES, Grid
from sediment.threads.second import Window
from sediment.threads.third import AHEAD, of_candidates
from sediment.threads.traits import REACH, Floats, Ints, Traits

FRAGMENT = 9
"More messages than this, of those that are looked at, are no fragment but what the chat was about."

_ALONE = 1 / 3
"The message alone has to belong to the other talk at least so probably beside the one that it leaves."

_JOINS = 0.5
"""So much better than alone, as a log-likelihood, a fragment has to fit the talk that it joins; else it starts one. Chosen on the training logs of IRC with
networks that had not seen them."""

_LEAST = 0.01  # of any chance, for its logarithm
_MINE, _OTHER = -1, -2


def fitted(known: Traits, grid: Grid, window: Window, chances: Floats, steps: Ints) -> Ints:
    """The columns that the rows of `grid` answer, (rows,), 0 where one starts something: as `steps` has it, save where a fragment fits another talk
    better, or none.

    Of all rows of `known`: `chances` (n, CANDIDATES + 1), how probable each candidate is, and `steps` (n,), how far back the message lies that is answered.
    At most AHEAD later messages count, none further than REACH."""
    found: Ints = steps[grid.rows]
    asked = np.flatnonzero(found > 0)
    rows, root, valid = grid.rows[asked], window.root[asked], window.valid[asked]
    later = rows[:, None] + np.arange(AHEAD + 1)
    exists = later < len(known.index)
    later = np.where(exists, later, 0)
    exists &= known.index[later] - known.index[rows][:, None] <= REACH
    part = _parts(root, np.where(exists, steps[later], 0))
    small = (part == _MINE).sum(axis=1) <= FRAGMENT
    asked, rows, root, valid, part = asked[small], rows[small], root[small], valid[small], part[small]
    near = chances[later[small]] * exists[small, :, None]
    chosen = found[asked]
    fit = np.where(valid, _fit(root, part, near), -np.inf)
    at, best = (chosen - 1)[:, None], fit.argmax(axis=1)[:, None]
    now, talk = (np.take_along_axis(root, column, axis=1) for column in (at, best))
    alone = chances[rows, 1:]
    of_talk, of_now = ((alone * (root == of)).sum(axis=1) for of in (talk, now))
    moves = (talk != now)[:, 0] & (of_talk >= _ALONE * of_now)
    likeliest = np.where(root == talk, alone, -1).argmax(axis=1) + 1
    joins = np.take_along_axis(fit, np.where(moves[:, None], best, at), axis=1)[:, 0]
    starts = joins - _fit_alone(part, near) <= _JOINS
    found[asked] = np.where(starts, 0, np.where(moves, likeliest, chosen))
    return found


def _parts(root: Ints, steps: Ints) -> Ints:
    """What each row and the later messages belong to, (rows, AHEAD + 1): the fragment, the talk with that root, or neither."""
    part = np.full(steps.shape, _OTHER)
    part[:, 0] = _MINE
    rows = np.arange(len(part))
    for step in range(1, AHEAD + 1):
        back = steps[:, step]
        of_later = part[rows, np.maximum(step - back, 0)]
        of_earlier = root[rows, np.maximum(back - step - 1, 0)]
        part[:, step] = np.where(back == 0, _OTHER, np.where(back <= step, of_later, of_earlier))
    return part


def _fit(root: Ints, part: Ints, chances: Floats) -> NDArray[np.float64]:
    """How well the fragment fits the talk of each candidate, (rows, CANDIDATES), as a log-likelihood. `chances`: (rows, AHEAD + 1, CANDIDATES + 1)."""
    mine = part == _MINE
    between, before = _between(chances), of_candidates(chances, 0)
    to_mine = (between @ mine[:, :, None].astype(np.float32))[:, :, 0]
    # Each message of the fragment, what of it belongs to each talk, at the root of that.
    row, step = np.nonzero(mine)
    start = np.arange(len(row))[:, None] * CANDIDATES
    of_later = part[row] >= 0
    places = np.concatenate([(root[row] + start).ravel(), (part[row] + start)[of_later]])
    given = np.concatenate([before[row, step].ravel(), between[row, step][of_later]])
    to_talk = np.bincount(places, given, minlength=len(row) * CANDIDATES).reshape(-1, CANDIDATES)
    belongs = np.log(_LEAST + to_talk + to_mine[row, step, None])
    fit = np.add.reduceat(belongs, np.flatnonzero(step == 0), axis=0) if len(row) else belongs
    # And each later message of a talk, how much more it belongs to both.
    row, step = np.nonzero(part >= 0)
    talk = part[row, step]
    to_own = (before[row, step] * (root[row] == talk[:, None])).sum(axis=1, dtype=np.float64)
    to_own += (between[row, step] * (part[row] == talk[:, None])).sum(axis=1)
    np.add.at(fit, (row, talk), np.log(_LEAST + to_own + to_mine[row, step]) - np.log(_LEAST + to_own))
    found: NDArray[np.float64] = np.take_along_axis(fit, root, axis=1)
    return found


def _fit_alone(part: Ints, chances: Floats) -> Floats:
    """How well the fragment fits as a talk of its own, (rows,)."""
    mine = part == _MINE
    belongs = (_between(chances) @ mine[:, :, None].astype(np.float32))[:, :, 0]
    belongs[:, 0] = chances[:, 0, 0]
    fit: Floats = (np.log(_LEAST + belongs) * mine).sum(axis=1)
    return fit


def _between(chances: Floats) -> Floats:
    """How probably each message answers each one before it, (rows, AHEAD + 1, AHEAD + 1)."""
    step = np.arange(AHEAD + 1)[:, None]
    earlier = step - step.T
    found: Floats = chances[:, step, np.maximum(earlier, 0)] * (earlier > 0)
    return found
