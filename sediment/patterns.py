"""Tables of regular expressions kept as data, where long alternatives can be read and extended: data/NAME.toml.

In a pattern `{WORD}` stands for the entry WORD of the table [words]."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sediment import resources


@cache
def table(name: str) -> Mapping[str, Any]:
    """The parsed data/`name`.toml."""
    tables: dict[str, Any] = tomllib.loads((resources.folder("data") / f"{name}.toml").read_text(encoding="utf-8"))
    return tables


def compiled(patterns: Iterable[str], words: Mapping[str, str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """One expression that matches where any of `patterns` does."""
    joined = "|".join(patterns)
    for name, word in words.items():
        joined = joined.replace(f"{{{name}}}", word)
    return re.compile(joined, flags)
