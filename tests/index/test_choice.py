from __future__ import annotations

import os
from pathlib import Path

import pytest

from sediment.config import IndexConfig
from sediment.errors import ConfigError, VectorError
from sediment.index import choice, e5_file, embedder, use
from sediment.index.e5 import E5
from sediment.index.st import SentenceTransformers
from sediment.index.use import Use


@pytest.fixture
def wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> set[str]:
    """The embedders whose wheels are "installed": none, until a test adds them."""
    here: set[str] = set()
    monkeypatch.setattr(e5_file, "installed", lambda: tmp_path if "e5" in here else None)
    monkeypatch.setattr(use, "installed", lambda: tmp_path if "use" in here else None)
    return here


@pytest.mark.parametrize(
    ("name", "installed", "chosen"),
    [
        ("auto", {"e5", "use"}, E5),
        ("auto", {"e5"}, E5),
        ("auto", {"use"}, Use),
        ("e5", {"e5", "use"}, E5),
        ("use", {"e5", "use"}, Use),
        ("st:intfloat/multilingual-e5-small", set(), SentenceTransformers),
    ],
)
def test_the_settings_and_what_is_installed_choose(
    wheels: set[str], tmp_path: Path, name: str, installed: set[str], chosen: type
) -> None:
    wheels |= installed
    assert type(embedder(IndexConfig(embedder=name), tmp_path)) is chosen


@pytest.mark.parametrize(
    ("name", "installed", "hint"),
    [("auto", set(), e5_file.HINT), ("e5", {"use"}, e5_file.HINT), ("use", {"e5"}, use.HINT)],
)
def test_a_missing_wheel_is_named(wheels: set[str], tmp_path: Path, name: str, installed: set[str], hint: str) -> None:
    wheels |= installed
    with pytest.raises(VectorError, match=f"'{name}' is not installed") as caught:
        embedder(IndexConfig(embedder=name), tmp_path)
    assert caught.value.hint == hint


@pytest.mark.parametrize("name", ["", "bert", "st:", "E5"])
def test_an_unknown_embedder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="unknown embedder"):
        embedder(IndexConfig(embedder=name), tmp_path)


def test_one_core_stays_free_and_one_is_always_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for usable, threads in ((1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=usable: set(range(n)), raising=False)
        assert choice._spare_cores() == threads
