"""Pages of messages from the API of Feishu (Lark): GET /open-apis/im/v1/messages (open.feishu.cn/document), one answer a file.

{"code": 0, "data": {"items": [{"message_id": "om_1", "msg_type": "text", "create_time": "1710464401000", "chat_id": "oc_1",
 "sender": {"id": "ou_1", …}, "body": {"content": "{\\"text\\": \\"早\\"}"}}]}}"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Source, moment, records
from sediment.sources.jsons import decoder

_KINDS: dict[str, Kind] = {
    "image": "image", "file": "file", "folder": "file", "audio": "voice", "media": "video", "sticker": "sticker", "share_chat": "share",
    "share_user": "contact", "merge_forward": "forward", "location": "location", "system": "system", "hongbao": "red_packet",
    "interactive": "share", "video_chat": "call", "todo": "share", "vote": "share",
}  # fmt: skip
_SLOT = re.compile(r"\{(\w+)\}")
_content = decoder(dict[str, Any])


class _Sender(msgspec.Struct, gc=False):
    id: str = ""
    sender_name: str | None = None


class _Body(msgspec.Struct, gc=False):
    content: str = ""


class _Mention(msgspec.Struct, gc=False):
    key: str
    id: str
    name: str = ""


class _Message(msgspec.Struct, gc=False):
    message_id: str
    msg_type: str
    create_time: str | int
    sender: _Sender
    chat_id: str = ""
    body: _Body = msgspec.field(default_factory=_Body)
    parent_id: str | None = None
    deleted: bool = False
    mentions: list[_Mention] = []


def _recognises(source: Source) -> bool:
    return source.head_keys("data.items.item") >= {"message_id", "msg_type"}


def _read(source: Source) -> Iterator[ReadItem]:
    names: dict[str, str] = {}  # senders have ids only; mentions have both

    def message(place: int, row: _Message) -> ReadMessage:
        names.update({person.id: person.name for person in row.mentions if person.name})
        kind: Kind
        kind, text, url = ("recall", "", "") if row.deleted else _said(row)
        for person in row.mentions:
            text = text.replace(person.key, f"@{person.name}")
        is_notice = kind == "system"
        sender = row.sender.id
        return ReadMessage(
            line=place,
            sent_at=moment(int(row.create_time) / 1000, source.zone),
            sender=None if is_notice else sender,
            name="" if is_notice else row.sender.sender_name or names.get(sender) or sender,
            kind="reply" if row.parent_id and kind == "text" else kind,
            text=text,
            native_id=row.message_id,
            reply_to=row.parent_id or None,
            mentions=tuple(person.id for person in row.mentions),
            url=url,
        )

    yield from records(
        source.json_items("data.items.item", _Message),
        message,
        lambda row: ChatInfo("", "feishu", row.chat_id or None if row else None),
    )


def _said(row: _Message) -> tuple[Kind, str, str]:
    content = _content(row.body.content or "{}")
    if isinstance(content, Flaw):
        return _KINDS.get(row.msg_type, "text"), row.body.content, ""
    if row.msg_type == "text":
        return "text", str(content.get("text", "")), ""
    if row.msg_type == "post":
        return _post(content)
    kind = _KINDS.get(row.msg_type, "other")
    if kind == "system":
        return kind, _SLOT.sub(lambda slot: _names(content.get(slot[1])), str(content.get("template", ""))), ""
    words = content.get("file_name") or content.get("title") or content.get("name") or ""
    return kind, "" if kind in ("image", "voice", "video", "sticker") else str(words), ""


def _post(content: dict[str, Any]) -> tuple[Kind, str, str]:
    """Rich text: paragraphs of parts. One that is nothing but a link is a link."""
    rows = content.get("content")
    paragraphs = [[part for part in row if isinstance(part, dict)] for row in rows or [] if isinstance(row, list)]
    lines = ["".join(str(part.get("text") or part.get("user_name") or "") for part in row) for row in paragraphs]
    text = "\n".join(line for line in (str(content.get("title") or ""), *lines) if line)
    parts = [part for row in paragraphs for part in row]
    if len(parts) == 1 and parts[0].get("tag") == "a" and not content.get("title"):
        return "link", text, str(parts[0].get("href") or "")
    return "text", text, ""


def _names(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value or "")


JSON = Format(
    "feishu-json", "Feishu, Lark (API pages)", ("names", "captions", "gifts", "notice_text"), _recognises, _read
)
