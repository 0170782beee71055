"""Rough vectors: what a text is about, from the word vectors of the network without the network, fifty times as fast. They name candidates, no more.

The mean of the vectors of a text's pieces, each weighed by a / (a + p) where p is how probable the vocabulary holds the piece, less the same mean of the whole
vocabulary (Arora, Liang and Ma, A Simple but Tough-to-Beat Baseline for Sentence Embeddings, ICLR 2017, which takes away the first principal component)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sediment import words
from sediment.index import e5_file
from sediment.index.e5_file import E5File
from sediment.index.e5_tokenizer import Tokenizer
from sediment.protocols import Vectors

_A = 1e-4  # of the paper; between 1e-4 and 1e-3 nothing changes
_COMMON = 20_000  # pieces of the vocabulary whose mean stands for all: the others hardly weigh
_WORDS = 1 << 16  # whose pieces are remembered


class Rough:
    """Texts to unit vectors, a text without words to zeros."""

    def __init__(self, file: E5File, tokenizer: Tokenizer) -> None:
        self._table = file.word_table()
        self._share = np.exp(file.vocabulary.scores)
        self._weights = _A / (_A + self._share)
        common = np.argsort(-self._share, kind="stable")[:_COMMON]
        self._centre = self._mean(common, self._share[common])
        self._pieces = lru_cache(maxsize=_WORDS)(lambda word: tuple(tokenizer.ids(word)))

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), width)."""
        found = np.zeros((len(texts), len(self._centre)), np.float32)
        for row, text in zip(found, texts, strict=True):
            ids = [id for word in words.cut(text) for id in self._pieces(word)]
            if ids:
                row[:] = self._mean(np.array(ids)) - self._centre
                row /= np.linalg.norm(row) or 1
        return found

    def _mean(self, ids: NDArray[np.int64], often: NDArray[np.float32] | float = 1.0) -> Vectors:
        weights = self._weights[ids] * often
        mean: Vectors = weights @ e5_file.expand(self._table[ids]) / weights.sum()
        return mean
