from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sediment.store import schema


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty database on disk."""
    connection = schema.connect(tmp_path / "sediment.db")
    yield connection
    connection.close()
