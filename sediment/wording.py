"""What sediment itself says to a reader, in Chinese and English: section headings, labels and set phrases from data/wording.toml, and the words of
errors, which the code writes in English, from data/errors.zh.toml."""

from __future__ import annotations

import re
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


def told(text: str, language: str) -> str:
    """An error, hint or reason of the code in `language`. What stands before and after `: ` is looked up apart where the whole is not known."""
    return text if language == "en" else _in_chinese(text)


def _in_chinese(text: str) -> str:
    for english, chinese in _errors():
        if found := english.fullmatch(text):
            return chinese.format(*map(_in_chinese, found.groups()))
    before, colon, after = text.partition(": ")
    return f"{_in_chinese(before)}：{_in_chinese(after)}" if colon else text


@cache
def _errors() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the English words with their Chinese ones, those with the most words of their own first."""
    text = (resources.folder("data") / "errors.zh.toml").read_text(encoding="utf-8")
    pairs: dict[str, str] = tomllib.loads(text)
    return tuple(
        (re.compile(re.escape(english).replace(r"\{\}", "(.+?)"), re.DOTALL), pairs[english])
        for english in sorted(pairs, key=lambda english: -len(english.replace("{}", "")))
    )
