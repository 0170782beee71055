"""`sediment quarantine`: listed in pages, shown without harm, read once more."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.running import Runner
from tests.pipeline.exports import export, row


def test_records_are_counted_and_listed_in_pages(run: Runner, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), row("到") | {"time": "昨天"}, *[row("到") | {"time": "明天"}] * 2])
    run("import", str(path))
    first = run("quarantine", "--count", "2")
    assert first.out == (
        f"     1  {path}: 不是时间：'昨天'\n     2  {path}: 不是时间：'明天'\n\n"
        f"     1  {path}:2: 不是时间：'昨天'\n     2  {path}:3: 不是时间：'明天'\n"
    )
    assert first.err == "还有：sediment quarantine list --after 2\n"
    assert run("quarantine", "list", "--after", "2").out.splitlines()[3:] == [f"     3  {path}:4: 不是时间：'明天'"]
    listed = run("quarantine", "--json").json
    assert [count["records"] for count in listed["counts"]] == [1, 2]
    assert [record["number"] for record in listed["records"]] == [1, 2, 3]


def test_a_raw_record_commands_no_terminal(run: Runner, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), '{"text": "\x1b[2J\u202e", "time": 1,\x07'])
    run("import", str(path), "--group", "我的群")
    shown = run("quarantine", "show", "1").out.splitlines()
    assert shown[1:] == ["jsonl  我的群", '  {"text": "\\x1b[2J\\u202e", "time": 1,\\x07']
    assert run("quarantine", "show", "1", "--json").json["raw"] == '{"text": "\x1b[2J\u202e", "time": 1,\x07'


def test_a_record_is_put_right_from_standard_input(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), "{broken"])
    run("import", str(path))
    again = run("quarantine", "retry", "--all")
    assert again.out.splitlines()[0] == "再读了 1 条：0 条读入或早已有，1 条仍读不了"
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(row("到")) + "\n"))
    assert run("quarantine", "retry", "1", "--text", "-", "--json").json == {"tried": 1, "read": 1, "held": []}
    assert "已读入，不在隔离区了" in run("quarantine", "show", "1").out
    assert run("quarantine").err == "没有被隔离的记录。\n"


@pytest.mark.parametrize(
    ("content", "told"), [(None, "没有这个文件或文件夹"), (b"\xd4\xe7\xff", "不是 UTF-8")], ids=["missing", "gb18030"]
)
def test_a_correction_that_cannot_be_read_is_told(
    content: bytes | None, told: str, run: Runner, tmp_path: Path
) -> None:
    run("import", str(export(tmp_path / "群.jsonl", [row("早"), "{broken"])))
    if content is not None:
        (tmp_path / "t").write_bytes(content)
    ran = run("quarantine", "retry", "1", "--text", str(tmp_path / "t"))
    assert (ran.code, ran.out) == (65, "")
    assert told in ran.err


@pytest.mark.parametrize(
    "arguments", [(), ("1", "--all"), ("--all", "--text", "-"), ("1", "--format", "csv"), ("--file", "a", "--all")]
)
def test_it_must_be_clear_which_records_are_meant(run: Runner, arguments: tuple[str, ...]) -> None:
    assert run("quarantine", "retry", *arguments).code == 2
