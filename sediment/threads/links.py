"""Which earlier message each message answers: a quote decides; otherwise a trained scorer weighs who spoke when, names, words and forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sediment.models import Link, Message
from sediment.threads import features
from sediment.threads.scorer import Network, shipped
from sediment.threads.traits import REACH, Floats, traits

CONTEXT = REACH
"""The links of a message depend on at most so many messages before it, save that a quote reaches any message that is given. More context changes nothing."""

SECOND = 0.4
"A second answered message is kept from this probability on."

_BLOCK = 256  # rows of one grid: bounds the memory
_SHARE = 4096  # messages taken at once


def links(messages: Sequence[Message], first: int = 0) -> list[Link]:
    """The links of messages[first:], in order; of one message the best first. A message without a link starts something.

    The messages before `first` are context only. Scores are probabilities."""
    found: list[Link] = []
    place = {message.id: index for index, message in enumerate(messages)}
    for start in range(first, len(messages), _SHARE):
        since = max(0, start - CONTEXT)
        share = messages[since : start + _SHARE]
        chosen = dict(_chosen(share, start - since, shipped()))
        for message in share[start - since :]:
            quoted = message.reply_to if message.reply_to in place else None
            found += [Link(message.id, quoted, 1.0, "quote")] if quoted else chosen.get(message.id, [])
    return found


def _chosen(messages: Sequence[Message], first: int, network: Network) -> Iterator[tuple[str, list[Link]]]:
    known = traits(messages)
    begin, end = int(np.searchsorted(known.index, first)), len(known.index)
    for start in range(begin, end, _BLOCK):
        grid = features.grid(known, start, min(start + _BLOCK, end))
        chances = network.chances(grid.features, grid.valid)
        for row, candidates, chance, values in zip(grid.rows, grid.candidate, chances, grid.features, strict=True):
            message = messages[known.index[row]]
            picks = [column for column in np.argsort(-chance, kind="stable")[:2] if column]
            if len(picks) < 2 and chance[0] == chance.max():
                picks = []
            yield (
                message.id,
                [
                    Link(
                        message.id,
                        messages[known.index[candidates[pick]]].id,
                        round(float(chance[pick]), 4),
                        _why(values[pick]),
                    )
                    for rank, pick in enumerate(picks)
                    if rank == 0 or chance[pick] >= SECOND
                ],
            )


_SIGNALS = (  # feature, word: the first that are set name a link
    ("addresses them", "mention"),
    ("hints at them", "name"),
    ("they address me", "addressed"),
    ("only own between", ""),
    ("only the two between", "turns"),
    ("asked by them", "question"),
    ("best overlap", "words"),
    ("next", "next"),
)


def _why(values: Floats) -> str:
    """Up to three words for the signals that speak for this candidate."""
    at = features.PAIR.index
    words = [word for name, word in _SIGNALS if word and values[at(name)] > 0]
    if values[at("same sender")] > 0:
        words.insert(
            0, "goes on" if values[at("only own between")] > 0 else "own last" if values[at("own last")] > 0 else "own"
        )
    return " ".join(words[:3]) or "near"
