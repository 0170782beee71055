"""The lectures of a group as people and programs see them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Runner
from tests.pipeline.exports import export, row
from tests.threads.test_lectures import PARAGRAPHS


def test_lectures_are_listed_with_what_was_asked(run: Runner, tmp_path: Path) -> None:
    rows = [
        row("今晚8点王老师的微课马上开始", at="19:55:00", sender="小助手", id="m0"),
        row("大家好，今天给大家分享做封面图的三件事", at="20:00:00", sender="王老师", id="m1"),
        *(
            row(text, at=f"20:{2 * number + 1:02}:00", sender="王老师", id=f"m{number + 2}")
            for number, text in enumerate(PARAGRAPHS)
        ),
        row("👏👏", at="20:16:00", sender="阿钟", id="m10"),
        row("现在可以提问了", at="20:17:00", sender="小助手", id="m11"),
        row("色块放右上角可以吗？", at="20:18:00", sender="小鱼", id="m12"),
        row("右上角会被平台的角标挡住", at="20:19:00", sender="王老师", id="m13", reply_to="m12"),
    ]
    run("import", str(export(tmp_path / "chat.jsonl", rows)), "--group", "群")
    lines = run("lectures", "--group", "群").out.splitlines()
    assert lines[0] == "2026-04-08 20:00 – 20:19  王老师  讲 9 条，提问 1 个（答了 1 个），反应 1 条"
    assert lines[1].startswith("  2026-04-08 20:00 王老师：大家好，今天给大家分享做封面图的三件事  (")
    assert lines[-2:] == [
        "  ? 2026-04-08 20:18 小鱼：色块放右上角可以吗？",
        "    → 2026-04-08 20:19 王老师：右上角会被平台的角标挡住",
    ]
    (found,) = run("lectures", "--group", "群", "--json").json
    assert (found["name"], found["started_at"]) == ("王老师", "2026-04-08T20:00:00+08:00")
    assert sum(map(len, found["talk"])) == 9
    assert [len(one["answers"]) for one in found["questions"]] == [1]
    assert len(found["reactions"]) == 1


def test_a_group_without_lectures_says_so(run: Runner, tmp_path: Path) -> None:
    run("import", str(export(tmp_path / "chat.jsonl", [row("早上好")])), "--group", "群")
    ran = run("lectures", "--group", "群")
    assert (ran.code, ran.out) == (0, "")
    assert "没有认出微课或分享" in ran.err
    assert run("lectures", "--group", "群", "--json").json == []
