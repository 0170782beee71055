"""Which questions or topics mean the same, whatever their words.

Cosines of e5 lie between .8 and 1 for any two texts, and are highest for texts that share a frame (`iPhone 15 降价`, `iPhone 16 降价`). So vectors are
measured from the centre of everyday questions, answers count beside questions, rare shared words weigh, and where two texts share a frame only what
fills it is compared."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sediment import resources, words
from sediment.protocols import Embedder, Vectors

_SAME = 0.65
_DOUBTFUL = (0.45, 0.9)  # likeness between which a judge is asked, if there is one
_BACKGROUND = 30  # topics that are thought beside the given ones, so that few of them still have rare pairs
_SAME_REST = 0.9  # plain cosine of what fills a shared frame
_ONE_WAY = [
    ("涨", "降"),
    ("买", "卖"),
    ("开", "关"),
    ("进", "退"),
    ("加", "减"),
    ("升", "降"),
    ("前", "后"),
    ("收", "付"),
    ("借", "还"),
]
_OPPOSITES = [*_ONE_WAY, *((y, x) for x, y in _ONE_WAY)]
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Topic:
    """A question or a title, and what was said to it (may be empty)."""

    text: str
    details: str = ""


Judge = Callable[[Sequence[tuple[int, int]]], Mapping[tuple[int, int], bool]]
"""Which of these pairs of places mean the same, as far as it can tell."""


def same_meaning(topics: Sequence[Topic], embedder: Embedder, judge: Judge | None = None) -> list[list[int]]:
    """The places of topics that mean the same, together; each list and the whole in order of place. Deterministic, if the judge is: it is asked once, about
    all pairs in doubt, the likest first."""
    likeness = _likeness(topics, embedder)
    if judge:
        for (i, j), same in judge(_in_doubt(likeness)).items():
            likeness[i, j] = likeness[j, i] = float(same)
    groups = [[i] for i in range(len(topics))]
    pairs = [(likeness[i, j], i, j) for i in range(len(topics)) for j in range(i) if likeness[i, j] >= _SAME]
    for _, i, j in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        one, other = (next(g for g in groups if k in g) for k in (i, j))
        if one is not other and np.mean([likeness[a, b] for a in one for b in other]) >= _SAME * 0.75:
            groups.remove(one)
            groups.remove(other)
            groups.append(sorted(one + other))
    return sorted(groups)


def _in_doubt(likeness: Vectors) -> list[tuple[int, int]]:
    """Pairs (i, j) with j < i."""
    pairs = [(likeness[i, j], i, j) for i in range(len(likeness)) for j in range(i)]
    doubtful = sorted((p for p in pairs if _DOUBTFUL[0] <= p[0] < _DOUBTFUL[1]), key=lambda p: (-p[0], p[1], p[2]))
    return [(i, j) for _, i, j in doubtful]


def fits(questions: Sequence[str], answers: Sequence[str], embedder: Embedder) -> list[bool]:
    """Whether each answer is nearer to its own question than to the others on average; all are where there is nothing to compare with."""
    if len(set(questions)) < 2:
        return [True] * len(questions)
    cosines = embedder.passages(answers) @ embedder.queries(questions).T
    other = np.array([[mine != theirs for theirs in questions] for mine in questions])
    return [bool(row[i] >= row[other[i]].mean()) for i, row in enumerate(cosines)]


def _likeness(topics: Sequence[Topic], embedder: Embedder) -> Vectors:
    """Shape (n, n): about 0 for unrelated topics, 1 for the same words; 0 where a shared frame is filled differently."""
    if not topics:
        return np.zeros((0, 0), dtype=np.float32)
    everyday = resources.words("questions")
    asked = _centred(embedder.queries([t.text for t in topics]), embedder.queries(everyday))
    said = _centred(embedder.passages([f"{t.text} {t.details}".strip() for t in topics]), embedder.passages(everyday))
    likeness: Vectors = (0.5 * asked @ asked.T + 0.7 * said @ said.T + _overlap(topics)).astype(np.float32)
    for i in range(len(topics)):
        for j in range(i):
            if likeness[i, j] >= _SAME and _differ(topics[i].text, topics[j].text, embedder):
                likeness[i, j] = likeness[j, i] = 0.0
    return likeness


def _centred(vectors: Vectors, everyday: Vectors) -> Vectors:
    moved = vectors - np.concatenate([vectors, everyday]).mean(axis=0)
    unit: Vectors = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)).astype(np.float32)
    return unit


def _overlap(topics: Sequence[Topic]) -> Vectors:
    """Share of the rarer character pairs that two topics have in common."""
    pairs = [{p for p in words.bigrams(f"{t.text} {t.details}") if not words.is_stop(p)} for t in topics]
    documents = Counter(p for own in pairs for p in own)

    def weight(found: set[str]) -> float:
        return sum(math.log((len(topics) + _BACKGROUND) / (documents[p] + 0.5)) for p in found)

    share = np.zeros((len(topics), len(topics)), dtype=np.float32)
    for i, one in enumerate(pairs):
        for j, other in enumerate(pairs[:i]):
            share[i, j] = share[j, i] = weight(one & other) / max(min(weight(one), weight(other)), 1.0)
    return share


def _differ(one: str, other: str, embedder: Embedder) -> bool:
    """Whether two texts share a frame and fill it with different things."""
    a, b = words.cut(one), words.cut(other)
    rest_a, rest_b = _rest(a, b), _rest(b, a)
    if set(_NUMBER.findall(" ".join(rest_a))) and set(_NUMBER.findall(" ".join(rest_b))):
        return True
    if any(x in "".join(rest_a) and y in "".join(rest_b) for x, y in _OPPOSITES):
        return True
    shared = [w for w in set(a) & set(b) if not words.is_stop(w)]
    full_a, full_b = ([w for w in rest if not words.is_stop(w)] for rest in (rest_a, rest_b))
    if not shared or not full_a or not full_b:
        return False
    first, second = embedder.queries(["".join(full_a), "".join(full_b)])
    return float(first @ second) < _SAME_REST and len(shared) >= min(len(full_a), len(full_b))


def _rest(own: Sequence[str], other: Sequence[str]) -> list[str]:
    return [word for word in own if word not in other]
