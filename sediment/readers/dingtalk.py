"""Exports of DingTalk's local database as JSON, as the tools that decrypt it write them (fields of DingTalk's `tbmsg`, `tbconversation`).

{"export_time": "…", "export_type": "full", "conversations": [{"conversation_id": "7:1", "title": "群", "type": "group", "messages": [
 {"message_id": 73, "sender_id": 1, "sender_name": "木子", "content_type": 1, "text": "早 @2", "created_at": 1710464401000, "at_ids": {"2": "阿泰"}}]}]}"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Row, Source, labelled, moment, records

_KINDS: dict[int, Kind] = {
    2: "image", 3: "voice", 4: "file", 102: "link", 202: "location", 300: "link", 500: "file", 501: "file", 503: "file", 901: "sticker",
    1101: "contact", 1200: "video", 1201: "video", 1202: "call", 1500: "share", 1600: "share", 2950: "share", 3100: "share",
}  # fmt: skip
_CHAT, _MESSAGES = "conversations.item.", "conversations.item.messages.item"


class _File(msgspec.Struct, gc=False):
    filename: str = ""


class _Message(msgspec.Struct, gc=False):
    message_id: int | str
    sender_id: int | str
    created_at: int | str
    sender_name: str | None = None
    content_type: int = 1
    text: str | None = None
    at_ids: dict[str, str] = {}
    attachments: list[_File] = []


_Said = tuple[ChatInfo, _Message]


def _recognises(source: Source) -> bool:
    is_other = "platform" in source.head_keys()  # the same tool writes WeChat's chats too, without stable ids
    return not is_other and source.head_keys("conversations.item") >= {"conversation_id", "title"}


def _read(source: Source) -> Iterator[ReadItem]:
    def chat_of(said: _Said | None) -> ChatInfo:
        return said[0] if said else ChatInfo("", "dingtalk")

    yield from records(_rows(source), lambda place, said: _message(place, said[1], source), chat_of)


def _rows(source: Source) -> Iterator[Row[_Said]]:
    chat = ChatInfo("", "dingtalk")
    kinds = {_CHAT + "conversation_id": str, _CHAT + "title": str, _MESSAGES: _Message}
    for path, rows in source.json_values(kinds):
        for place, value, raw in rows:
            if path == _MESSAGES:
                yield place, value if isinstance(value, Flaw) else (chat, value), raw
            elif path.endswith("title"):
                chat = ChatInfo("" if isinstance(value, Flaw) else value, "dingtalk", chat.native_id)
            else:
                chat = ChatInfo("", "dingtalk", None if isinstance(value, Flaw) else value)


def _message(place: int, row: _Message, source: Source) -> ReadMessage:
    kind, text, url = labelled(row.text or "")
    kind = _KINDS.get(row.content_type, kind)
    for key, name in row.at_ids.items():
        text = text.replace(f"@{key}", f"@{name}")
    if kind in ("image", "voice", "video", "sticker"):
        text = ""
    sender = str(row.sender_id)
    return ReadMessage(
        line=place,
        sent_at=moment(row.created_at, source.zone),
        sender=sender,
        name=row.sender_name or sender,
        kind=kind,
        text=row.attachments[0].filename if kind == "file" and row.attachments else text,
        native_id=str(row.message_id),
        mentions=tuple(row.at_ids),
        url=url,
    )


JSON = Format(
    name="dingtalk-json",
    exporter="DingTalk (JSON of tools that decrypt its database)",
    losses=("reply_to", "kinds", "captions", "gifts", "notices"),
    recognises=_recognises,
    read=_read,
)
