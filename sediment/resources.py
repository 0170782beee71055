"""Prompts, word lists and the sample chat: found in the wheel (sediment/_prompts, sediment/_data) or in the checkout (prompts/, data/)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `prompts` or `data`."""
    bundled = _PACKAGE / f"_{name}"
    return bundled if bundled.is_dir() else _PACKAGE.parent / name


def prompt(name: str, home: Path | None = None) -> str:
    """The text of a prompt such as `digest`. A copy in `home`/prompts wins over the shipped one (`sediment prompts eject`)."""
    if home is not None and (own := home / "prompts" / f"{name}.md").is_file():
        return own.read_text(encoding="utf-8")
    return (folder("prompts") / f"{name}.md").read_text(encoding="utf-8")


def prompt_names() -> list[str]:
    return sorted(path.stem for path in folder("prompts").glob("*.md"))


@cache
def words(name: str) -> tuple[str, ...]:
    """A word list: one entry a line, `#` starts a comment line."""
    lines = (folder("data") / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def sample_chat() -> list[Path]:
    """The made-up group that ships with sediment, in two export formats."""
    return sorted((folder("data") / "sample").iterdir())
