"""init, prompts, import: commands that touch files."""

import os
from pathlib import Path

import pytest

from sediment import config, pipeline, resources
from sediment.cli.reference import commands_page, settings_page
from tests.cli.running import Runner

LINES = (
    '{"id": "m1", "time": "2026-04-08T09:00:00+08:00", "sender": "u1", "name": "老周", "kind": "text", "text": "端口 8080", "reply_to": null, "mentions": []}\n'
    '{"id": "m2", "time": "2026-04-08T09:01:00+08:00", "sender": "u2", "name": "小鹿", "kind": "text", "text": "好", "reply_to": "m1", "mentions": []}\n'
)
BAD = '{"id": "m3", "time": "yesterday", "sender": "u1", "name": "老周", "kind": "text", "text": "x", "reply_to": null, "mentions": []}\n'


def test_init_writes_settings_once(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "home" / "sediment.toml"
    first = run("init")
    assert (first.code, first.out, first.err) == (0, f"{path}\n", "写好了设置文件，里面每一项都有说明：\n")
    assert config.load(path.parent) == config.Config()
    path.write_text('language = "en"\n', encoding="utf-8")
    again = run("init")
    assert (again.code, again.out, again.err) == (0, f"{path}\n", "The settings exist already and were left alone:\n")
    assert path.read_text(encoding="utf-8") == 'language = "en"\n'


def test_the_settings_file_means_the_defaults_with_every_comment_taken_off(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "home" / "sediment.toml"
    run("init")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join(line.removeprefix("# ") for line in lines if line[:1] == "[" or " = " in line), encoding="utf-8"
    )
    assert config.load(path.parent) == config.Config()


def test_home_may_stand_after_the_command(run: Runner, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert run("init", "--home", str(elsewhere), "-q").err == ""
    assert (elsewhere / "sediment.toml").is_file()


def test_prompts_are_shown_and_copied_out_once(run: Runner, tmp_path: Path) -> None:
    name = resources.prompt_names()[0]
    copy = tmp_path / "home" / "prompts" / f"{name}.md"
    assert name in run("prompts", "list").out.split()
    assert run("prompts", "show", name).out == resources.prompt(name)
    assert run("prompts", "eject", name).out == f"{copy}\n"
    copy.write_text("mine\n", encoding="utf-8")
    assert run("prompts", "show", name).out == "mine\n"
    assert run("prompts", "eject").out.count("\n") == len(resources.prompt_names())
    assert copy.read_text(encoding="utf-8") == "mine\n"
    assert f"{name}  {copy}\n" in run("prompts", "list").out


def test_an_import_accounts_for_every_record(run: Runner, tmp_path: Path) -> None:
    export = tmp_path / "chat.jsonl"
    export.write_text(LINES + BAD, encoding="utf-8")
    ran = run("import", str(export), "--group", "端口群")
    head, total, bad = ran.out.splitlines()
    assert ran.code == 0
    assert head == "读入 1 个文件，格式 jsonl，群：端口群"
    assert total == "看到 3 = 新增 2 + 重复 0 + 隔离 1 + 忽略 0"
    assert bad.startswith(f"{export}:3: ")
    assert ran.err.splitlines()[-1] == "接下来：sediment digest --group '端口群'"
    again = run("import", str(export), "--group", "端口群", "--json")
    assert (again.code, again.err) == (0, "")
    assert {key: again.json[key] for key in ("seen", "imported", "duplicates")} == {
        "seen": 3,
        "imported": 0,
        "duplicates": 2,
    }


def test_a_long_list_of_refused_records_is_cut(run: Runner, tmp_path: Path) -> None:
    export = tmp_path / "chat.jsonl"
    export.write_text(LINES + BAD * 25, encoding="utf-8")
    lines = run("import", str(export)).out.splitlines()
    assert len(lines) == 23
    assert lines[-1] == "……还有 5 条被隔离，见 sediment quarantine"


def test_a_file_of_no_known_format_is_refused(run: Runner, tmp_path: Path) -> None:
    export = tmp_path / "notes.txt"
    export.write_text("会议纪要\n第一条\n", encoding="utf-8")
    ran = run("import", str(export))
    assert (ran.code, ran.out) == (65, "")
    assert ran.err.startswith("sediment: ")
    assert run("groups", "--json").json == []


def test_an_import_of_which_nothing_could_be_read_ends_with_65(run: Runner, tmp_path: Path) -> None:
    export = tmp_path / "chat.jsonl"
    export.write_text(BAD, encoding="utf-8")
    ran = run("import", str(export), "--format", "jsonl")
    assert ran.code == 65
    assert ran.out.splitlines()[1] == "看到 1 = 新增 0 + 重复 0 + 隔离 1 + 忽略 0"


@pytest.mark.parametrize(
    "word", ["`sediment digest`", "--conversation ID", "`sediment prompts eject`", "| 130 |", '"native_id"']
)
def test_the_page_of_commands_comes_from_the_commands(word: str) -> None:
    assert word in commands_page()


@pytest.mark.parametrize(
    "word", ['`embedder` (default `"auto"`)', "## `[chat]`", "`timezone`", "`budget` (default `2000000`)"]
)
def test_the_page_of_settings_comes_from_the_settings(word: str) -> None:
    assert word in settings_page()


@pytest.mark.parametrize("command", [("init",), ("prompts", "eject")])
def test_a_home_that_cannot_be_written_to_is_told(
    command: tuple[str, ...], run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refused)
    ran = run(*command)
    assert (ran.code, ran.out) == (74, "")
    assert ran.err.endswith("：没有权限\n  用 --home 指定另一个文件夹。\n")


def test_a_home_that_cannot_be_written_to_is_still_looked_at(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = tmp_path / "群.jsonl"
    chat.write_text(LINES, encoding="utf-8")
    run("import", str(chat))
    more = tmp_path / "more.jsonl"
    more.write_text(LINES.replace('"m', '"n').replace("04-08", "04-09").replace("8080", "9090"), encoding="utf-8")
    commands = (("conversations", "--group", "群"), ("search", "端口"), ("lectures", "--group", "群", "--json"))
    listed = [run(*command).out for command in commands]
    run("import", str(more), "--group", "群")
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(pipeline, "settle", None)
    for command, before in zip(commands, listed, strict=True):
        ran = run(*command)
        assert (ran.out, ran.err.splitlines()[0]) == (before, "数据文件夹不能写，只列出整理好的。")
