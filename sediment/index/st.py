"""Any model of sentence-transformers, by a name on a model hub or by a path. An extra: it brings torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sediment.errors import VectorError
from sediment.index.text import sane
from sediment.protocols import Vectors


class SentenceTransformers:
    """An `Embedder`. Models of the E5 family (by their name) get its prefixes. A text's vector may differ by 1e-6 with the texts beside it.

    The model is loaded on first use; what a hub delivers is kept in `cache`. Raises VectorError where the package is missing or the model cannot be loaded."""

    def __init__(self, name: str, cache: Path, threads: int = 1) -> None:
        self._name = name
        self._cache = cache
        self._threads = threads
        self._is_e5 = "e5" in Path(name).name.lower()

    @cached_property
    def model_id(self) -> str:
        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode() + tensor.cpu().numpy().tobytes())
        return f"st:{Path(self._name).name}@{digest.hexdigest()[:12]}+float32"

    @cached_property
    def dimension(self) -> int:
        return int(self.queries([""]).shape[1])

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed("passage: " if self._is_e5 else "", texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed("query: " if self._is_e5 else "", texts)

    def rough(self, texts: Sequence[str]) -> None:
        return None

    def _embed(self, prefix: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self._model.encode(
            [prefix + sane(text) for text in texts], batch_size=16, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    @cached_property
    def _model(self) -> Any:
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise VectorError(
                f"embedder st:{self._name} needs the package sentence-transformers",
                hint='Install it: pip install "sediment[st]"',
            ) from error
        torch.set_num_threads(self._threads)
        try:
            return SentenceTransformer(self._name, device="cpu", cache_folder=str(self._cache))
        except (OSError, ValueError) as error:
            raise VectorError(
                f"sentence-transformers cannot load {self._name!r}: {error}",
                hint="Give the folder of a saved model, or a name that the model hub knows while it can be reached.",
            ) from error
