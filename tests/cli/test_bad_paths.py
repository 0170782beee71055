"""An impossible path is told in one message with a hint, in the reader's language, with an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Runner
from tests.pipeline.bad_paths import REFUSED
from tests.pipeline.exports import export, row


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [kind for kind, (_, words) in REFUSED.items() if words != "no such file"])
def test_an_impossible_path_is_told_in_two_lines(kind: str, language: str, run: Runner, tmp_path: Path) -> None:
    ran = run("--language", language, "import", str(REFUSED[kind][0](tmp_path / "p")))
    what, hint = ran.err.splitlines()
    assert (ran.code, ran.out) == (65, "")
    assert what.startswith("sediment: ")
    assert hint.startswith("  ")
    assert any("\u4e00" <= character <= "\u9fff" for character in hint) == (language == "zh")


@pytest.mark.parametrize("kind", ["missing", "link to nothing", "link to itself"])
def test_a_path_that_is_not_there_is_wrong_usage(kind: str, run: Runner, tmp_path: Path) -> None:
    ran = run("--language", "zh", "import", str(REFUSED[kind][0](tmp_path / "p")))
    assert (ran.code, ran.out) == (2, "")
    assert "没有" in ran.err
    assert "sediment import --help" in ran.err


def test_a_file_that_may_not_be_opened_is_told(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "群.jsonl":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    path = export(tmp_path / "群.jsonl", [row("早")])
    monkeypatch.setattr(Path, "open", refuse)  # whoever runs the tests may be allowed everything
    ran = run("--language", "en", "import", str(path))
    assert (ran.code, ran.out) == (65, "")
    assert ran.err.splitlines() == [f"sediment: {path}: Permission denied", "  Can you open it yourself?"]
