"""The ground of all tests: no network but loopback, no keys, a home and a language of their own, the same examples every time."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

_CHECKOUT = Path(__file__).resolve().parent.parent
_SHARED = Path(os.environ.get("SEDIMENT_SHARED") or _CHECKOUT.parent / "shared").resolve()

SHARED: Path | None = _SHARED if _SHARED.is_dir() else None
"Labelled sets and sample exports that do not belong to the project, or None where they are absent: skip then."

settings.register_profile("default", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=1000)  # pytest --hypothesis-profile=explore
settings.load_profile("default")


@pytest.fixture
def shared() -> Path:
    """The folder beside the checkout that holds labelled sets and sample exports; the test is skipped where it is absent."""
    if SHARED is None:
        pytest.skip(f"needs the shared folder: set SEDIMENT_SHARED (looked at {_SHARED})")
    return SHARED


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A temporary home, Chinese, and nothing of the developer's settings, keys and proxies."""
    for name in list(os.environ):
        is_own = name.startswith("SEDIMENT_") and name != "SEDIMENT_SHARED"
        if is_own or name.lower().endswith(("_api_key", "_proxy")) or name.startswith("LC_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SEDIMENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True)
def _closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only loopback can be reached. `pytest.fail` is no Exception, so no handler of a library can hide the attempt."""

    def guarded(real: Callable[..., Any], address_at: int) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            address = arguments[address_at]
            if isinstance(address, tuple):
                address = address[0]
            if not _is_local(address):
                pytest.fail(f"a test reached for the network: {address}")
            return real(*arguments, **options)

        return call

    for method in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, method, guarded(getattr(socket.socket, method), 1))
    monkeypatch.setattr(socket, "getaddrinfo", guarded(socket.getaddrinfo, 0))


def _is_local(host: Any) -> bool:
    """Host names but `localhost` are not: to look them up is to use the network. Paths are those of Unix sockets."""
    if isinstance(host, bytes):
        host = os.fsdecode(host)
    if host in (None, "", "localhost") or host.startswith(("/", "\0")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
