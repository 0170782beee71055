"""`sediment import`: what it says to do next."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.cli.running import Runner
from tests.pipeline.exports import export, row


def test_the_command_to_go_on_with_can_be_pasted_whatever_a_group_is_called(run: Runner, tmp_path: Path) -> None:
    name = "老周's $(touch x) `id` 群"
    told = run("import", str(export(tmp_path / "a.jsonl", [row("早")])), "--group", name).err
    assert shlex.split(told.partition("：")[2]) == ["sediment", "digest", "--group", name]
