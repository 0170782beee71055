"""The ChatLab standard format 0.0.x (github.com/ChatLab/ChatLab), written by ChatLab, WeFlow and others, as JSON or as JSON lines.

{"chatlab": {"version": "0.0.2", …}, "meta": {"name": "群", "platform": "wechat", …}, "members": […],
 "messages": [{"platformMessageId": "73…1", "sender": "wxid_a", "accountName": "木子", "timestamp": 1710464401, "type": 0, "content": "早"}]}"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Loss, Source, caption, mentioned, moment, records
from sediment.sources.own import Own

_KINDS: dict[int, Kind] = {
    0: "text", 1: "image", 2: "voice", 3: "video", 4: "file", 5: "sticker", 7: "link", 8: "location", 20: "red_packet",
    21: "transfer", 22: "poke", 23: "call", 24: "share", 25: "reply", 26: "forward", 27: "contact", 80: "system", 81: "recall",
}  # fmt: skip
_KEYS = {"sender", "accountName", "timestamp", "type"}
_SYSTEM = "SYSTEM"


class _Message(msgspec.Struct, gc=False):
    timestamp: int | float | str
    type: int
    sender: str | int | None = None
    accountName: str | int | None = None
    groupNickname: str | int | None = None
    content: str | int | float | None = None
    platformMessageId: str | int | None = None
    replyToMessageId: str | int | None = None
    sediment: Own | None = None


class _Line(_Message, tag_field="_type", tag="message"):
    pass


class _Member(msgspec.Struct, tag_field="_type", tag="member"):
    pass


class _Meta(msgspec.Struct, gc=False):
    name: str | None = None
    platform: str | None = None
    groupId: str | int | None = None


class _About(msgspec.Struct, gc=False):
    generator: str | None = None


class _Header(msgspec.Struct, tag_field="_type", tag="header"):
    chatlab: _About = msgspec.field(default_factory=_About)
    meta: _Meta = msgspec.field(default_factory=_Meta)


def _recognises_json(source: Source) -> bool:
    keys = source.head_keys()
    return "_type" not in keys and ("chatlab" in keys or source.head_keys("messages.item") >= _KEYS)


def _recognises_lines(source: Source) -> bool:
    return any(row.get("_type") in ("header", "member", "message") for row in source.head_rows)


def _read_json(source: Source) -> Iterator[ReadItem]:
    header = _Header(
        source.json_value("chatlab", _About) or _About(),
        source.json_value("meta", _Meta) or _Meta(),
    )
    rows = source.json_items("messages.item", _Message)
    yield from records(rows, lambda place, row: _message(place, row, header, source), _chat(header.meta))


def _read_lines(source: Source) -> Iterator[ReadItem]:
    headers = (row for _, row, _ in source.json_lines(_Header) if isinstance(row, _Header))
    header = next(headers, _Header())

    def record(place: int, row: _Line | _Member | _Header) -> ReadItem:
        if isinstance(row, _Line):
            return _message(place, row, header, source)
        return IgnoredRecord(place, "member" if isinstance(row, _Member) else "header")

    def chat_of(row: _Line | _Member | _Header | None) -> ChatInfo:
        nonlocal header
        header = row if isinstance(row, _Header) else header
        return row.sediment.chat() if isinstance(row, _Line) and row.sediment else _chat(header.meta)

    yield from records(source.json_lines(_Line | _Member | _Header), record, chat_of)


def _message(place: int, row: _Message, header: _Header, source: Source) -> ReadMessage:
    if row.sediment:
        return row.sediment.message(place, str(row.accountName or ""), str(row.content or ""))
    kind = _KINDS.get(row.type, "other")
    text, url = caption(kind, "" if row.content is None else str(row.content))
    sender = _sender(row, kind, header.meta)
    return ReadMessage(
        line=place,
        sent_at=moment(row.timestamp, source.zone),
        sender=sender,
        name="" if sender is None else str(row.groupNickname or row.accountName or sender),
        kind=kind,
        text=text,
        native_id=_native(row.platformMessageId, header.chatlab),
        reply_to=_native(row.replyToMessageId, header.chatlab),
        mentions=mentioned(text) if kind in ("text", "reply") else (),
        url=url,
        account_name="" if sender is None else str(row.accountName or ""),
    )


def _sender(row: _Message, kind: Kind, meta: _Meta) -> str | None:
    """None for notices: some exporters write the chat itself as their sender."""
    is_notice = kind in ("system", "recall")
    if row.sender == _SYSTEM or (is_notice and (not row.sender or row.sender == meta.groupId)):
        return None
    if not row.sender:
        raise Flaw("no sender")
    return str(row.sender)


def _native(number: str | int | None, about: _About) -> str | None:
    """0 stands for no message. WeFlow numbers the messages of each export from 1 (its `localId`): that says nothing in the next export."""
    if not number or number == "0":
        return None
    native = str(number)
    is_running = len(native) < 12 and "weflow" in (about.generator or "").lower()
    return None if is_running else native


def _chat(meta: _Meta) -> ChatInfo:
    return ChatInfo(meta.name or "", meta.platform or "unknown", None if meta.groupId is None else str(meta.groupId))


_LOSSES: tuple[Loss, ...] = ("mentions", "captions", "recaller")
JSON = Format("chatlab-json", "ChatLab, WeFlow (chatlab)", _LOSSES, _recognises_json, _read_json)
JSONL = Format("chatlab-jsonl", "ChatLab, WeFlow (chatlab-jsonl)", _LOSSES, _recognises_lines, _read_lines)
