"""Fakes that obey the protocols: deterministic, offline, and they remember what they were asked."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sediment.models import Reply, Request
from sediment.words import bigrams

if TYPE_CHECKING:
    from sediment.protocols import Vectors


class FakeEmbedder:
    """Texts are near when they share character pairs: unit vectors of hashed bigram counts."""

    model_id = "fake-bigrams"

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.embedded: list[str] = []
        "All passages so far, to see what was embedded and how often."

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._vectors(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts)

    def rough(self, texts: Sequence[str]) -> NDArray[np.int8] | None:
        return None

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for pair in bigrams(text) or [""]:
                row[zlib.crc32(pair.encode()) % self.dimension] += 1
            row /= np.linalg.norm(row)
        return vectors


class FakeChatModel:
    """Answers with the given replies in turn, or with what a function makes of each request. An error among the replies is raised."""

    name = "fake"
    window = 20_000
    concurrency = 4

    def __init__(self, replies: Iterable[str | Exception] | Callable[[Request], str]) -> None:
        self.requests: list[Request] = []
        self._answer = replies if callable(replies) else _in_turn(replies)

    def reply(self, request: Request) -> Reply:
        self.requests.append(request)
        return Reply(self._answer(request), prompt_tokens=len(request.shared + request.task), completion_tokens=1)


def _in_turn(replies: Iterable[str | Exception]) -> Callable[[Request], str]:
    left = list(replies)

    def answer(request: Request) -> str:
        assert left, f"no reply left for {request.name}: {request.task[:200]}"
        reply = left.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    return answer


@dataclass(frozen=True, slots=True)
class RecordedCall:
    key: str
    request: Request
    model: str
    reply: Reply | None
    error: str


@dataclass
class FakeCallLog:
    """A call log in memory."""

    calls: list[RecordedCall] = field(default_factory=list)

    def find(self, key: str) -> Reply | None:
        return next((call.reply for call in reversed(self.calls) if call.key == key and call.reply), None)

    def record(self, key: str, request: Request, model: str, reply: Reply | None, error: str) -> None:
        self.calls.append(RecordedCall(key, request, model, reply, error))


class FakeVectors:
    """A vector store in memory, exact."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Vectors]] = {}
        "Group id → passage id → vector."

    def add(self, group_id: str, ids: Sequence[str], vectors: Vectors) -> None:
        self.kept.setdefault(group_id, {}).update(zip(ids, vectors, strict=True))

    def remove(self, group_id: str, ids: Sequence[str]) -> None:
        for id in ids:
            self.kept.get(group_id, {}).pop(id, None)

    def search(self, group_ids: Sequence[str], query: Vectors, count: int) -> list[tuple[str, float]]:
        found = [(id, float(vector @ query)) for group in group_ids for id, vector in self.kept.get(group, {}).items()]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:count]
