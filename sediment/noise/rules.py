"""What a message is by its kind and its words: notices, stickers, red packets, greetings, check-ins, bots, bare reactions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache

from sediment import patterns
from sediment.models import Kind, Message, NoiseClass
from sediment.noise.phrases import acts
from sediment.questions import is_question
from sediment.speech import bare

KINDS: Mapping[Kind, NoiseClass] = {
    "system": "system",
    "recall": "system",
    "sticker": "sticker",
    "red_packet": "red_packet",
    "poke": "poke",
}
PACKET_SECONDS = 300
"So long after a red packet thanks and cheers are about it."

CALL_SECONDS = 7200
"So long `+1` signs up for what somebody called for."

RECALL_SECONDS = 120
"So long a message can be taken back."

_SHORT = 20
_LONG_ENOUGH = 10  # characters of a form that a program repeats
_OFTEN = 3
_GREETS, _ANSWERS = frozenset({"greeting", "welcome"}), frozenset({"ack"})
_DIGITS = re.compile(r"\d+")
_BARE_NUMBER = re.compile(r"^(?!\W*(?:6{2,}|23{2,})\W*$)[^\w+＋]*\d[\d\s.,:/~*x×-]*[%％]?\W*$")
_PLUS_ONE = re.compile(r"^\W*(?:[+＋➕]\s*[1１一]\s*)+\W*$|^\W*加[1一]\W*$")
_EMPTY = re.compile(r"^\s*(?:@\S+\s*)+$|^\s*$")


@cache
def _pattern(part: str, name: str) -> re.Pattern[str]:
    table = patterns.table("noise_cues")
    return patterns.compiled([table[part][name]], table["words"], re.IGNORECASE)


_ASSENTING = re.compile(r"[👌👍🆗✅🙆]|\[(?:ok|强|赞|好的|点头|耶|握手)\]|/(?:ok|强)", re.IGNORECASE)


def is_chain(message: Message) -> bool:
    """Whether it is a list that members extend (接龙)."""
    return _is_chain(message.text)


@lru_cache(maxsize=1 << 13)  # as below: a message is context of the days after it
def _is_chain(text: str) -> bool:
    return bool(_pattern("chain", "looks").search(text))


@lru_cache(maxsize=1 << 13)
def _calls(text: str) -> bool:
    return bool(_pattern("plus_one", "calls").search(text))


@lru_cache(maxsize=1 << 13)
def _form_of(text: str) -> str:
    """The text without what changes from one run of a program to the next."""
    return _DIGITS.sub("0", text.strip())[:60]


@lru_cache(maxsize=1 << 13)
def _names_bot(name: str) -> bool:
    return bool(_pattern("bot", "names").search(name))


def is_plus_one(message: Message) -> bool:
    """Whether it only joins in: `+1`."""
    return bool(_PLUS_ONE.match(message.text))


def signed_up(messages: Sequence[Message]) -> set[str]:
    """Ids of the `+1`s that sign up for what somebody called for within two hours before."""
    found, called = set(), None
    for message in messages:
        if not is_plus_one(message):
            called = message if _calls(message.text) else called
        elif within(message, called, CALL_SECONDS):
            found.add(message.id)
    return found


def within(message: Message, earlier: Message | None, seconds: int) -> bool:
    """Whether `message` came at most `seconds` after `earlier`, which there may not be."""
    return earlier is not None and (message.sent_at - earlier.sent_at).total_seconds() <= seconds


def is_number(message: Message) -> bool:
    """Whether it is a number and nothing else: it may answer anything. `+1` is none."""
    return bool(_BARE_NUMBER.match(message.text))


def is_greeting(message: Message, names: Collection[str] = ()) -> bool:
    text = message.text.strip()
    done = acts(text, names)
    if done:
        return not done.isdisjoint(_GREETS) and done.isdisjoint(_ANSWERS)
    opens = _pattern("greeting", "opens").search(text)
    return bool(opens) and len(text) <= _SHORT + 5 and not _pattern("greeting", "asks").search(text)


def is_checkin(message: Message) -> bool:
    text = message.text.strip()
    if len(text) > _SHORT + 10 or is_question(text):
        return False
    return bool(_pattern("checkin", "looks").search(text)) and not _pattern("checkin", "not").search(text)


def is_packet_reaction(message: Message) -> bool:
    reacts = _pattern("red_packet", "reaction").search(message.text)
    return bool(reacts) and len(message.text) <= _SHORT and not is_question(message.text)


def is_reaction(message: Message, names: Collection[str] = ()) -> bool:
    """Thanks, laughter, praise, assent, cheers, or no words at all."""
    text = message.text
    if message.kind not in ("text", "reply") or "?" in text or "？" in text or is_number(message):
        return False
    return bool(acts(text, names)) or bool(_EMPTY.match(text)) or not bare(text)


def may_answer(message: Message, names: Collection[str] = ()) -> bool:
    """Whether a reaction can be an answer: assent can (好的, 👍), thanks, praise and laughter cannot."""
    done = acts(message.text, names)
    return done == _ANSWERS if done else bool(_ASSENTING.search(message.text))


def bots(by_sender: Mapping[str, Sequence[Message]]) -> dict[str, str]:
    """Message id → reason, for the messages of programs: by the sender's name and their set forms, or by one form again and again."""
    found: dict[str, str] = {}
    for own in by_sender.values():
        forms = [_form(message) for message in own]
        repeated = {form for form, times in Counter(forms).items() if len(form) >= _LONG_ENOUGH and times >= _OFTEN}
        for message, form in zip(own, forms, strict=True):
            if _names_bot(message.name) and _pattern("bot", "speaks").search(message.text.strip()):
                found[message.id] = "bot"
            elif form in repeated and not is_chain(message):
                found[message.id] = "repeated"
    return found


def _form(message: Message) -> str:
    return _form_of(message.text) if message.kind == "text" else ""


def recalled(messages: Sequence[Message]) -> set[str]:
    """Ids of the messages that a notice says were taken back: the sender's last one, where it is young enough."""
    found = set()
    last: dict[str, Message] = {}
    for message in messages:
        if message.kind == "recall":
            before = last.get(message.sender or "") or next(
                (m for m in last.values() if m.name and f"{m.name}" in message.text), None
            )
            if before and (message.sent_at - before.sent_at).total_seconds() <= RECALL_SECONDS:
                found.add(before.id)
        elif message.sender is not None and message.kind != "system":
            last[message.sender] = message
        if message.recalled:
            found.add(message.id)
    return found
