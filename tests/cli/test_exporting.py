"""`sediment export`: to a file, to a folder, to a stream."""

from __future__ import annotations

import json
from pathlib import Path

import click

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


def test_the_formats_offered_are_those_there_are() -> None:
    (offered,) = (option.type for option in command.params if option.name == "format")
    assert isinstance(offered, click.Choice)
    assert tuple(offered.choices) == pipeline.export_formats()
