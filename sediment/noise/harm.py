"""Whether a text gambles, sells sex, abuses, defrauds or deals on the black market: lexicons of data/harm.toml, no training.

来玩的加我 新台大放水 -> "gambling"    这个项目我也想投资 -> None"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

from sediment import patterns
from sediment.hidden import clean
from sediment.noise.openings import opened

Harm = Literal["gambling", "porn", "abuse", "fraud", "black_market"]
HARMS: tuple[Harm, ...] = ("gambling", "porn", "abuse", "fraud", "black_market")

_ENOUGH = 2
_SURE = 2
_DIGITS = re.compile(r"\d+")
_FACE = re.compile(r"\[em\]e?\d+\[/em\]")
# Letters and digits mixed, or few letters, under an ending that costs next to nothing.
_ADDRESS = re.compile(
    r"(?<![a-z0-9.@/-])(?=[a-z0-9-]*\d|[a-z]{1,4}[.。点])[a-z0-9-]{2,20}\s*[.。点]\s*(?:top|vip|cc|xyz|icu|club|bet|win|vin)(?![a-z0-9])"
)
_STYLED = (0x1F150, 0x1F170, 0x1F1E6)  # Ⓐ and 🅰 in black, and the letters of flags
_SHORT, _STEP = 40, 40  # each further 40 characters ask for one cue more: in long texts words meet by chance


@lru_cache(maxsize=16384)
def harm(text: str) -> Harm | None:
    """The class that most speaks for, if it is enough; the first of HARMS among equals. For posts of strangers: in a short
    one, weak cues are enough."""
    plain = _plain(text)
    counts = _counts(plain)
    weights = {name: 2 * strong + weak for name, (strong, weak) in counts.items() if strong or len(plain) <= _SHORT}
    best = max(weights, key=lambda name: weights[name], default=None)
    return best if best and weights[best] >= _needed(plain) else None


@lru_cache(maxsize=1 << 13)  # a message is context of the days after it
def solicits(text: str) -> bool:
    """Whether it invites to any of it but abuse. For talk in a group, where many a cue is honest: only what `harm` finds by two strong cues."""
    if len(text) < _SURE * 2:
        return False
    plain = _plain(text)
    counts = {name: _distinct(_cues(name, "strong"), plain) for name in HARMS if name != "abuse"}
    return any(
        strong >= _SURE and 2 * strong + _distinct(_cues(name, "weak"), plain) >= _needed(plain)
        for name, strong in counts.items()
    )


def _needed(plain: str) -> int:
    return _ENOUGH + max(0, len(plain) - _SHORT + _STEP - 1) // _STEP


def _counts(plain: str) -> dict[Harm, tuple[int, int]]:
    """How many strong and weak cues of each class occur. A cue counts once however often it occurs, and all numbers are one."""
    return {name: (_distinct(_cues(name, "strong"), plain), _distinct(_cues(name, "weak"), plain)) for name in HARMS}


def _distinct(cues: re.Pattern[str], plain: str) -> int:
    return len({_DIGITS.sub("0", cue) for cue in cues.findall(plain)})


@cache
def _cues(name: Harm, strength: Literal["strong", "weak"]) -> re.Pattern[str]:
    return re.compile(opened(patterns.table("harm")[name][strength]))


@cache
def _left_out() -> re.Pattern[str]:
    return re.compile(f"[^a-z0-9一-鿿+@{patterns.table('harm')['keep']}]+")


def _plain(text: str) -> str:
    """Without the signs, blanks and look-alikes that are put between characters to escape filters; variants as the words they stand for."""
    plain = unicodedata.normalize("NFKC", clean(text).translate(_letters())).casefold()
    plain = _ADDRESS.sub("🌐", _FACE.sub("💬", plain))
    return _variants()[0].sub(_word, _left_out().sub("", plain))


def _word(found: re.Match[str]) -> str:
    return next(word for word, variant in _variants()[1] if variant.match(found.string, found.start()))


@cache
def _letters() -> dict[int, str]:
    """What NFKC leaves: white letters on black (🅥, 🆅), flags' letters, and traditional characters."""
    styled = {start + at: chr(ord("a") + at) for start in _STYLED for at in range(26)}
    pairs = patterns.table("harm")["traditional"]
    return styled | {ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)}


@cache
def _variants() -> tuple[re.Pattern[str], list[tuple[str, re.Pattern[str]]]]:
    """One expression for all, which finds fast because it names nothing; and each with the word it stands for."""
    folds = patterns.table("harm")["folds"]
    return re.compile(opened("|".join(folds.values()))), [
        (word, re.compile(variant)) for word, variant in folds.items()
    ]
