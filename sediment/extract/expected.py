"""What a question asks for (money, a time, a person …), and whether a text holds such a thing. The patterns stand in data/asked.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from sediment import resources

_WHETHER = re.compile(r"([一-鿿])[不没]\1|是否|有没有|[吗么嘛][?？]?\s*$")  # 退不退, 能不能


def asked_for(question: str) -> set[str]:
    """The kinds of thing that `question` asks for; empty for questions such as how to do something, or whether something is so."""
    if _WHETHER.search(question):
        return set()
    return {kind for kind, (asks, _) in _kinds().items() if asks.search(question)}


def can_tell(kind: str) -> bool:
    """Whether a text can be seen to hold such a thing."""
    return bool(_kinds()[kind][1].pattern)


def holds(kind: str, text: str) -> bool:
    """Whether `text` holds a thing of this kind: a sum of money, a day … Kinds that no pattern can tell are never held."""
    return can_tell(kind) and bool(_kinds()[kind][1].search(text))


@cache
def _kinds() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    tables = tomllib.loads((resources.folder("data") / "asked.toml").read_text(encoding="utf-8"))
    return {
        kind: (re.compile(table["asks"], re.IGNORECASE), re.compile(table["holds"], re.IGNORECASE))
        for kind, table in tables.items()
    }
