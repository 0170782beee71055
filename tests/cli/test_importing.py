"""`sediment import`: what it says to do next."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.cli.running import Runner
from tests.pipeline.exports import export, row

DATA = Path(__file__).parents[1] / "data"


def test_the_command_to_go_on_with_can_be_pasted_whatever_a_group_is_called(run: Runner, tmp_path: Path) -> None:
    name = "老周's $(touch x) `id` 群"
    told = run("import", str(export(tmp_path / "a.jsonl", [row("早")])), "--group", name).err
    assert shlex.split(told.partition("：")[2]) == ["sediment", "digest", "--group", name]


def test_two_groups_of_one_name_are_told_apart_by_their_ids(run: Runner, tmp_path: Path) -> None:
    name = run("import", str(DATA / "chatlab-json.json"), "--json").json["groups"][0]
    assert (
        run("import", str(DATA / "qq-txt.txt")).err
        == f"有几个群都叫 {shlex.quote(name)}。用编号指明是哪个：sediment groups\n"
    )


def test_what_could_not_be_read_is_followed_by_where_to_look(run: Runner, tmp_path: Path) -> None:
    path = export(tmp_path / "a.jsonl", [row("早")])
    path.write_text(path.read_text(encoding="utf-8") + "no json\n", encoding="utf-8")
    assert "sediment quarantine 看原因和原文" in run("import", str(path)).err
