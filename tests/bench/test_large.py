"""The large export is what the exporter would write, message by message."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench import exports, large
from sediment.models import ReadMessage
from sediment.readers import reader_for
from sediment.sources import Source


def test_the_fast_way_to_write_an_export_writes_the_same(tmp_path: Path) -> None:
    large.write(tmp_path / "fast.json", 300)
    slow = exports.write(tmp_path, 300, ("qce-json",))["qce-json"]
    assert (tmp_path / "fast.json").read_text() == slow.read_text()


def test_what_is_said_again_has_ids_and_times_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "_POOL", 20)
    monkeypatch.setattr(large, "PER_DAY", 10)
    large.write(tmp_path / "a.json", 50)
    source = Source(tmp_path / "a.json", ZoneInfo("Asia/Shanghai"))
    read = [item for item in reader_for(source, None).read(source) if isinstance(item, ReadMessage)]
    assert len({item.native_id for item in read}) == 50
    assert read[20].text == read[0].text
    assert (read[20].sent_at - read[0].sent_at).days == 2
