"""How QQ's own exports write a person: a name, perhaps with a rank before it, then a number in brackets or a mail address, or nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from sediment.sources.texts import HEADER

PERSON = r"(?P<name>.*?)(?P<key>\((?P<number>\d{1,12})\)|<(?P<mail>[^<>\s]+@[^<>\s]+)>)?\s*"
_PERSON = re.compile(PERSON, re.ASCII)
_RANK = re.compile(r"【[^】]{1,12}】")
# The titles that QQ gives out. Any other may be what somebody calls himself: `【北京】小王`.
_GIVEN = re.compile(r"【(?:群主|管理员|潜水|冒泡|吐槽|活跃|话唠|传说|新人|匿名)】")
_SYSTEM = ("10000", "1000000")


@lru_cache(1000)
def qq_person(text: str) -> tuple[str | None, str]:
    """The account (the name without what stands before it in 【】 where there is none) and the name without its rank; (None, "") for the platform's
    own notices."""
    found = _PERSON.fullmatch(text) if len(text) <= HEADER else None
    name, key = (found["name"].strip(), found["number"] or found["mail"]) if found else (text.strip(), None)
    if key in _SYSTEM:
        return None, ""
    name = _GIVEN.sub("", name, count=1) if _GIVEN.match(name) else name
    return key or without_title(name), name or key or ""


def without_title(name: str) -> str:
    """A name without what stands before it in 【】: an export may show that, a rank or a part of the name, and another leave it out."""
    title = _RANK.match(name)
    return name[title.end() :] or name if title else name


@lru_cache(1000)
def has_account(text: str) -> bool:
    """Whether a number or a mail address stands behind a name."""
    found = _PERSON.fullmatch(text) if len(text) <= HEADER else None
    return found is not None and found["key"] is not None
