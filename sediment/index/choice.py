"""Which embedder the settings ask for."""

from __future__ import annotations

import os
from pathlib import Path

from sediment.config import IndexConfig
from sediment.errors import ConfigError, VectorError
from sediment.index import e5_file, use
from sediment.index.e5 import E5
from sediment.index.st import SentenceTransformers
from sediment.index.use import Use
from sediment.protocols import Embedder


def embedder(config: IndexConfig, cache: Path) -> Embedder:
    """The embedder of `config`, not yet loaded. `cache` is the folder for models that are fetched.

    Raises ConfigError for an unknown name and VectorError where the package of a known one is not installed."""
    name, threads = config.embedder, config.threads or _spare_cores()
    if name.startswith("st:") and name != "st:":
        return SentenceTransformers(name.removeprefix("st:"), cache, threads)
    if name not in ("auto", "e5", "use"):
        raise ConfigError(f"unknown embedder {name!r}", hint="Known are auto, e5, use and st:NAME_OR_PATH.")
    if name != "use" and (weights := e5_file.installed()):
        return E5(weights, threads)
    if name != "e5" and (folder := use.installed()):
        return Use(folder, threads)
    raise VectorError(f"embedder {name!r} is not installed", hint=use.HINT if name == "use" else e5_file.HINT)


def _spare_cores() -> int:
    """All but one of the cores that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, usable - 1)
