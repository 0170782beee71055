"""The speed bench measures every stage beside the naive way, on the same made-up chat every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import speed


def test_the_made_up_chat_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        speed.write_export(tmp_path / name, 300, per_day=100)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    days = {json.loads(line)["time"][:10] for line in (tmp_path / "a").read_text(encoding="utf-8").splitlines()}
    assert len(days) == 3


def test_every_stage_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert speed.main(["--messages", "200", "--per-day", "100", "--no-vectors", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["messages"], figures["per day"]) == (200, 100)
    assert figures["settle-without-vectors"]["ms a message: days"] > 0
    for stage in ("import", "settle-without-vectors", "naive-import"):
        assert figures[stage]["CPU s"] > 0
        assert figures[stage]["peak RSS MB"] > 0
    for stage in ("search", "naive-search"):
        assert 0 < figures[stage]["p50 ms"] <= figures[stage]["p95 ms"]
