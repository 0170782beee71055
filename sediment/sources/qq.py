"""How QQ's own exports write a person: a name, perhaps with a rank before it, then a number in brackets or a mail address, or nothing."""

from __future__ import annotations

import re

from sediment.sources.texts import HEADER

PERSON = r"(?P<name>.*?)(?P<key>\((?P<number>\d{1,12})\)|<(?P<mail>[^<>\s]+@[^<>\s]+)>)?\s*"
_PERSON = re.compile(PERSON, re.ASCII)
_RANK = re.compile(r"【[^】]{1,12}】")
_SYSTEM = ("10000", "1000000")


def qq_person(text: str) -> tuple[str | None, str]:
    """The account (the name without its rank where there is none) and the name; (None, "") for the platform's own notices."""
    found = _PERSON.fullmatch(text) if len(text) <= HEADER else None
    name, key = (found["name"].strip(), found["number"] or found["mail"]) if found else (text.strip(), None)
    rank = _RANK.match(name)
    bare = name[rank.end() :] if rank else name
    return (None, "") if key in _SYSTEM else (key or bare or name, name or key or "")


def has_account(text: str) -> bool:
    """Whether a number or a mail address stands behind a name."""
    found = _PERSON.fullmatch(text) if len(text) <= HEADER else None
    return found is not None and found["key"] is not None
