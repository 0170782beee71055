"""A last look at fragments: a message together with what answers it, directly or through others, goes to the talk that all of them fit best, or starts one.

The chances of one message alone may lean to a talk that nothing of what follows has to do with. What is compared is the likelihood of the talks: of each
later message of the fragment, that it belongs to what the fragment joins; of each later message of that talk, that it belongs to the two together. A
fragment that starts a talk has itself alone to belong to."""

from __future__ import annotations

import numpy as np

from sediment.threads.features import CANDIDATES, Bools, Grid
from sediment.threads.second import Window
from sediment.threads.third import AHEAD
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
    chosen = steps[grid.rows]
    step = np.arange(AHEAD + 1)
    later = grid.rows[:, None] + step
    exists = later < len(known.index)
    later = np.where(exists, later, 0)
    exists &= known.index[later] - known.index[grid.rows][:, None] <= REACH
    part = _parts(window, np.where(exists, steps[later], 0))
    near = chances[later] * exists[:, :, None]
    fit = np.where(window.valid, _fit(window, part, near), -np.inf)
    at, best = np.maximum(chosen - 1, 0)[:, None], fit.argmax(axis=1)[:, None]
    now, talk = (np.take_along_axis(window.root, column, axis=1) for column in (at, best))
    alone = chances[grid.rows, 1:]
    of_talk, of_now = ((alone * (window.root == of)).sum(axis=1) for of in (talk, now))
    moves = (talk != now)[:, 0] & (of_talk >= _ALONE * of_now)
    likeliest = np.where(window.root == talk, alone, -1).argmax(axis=1) + 1
    joins = np.take_along_axis(fit, np.where(moves[:, None], best, at), axis=1)[:, 0]
    starts = joins - _fit_alone(part, near) <= _JOINS
    small = (part == _MINE).sum(axis=1) <= FRAGMENT
    found: Ints = np.where((chosen > 0) & small, np.where(starts, 0, np.where(moves, likeliest, chosen)), chosen)
    return found


def _parts(window: Window, steps: Ints) -> Ints:
    """What each row and the later messages belong to, (rows, AHEAD + 1): the fragment, the talk with that root, or neither."""
    part = np.full(steps.shape, _OTHER)
    part[:, 0] = _MINE
    for step in range(1, AHEAD + 1):
        back = steps[:, step, None]
        of_later = np.take_along_axis(part, np.maximum(step - back, 0), axis=1)
        of_earlier = np.take_along_axis(window.root, np.maximum(back - step - 1, 0), axis=1)
        part[:, step] = np.where(back == 0, _OTHER, np.where(back <= step, of_later, of_earlier))[:, 0]
    return part


def _fit(window: Window, part: Ints, chances: Floats) -> Floats:
    """How well the fragment fits the talk of each candidate, (rows, CANDIDATES), as a log-likelihood. `chances`: (rows, AHEAD + 1, CANDIDATES + 1)."""
    step = np.arange(AHEAD + 1)[:, None]
    mine = part == _MINE
    of_talk: Bools = part[:, :, None] == window.root[:, None, :]
    between = _between(chances)
    column = step + np.arange(1, CANDIDATES + 1)
    before = chances[:, step, np.where(column <= CANDIDATES, column, 0)] * (column <= CANDIDATES)
    same = (window.root[:, :, None] == window.root[:, None, :]) & window.valid[:, :, None]
    to_talk = before @ same.astype(np.float32) + between @ of_talk.astype(np.float32)
    to_both = np.log(_LEAST + to_talk + (between @ mine[:, :, None].astype(np.float32)))
    gained = (to_both - np.log(_LEAST + to_talk)) * of_talk
    fit: Floats = (to_both * mine[:, :, None] + gained).sum(axis=1)
    return fit


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
