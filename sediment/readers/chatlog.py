"""Exports of chatlog (github.com/sjzar/chatlog): the answers of `GET /api/v1/chatlog` as JSON, CSV and text.

[{"seq": 1710464401000, "time": "2024-03-15T09:00:01+08:00", "talker": "2…@chatroom", "talkerName": "群", "sender": "wxid_a", "type": 1, …}]

`seq` orders the messages of one account and is no identity; only a voice message carries the id that WeChat's server gave it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Source, mentioned, moment, notice_kind, records
from sediment.sources.wechat import wechat_kind

T = TypeVar("T")

_SYSTEM, _SELF = "系统消息", "我"  # on macOS the exporter has no id
_MEDIA: dict[Kind, str] = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "sticker": "[表情]"}
_KEYS = {"seq", "talker", "isChatRoom", "subType"}


class _Row(msgspec.Struct, gc=False):
    time: str
    talker: str
    sender: str
    type: int
    talkerName: str | None = None
    senderName: str | None = None
    subType: int = 0
    content: str | None = None
    contents: dict[str, Any] | None = None


class _Contact(msgspec.Struct, gc=False):
    """The remark is private to the exporter and is not read."""

    userName: str
    nickName: str = ""
    displayName: str = ""


class _Room(msgspec.Struct, gc=False):
    users: list[_Contact] = []


def _recognises(source: Source) -> bool:
    return _is_table(source) or _list(source) is not None


def _list(source: Source) -> str | None:
    """Where the messages are: at the root of an answer, inside a call of the webhook."""
    return next((path for path in ("item", "messages.item") if source.head_keys(path) >= _KEYS), None)


def _is_table(source: Source) -> bool:
    keys = source.head_keys("items.item")
    return "userName" in keys or keys >= {"name", "owner", "users"}


def _read(source: Source) -> Iterator[ReadItem]:
    if _is_table(source):
        yield IgnoredRecord(1, "a table of names, read with the messages beside it")
        return
    names = _names(source)
    chat = cache(lambda talker, name: ChatInfo(name, "wechat", talker or None))

    def message(place: int, row: _Row) -> ReadMessage:
        kind, contents = wechat_kind(row.type, row.subType), row.contents or {}
        text = row.content or _title(kind, contents)
        if kind == "system":
            kind = notice_kind(text)
        sender = None if row.sender == _SYSTEM else row.sender or _SELF
        quotes, quotes_at = _quoted(_inside(contents, "refer"), source)
        return ReadMessage(
            line=place,
            sent_at=moment(row.time, source.zone),
            sender=sender,
            name="" if sender is None else row.senderName or names.get(sender) or sender,
            kind=kind,
            text=text,
            native_id=_text(contents, "voice"),
            reply_to=_text(_inside(_inside(contents, "refer"), "contents"), "voice"),
            mentions=mentioned(text) if kind in ("text", "reply") else (),
            url=_text(contents, "url") or "" if kind == "link" else "",
            quotes=quotes,
            quotes_at=quotes_at,
        )

    def chat_of(row: _Row | None) -> ChatInfo:
        return chat(row.talker, row.talkerName or "") if row else chat("", "")

    yield from records(source.json_items(_list(source) or "item", _Row), message, chat_of)


def _names(source: Source) -> dict[str, str]:
    """For those whom the messages do not name, such as the exporter: from the answers of `/chatroom` and `/contact`, if they lie beside."""
    contacts = _items(source, "contact.json", _Contact)
    members = [user for room in _items(source, "chatroom.json", _Room) for user in room.users]
    return {
        row.userName: row.displayName or row.nickName
        for row in (*contacts, *members)
        if row.displayName or row.nickName
    }


def _items(source: Source, name: str, kind: type[T]) -> list[T]:
    rows = (row for _, row, _ in table.json_items("items.item", kind)) if (table := source.beside(name)) else iter(())
    return [row for row in rows if not isinstance(row, Flaw)]


def _title(kind: Kind, contents: dict[str, Any]) -> str:
    keys = {"forward": ("title", "desc"), "location": ("label",), "text": ("title", "desc")}.get(kind, ("title",))
    return "\n".join(word for key in keys if (word := _text(contents, key)))


def _quoted(refer: dict[str, Any], source: Source) -> tuple[str, datetime | None]:
    """Who and what, and when. Its own place in the list is not told."""
    numbers = (refer.get("type"), refer.get("subType"))
    kind = wechat_kind(*(number if isinstance(number, int) else 0 for number in numbers))
    words = _text(refer, "content") or _title(kind, _inside(refer, "contents")) or _MEDIA.get(kind, "")
    who = _text(refer, "sender") or _text(refer, "senderName")
    try:
        at = moment(_text(refer, "time") or "", source.zone)
    except Flaw:
        at = None
    return (f"{who}：{words}", at) if who and words else ("", None)


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
