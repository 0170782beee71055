"""A database of vectors in memory, and vectors like those of real texts: a few topics, many texts near each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sediment.protocols import Vectors


class Database:
    """What `load` reads: group → ids and vectors. `loaded` counts how often."""

    def __init__(self, **groups: tuple[list[str], Vectors]) -> None:
        self.groups = groups
        self.loaded = 0

    def load(self, group_id: str) -> tuple[list[str], Vectors]:
        self.loaded += 1
        return self.groups.get(group_id, ([], np.zeros((0, 0), np.float32)))

    def keep(self, group_id: str, ids: Sequence[str], vectors: Vectors) -> None:
        old_ids, old = self.groups.get(group_id, ([], vectors[:0]))
        self.groups[group_id] = ([*old_ids, *ids], np.concatenate([old, vectors]))

    def drop(self, group_id: str, ids: Sequence[str]) -> None:
        old_ids, old = self.groups[group_id]
        rows = [row for row, id in enumerate(old_ids) if id not in ids]
        self.groups[group_id] = ([old_ids[row] for row in rows], old[rows])


def some(count: int, seed: int = 0, dimension: int = 64) -> Vectors:
    """Unit rows around 16 topics."""
    draw = np.random.default_rng(seed)
    topics = np.random.default_rng(99).standard_normal((16, dimension))
    rows = topics[draw.integers(0, 16, count)] + 0.7 * draw.standard_normal((count, dimension))
    vectors: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return vectors


def named(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{i}" for i in range(count)]
