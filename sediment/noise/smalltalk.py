"""Small talk: messages of which nothing has to be kept, told by a logistic model over the message and its talk (data/smalltalk.json)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from sediment import patterns, resources
from sediment.models import Message
from sediment.noise.openings import opened
from sediment.noise.phrases import acts
from sediment.noise.rules import is_chain, is_number
from sediment.noise.setting import Setting
from sediment.questions import is_question
from sediment.speech import bare

_LATIN = re.compile(r"[A-Za-z]{2,}")
_NUMBER = re.compile(r"\d")
_LOOKS = 2
_LIGHT = ("chitchat", "greeting", "ad")
"Noise of these classes is answered by small talk; to a sticker or a red packet nobody answers."
_SIGNS = ("small words", "set phrase", "answers noise", "talk small words", "picture", "forward")
_FULL = 2
_SHORT, _WORD = 8, 4  # characters of a short answer, and of a word or two


def smalltalk(setting: Setting, marked: Mapping[str, str]) -> dict[str, str]:
    """Message id → reason for the small talk among the messages that are not `marked` yet."""
    return dict.fromkeys(chosen(setting, _shipped(), marked), "smalltalk")


def chosen(setting: Setting, model: Mapping[str, float], marked: Mapping[str, str]) -> set[str]:
    """Ids of the messages that `model` (bias and weight by feature) calls small talk, save those that answer a question which is none itself.

    What answers small talk is looked at again once that is known to be such."""
    weights = [(name, weight) for name, weight in model.items() if name != "bias"]
    small: set[str] = set()
    light: dict[str, bool] = {}
    changed: Collection[str] | None = None
    for _ in range(_LOOKS):
        for id, values in features(setting, {**marked, **dict.fromkeys(small, "chitchat")}, changed).items():
            score = model["bias"] + sum([weight * values[name] for name, weight in weights])
            light[id] = score > 0 and _shows(setting.by_id[id], values)
        for id, is_light in light.items():
            if is_light and id not in small and not _answers(setting, setting.by_id[id], small):
                small.add(id)
        talks = {setting.talk[id][0].id for id in small}
        answering = {child.id for id in small for child in setting.children.get(id, ())}
        changed = [id for id in light if id in answering or setting.talk[id][0].id in talks]
    return small


def _shows(message: Message, values: Mapping[str, float]) -> bool:
    """Whether anything speaks for small talk but that little is said: a word or two may be half of something."""
    return len(bare(message.text)) > _WORD or any(values[name] for name in _SIGNS)


def _answers(setting: Setting, message: Message, small: Collection[str]) -> bool:
    """Whether it answers a question, by its links, or because it is short and stands right after one."""
    short = len(bare(message.text)) <= _SHORT and not _said(message.text).small
    return setting.answers_question(message, small) or (short and setting.follows_question(message, small))


@cache
def _shipped() -> Mapping[str, float]:
    weights: dict[str, float] = json.loads((resources.folder("data") / "smalltalk.json").read_text(encoding="utf-8"))
    return weights


def features(
    setting: Setting, marked: Mapping[str, str], only: Collection[str] | None = None
) -> dict[str, dict[str, float]]:
    """By id of each judged message (of those in `only`) that may be small talk: not marked, no chain, no link, no file."""
    talks: dict[str, dict[str, float]] = {}
    found = {}
    for message in setting.judged.values() if only is None else [setting.judged[id] for id in only]:
        if (
            message.id in marked
            or message.sender is None
            or message.id in setting.signed_up
            or is_chain(message)
            or is_number(message)
            or _carries(message)
            or _asks_in_earnest(message)
            or setting.answers_question(message)
        ):
            continue
        talk = setting.talk[message.id]
        if talk[0].id not in talks:
            talks[talk[0].id] = _of_talk(setting, talk, marked)
        found[message.id] = _of_message(setting, message, marked) | talks[talk[0].id]
    return found


def _carries(message: Message) -> bool:
    """Links, files, who comes and who does not, and what is full of substance are worth keeping whatever stands around them."""
    said = _said(message.text)
    return message.kind in ("link", "file") or "http" in message.text or said.attends or said.matters >= _FULL


def _asks_in_earnest(message: Message) -> bool:
    """A question is open until somebody answers it; only one about the subjects of small talk may be that."""
    return is_question(message.text) and not _said(message.text).small


class _Said(NamedTuple):
    matters: int  # words of substance
    small: int  # words of small talk
    latin: bool
    number: bool
    attends: bool


@lru_cache(maxsize=1 << 15)  # each look asks about every message, by itself and within its talk
def _said(text: str) -> _Said:
    return _Said(
        len(_words("matters").findall(text)),
        len(_words("words").findall(text)),
        bool(_LATIN.search(text)),
        bool(_NUMBER.search(text)),
        bool(_words("attends").search(text)),
    )


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(opened(patterns.table("noise_cues")["smalltalk"][name]), re.IGNORECASE)


def _of_message(setting: Setting, message: Message, marked: Mapping[str, str]) -> dict[str, float]:
    text, said = message.text, _said(message.text)
    parent, children = setting.parent.get(message.id), setting.children.get(message.id, [])
    return {
        "length": math.log1p(len(text)),
        "matters": min(said.matters, 4),
        "small words": min(said.small, 3),
        "latin": said.latin,
        "number": said.number,
        "asks": is_question(text),
        "picture": message.kind in ("image", "video"),
        "voice": message.kind == "voice",
        "no text": not text.strip(),
        "forward": message.kind in ("forward", "location", "transfer", "contact", "share"),
        "set phrase": bool(acts(text)),
        "names": bool(message.mentions),
        "quotes": message.reply_to is not None,
        "starts": parent is None,
        "answers noise": parent is not None and marked.get(parent.id) in _LIGHT,
        "answered": min(len(children), 3),
        "answered by a question": any(is_question(child.text) for child in children),
        "asks and is answered": is_question(text) and bool(children),
    }


def _of_talk(setting: Setting, talk: list[Message], marked: Mapping[str, str]) -> dict[str, float]:
    kept = [message for message in talk if message.id not in marked]
    lengths, said = [len(message.text) for message in kept], [_said(message.text) for message in kept]
    size = max(1, len(kept))
    return {
        "talk alone": len(kept) == 1,
        "talk size": math.log1p(len(kept)),
        "talk mean length": math.log1p(sum(lengths) / size),
        "talk longest": math.log1p(max(lengths, default=0)),
        "talk asks": min(sum(is_question(message.text) for message in kept), 3),
        "talk matters": math.log1p(sum(one.matters for one in said)),
        "talk small words": sum(one.small for one in said) / size,
        "talk latin": sum(one.latin for one in said) / size,
        "talk numbers": sum(one.number for one in said) / size,
        "talk chain": any(is_chain(message) for message in talk),
        "talk quotes": min(sum(message.reply_to is not None for message in kept), 3),
        "talk noise": sum(message.id in marked for message in talk) / len(talk),
        "talk starts with a question": is_question(talk[0].text),
    }
