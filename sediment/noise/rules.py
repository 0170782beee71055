"""What a message is by its kind and its words: notices, stickers, red packets, greetings, check-ins, bots, bare reactions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from sediment import patterns, speech
from sediment.models import Kind, Message, NoiseClass
from sediment.questions import is_question

KINDS: Mapping[Kind, NoiseClass] = {
    "system": "system",
    "recall": "system",
    "sticker": "sticker",
    "red_packet": "red_packet",
    "poke": "poke",
}
PACKET_SECONDS = 300
"So long after a red packet thanks and cheers are about it."

RECALL_SECONDS = 120
"So long a message can be taken back."

_SHORT = 20
_EMPTY = re.compile(r"^\s*(?:@\S+\s*)+$|^\s*$")


@cache
def _pattern(part: str, name: str) -> re.Pattern[str]:
    table = patterns.table("noise_cues")
    return patterns.compiled([table[part][name]], table["words"], re.IGNORECASE)


def is_chain(message: Message) -> bool:
    """Whether it is a list that members extend (接龙)."""
    return bool(_pattern("chain", "looks").search(message.text))


def is_greeting(message: Message) -> bool:
    text = message.text.strip()
    acts = speech.acts(text)
    if acts and "greet" in acts:
        return True
    opens = _pattern("greeting", "opens").search(text)
    return (
        bool(opens)
        and len(text) <= _SHORT + 5
        and not _pattern("greeting", "asks").search(text[opens.end() :] if opens else text)
    )


def is_checkin(message: Message) -> bool:
    text = message.text.strip()
    if len(text) > _SHORT + 10 or is_question(text):
        return False
    return bool(_pattern("checkin", "looks").search(text)) and not _pattern("checkin", "not").search(text)


def is_packet_reaction(message: Message) -> bool:
    reacts = _pattern("red_packet", "reaction").search(message.text)
    return bool(reacts) and len(message.text) <= _SHORT and not is_question(message.text)


def is_reaction(message: Message) -> bool:
    """Thanks, laughter, assent, cheers, or no words at all."""
    text = message.text
    if message.kind not in ("text", "reply") or "?" in text or "？" in text:
        return False
    return bool(speech.acts(text)) or bool(_EMPTY.match(text)) or not speech.bare(text)


def bots(by_sender: Mapping[str, Sequence[Message]]) -> dict[str, str]:
    """Message id → reason, for the messages of programs: by the sender's name and their set forms, or by one form again and again."""
    found: dict[str, str] = {}
    for own in by_sender.values():
        forms = [_form(message) for message in own]
        repeated = {form for form in forms if len(form) >= 10 and forms.count(form) >= 3}
        for message, form in zip(own, forms, strict=True):
            named = bool(_pattern("bot", "names").search(message.name))
            if named and _pattern("bot", "speaks").search(message.text.strip()):
                found[message.id] = "bot"
            elif form in repeated and not is_chain(message):
                found[message.id] = "repeated"
    return found


def _form(message: Message) -> str:
    """The text without what changes from one run of a program to the next."""
    return re.sub(r"\d+", "0", message.text.strip())[:60] if message.kind == "text" else ""


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
