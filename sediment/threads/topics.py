"""Where one topic ends and the next begins in a conversation, a lecture or a meeting.

Two things are weighed: how much a new topic looks like beginning at each gap, by a logistic model over `topic_features` whose weights stand in data/topics.json
(`python -m bench train-topics` makes them), and how well the messages of each stretch hold together as a whole (Utiyama and Isahara, ACL 2001, with
vectors in the place of words). Dynamic programming finds the best cut; how many topics there are is part of what is found."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

import numpy as np

from sediment import resources
from sediment.models import Message
from sediment.protocols import Embedder, Vectors
from sediment.threads.topic_features import Numbers, centred, features

_BLOCK = 400  # messages cut together: time and memory grow with the square
_HEAD, _TAIL = (
    70,
    40,
)  # characters of a long message that are embedded: it tells its topic where it begins and where it ends

_COHESION = 3.0  # weight of how well stretches hold together, against the log-odds of the gaps
_TOPIC = 2.5  # what one more topic costs
_EXPECTED, _GROWTH = 4.3, 0.25  # people see about 4.3 topics in 20 messages, and twice as many in 16 times as many …
_SHORT = 3.5  # … but none much shorter than so many messages
_UNEXPECTED = 5.0  # what it costs to leave that, times the squared log of the ratio


@dataclass(frozen=True, slots=True)
class Boundary:
    index: int  # of the message that starts a new topic, 1 or more
    score: float  # how probable, 0–1, by the messages around it alone


def boundaries(messages: Sequence[Message], embedder: Embedder) -> list[Boundary]:
    """Where new topics begin in one conversation, in order. Empty where it has one topic. Each message is embedded: 1,000 take some CPU seconds."""
    found: list[Boundary] = []
    count = max(1, math.ceil(len(messages) / _BLOCK))
    edges = [len(messages) * number // count for number in range(count + 1)]
    for start, stop in pairwise(edges):
        block = messages[start:stop]
        if len(block) > 1:
            vectors = embedded(block, embedder)
            odds = log_odds(features(block, vectors), shipped())
            found += [Boundary(start + at, float(1 / (1 + np.exp(-odds[at - 1])))) for at in cut(vectors, odds)]
    return found


def embedded(messages: Sequence[Message], embedder: Embedder) -> Vectors:
    """A row a message."""
    return embedder.queries([_shown(message.text) for message in messages])


def _shown(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}…{text[-_TAIL:]}"


@cache
def shipped() -> Mapping[str, float]:
    """Weights by the names of features, and `bias`."""
    weights: dict[str, float] = json.loads((resources.folder("data") / "topics.json").read_text(encoding="utf-8"))
    return weights


def log_odds(columns: Mapping[str, Numbers], weights: Mapping[str, float]) -> Numbers:
    """Of a new topic at each gap."""
    return np.asarray(weights["bias"] + sum(weights[name] * values for name, values in columns.items()))


def cut(vectors: Vectors, odds: Numbers) -> list[int]:
    """The places of the best cut, given the log-odds of each of the len(vectors) - 1 gaps."""
    number = len(vectors)
    expected = min(_EXPECTED * (number / 20) ** _GROWTH, number / _SHORT)
    worth = _COHESION * _cohesion(centred(vectors)) + np.concatenate([[0], odds, [0]])[None, :]
    worth[np.tril_indices(number + 1)] = -np.inf
    best, came_from = np.full(number + 1, -np.inf), []
    best[0] = 0.0
    totals = []
    for topics in range(1, min(number, math.ceil(3 * expected)) + 1):
        joined = best[:, None] + worth
        came_from.append(joined.argmax(axis=0))
        best = joined.max(axis=0)
        totals.append(best[-1] - _TOPIC * topics - _UNEXPECTED * math.log(topics / expected) ** 2)
    places = accumulate(
        reversed(came_from[: int(np.argmax(totals)) + 1]), lambda place, row: int(row[place]), initial=number
    )
    return sorted(place for place in places if 0 < place < number)


def _cohesion(rows: Numbers) -> Numbers:
    """[i, j]: the squared length of the sum of rows i … j-1 over their number plus one: great where many point the same way."""
    number = len(rows)
    sums = np.zeros((number + 1, number + 1))
    sums[1:, 1:] = (rows @ rows.T).cumsum(axis=0).cumsum(axis=1)
    own = sums.diagonal()
    squared = own[None, :] + own[:, None] - sums - sums.T
    length = np.arange(number + 1)[None, :] - np.arange(number + 1)[:, None]
    return np.asarray(squared / (np.abs(length) + 1))
