"""What sediment itself says to a reader, in Chinese and English: section headings, labels and set phrases from data/wording.toml."""

from __future__ import annotations

import tomllib
from functools import cache

from sediment import resources


def say(key: str, language: str, **values: object) -> str:
    """The phrase `key` in `language` (`zh` or `en`) with its `{placeholders}` filled. Raises KeyError when it does not exist."""
    return phrases()[key][language].format(**values)


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Every phrase by key, then by language."""
    text = (resources.folder("data") / "wording.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = tomllib.loads(text)
    return tables
