"""The ChatLab standard format 0.0.2 as JSON lines (github.com/ChatLab/ChatLab), with sediment's own ids beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from sediment.exports.export import Chat, Export, Said
from sediment.models import Kind
from sediment.sources.own import own

# ChatLab's MessageType. It has no number for what it does not know but 99.
_TYPES: dict[Kind, int] = {
    "text": 0, "image": 1, "voice": 2, "video": 3, "file": 4, "sticker": 5, "link": 7, "location": 8, "red_packet": 20, "transfer": 21, "poke": 22,
    "call": 23, "share": 24, "reply": 25, "forward": 26, "contact": 27, "system": 80, "recall": 81, "other": 99,
}  # fmt: skip
_SYSTEM = "SYSTEM"
_json = msgspec.json.Encoder().encode


def _lines(chat: Chat, said: Iterable[Said]) -> Iterator[str]:
    about = {"version": "0.0.2", "exportedAt": int(datetime.now(UTC).timestamp()), "generator": "sediment"}
    meta = {"name": chat.group.name, "platform": chat.group.platform, "type": "group"}
    yield _line({"_type": "header", "chatlab": about, "meta": meta | _given("groupId", chat.native_id)})
    for account, name in chat.names:
        yield _line({"_type": "member", "platformId": account, "accountName": name})
    for one in said:
        yield _line(_message(chat, one))


def _message(chat: Chat, said: Said) -> dict[str, Any]:
    message, quoted = said.message, said.quoted
    reply_to = (quoted.native_id or quoted.id) if quoted else message.reply_to
    return {
        "_type": "message",
        "platformMessageId": message.native_id or message.id,
        "sender": message.sender or _SYSTEM,
        "accountName": message.name or message.sender or _SYSTEM,  # must not be empty
        "timestamp": int(message.sent_at.timestamp()),
        "type": _TYPES[message.kind],
        "content": message.text,
        **_given("replyToMessageId", reply_to),
        "sediment": own(chat.group, chat.native_id, message) | ({} if message.name else {"name": ""}),
    }


def _given(key: str, value: str | None) -> dict[str, str]:
    return {key: value} if value else {}


def _line(value: dict[str, Any]) -> str:
    return _json(value).decode() + "\n"


JSONL = Export("chatlab-jsonl", ".jsonl", _lines)
