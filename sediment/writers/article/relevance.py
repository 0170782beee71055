"""Which messages of the found conversations are about the topic: what names it, and what was said to that. Conversations are mixed: a tax question and a
trip stand in one, and an announcement in two."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from sediment import words
from sediment.extract import Talk
from sediment.models import Message
from sediment.protocols import Embedder, Vectors

# Chosen on the titles and points of 73 conversations of four labelled groups: of what is told 55 % is of that conversation, and 65 % of its points are told.
_MEANING = 0.5  # what a standard deviation of nearness counts beside all words of the topic
_NAMES = 0.6  # of the best score that a message must have to be about the topic by itself
_FOLLOWS = -0.1  # cosine, measured from the centre of all, with the message that it answers
_BREATH = 120  # seconds within which one person goes on
_STEPS = 4  # from a message that names the topic


def about(topic: str, talks: Sequence[Talk], embedder: Embedder) -> set[str]:
    """Ids of the quotable messages about the topic; all without a topic."""
    told = [(talk, message) for talk in talks for message in talk.quotable]
    if not topic or not told:
        return {message.id for _, message in told}
    vectors = embedder.passages([message.text for _, message in told])
    scores = _scores(topic, [message for _, message in told], vectors @ embedder.queries([topic])[0])
    near = {m.id for (_, m), score in zip(told, scores, strict=True) if score >= _NAMES * max(scores)}
    centred = _centred(vectors)
    place = {message.id: i for i, (_, message) in enumerate(told)}
    for _ in range(_STEPS):
        added = {id for talk, m in told if m.id in near for id in _said_to(m, talk, told)}
        added |= {m.id for talk, m in told if _goes_on(m, talk, near, place, centred)}
        if added <= near:
            break
        near |= added
    return near


def _scores(topic: str, messages: Sequence[Message], cosines: Vectors) -> list[float]:
    """How far each message names the topic: its rare words count most, nearness in meaning beside them."""
    wanted = set(words.content_words(topic))
    have = [wanted.intersection(words.content_words(message.text)) for message in messages]
    count = Counter(word for found in have for word in found)
    rarity = {word: math.log(1 + len(messages) / number) for word, number in count.items()}
    total = sum(rarity.values()) or 1.0
    spread = (cosines - cosines.mean()) / (cosines.std() or 1.0)
    return [
        sum(rarity[word] for word in sorted(found)) / total + _MEANING * max(0.0, float(nearness))
        for found, nearness in zip(have, spread, strict=True)
    ]


def _said_to(message: Message, talk: Talk, told: Sequence[tuple[Talk, Message]]) -> set[str]:
    """The answers to it, and what its sender said in the same breath, in whichever conversation."""
    breath = {
        m.id
        for _, m in told
        if m.sender == message.sender and abs((m.sent_at - message.sent_at).total_seconds()) <= _BREATH
    }
    return breath.union(talk.answers.get(message.id, ()))


def _goes_on(message: Message, talk: Talk, near: set[str], place: dict[str, int], centred: Vectors) -> bool:
    """Whether it follows something near and speaks of the same."""
    own = centred[place[message.id]]
    followed = (id for id in talk.parents.get(message.id, ()) if id in near and id in place)
    return any(float(own @ centred[place[id]]) >= _FOLLOWS for id in followed)


def _centred(vectors: Vectors) -> Vectors:
    """From their common centre: cosines of e5 lie between .8 and 1 otherwise."""
    moved = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
