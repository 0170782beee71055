"""One process writes at a time; where nothing can be written, what still works is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from sediment.errors import Locked, StoreError
from sediment.lock import holder, writer


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    with writer(tmp_path / "lock"):
        with pytest.raises(Locked, match="is writing"), writer(tmp_path / "lock"):
            pass
        assert holder(tmp_path / "lock")
    assert holder(tmp_path / "lock") is None


def test_where_nothing_can_be_written_reading_is_offered(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused, writer(tmp_path):  # a folder stands where the lock belongs
        pass
    assert refused.value.hint.startswith("What only reads still works (list, show, search, ask)")
