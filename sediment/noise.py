"""Why a message is not worth keeping, or that it is: a mark beside the message with its reason, never a deletion."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sediment.models import Link, Message, NoiseClass, NoiseMark
from sediment.questions import is_question

_KINDS: dict[str, NoiseClass] = {
    "system": "system",
    "recall": "system",
    "sticker": "sticker",
    "red_packet": "red_packet",
    "poke": "poke",
}
_REACTION = re.compile(
    r"^(?:哈+|呵+|嘻+|谢谢\w{0,4}|感谢\w{0,3}|多谢|收到|好的?|ok|嗯+|\+1|👍|\[[^\]]{1,6}\])[~～!！。.\s]*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:大家|各位|群友们?)?(?:早安?|早上好|上午好|中午好|下午好|晚上好|晚安|恭喜发财)[啊呀哦]?[~～!！。.\s]*$"
)
_CHECKIN = re.compile(r"^(?:\w{0,6}打卡|签到)(?:\s*(?:day|第)\s*\d+\s*天?)?[~～!！。.\s]*$", re.IGNORECASE)


def marks(
    messages: Sequence[Message],
    links: Sequence[Link] = (),
    *,
    keep: frozenset[NoiseClass] = frozenset(),
    drop: frozenset[NoiseClass] = frozenset(),
) -> dict[str, NoiseMark]:
    """The noise among `messages`, by message id."""
    asked = {link.message_id for link in links if _asks(link.answers, messages)}
    found = {}
    for message in messages:
        if message.id not in asked and (mark := _mark(message)) and mark.noise not in keep:
            found[message.id] = mark
    return found


def _asks(message_id: str, messages: Sequence[Message]) -> bool:
    return any(m.id == message_id and is_question(m.text) for m in messages)


def _mark(message: Message) -> NoiseMark | None:
    if message.recalled:
        return NoiseMark(message.id, "recalled", "recalled")
    if message.kind in _KINDS:
        return NoiseMark(message.id, _KINDS[message.kind], "kind")
    for noise, pattern in (("greeting", _GREETING), ("checkin", _CHECKIN), ("chitchat", _REACTION)):
        if pattern.match(message.text.strip()):
            return NoiseMark(message.id, noise, "phrase")  # type: ignore[arg-type]
    return None
