"""Which vector store a group needs: small ones are compared exactly, large ones go through Chroma."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sediment.index.chroma import ChromaVectors
from sediment.index.exact import ExactVectors, Load, best
from sediment.protocols import Vectors

EXACT_UP_TO = 50_000
"Vectors of a group, about 1.3 million messages: 12 ms to compare with all, where Chroma takes 3 s to be loaded and looked at."


class PassageVectors:
    """A `VectorStore` over an `ExactVectors` and a `ChromaVectors`. Chroma's files are made when a group outgrows exact search, not before."""

    def __init__(self, folder: Path, load: Load, model_id: str = "", exact_up_to: int = EXACT_UP_TO) -> None:
        self._exact = ExactVectors(load)
        self._chroma = ChromaVectors(folder, self._exact.group, model_id)
        self._exact_up_to = exact_up_to
        self._sizes: dict[str, int] = {}

    def add(self, group_id: str, ids: Sequence[str], vectors: Vectors) -> None:
        if group_id in self._sizes:
            self._sizes[group_id] += len(ids)
        self._exact.add(group_id, ids, vectors)
        if self._is_large(group_id):
            self._chroma.add(group_id, ids, vectors)

    def remove(self, group_id: str, ids: Sequence[str]) -> None:
        self._exact.remove(group_id, ids)
        if self._is_large(group_id):
            self._chroma.remove(group_id, ids)

    def search(self, group_ids: Sequence[str], query: Vectors, count: int) -> list[tuple[str, float]]:
        large = [group_id for group_id in group_ids if self._is_large(group_id)]
        small = [group_id for group_id in group_ids if group_id not in large]
        exact, near = self._exact.search(small, query, count), self._chroma.search(large, query, count)
        return best([*exact, *near], count)

    def _is_large(self, group_id: str) -> bool:
        return self._size(group_id) > self._exact_up_to

    def _size(self, group_id: str) -> int:
        """What the database has when the group is first seen, and what came since: counting anew would mean loading anew."""
        if group_id not in self._sizes:
            self._sizes[group_id] = len(self._exact.group(group_id)[0])
        return self._sizes[group_id]
