"""The progress bar shows only after a second, only on a terminal, never with --quiet."""

import io
import sys

import pytest

from sediment.cli import progress
from sediment.cli.progress import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_long_work_on_a_terminal_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "计算向量" in _shown(monkeypatch, Terminal(), patience=0.0)
    assert "brewing" in _shown(monkeypatch, Terminal(), patience=0.0, stage="brewing")


def test_nothing_is_shown_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown(monkeypatch, Terminal(), patience=60.0) == ""
    assert _shown(monkeypatch, Terminal(), patience=0.0, quiet=True) == ""
    assert _shown(monkeypatch, io.StringIO(), patience=0.0) == ""


def _shown(
    monkeypatch: pytest.MonkeyPatch,
    stderr: io.StringIO,
    *,
    patience: float,
    quiet: bool = False,
    stage: str = "vectors",
) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(progress, "PATIENCE", patience)
    with Bar("zh", quiet=quiet) as bar:
        bar("import", 1, 2)
        bar(stage, 1, 2)
        bar(stage, 2, None)
    return stderr.getvalue()
