"""Commands run in this process, with an embedder that needs no weights."""

from __future__ import annotations

import functools

import pytest

from sediment import pipeline
from tests.cli.running import Runner
from tests.fakes import FakeEmbedder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.setattr(pipeline, "open_home", functools.partial(pipeline.open_home, embedder=FakeEmbedder()))
    return Runner(capsys)
