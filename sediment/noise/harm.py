"""Whether a text gambles, sells sex, abuses, defrauds or deals on the black market: lexicons of data/harm.toml, no training.

来玩的加我 新台大放水 -> "gambling"    这个项目我也想投资 -> None"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

from sediment import patterns
from sediment.hidden import clean

Harm = Literal["gambling", "porn", "abuse", "fraud", "black_market"]
HARMS: tuple[Harm, ...] = ("gambling", "porn", "abuse", "fraud", "black_market")

_ENOUGH = 2
_SURE = 2
_DIGITS = re.compile(r"\d+")
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


def solicits(text: str) -> bool:
    """Whether it invites to any of it but abuse. For talk in a group, where many a cue is honest: only what `harm` finds by two strong cues."""
    plain = _plain(text)
    counts = {name: _distinct(_cues(name)[0], plain) for name in HARMS if name != "abuse"}
    return any(
        strong >= _SURE and 2 * strong + _distinct(_cues(name)[1], plain) >= _needed(plain)
        for name, strong in counts.items()
    )


def _needed(plain: str) -> int:
    return _ENOUGH + max(0, len(plain) - _SHORT + _STEP - 1) // _STEP


def _counts(plain: str) -> dict[Harm, tuple[int, int]]:
    """How many strong and weak cues of each class occur. A cue counts once however often it occurs, and all numbers are one."""
    return {
        name: (_distinct(strong, plain), _distinct(weak, plain)) for name in HARMS for strong, weak in [_cues(name)]
    }


def _distinct(cues: re.Pattern[str], plain: str) -> int:
    return len({_DIGITS.sub("0", cue) for cue in cues.findall(plain)})


@cache
def _cues(name: Harm) -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = patterns.table("harm")[name]
    return re.compile(table["strong"]), re.compile(table["weak"])


@cache
def _left_out() -> re.Pattern[str]:
    return re.compile(f"[^a-z0-9一-鿿+@{patterns.table('harm')['keep']}]+")


def _plain(text: str) -> str:
    """Without the signs, blanks and look-alikes that are put between characters to escape filters."""
    return _left_out().sub("", unicodedata.normalize("NFKC", clean(text)).casefold())
