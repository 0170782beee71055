"""How the program starts: fast, in the reader's language, with exit codes that mean something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sediment import __version__, pipeline
from sediment.cli.lazy import COMMANDS, command
from sediment.errors import Locked, ModelRefused
from tests.cli.running import Runner

HEAVY = {
    "numpy",
    "chromadb",
    "langchain_core",
    "openai",
    "jieba",
    "rjieba",
    "onnxruntime",
    "rich",
    "markdown",
    "sqlite3",
}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["digest", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import atexit, sys; atexit.register(lambda: print('\\n'.join({m.split('.')[0] for m in sys.modules}), file=sys.stderr));"
        f"from sediment.cli import main; main({arguments!r})"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert "click" in ran.stderr.split()
    assert HEAVY & set(ran.stderr.split()) == set()


def test_the_version_is_that_of_the_package(run: Runner) -> None:
    assert run("--version").out == f"sediment {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_in_both_languages(run: Runner, name: str) -> None:
    chinese, english = run(name, "--help"), run("--language", "en", name, "--help")
    assert (chinese.code, english.code) == (0, 0)
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese.out)
    assert not any("\u4e00" <= character <= "\u9fff" for character in english.out)
    assert command(name).name == name


def test_help_speaks_the_language_of_the_locale(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "读入聊天记录" in run("--help").out
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert "Read exports" in run("--help").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "第一次用：\n  sediment import 导出的文件 --group 群名\n"),
        (["imprt", "x"], "没有 'imprt' 这个命令。想写的是 'import' 吗？"),
        (["noise", "kep", "x"], "没有 'kep' 这个命令。想写的是 'keep' 吗？"),
        (["faq", "lst"], "没有 'lst' 这个命令。想写的是 'list' 吗？"),
        (["members", "lst", "我的群"], "没有 'lst' 这个命令。想写的是 'list' 吗？"),
        (["members", "lst"], "没有叫 'lst' 的群。"),
        (["list", "--kind", "diary"], "没有 'diary' 这种文档。\n  可以用：digest, faq, article。"),
        (["article", "--topic", "x"], "用 --group 写上群名；有哪些群：sediment groups\n"),
        (["digest", "我的群"], "用 --group 写上群名；有哪些群：sediment groups\n"),
        (["members", "--group", "我的群"], "没有叫 '我的群' 的群。"),
        (["members", "consent", "老段", "-g", "我的群"], "没有叫 '我的群' 的群。"),
        (["search", " "], "错误：'QUERY' 的值不对：没有写要找什么。"),
        (["ask", ""], "错误：'QUESTION' 的值不对：没有写要找什么。"),
        (["export", "-g", "我的群"], "没有叫 '我的群' 的群。"),
    ],
)
def test_a_first_try_is_told_what_to_write(run: Runner, arguments: list[str], told: str) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert told in ran.err


def test_help_is_all_in_the_readers_language(run: Runner) -> None:
    chinese, english = run("article", "--help").out, run("--language", "en", "article", "--help").out
    assert [word for word in ("Usage", "Options", "[required]", "Show this") if word in chinese] == []
    assert english.startswith("Usage: sediment article [OPTIONS]")
    assert "[required]" in english


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nonsense"], 2),
        (["digest"], 2),
        (["digest", "--group", "x", "--day", "08.04.2026"], 2),
        (["digest", "--group", "x", "--day", "2026-04-08", "--since", "2026-04-01"], 2),
        (["digest", "--group", "x"], 2),
        (["article", "--group", "x"], 2),
        (["article", "--group", "x", "--topic", "a", "--conversation", "c1"], 2),
        (["import", "no-such-file"], 2),
        (["show", "d1"], 2),
        (["prompts", "show", "nonsense"], 2),
        (["publish", "d1", "--to", "folder"], 2),
    ],
)
def test_what_makes_no_sense_ends_with_2_and_says_why(run: Runner, arguments: list[str], code: int) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert "sediment" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Locked("Another process writes.", hint="Wait."), 75, "sediment: Another process writes.\n  Wait.\n"),
        (ModelRefused("The key is wrong."), 69, "sediment: The key is wrong.\n"),
        (KeyboardInterrupt(), 130, "\n已中断。做完的都留着，再运行一次会接着做。\n"),
    ],
)
def test_errors_end_with_their_exit_code(
    run: Runner, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "groups", fails)
    ran = run("groups")
    assert (ran.code, ran.out, ran.err) == (code, "", told)


def test_a_reader_that_goes_away_is_not_an_error_to_talk_about(tmp_path: Path) -> None:
    script = f"{sys.executable} -m sediment --home {tmp_path} --help | true"
    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, encoding="utf-8", check=True)
    assert ran.stderr == ""


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "sediment", "groups", "--home", str(tmp_path), "--quiet", "--json"]
    ran = subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", check=True, env={**os.environ})
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_settings_decide_the_language_and_options_win(run: Runner, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sediment.toml").write_text('language = "en"\n', encoding="utf-8")
    assert run("groups").err == "No groups yet. Import a chat: sediment import FILE\n"
    assert run("--language", "zh", "groups").err == "还没有群。先读入聊天记录：sediment import 文件\n"
    assert run("--quiet", "groups").err == ""


def test_a_broken_settings_file_ends_with_78(run: Runner, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sediment.toml").write_text("languag = 1\n", encoding="utf-8")
    ran = run("--language", "en", "groups")
    assert (ran.code, ran.out) == (78, "")
    assert "unknown setting languag" in ran.err


def test_errors_are_told_in_the_language_of_the_settings_and_of_the_option(run: Runner, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sediment.toml").write_text('language = "en"\n', encoding="utf-8")
    assert run("show", "d9").err == "sediment: There is no document 'd9'.\n  `sediment list` names those there are.\n"
    assert (
        run("--language", "zh", "show", "d9").err
        == "sediment: 没有编号为 'd9' 的文档。\n  sediment list 会列出有哪些。\n"
    )


def test_wrong_usage_is_told_in_the_readers_language(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert (run("--home", str(tmp_path / "file"), "groups").code, run("--language", "fr", "groups").code) == (2, 2)
    assert run("--language", "zh", "digest").err.endswith(
        "错误：缺少选项 '--group' / '-g'。\n用法见 sediment digest --help\n用 --group 写上群名；有哪些群：sediment groups\n"
    )
    assert run("--language", "en", "digest").err.endswith(
        "Error: Missing option '--group' / '-g'.\nSee sediment digest --help\nName the group with --group; `sediment groups` lists them.\n"
    )
