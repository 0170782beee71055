"""How QQ's own exports write a person: a name, then a number in brackets or a mail address, or nothing."""

from __future__ import annotations

import re

from sediment.sources.texts import HEADER

PERSON = r"(?P<name>.*?)(?P<key>\((?P<number>\d{4,12})\)|<(?P<mail>[^<>\s]+@[^<>\s]+)>)?\s*"
_PERSON = re.compile(PERSON, re.ASCII)
_SYSTEM = ("10000", "1000000")


def qq_person(text: str) -> tuple[str | None, str]:
    """The account (the name where there is none) and the name; (None, "") for the platform's own notices."""
    found = _PERSON.fullmatch(text) if len(text) <= HEADER else None
    name, key = (found["name"].strip(), found["number"] or found["mail"]) if found else (text.strip(), None)
    return (None, "") if key in _SYSTEM else (key or name, name or key or "")
