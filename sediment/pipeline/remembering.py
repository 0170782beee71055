"""Vectors of what is compared again and again, such as the messages that a search looks at and the entries of an FAQ: the next run finds them in the database.

Not for what a day's digest or FAQ compares: that would be more than the messages themselves, and hardly asked for again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sediment.index.text import sane
from sediment.pipeline.home import Home
from sediment.protocols import Embedder, Vectors
from sediment.store import settled
from sediment.store.schema import can_write, transaction

_ASKED = "~query"  # a text has another vector as a question


class RememberingEmbedder:
    """The home's embedder, asked only for texts without a vector in the database, where the new ones are kept. To be used outside of transactions."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._embedder: Embedder = home.embedder

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._remembered(texts, self.model_id, self._embedder.passages)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._remembered(texts, self.model_id + _ASKED, self._embedder.queries)

    def rough(self, texts: Sequence[str]) -> NDArray[np.int8] | None:
        return self._embedder.rough(texts)

    def _remembered(self, texts: Sequence[str], kept_as: str, embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        texts = [sane(text) for text in texts]
        vectors = settled.vectors_of(self._home.db, kept_as, set(texts))
        if new := sorted(set(texts) - vectors.keys()):
            embedded = dict(zip(new, embed(new), strict=True))
            vectors |= embedded
            if can_write(self._home.db):
                with transaction(self._home.db):
                    settled.save_vectors(self._home.db, kept_as, embedded)
        return np.stack([vectors[text] for text in texts]) if texts else embed(texts)
