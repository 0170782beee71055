"""What a message does that is made of set phrases only: data/noise_phrases.toml and the lists of data/speech.

早，欢迎新人      -> {"greeting", "welcome"}
感谢泽哥！！      -> {"thanks"}    when a member is called 阿泽
谢谢，但是还不行  -> {}"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache

from sediment import patterns, resources
from sediment.speech import bare

_LONG = 40  # characters; whoever writes more says something
_NAME = 3  # characters at most of a name by which somebody is thanked or welcomed
_BESIDE = frozenset({"who", "filler"})
_TO_SOMEBODY = frozenset({"thanks", "welcome", "greeting"})
_SPEECH = {
    "greet": "greeting",
    "thanks": "thanks",
    "laugh": "laugh",
    "cheer": "cheer",
    "assent": "ack",
    "filler": "filler",
}


def acts(text: str, names: Collection[str] = ()) -> frozenset[str]:
    """Its acts: greeting, welcome, thanks, laugh, praise, cheer, ack; the empty set when it says more, or nothing in words.

    `names` are the members': a piece of one may stand beside thanks, a welcome or a greeting, and so may
    a surname before a form of address. Particles alone are an ack."""
    found, left = _read(text)
    surname = len(left) == 1 and "who" in found
    if left and not (found & _TO_SOMEBODY and (surname or _is_name(left, names))):
        return frozenset()
    return found - _BESIDE or (frozenset({"ack"}) if found else frozenset())


@lru_cache(maxsize=1 << 15)
def _read(text: str) -> tuple[frozenset[str], str]:
    """The classes of the phrases in `text`, and what is none; reading stops where too much is left."""
    rest, found, left, position = bare(text) if len(text) <= _LONG else "", set[str](), "", 0
    while position < len(rest) and len(left) <= _NAME:
        match = _pattern().match(rest, position)
        if match:
            found.add(_phrases()[match[0]])
        else:
            left += rest[position]
        position = match.end() if match else position + 1
    return frozenset(found), left


def _is_name(left: str, names: Collection[str]) -> bool:
    return len(left) <= _NAME and any(set(left) <= set(name.lower()) for name in names)


@cache
def _phrases() -> dict[str, str]:
    shared = {
        key: act for list_, act in _SPEECH.items() for word in resources.words(f"speech/{list_}") if (key := bare(word))
    }
    own = {
        key: act
        for act, words in patterns.table("noise_phrases").items()
        for word in words.split(",")
        if (key := bare(word))
    }
    return shared | own


@cache
def _pattern() -> re.Pattern[str]:
    """The longest phrase that fits."""
    names = sorted(_phrases(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))
