"""What speaks for a new topic between two messages: rows of numbers, one for each gap of a conversation.

How near the messages before and after the gap are in meaning and in words, how much nearer they are on either side (Hearst, Computational Linguistics
1997), and what kind of messages stand at it. Nothing of it depends on the language save the word lists."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sediment import patterns, speech
from sediment.models import Message
from sediment.protocols import Vectors
from sediment.questions import is_question
from sediment.words import bigrams, is_stop

Numbers = NDArray[np.float64]

_WINDOWS = (1, 2, 3, 5, 8)  # messages on each side
_NEAR = 5
_LATELY = 8
_BEGINNING = 40  # characters
_READ = 400  # characters of a message whose words count


def features(messages: Sequence[Message], vectors: Vectors) -> dict[str, Numbers]:
    """By name, a number for each of the len(messages) - 1 gaps. `vectors`: one row a message, of unit length."""
    return {
        **_windows("meaning", vectors.astype(np.float64)),
        **_windows("words", weighted_words(messages)),
        **_neighbours(centred(vectors)),
        **_forms(messages),
    }


def centred(vectors: Vectors) -> Numbers:
    """Unit vectors of what tells each message from the rest of the conversation."""
    rest = vectors - vectors.mean(axis=0, dtype=np.float64)
    return np.asarray(rest / (np.linalg.norm(rest, axis=1, keepdims=True) + 1e-9))


# ---- nearness -------------------------------------------------------------------------------------------------------


def _windows(name: str, rows: Numbers) -> dict[str, Numbers]:
    found = {}
    for width in _WINDOWS:
        cosines = across(rows, width)
        found[f"{name} {width}"], found[f"{name} dip {width}"] = cosines, dips(cosines)
    return found


def across(rows: Numbers, width: int) -> Numbers:
    """The cosine of the sums of the `width` rows before and after each gap."""
    sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    gap = np.arange(1, len(rows))
    before = sums[gap] - sums[np.maximum(gap - width, 0)]
    after = sums[np.minimum(gap + width, len(rows))] - sums[gap]
    norms = np.sqrt((before**2).sum(axis=1) * (after**2).sum(axis=1))
    return np.asarray((before * after).sum(axis=1) / (norms + 1e-9))


def dips(cosines: Numbers) -> Numbers:
    """How far each value lies below the nearest peaks to its left and right, on average: the depth score of TextTiling."""
    return (_climb(cosines) + _climb(cosines[::-1])[::-1]) / 2 - cosines


def _climb(values: Numbers) -> Numbers:
    """The peak that is reached by walking left from each value for as long as it goes up."""
    peaks = values.copy()
    for at in range(1, len(values)):
        if values[at - 1] >= values[at]:
            peaks[at] = peaks[at - 1]
    return peaks


def weighted_words(messages: Sequence[Message]) -> Numbers:
    """A row a message: the words in it, by how rare they are in the conversation."""
    words = [{word for word in bigrams(message.text[:_READ]) if not is_stop(word)} for message in messages]
    place = {word: column for column, word in enumerate(sorted(set().union(*words)))}
    rows = np.zeros((len(messages), max(1, len(place))))
    for row, of_message in zip(rows, words, strict=True):
        row[[place[word] for word in of_message]] = 1
    rows *= np.log((len(messages) + 1) / np.maximum(rows.sum(axis=0), 1))
    return rows


def _neighbours(rows: Numbers) -> dict[str, Numbers]:
    """The nearest pairs across each gap."""
    near = rows @ rows.T
    gaps = range(1, len(rows))
    return {
        "nearest before": np.array([near[i, max(0, i - _NEAR) : i].max() for i in gaps]),
        "nearest after": np.array([near[i - 1, i : i + _NEAR].max() for i in gaps]),
        "nearest across": np.array([near[max(0, i - 3) : i, i : i + 3].max() for i in gaps]),
        "over one before": np.array([near[i - 2, i] if i > 1 else 0.0 for i in gaps]),
        "over one after": np.array([near[i - 1, i + 1] if i + 1 < len(rows) else 0.0 for i in gaps]),
    }


# ---- forms ----------------------------------------------------------------------------------------------------------


def _forms(messages: Sequence[Message]) -> dict[str, Numbers]:
    texts = [message.text for message in messages]
    senders = [message.sender for message in messages]
    gaps = range(1, len(messages))
    long = np.array([math.log1p(len(text)) for text in texts])
    long = (long - long.mean()) / (long.std() + 1e-6)
    return {
        **_around("asks", [is_question(text) for text in texts], (-2, -1, 0, 1)),
        **_around("answers", [speech.opens_answer(text) for text in texts], (0,)),
        **_around("goes back", [speech.goes_back(text) for text in texts], (0,)),
        **_around("opens", [speech.opens_subject(text) for text in texts], (0,)),
        **_around("acts", [bool(speech.acts(text)) for text in texts], (-1, 0)),
        **_around("turns", [bool(_cue("turns").search(text[:_BEGINNING])) for text in texts], (0,)),
        **_around("ends", [bool(_cue("ends").search(text)) for text in texts], (-2, -1, 0)),
        **_around("length", long, (-2, -1, 0, 1)),
        "same sender": np.array([float(senders[i] == senders[i - 1]) for i in gaps]),
        "new sender": np.array([float(senders[i] not in senders[max(0, i - _LATELY) : i]) for i in gaps]),
    }


def _around(name: str, values: Sequence[float] | Numbers, steps: Sequence[int]) -> dict[str, Numbers]:
    """The values of messages around each gap: 0 is the one after it, -1 the one before it; 0 where there is none."""
    padded = np.concatenate([np.zeros(2), np.asarray(values, dtype=np.float64), np.zeros(2)])
    return {f"{name} {step:+d}": padded[3 + step : 3 + step + len(values) - 1] for step in steps}


@cache
def _cue(name: str) -> re.Pattern[str]:
    return patterns.compiled(patterns.table("topic_cues")[name], {}, re.IGNORECASE)
