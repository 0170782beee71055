from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sediment.pipeline import Home, open_home
from tests.fakes import FakeEmbedder, FakeVectors


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home with a fake embedder and vector store."""
    with open_home(tmp_path / "home", embedder=FakeEmbedder(), vectors=FakeVectors()) as opened:
        yield opened
