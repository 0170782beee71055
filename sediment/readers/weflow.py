"""Exports of WeFlow as JSON, text and WeClone CSV, and of EchoTrace, whose JSON it grew from (both WeChat 4).

{"weflow": {…}, "session": {"wxid": "2…@chatroom", "nickname": "群", …}, "messages": [{"localId": 1, "createTime": 1710464401, "localType": 1,
 "content": "早", "senderUsername": "wxid_a", "senderDisplayName": "木子", "platformMessageId": "7300000000000000001", …}]}

2024-03-15 09:00:01 '木子'
早

`localId` numbers the messages of one export (WeFlow) or of one database (EchoTrace) and is no identity. Versions before the summer of 2026 have no
`platformMessageId`. A notice has the room, or nobody, for a sender."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import get_args

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, caption, is_notice, is_recall, labelled, mentioned, moment, mostly, records
from sediment.sources.wechat import wechat_kind

_HEADER = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) '(?P<name>.*)'", re.ASCII)
_WECLONE = ["id", "MsgSvrID", "type_name", "is_sender", "talker", "msg", "src", "CreateTime"]
_QUOTE = "[引用 "
_KINDS: dict[str, Kind] = {"文本": "text", **{kind: kind for kind in get_args(Kind)}}


class _Message(msgspec.Struct):
    createTime: int
    content: str | None = None
    localType: int = 0
    senderUsername: str | None = None
    senderDisplayName: str | None = None
    senderID: int | str | None = None
    platformMessageId: str | int | None = None
    replyToMessageId: str | int | None = None
    linkUrl: str | None = None


class _Session(msgspec.Struct):
    wxid: str | None = None
    nickname: str | None = None
    displayName: str | None = None


class _Sender(msgspec.Struct):
    senderID: int | str
    wxid: str | None = None
    displayName: str | None = None
    nickname: str | None = None
    groupNickname: str | None = None


class _Row(msgspec.Struct):
    MsgSvrID: str
    type_name: str
    CreateTime: str
    talker: str = ""
    msg: str = ""


def _recognises_json(source: Source) -> bool:
    keys = source.head_keys()
    return "session" in keys and ("weflow" in keys or "senderAvatarKey" in source.head_keys("messages.item"))


def _recognises_echotrace(source: Source) -> bool:
    keys, message = source.head_keys(), source.head_keys("messages.item")
    return "session" in keys and not _recognises_json(source) and message >= {"createTime", "senderUsername"}


def _read_json(source: Source) -> Iterator[ReadItem]:
    session = source.json_value("session", _Session) or _Session()
    # Looked for only where there is one: a search goes through the whole file.
    has_senders = "senderID" in source.head_keys("messages.item")
    senders = {
        row.senderID: row for row in (source.json_value("senders", list[_Sender]) if has_senders else None) or []
    }

    def message(place: int, row: _Message) -> ReadMessage:
        sender, name = row.senderUsername, row.senderDisplayName
        if row.senderID is not None and (known := senders.get(row.senderID)):
            sender, name = known.wxid, known.groupNickname or known.nickname or known.displayName
        kind = wechat_kind(row.localType)
        content = row.content or ""
        if kind == "system" or not sender or sender.endswith("@chatroom"):
            kind, sender = "recall" if is_recall(content) else "system", None
        text, url = caption(kind, _without_quote(content) if kind == "reply" else content)
        return ReadMessage(
            line=place,
            sent_at=moment(row.createTime, source.zone),
            sender=sender,
            name="" if sender is None else name or sender,
            kind=kind,
            text=text,
            native_id=str(row.platformMessageId) if row.platformMessageId else None,
            reply_to=str(row.replyToMessageId) if row.replyToMessageId else None,
            mentions=mentioned(text) if kind in ("text", "reply") else (),
            url=row.linkUrl or url if kind == "link" else "",
        )

    chat = ChatInfo(session.nickname or session.displayName or "", "wechat", session.wxid or None)
    yield from records(source.json_items("messages.item", _Message), message, chat)


def _recognises_txt(source: Source) -> bool:
    return bool(source.head_lines) and _HEADER.fullmatch(source.head_lines[0]) is not None


def _read_txt(source: Source) -> Iterator[ReadItem]:
    def message(place: int, block: tuple[re.Match[str], str]) -> ReadMessage:
        said, body = block
        return _named(place, moment(said["time"], source.zone), said["name"], None, body, None)

    yield from records(source.blocks(_starts(source)), message, ChatInfo("", "wechat"))


def _starts(source: Source) -> Callable[[str, str], re.Match[str] | None]:
    spaced = mostly(source.head, _HEADER.fullmatch, lambda before, _: not before)
    return lambda line, before: None if before and spaced else _HEADER.fullmatch(line)


def _recognises_weclone(source: Source) -> bool:
    return source.head_columns == _WECLONE


def _read_weclone(source: Source) -> Iterator[ReadItem]:
    def message(place: int, row: _Row) -> ReadMessage:
        kind = _KINDS.get(row.type_name, "other")
        return _named(place, moment(row.CreateTime, source.zone), row.talker, kind, row.msg, row.MsgSvrID)

    yield from records(source.table(_Row), message, ChatInfo("", "wechat"))


def _named(
    place: int, sent_at: datetime, name: str, kind: Kind | None, content: str, native_id: str | None
) -> ReadMessage:
    """A message of a format that has names only; `kind` is None where it must be told from the text."""
    url = ""
    if _QUOTE in content and kind in (None, "reply"):
        kind, text = "reply", _without_quote(content)
    elif kind is None and is_notice(content):
        kind, text, name = "recall" if is_recall(content) else "system", content, ""
    elif kind is None:
        kind, text, url = labelled(content)
    else:
        text, url = caption(kind, content)
    mentions = mentioned(text) if kind in ("text", "reply") else ()
    return ReadMessage(place, sent_at, name or None, name, kind, text, native_id, mentions=mentions, url=url)


def _without_quote(content: str) -> str:
    """`回复[引用 名字：原文]`: the quoted text may hold anything, so the first mark counts."""
    return content.partition(_QUOTE)[0] if content.rstrip().endswith("]") else content


JSON = Format(
    "weflow-json", "WeFlow (JSON, arkme-json)", ("mentions", "captions", "recaller"), _recognises_json, _read_json
)
ECHOTRACE = Format(
    name="echotrace-json",
    exporter="EchoTrace (JSON)",
    losses=("native_id", "reply_to", "mentions", "captions", "recaller"),
    recognises=_recognises_echotrace,
    read=_read_json,
)
TXT = Format(
    name="weflow-txt",
    exporter="WeFlow (TXT)",
    losses=("native_id", "sender_id", "zone", "reply_to", "mentions", "captions", "recaller"),
    recognises=_recognises_txt,
    read=_read_txt,
)
WECLONE = Format(
    name="weclone-csv",
    exporter="WeFlow (WeClone CSV)",
    losses=("sender_id", "reply_to", "mentions", "captions", "recaller"),
    recognises=_recognises_weclone,
    read=_read_weclone,
)
