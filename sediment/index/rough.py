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
_AT_ONCE = 64  # texts
_LENGTH = 508  # of a vector: numbers above 1/4 of it are cut, and there are hardly any


class Rough:
    """Texts to vectors of one length, as whole numbers of 8 bits; a text without words to zeros."""

    def __init__(self, file: E5File, tokenizer: Tokenizer) -> None:
        self._table = file.word_table()
        share = np.exp(file.vocabulary.scores)
        self._weights = _A / (_A + share)
        common = np.argsort(-share, kind="stable")[:_COMMON]
        weights = self._weights[common] * share[common]
        self._centre = weights @ e5_file.expand(self._table[common]) / weights.sum()
        self._pieces = lru_cache(maxsize=_WORDS)(lambda word: tuple(tokenizer.ids(word)))

    def vectors(self, texts: Sequence[str]) -> NDArray[np.int8]:
        """Shape (len(texts), width)."""
        found = np.zeros((len(texts), len(self._centre)), np.float32)
        for at in range(0, len(texts), _AT_ONCE):
            ids = [[id for word in words.cut(text) for id in self._pieces(word)] for text in texts[at : at + _AT_ONCE]]
            told = [row for row, pieces in enumerate(ids, at) if pieces]
            if told:
                found[told] = np.array(self._means([pieces for pieces in ids if pieces])) - self._centre
        sizes = np.sqrt((found * found).sum(axis=1, keepdims=True))
        return np.rint(found / np.where(sizes > 0, sizes, 1) * _LENGTH).clip(-127, 127).astype(np.int8)

    def _means(self, ids: Sequence[Sequence[int]]) -> list[Vectors]:
        """The weighed mean of each list of pieces, none of which is empty."""
        known, place = np.unique(np.concatenate(ids), return_inverse=True)
        weights = self._weights[known]
        weighed = e5_file.expand(self._table[known]) * weights[:, None]
        ends = np.cumsum([len(pieces) for pieces in ids])
        return [weighed[part].sum(axis=0) / weights[part].sum() for part in np.split(place, ends[:-1])]
