"""Exports of WeFlow as JSON, text and WeClone CSV, and of EchoTrace, whose JSON it grew from (both WeChat 4).

{"weflow": {…}, "session": {"wxid": "2…@chatroom", "nickname": "群", …}, "messages": [{"localId": 1, "createTime": 1710464401, "localType": 1,
 "content": "早", "senderUsername": "wxid_a", "senderDisplayName": "木子", "platformMessageId": "7300000000000000001", …}]}

2024-03-15 09:00:01 '木子'
早

`localId` numbers the messages of one export (WeFlow) or of one database (EchoTrace) and is no identity. Versions before the summer of 2026 have no
`platformMessageId`. A notice has the room, or nobody, for a sender. Where `localType` is 49 alone, or missing, only the words of `type` tell
what was shared. A row of the CSV for WeClone calls most things `text`; its words tell what they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import get_args

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import (
    Format,
    Source,
    caption,
    is_notice,
    labelled,
    mentioned,
    moment,
    mostly,
    notice_kind,
    records,
)
from sediment.sources.texts import line_before
from sediment.sources.wechat import wechat_kind

_HEADER = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) '(?P<name>.*)'", re.ASCII)
_WECLONE = ["id", "MsgSvrID", "type_name", "is_sender", "talker", "msg", "src", "CreateTime"]
_QUOTE = "[引用 "
_ROWS: dict[str, Kind] = {kind: kind for kind in get_args(Kind) if kind != "text"}
_TYPES: dict[str, Kind] = {
    "文本消息": "text", "图片消息": "image", "语音消息": "voice", "视频消息": "video", "动画表情": "sticker", "文件消息": "file", "链接消息": "link",
    "卡片式链接": "link", "图文消息": "link", "位置消息": "location", "名片消息": "contact", "小程序消息": "share", "小程序分享": "share", "音乐消息": "share",
    "聊天记录": "forward", "聊天记录合并转发": "forward", "引用消息": "reply", "群公告": "text", "红包卡片": "red_packet", "转账卡片": "transfer",
    "转账消息": "transfer", "通话消息": "call", "拍一拍": "poke", "系统消息": "system",
}  # fmt: skip
_NOBODY = ("", "unknown")


class _Message(msgspec.Struct, gc=False):
    createTime: int
    content: str | None = None
    localType: int = 49
    type: str = ""
    senderUsername: str | None = None
    senderDisplayName: str | None = None
    senderID: int | str | None = None
    platformMessageId: str | int | None = None
    replyToMessageId: str | int | None = None
    linkUrl: str | None = None
    quotedSender: str | None = None
    quotedContent: str | None = None


class _Session(msgspec.Struct, gc=False):
    wxid: str | None = None
    nickname: str | None = None
    displayName: str | None = None


class _Sender(msgspec.Struct, gc=False):
    senderID: int | str
    wxid: str | None = None
    displayName: str | None = None
    nickname: str | None = None
    groupNickname: str | None = None


class _Row(msgspec.Struct, gc=False):
    type_name: str
    CreateTime: str
    MsgSvrID: str = ""
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
        if kind == "other" or row.type in ("群公告", "系统消息"):
            kind = _TYPES.get(row.type, kind)
        content = row.content or ""
        sender = None if kind == "system" or sender in _NOBODY or (sender or "").endswith("@chatroom") else sender
        if sender is None and kind != "poke":
            kind = notice_kind(content)
        said, quotes = _apart(content) if kind == "reply" else (content, "")
        if row.quotedSender and row.quotedContent:
            quotes = f"{row.quotedSender}：{row.quotedContent}"
        text, url = caption(kind, said)
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
            quotes=quotes,
        )

    chat = ChatInfo(session.nickname or session.displayName or "", "wechat", session.wxid or None)
    yield from records(source.json_items("messages.item", _Message), message, chat)


def _recognises_txt(source: Source) -> bool:
    return bool(source.head_lines) and _HEADER.fullmatch(source.head_lines[0]) is not None


def _read_txt(source: Source) -> Iterator[ReadItem]:
    def message(place: int, block: tuple[re.Match[str], str]) -> ReadMessage:
        said, body = block
        return _named(place, moment(said["time"], source.zone), said["name"], None, body, None)

    yield from records(source.blocks(_HEADER, _starts(source)), message, ChatInfo("", "wechat"))


def _starts(source: Source) -> Callable[[re.Match[str]], re.Match[str] | None]:
    spaced = mostly(source.head, _HEADER.fullmatch, lambda before, _: not before)
    return lambda said: None if spaced and line_before(said) else said


def _recognises_weclone(source: Source) -> bool:
    return source.head_columns == _WECLONE


def _read_weclone(source: Source) -> Iterator[ReadItem]:
    def message(place: int, row: _Row) -> ReadMessage:
        kind, native_id = _ROWS.get(row.type_name), row.MsgSvrID.strip("0") and row.MsgSvrID
        return _named(place, moment(row.CreateTime, source.zone), row.talker, kind, row.msg, native_id or None)

    yield from records(source.table(_Row), message, ChatInfo("", "wechat"))


def _named(
    place: int, sent_at: datetime, name: str, kind: Kind | None, content: str, native_id: str | None
) -> ReadMessage:
    """A message of a format that has names only; `kind` is None where it must be told from the text."""
    url = quotes = ""
    if _QUOTE in content and kind in (None, "reply"):
        kind = "reply"
        text, quotes = _apart(content)
    elif kind is None and is_notice(content):
        kind, text, name = notice_kind(content), content, ""
    elif kind is None:
        kind, text, url = labelled(content)
    else:
        text, url = caption(kind, content)
    mentions = mentioned(text) if kind in ("text", "reply") else ()
    return ReadMessage(
        place, sent_at, name or None, name, kind, text, native_id, mentions=mentions, url=url, quotes=quotes
    )


def _apart(content: str) -> tuple[str, str]:
    """The words and the quote of `回复[引用 名字：原文]`: the quoted text may hold anything, so the first mark counts."""
    text, _, quote = content.rstrip().partition(_QUOTE)
    return (text, quote.removesuffix("]")) if quote.endswith("]") else (content, "")


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
