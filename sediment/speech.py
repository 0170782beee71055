"""What a short message does: it thanks, laughs, assents, greets … Told by word lists, for Chinese and English groups.

谢谢老板[玫瑰]   -> {"thanks"}
ok 收到         -> {"assent"}
好的，周五前改   -> {} (it says something)"""

from __future__ import annotations

import re
from functools import cache

from sediment import resources

_BEGINNING = 24
_LISTS = ("thanks", "laugh", "assent", "greet", "cheer", "checkin", "filler")
_BARE = re.compile(
    r"@[^\s@\u2005]{1,30}[\s\u2005]?|\[[^\[\]\s]{1,8}\]|/[㐀-鿿]{1,3}|[\W_]+",
)


def bare(text: str) -> str:
    """`text` without mentions, emoji, bracketed stickers, punctuation and white space, in lower case."""
    return _BARE.sub("", text.lower())


@cache
def _phrases() -> dict[str, str]:
    return {key: act for act in _LISTS for word in resources.words(f"speech/{act}") if (key := bare(word))}


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_phrases(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def acts(text: str) -> frozenset[str]:
    """What `text` does when it does nothing else; the empty set when it says more than such phrases (or nothing in words)."""
    if len(text) > 40:
        return frozenset()
    left, found, position = bare(text), set(), 0
    while position < len(left):
        match = _pattern().match(left, position)
        if not match:
            return frozenset()
        found.add(_phrases()[match[0]])
        position = match.end()
    return frozenset(found - {"filler"}) if found != {"filler"} else frozenset(found)


def opens_answer(text: str) -> bool:
    """Whether `text` begins as answers do: 不是, 对, 有的, 可以, yes, nope, try …"""
    return bool(_any_of("answer").match(text.lstrip("@ ")))


def goes_back(text: str) -> bool:
    """Whether `text` begins as messages do that go back to what was said: 那, 所以, 但, but, it …"""
    return bool(_any_of("back").match(text.lstrip("@ ")))


def opens_subject(text: str) -> bool:
    """Whether `text` calls on everybody or opens a subject near its beginning: 大家, 请教, 有人, anyone …"""
    return bool(_any_of("opening").search(text[:_BEGINNING]))


@cache
def _any_of(name: str) -> re.Pattern[str]:
    """Any word of a list; Latin ones whole."""
    entries = sorted(resources.words(f"speech/{name}"), key=len, reverse=True)
    return re.compile(
        "|".join(re.escape(word) + (r"\b" if word[-1:].isascii() and word[-1:].isalpha() else "") for word in entries),
        re.IGNORECASE,
    )
