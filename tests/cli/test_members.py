"""`sediment members` and what corrects it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Runner
from tests.pipeline.exports import export, row


def test_members_are_listed_merged_and_split(run: Runner, tmp_path: Path) -> None:
    rows = [
        row(sender="u1", day="2026-04-07") | {"name": "小周"},
        row(sender="u1") | {"name": "老周"},
        row(sender="u2") | {"name": "阿may"},
    ]
    run("import", str(export(tmp_path / "群.jsonl", rows)))
    zhou = "u1  老周  2  2026-04-07 08:00 – 2026-04-08 08:00\n    曾用名：小周 (2026-04-07 – 2026-04-07)\n"
    may = "u2  阿may  1  2026-04-08 08:00 – 2026-04-08 08:00\n"
    assert run("members", "群").out == zhou + may
    assert run("members", "merge", "群", "阿may", "老周").out.endswith("    并入：u1\n")
    assert run("members", "list", "群", "--json").json[0]["merged"] == ["u1"]
    assert run("members", "split", "群", "u1", "--json").json["names"][1]["name"] == "小周"
    assert run("members", "群").out == zhou + may
    assert run("members", "merge", "群", "u1", "谁").code == 2
