from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sediment.pipeline import Home, open_home
from tests.fakes import FakeEmbedder


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty home whose embedder is the fake one."""
    with open_home(tmp_path / "home", embedder=FakeEmbedder()) as opened:
        yield opened
