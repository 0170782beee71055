"""Exports of pywxdump (WeChat 3) as CSV and JSON, with `users.json` beside them for the names.

id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime
1,7300000000000000001,文本,1,wxid_muzi0001,20000000001@chatroom,大家早上好,,2024-03-15 09:00:01

`MsgSvrID` is the id that WeChat's server gave; `id` numbers the rows of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Row, Source, mentioned, moment, records

_KEYS = {"MsgSvrID", "type_name", "room_name", "CreateTime"}
_SYSTEM = "系统"
_KINDS: tuple[tuple[str, Kind], ...] = (  # by the beginning of type_name
    ("文本", "text"), ("粘贴的文本", "text"), ("接龙", "text"), ("群公告", "text"), ("图片", "image"), ("语音通话", "call"), ("语音", "voice"),
    ("视频号", "share"), ("视频", "video"), ("动画表情", "sticker"), ("用户上传的GIF", "sticker"), ("位置", "location"), ("引用回复", "reply"),
    ("(分享)卡片式链接", "link"), ("(分享)收藏", "forward"), ("(分享)", "share"), ("文件", "file"), ("合并转发", "forward"), ("推荐", "contact"),
    ("转账", "transfer"), ("赠送红包", "red_packet"), ("红包", "red_packet"), ("拍一拍", "poke"), ("消息撤回", "recall"), ("系统通知", "system"),
    ("邀请", "system"), ("添加好友", "system"),
)  # fmt: skip
_QUOTE = re.compile(r"\n+\[引用\]\([^)\n]*\):")


class _Row(msgspec.Struct):
    MsgSvrID: str | int
    type_name: str
    CreateTime: str
    talker: str = ""
    room_name: str = ""
    msg: str | None = None
    src: str | None = None


class _User(msgspec.Struct):
    nickname: str | None = None


def _recognises_json(source: Source) -> bool:
    return _is_users(source) or source.head_keys("item") >= _KEYS


def _recognises_csv(source: Source) -> bool:
    return set(source.head_columns) >= _KEYS


def _is_users(source: Source) -> bool:
    users = source.head_json
    return isinstance(users, dict) and any(
        isinstance(user, dict) and user.get("wxid") == key and "nickname" in user for key, user in users.items()
    )


def _read_json(source: Source) -> Iterator[ReadItem]:
    if _is_users(source):
        yield IgnoredRecord(1, "a table of names, read with the messages beside it")
    else:
        yield from _read(source, source.json_items("item", _Row))


def _read_csv(source: Source) -> Iterator[ReadItem]:
    yield from _read(source, source.table(_Row))


def _read(source: Source, rows: Iterable[Row[_Row]]) -> Iterator[ReadItem]:
    users = source.beside("users.json")
    names = (users.json_value("", dict[str, _User]) if users else None) or {}

    def message(place: int, row: _Row) -> ReadMessage:
        kind: Kind = next((kind for start, kind in _KINDS if row.type_name.startswith(start)), "other")
        text = row.msg or ""
        if kind == "reply" and (quote := _QUOTE.search(text)):
            text = text[: quote.start()]
        sender = None if row.talker == _SYSTEM else row.talker
        named = names.get(row.talker)
        return ReadMessage(
            line=place,
            sent_at=moment(row.CreateTime, source.zone),
            sender=sender,
            name="" if sender is None else (named and named.nickname) or sender,
            kind=kind,
            text="" if kind in ("image", "video", "sticker") else text,
            native_id=str(row.MsgSvrID),
            mentions=mentioned(text) if kind in ("text", "reply") else (),
            url=(row.src or "") if kind == "link" else "",
        )

    def chat_of(row: _Row | None) -> ChatInfo:
        named = names.get(row.room_name) if row else None
        return ChatInfo((named and named.nickname) or "", "wechat", (row.room_name or None) if row else None)

    yield from records(rows, message, chat_of)


_LOSSES: tuple[Loss, ...] = ("names", "zone", "reply_to", "mentions", "kinds", "recaller")
JSON = Format("pywxdump-json", "pywxdump (JSON)", _LOSSES, _recognises_json, _read_json)
CSV = Format("pywxdump-csv", "pywxdump (CSV)", _LOSSES, _recognises_csv, _read_csv)
