"""`sediment export`: to a file, to a folder, to a stream."""

from __future__ import annotations

import io
import json
from pathlib import Path

import click
import pytest

from sediment import pipeline
from sediment.cli.exporting import export as command
from tests.cli.running import Runner
from tests.pipeline.exports import export, row


def test_groups_go_into_a_folder_and_one_to_a_file_or_a_stream(run: Runner, tmp_path: Path) -> None:
    for name in ("甲群", "乙群"):
        run("import", str(export(tmp_path / f"{name}.jsonl", [row("早", sender=name)])))
    out = tmp_path / "out"
    written = run("export", "--all", "--format", "jsonl", "-o", str(out), "--json").json
    assert [(one["messages"], Path(one["file"]).parent) for one in written] == [(1, out)] * 2
    assert sorted(one["file"] for one in written) == sorted(map(str, out.iterdir()))
    told = run("export", "甲群", "--format", "csv", "-o", str(tmp_path / "甲.csv")).out
    assert told == f"甲群：1 条消息写到了 {tmp_path / '甲.csv'}\n"
    streamed = run("export", "甲群", "--format", "jsonl", "--output", "-")
    assert (json.loads(streamed.out)["sender"], streamed.err) == ("甲群", "")
    assert run("export", "甲群", "乙群", "-o", "-").code == 2
    assert run("export").code == 2
    assert run("export", "甲群", "--all").code == 2


def test_where_nothing_can_be_written_is_told_with_a_hint(run: Runner, tmp_path: Path) -> None:
    path = export(tmp_path / "甲群.jsonl", [row("早")])
    run("import", str(path))
    ran = run("export", "--all", "-o", str(path / "out"))
    assert (ran.code, ran.out, ran.err.splitlines()[1]) == (73, "", "  请选一个可以写入的文件夹。")


def test_a_full_disk_behind_the_standard_output_is_told(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    run("import", str(export(tmp_path / "甲群.jsonl", [row("早")])))
    monkeypatch.setattr("sediment.cli.exporting._stdout", Full)
    ran = run("export", "甲群", "-o", "-")
    assert (ran.code, ran.err.splitlines()[0]) == (73, "sediment: -：磁盘满了")


def test_a_name_that_ends_in_a_slash_is_a_folder(run: Runner, tmp_path: Path) -> None:
    run("import", str(export(tmp_path / "甲群.jsonl", [row("早")])))
    written = run("export", "甲群", "-o", f"{tmp_path}/新/", "--json").json
    assert [Path(one["file"]).parent for one in written] == [tmp_path / "新"]


def test_the_formats_offered_are_those_there_are() -> None:
    (offered,) = (option.type for option in command.params if option.name == "format")
    assert isinstance(offered, click.Choice)
    assert tuple(offered.choices) == pipeline.export_formats()
