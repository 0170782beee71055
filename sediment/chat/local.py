"""A .gguf model run here: xllamacpp serves it on loopback, behind a key of its own, for as long as the process lives."""

from __future__ import annotations

import os
import secrets
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from sediment.chat.endpoints import Endpoint
from sediment.config import ChatConfig
from sediment.errors import ConfigError

_LONGEST_REPLY = 4096  # tokens; small models that loop would fill the context otherwise


def served(endpoint: Endpoint, config: ChatConfig) -> Endpoint:
    """The endpoint at which the model answers; one that names a .gguf file is loaded first. Raises ConfigError where the extra [llm] is missing."""
    if endpoint.gguf is None:
        return endpoint
    with _lock:
        if endpoint.gguf not in _running:
            key = secrets.token_hex(16)
            _running[endpoint.gguf] = (_serve(endpoint.gguf, key, config.window + _LONGEST_REPLY), key)
        server, key = _running[endpoint.gguf]
    return replace(endpoint, base_url=f"{server.listening_address}/v1", key=key)


_lock = threading.Lock()
_running: dict[Path, tuple[Any, str]] = {}  # the servers stop when they are collected, at the end of the process


def _serve(path: Path, key: str, context: int) -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise ConfigError(
            "running a .gguf model needs xllamacpp", hint='Install it: pip install "sediment[llm]"'
        ) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.api_keys = [key]  # the server lets pages of any origin ask it otherwise
    params.n_ctx, params.n_predict, params.n_parallel = context, _LONGEST_REPLY, 1
    params.cpuparams.n_threads = max(1, (os.cpu_count() or 2) - 1)
    params.verbosity = -1
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ConfigError(
            f"{path} cannot be loaded: {error}", hint="Is it a whole .gguf file of a chat model?"
        ) from error
