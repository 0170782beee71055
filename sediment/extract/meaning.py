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
_DOUBTFUL = (0.3, 0.9)  # likeness between which a judge is asked, if there is one
_BACKGROUND = 30  # topics that are thought beside the given ones, so that few of them still have rare pairs
_NEAREST = 50  # topics that each is compared with
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


def same_meaning(
    topics: Sequence[Topic], embedder: Embedder, judge: Judge | None = None, settled: int = 0
) -> list[list[int]]:
    """The places of topics that mean the same, together; each list and the whole in order of place. Deterministic, if the judge is: it is asked once, about
    all pairs in doubt, the likest first. The first `settled` topics are known to differ from one another. Each topic is compared with the nearest before it,
    so that a thousand more cost a thousand more comparisons, not a million."""
    compared = _Compared(topics, embedder)
    likeness = {(i, j): compared.likeness(i, j) for i in range(settled, len(topics)) for j in compared.near(i)}
    if judge:
        verdicts = {pair: float(same) for pair, same in judge(_in_doubt(likeness)).items()}
        likeness |= verdicts
        compared.known |= verdicts
    group_of = {i: [i] for i in range(len(topics))}
    for (i, j), like in sorted(likeness.items(), key=lambda p: (-p[1], p[0])):
        one, other = group_of[i], group_of[j]
        if like < _SAME or one is other or (one[0] < settled and other[0] < settled):
            continue
        if np.mean([compared.likeness(max(a, b), min(a, b)) for a in one for b in other]) >= _SAME * 0.75:
            group_of |= dict.fromkeys(one + other, sorted(one + other))
    return sorted({id(group): group for group in group_of.values()}.values())


def likest(topics: Sequence[Topic], known: Sequence[Topic], embedder: Embedder) -> list[tuple[int, float]]:
    """For each topic the place of the likest of `known`, of which there is at least one, and how like it is, whatever numbers they name: about 0 for
    unrelated topics, 1 for the same words."""
    compared = _Compared([*known, *topics], embedder)
    likeness = ([compared.resemblance(i, j) for j in range(len(known))] for i in range(len(known), len(compared)))
    return [max(enumerate(like), key=lambda found: found[1]) for like in likeness]


def _in_doubt(likeness: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Pairs (i, j) with j < i."""
    doubtful = sorted((-like, pair) for pair, like in likeness.items() if _DOUBTFUL[0] <= like < _DOUBTFUL[1])
    return [pair for _, pair in doubtful]


def fits(questions: Sequence[str], answers: Sequence[str], embedder: Embedder) -> list[bool]:
    """Whether each answer is nearer to its own question than to the others on average; all are where there is nothing to compare with."""
    if len(set(questions)) < 2:
        return [True] * len(questions)
    cosines = embedder.passages(answers) @ embedder.queries(questions).T
    other = np.array([[mine != theirs for theirs in questions] for mine in questions])
    return [bool(row[i] >= row[other[i]].mean()) for i, row in enumerate(cosines)]


class _Compared:
    """Topics, and how like one another they are."""

    def __init__(self, topics: Sequence[Topic], embedder: Embedder) -> None:
        self._topics, self._embedder = topics, embedder
        self.known: dict[tuple[int, int], float] = {}
        if not topics:
            return
        everyday = resources.words("questions")
        asked = _centred(embedder.queries([t.text for t in topics]), embedder.queries(everyday))
        told = [f"{t.text} {t.details}".strip() for t in topics]
        said = _centred(embedder.passages(told), embedder.passages(everyday))
        self._vectors = np.hstack([math.sqrt(0.5) * asked, math.sqrt(0.7) * said])
        self._pairs = [{p for p in words.bigrams(f"{t.text} {t.details}") if not words.is_stop(p)} for t in topics]
        documents = Counter(p for own in self._pairs for p in own)
        self._rare = {p: math.log((len(topics) + _BACKGROUND) / (n + 0.5)) for p, n in documents.items()}
        self._weights = [self._weight(own) for own in self._pairs]

    def __len__(self) -> int:
        return len(self._topics)

    def near(self, i: int) -> list[int]:
        """The places before `i` that vectors put nearest to it."""
        cosines = self._vectors[:i] @ self._vectors[i]
        nearest: list[int] = np.argsort(-cosines, kind="stable")[:_NEAREST].tolist()
        return nearest

    def likeness(self, i: int, j: int) -> float:
        """About 0 for unrelated topics, 1 for the same words; 0 where a shared frame is filled differently. j < i."""
        if (i, j) not in self.known:
            like = self.resemblance(i, j)
            differ = like >= _SAME and _differ(self._topics[i].text, self._topics[j].text, self._embedder)
            self.known[i, j] = 0.0 if differ else like
        return self.known[i, j]

    def resemblance(self, i: int, j: int) -> float:
        return float(self._vectors[i] @ self._vectors[j]) + self._overlap(i, j)

    def _overlap(self, i: int, j: int) -> float:
        """Share of the rarer character pairs that two topics have in common."""
        return self._weight(self._pairs[i] & self._pairs[j]) / max(min(self._weights[i], self._weights[j]), 1.0)

    def _weight(self, found: set[str]) -> float:
        return math.fsum(self._rare[p] for p in found)  # the same whatever the order of the set


def _centred(vectors: Vectors, everyday: Vectors) -> Vectors:
    moved = vectors - np.concatenate([vectors, everyday]).mean(axis=0)
    unit: Vectors = (moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)).astype(np.float32)
    return unit


def _differ(one: str, other: str, embedder: Embedder) -> bool:
    """Whether two texts share a frame and fill it with different things."""
    a, b = words.cut(one), words.cut(other)
    rest_a, rest_b = _rest(a, b), _rest(b, a)
    if set(_NUMBER.findall(" ".join(rest_a))) and set(_NUMBER.findall(" ".join(rest_b))):
        return True
    if any(word.replace(x, y) in rest_b for x, y in _OPPOSITES for word in rest_a if x in word):
        return True
    shared = [w for w in set(a) & set(b) if not words.is_stop(w)]
    full_a, full_b = ([w for w in rest if not words.is_stop(w)] for rest in (rest_a, rest_b))
    if not shared or not full_a or not full_b:
        return False
    first, second = embedder.queries(["".join(full_a), "".join(full_b)])
    return float(first @ second) < _SAME_REST and len(shared) >= min(len(full_a), len(full_b))


def _rest(own: Sequence[str], other: Sequence[str]) -> list[str]:
    return [word for word in own if word not in other]
