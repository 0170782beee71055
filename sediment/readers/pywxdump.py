"""Exports of pywxdump (WeChat 3) as CSV, JSON and the `data.js` of its web page, with `users.json` beside them for the names.

id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime
1,7300000000000000001,文本,1,wxid_muzi0001,20000000001@chatroom,大家早上好,,2024-03-15 09:00:01

`MsgSvrID` is the id that WeChat's server gave; `id` numbers the rows of a page. Versions before 3.1 have `msg` and `src` as JSON in one column
`content`. WeClone reads and writes the same columns, with types in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, get_args

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Loss, Row, Source, mentioned, moment, notice_kind, records
from sediment.sources.jsons import decoder

_KEYS = {"MsgSvrID", "type_name", "room_name", "CreateTime"}
_NOBODY = ("系统", "")
_USERS, _MESSAGES = "const local_user_list = ", "const local_msg_list = "
_KINDS: tuple[tuple[str, Kind], ...] = (  # by the beginning of type_name
    ("文本", "text"), ("粘贴的文本", "text"), ("接龙", "text"), ("群公告", "text"), ("图片", "image"), ("语音通话", "call"), ("语音", "voice"),
    ("视频号", "share"), ("视频", "video"), ("动画表情", "sticker"), ("用户上传的GIF", "sticker"), ("位置", "location"), ("引用回复", "reply"),
    ("(分享)卡片式链接", "link"), ("(分享)视频号名片", "contact"), ("(分享)收藏", "forward"), ("(分享)", "share"), ("游戏", "share"), ("文件", "file"),
    ("合并转发", "forward"), ("推荐", "contact"), ("转账", "transfer"), ("赠送红包", "red_packet"), ("红包", "red_packet"), ("拍一拍", "poke"),
    ("消息撤回", "recall"), ("系统通知", "system"), ("邀请", "system"), ("添加好友", "system"), *((kind, kind) for kind in get_args(Kind)),
)  # fmt: skip
_FRAME: dict[Kind, re.Pattern[str]] = {  # around the words of a message of that kind
    "reply": re.compile(r"(.*?)\n+\[引用\]\([^)\n]*\):?.*", re.DOTALL),
    "link": re.compile(r"(.*?)\s*<a href=.*", re.DOTALL),
    "voice": re.compile(r"语音时长：[\d.]*秒(?:\n翻译结果：)?(.*)", re.DOTALL),
    "location": re.compile(r".*\n位置：(.*?)\n其他信息：.*", re.DOTALL),
}


_QUOTE = re.compile(
    r"\n+\[引用\]\((?:(?P<time>[12]\d{3}(?:-\d\d){2} \d\d(?::\d\d){2})|[^)\n]*)\):?(?P<said>.*)", re.DOTALL
)


class _Said(msgspec.Struct, gc=False):
    msg: str | None = None
    src: Any = None  # the address of a link; an object for forwarded messages


class _Row(_Said, kw_only=True):
    MsgSvrID: str | int
    type_name: str
    CreateTime: str | int
    talker: str = ""
    room_name: str = ""
    content: _Said | str | None = None


class _User(msgspec.Struct, gc=False):
    nickname: str | None = None


_Users = dict[str, _User]
_decoded = decoder(_Said)


def _recognises_json(source: Source) -> bool:
    return _is_users(source) or source.head_keys("item") >= _KEYS


def _recognises_csv(source: Source) -> bool:
    return set(source.head_columns) >= _KEYS


def _recognises_js(source: Source) -> bool:
    return source.head.startswith("localStorage.setItem('isUseLocalData'")


def _is_users(source: Source) -> bool:
    users = source.head_json
    return isinstance(users, dict) and any(
        isinstance(user, dict) and user.get("wxid") == key and "nickname" in user for key, user in users.items()
    )


def _read_json(source: Source) -> Iterator[ReadItem]:
    if _is_users(source):
        yield IgnoredRecord(1, "a table of names, read with the messages beside it")
    else:
        yield from _read(source, source.json_items("item", _Row), _beside(source))


def _read_csv(source: Source) -> Iterator[ReadItem]:
    yield from _read(source, source.table(_Row), _beside(source))


def _read_js(source: Source) -> Iterator[ReadItem]:
    names = source.json_value("", _Users, _USERS) or {}
    yield from _read(source, source.json_items("item", _Row, _MESSAGES), names)


def _beside(source: Source) -> _Users:
    users = source.beside("users.json")
    return (users.json_value("", _Users) if users else None) or {}


def _read(source: Source, rows: Iterable[Row[_Row]], users: _Users) -> Iterator[ReadItem]:
    names = {key: user.nickname for key, user in users.items() if user.nickname}

    def chat_of(row: _Row | None) -> ChatInfo:
        room = row.room_name if row else ""
        return ChatInfo(names.get(room, ""), "wechat", room or None)

    yield from records(rows, partial(_message, source, names), chat_of)


def _message(source: Source, names: dict[str, str], place: int, row: _Row) -> ReadMessage:
    said = _decoded(row.content) if isinstance(row.content, str) else row.content or row
    if isinstance(said, Flaw):
        raise said
    kind: Kind = next((kind for start, kind in _KINDS if row.type_name.startswith(start)), "other")
    text = said.msg or ""
    quote = _QUOTE.search(text) if kind == "reply" else None
    if (frame := _FRAME.get(kind)) and (framed := frame.fullmatch(text)):
        text = framed[1]
    if kind in ("system", "recall"):
        kind = notice_kind(text) if kind == "system" else kind
    sender = None if kind in ("system", "recall") or row.talker in _NOBODY else row.talker
    return ReadMessage(
        line=place,
        sent_at=moment(row.CreateTime, source.zone),
        sender=sender,
        name="" if sender is None else names.get(sender, sender),
        kind=kind,
        text="" if kind in ("image", "video", "sticker") else text,
        native_id=str(row.MsgSvrID) if row.MsgSvrID not in ("", "0", 0) else None,
        mentions=mentioned(text) if kind in ("text", "reply") else (),
        url=said.src if kind == "link" and isinstance(said.src, str) else "",
        quotes=quote["said"] if quote else "",
        quotes_at=moment(quote["time"], source.zone) if quote and quote["time"] else None,
    )


_LOSSES: tuple[Loss, ...] = ("names", "zone", "reply_to", "mentions", "kinds", "recaller")
JSON = Format("pywxdump-json", "pywxdump (JSON)", _LOSSES, _recognises_json, _read_json)
CSV = Format("pywxdump-csv", "pywxdump, WeClone (CSV)", _LOSSES, _recognises_csv, _read_csv)
JS = Format("pywxdump-js", "pywxdump (data.js of its web page)", _LOSSES, _recognises_js, _read_js)
