"""Exports of chatlog (github.com/sjzar/chatlog): the answers of `GET /api/v1/chatlog` as JSON, CSV and text.

[{"seq": 1710464401000, "time": "2024-03-15T09:00:01+08:00", "talker": "2…@chatroom", "talkerName": "群", "sender": "wxid_a", "type": 1, …}]

`seq` orders the messages of one account and is no identity; only a voice message carries the id that WeChat's server gave it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, is_recall, mentioned, moment, records
from sediment.sources.wechat import wechat_kind

_SYSTEM = "系统消息"
_KEYS = {"seq", "talker", "isChatRoom", "subType"}


class _Row(msgspec.Struct):
    time: str
    talker: str
    sender: str
    type: int
    talkerName: str = ""
    senderName: str = ""
    subType: int = 0
    content: str = ""
    contents: dict[str, Any] | None = None


def _recognises(source: Source) -> bool:
    return source.head_keys("item") >= _KEYS


def _read(source: Source) -> Iterator[ReadItem]:
    chat = cache(lambda talker, name: ChatInfo(name, "wechat", talker or None))

    def message(place: int, row: _Row) -> ReadMessage:
        kind = wechat_kind(row.type, row.subType)
        if kind == "system" and is_recall(row.content):
            kind = "recall"
        contents = row.contents or {}
        text = row.content or _title(kind, contents)
        return ReadMessage(
            line=place,
            sent_at=moment(row.time, source.zone),
            sender=None if row.sender == _SYSTEM else row.sender,
            name="" if row.sender == _SYSTEM else row.senderName or row.sender,
            kind=kind,
            text=text,
            native_id=_text(contents, "voice"),
            reply_to=_text(_inside(_inside(contents, "refer"), "contents"), "voice"),
            mentions=mentioned(text) if kind in ("text", "reply") else (),
            url=_text(contents, "url") or "" if kind == "link" else "",
        )

    def chat_of(row: _Row | None) -> ChatInfo:
        return chat(row.talker, row.talkerName) if row else chat("", "")

    yield from records(source.json_items("item", _Row), message, chat_of)


def _title(kind: Kind, contents: dict[str, Any]) -> str:
    keys = {"forward": ("title", "desc"), "location": ("label",), "text": ("title", "desc")}.get(kind, ("title",))
    return "\n".join(word for key in keys if (word := _text(contents, key)))


def _text(contents: dict[str, Any], key: str) -> str | None:
    value = contents.get(key)
    return value if isinstance(value, str) and value else None


def _inside(contents: dict[str, Any], key: str) -> dict[str, Any]:
    value = contents.get(key)
    return value if isinstance(value, dict) else {}


JSON = Format(
    name="chatlog-json",
    exporter="chatlog (HTTP, format=json)",
    losses=("native_id", "reply_to", "mentions", "captions", "recaller"),
    recognises=_recognises,
    read=_read,
)
