"""Advertisements, open or disguised: cues are weighed, and members who only advertise are believed less."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from sediment import patterns
from sediment.hostile import is_hostile
from sediment.models import Message
from sediment.noise.harm import solicits
from sediment.noise.openings import opened
from sediment.noise.setting import Setting
from sediment.questions import is_question

_ENOUGH = 3
_REGULAR = 12  # a member with so many messages of which almost none advertises is asked for one cue more
_OFTEN = 0.1
_WORDED = ("text", "reply", "link", "share", "contact", "forward", "other")
_WORK = re.compile(
    r"招(?:人|聘|前|后|运营|实习)|岗位|薪|双休|base|预算|工期|简历|兼职可|内推|外包|私活|接活|有个活|手上有个"
)


@cache
def _cues() -> list[tuple[int, re.Pattern[str]]]:
    table = patterns.table("noise_cues")
    cues = [(cue["weight"], patterns.compiled(cue["patterns"], table["words"])) for cue in table["ad"]]
    return [(weight, re.compile(opened(cue.pattern), re.IGNORECASE)) for weight, cue in cues]


def weight(message: Message) -> int:
    """How much speaks for an advertisement: 3 is enough for somebody who is no regular."""
    return _weight(message.text) if message.kind in _WORDED else 0


@lru_cache(maxsize=1 << 13)  # a message is context of the days after it
def _weight(text: str) -> int:
    total = sum([weight for weight, cue in _cues() if cue.search(text)])
    asks = text.rstrip()[-1:] in "?？吗呢么" and is_question(text)
    return total - 2 * asks - 3 * bool(_WORK.search(text))


def ads(setting: Setting) -> dict[str, str]:
    """Message id → reason, for the advertisements and the messages that give orders to whoever summarises."""
    found: dict[str, str] = {}
    for own in setting.by_sender.values():
        weights = {message.id: weight(message) for message in own}
        open_ones = [id for id, value in weights.items() if value > _ENOUGH]
        need = _needed(own, weights, bool(open_ones))
        for message in own:
            if message.id not in setting.judged:
                continue
            if is_hostile(message.text):
                found[message.id] = "hostile"
            elif weights[message.id] >= need:
                found[message.id] = "ad"
            elif _deals(message):
                found[message.id] = "fraud"
    return found


def _deals(message: Message) -> bool:
    return not is_question(message.text) and not _WORK.search(message.text) and solicits(message.text)


def _needed(own: Sequence[Message], weights: dict[str, int], has_open_one: bool) -> int:
    share = sum(value >= _ENOUGH for value in weights.values()) / len(own)
    if has_open_one:
        return _ENOUGH - 1 if share >= _OFTEN else _ENOUGH
    return _ENOUGH + 1 if len(own) >= _REGULAR and share < _OFTEN else _ENOUGH
