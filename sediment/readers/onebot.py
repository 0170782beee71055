"""Chats kept by OneBot 11 bots (NapCat, LLOneBot, go-cqhttp): events one a line, or the answer of `get_group_msg_history`.

{"post_type": "message", "time": 1710464401, "group_id": 7, "user_id": 1, "message_id": 990001, "real_seq": "52001", "sender": {"nickname": "木子",
 "card": ""}, "message": [{"type": "text", "data": {"text": "早"}}]}

NapCat's `message_id` is 31 bits of a hash: over a year of a busy group some thousands collide. `real_seq` counts the messages of the group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Row, Source, moment, records

_KINDS: dict[str, Kind] = {
    "image": "image", "mface": "sticker", "record": "voice", "video": "video", "file": "file", "json": "share", "xml": "share", "share": "link",
    "music": "share", "miniapp": "share", "location": "location", "contact": "contact", "forward": "forward", "node": "forward", "poke": "poke",
}  # fmt: skip
_NOTICES = {
    "group_increase": "加入群聊",
    "group_decrease": "离开群聊",
    "group_ban": "禁言",
    "group_admin": "管理员变动",
    "group_upload": "上传文件",
}
_CODE = re.compile(r"\[CQ:(?P<type>[\w.-]+)(?P<data>(?:,[^\],]*)*)\]")
_REMEMBERED = 50_000  # messages that a reply may point at


class _Sender(msgspec.Struct):
    nickname: str | None = None
    card: str | None = None


class _Segment(msgspec.Struct):
    type: str
    data: dict[str, Any] = {}


class _Event(msgspec.Struct):
    time: int
    post_type: str = "message"
    message_type: str = "group"
    notice_type: str = ""
    message_id: int | str | None = None
    real_seq: int | str | None = None
    group_id: int | str | None = None
    group_name: str | None = None
    user_id: int | str | None = None
    sender: _Sender | None = None
    message: list[_Segment] | str = ""


def _recognises_events(source: Source) -> bool:
    return any({"post_type", "time"} <= row.keys() for row in source.head_rows)


def _recognises_history(source: Source) -> bool:
    return source.head_keys("data.messages.item") >= {"message_id", "user_id"}


def _read_events(source: Source) -> Iterator[ReadItem]:
    yield from _read(source, source.json_lines(_Event))


def _read_history(source: Source) -> Iterator[ReadItem]:
    yield from _read(source, source.json_items("data.messages.item", _Event))


def _read(source: Source, rows: Iterable[Row[_Event]]) -> Iterator[ReadItem]:
    names: dict[str, str] = {}  # of groups: notices have none
    ids: dict[str, str] = {}  # native id by message_id

    def chat_of(row: _Event | None) -> ChatInfo:
        if row is None:
            return ChatInfo("", "qq")
        key = str(row.group_id or row.user_id or "")
        names[key] = row.group_name or names.get(key, "")
        return ChatInfo(names[key], "qq", key or None)

    def record(place: int, row: _Event) -> ReadItem:
        if row.post_type == "notice":
            return _notice(place, row, ids, source)
        if row.post_type not in ("message", "message_sent"):
            return IgnoredRecord(place, f"an event of the kind {row.post_type}")
        native_id = _native(row)
        if native_id is not None:
            ids[str(row.message_id)] = native_id
            if len(ids) > _REMEMBERED:
                del ids[next(iter(ids))]
        return _message(place, row, native_id, ids, source)

    yield from records(rows, record, chat_of)


def _native(row: _Event) -> str | None:
    if row.real_seq is not None:
        return str(row.real_seq)
    return None if row.message_id is None else f"{row.time}-{row.user_id}-{row.message_id}"


def _message(place: int, row: _Event, native_id: str | None, ids: dict[str, str], source: Source) -> ReadMessage:
    segments = _decoded(row.message) if isinstance(row.message, str) else row.message
    reply = next((segment.data for segment in segments if segment.type == "reply"), None)
    kind, text, url = _said([segment for segment in segments if segment.type != "reply"])
    person = row.sender or _Sender()
    sender = str(row.user_id)
    return ReadMessage(
        line=place,
        sent_at=moment(row.time, source.zone),
        sender=sender,
        name=person.card or person.nickname or sender,
        kind="reply" if reply is not None and kind == "text" else kind,
        text=text,
        native_id=native_id,
        reply_to=ids.get(str(reply.get("id"))) if reply is not None else None,
        mentions=tuple(str(segment.data.get("qq")) for segment in segments if segment.type == "at"),
        url=url,
    )


def _notice(place: int, row: _Event, ids: dict[str, str], source: Source) -> ReadItem:
    sent_at, user = moment(row.time, source.zone), str(row.user_id or "")
    if row.notice_type in ("group_recall", "friend_recall"):
        recalled = ids.get(str(row.message_id))
        return ReadMessage(place, sent_at, user, user, "recall", "撤回了一条消息", reply_to=recalled)
    if row.notice_type in _NOTICES:
        return ReadMessage(place, sent_at, None, "", "system", f"{user} {_NOTICES[row.notice_type]}")
    return IgnoredRecord(place, f"a notice of the kind {row.notice_type}")


def _said(segments: list[_Segment]) -> tuple[Kind, str, str]:
    if not segments:
        return "red_packet", "", ""  # red packets arrive as empty messages
    media = [segment for segment in segments if segment.type in _KINDS]
    if len(media) == len(segments) == 1:
        return _media(_KINDS[media[0].type], media[0].data)
    return "text", "".join(map(_words, segments)), ""


def _media(kind: Kind, data: dict[str, Any]) -> tuple[Kind, str, str]:
    if kind == "share":
        return _card(str(data.get("data") or ""), str(data.get("title") or ""))
    title, url = str(data.get("title") or ""), str(data.get("url") or "")
    if kind == "link":
        return kind, title or url, url
    return kind, str(data.get("file") or data.get("name") or "") if kind == "file" else title, ""


class _News(msgspec.Struct):
    title: str = ""
    jumpUrl: str = ""


class _Card(msgspec.Struct):
    prompt: str = ""
    meta: dict[str, _News] = {}


def _card(text: str, title: str) -> tuple[Kind, str, str]:
    """A JSON card names what it shares in one of several places; one without an address is a mini program or the like."""
    try:
        card = msgspec.json.decode(text, type=_Card)
    except (msgspec.DecodeError, RecursionError):
        return "share", title, ""
    news = next((news for news in card.meta.values() if news.jumpUrl), _News())
    return ("link", news.title or card.prompt, news.jumpUrl) if news.jumpUrl else ("share", card.prompt or title, "")


def _words(segment: _Segment) -> str:
    data = segment.data
    if segment.type == "at":
        return f"@{data.get('name') or data.get('qq')}"
    return str(data.get("text") or "") if segment.type == "text" else str(data.get("summary") or f"[{segment.type}]")


def _decoded(text: str) -> list[_Segment]:
    """Segments from the older notation in one string: `[CQ:at,qq=1] 早`."""
    segments, end = [], 0
    for code in _CODE.finditer(text):
        if plain := text[end : code.start()]:
            segments.append(_Segment("text", {"text": _unescaped(plain)}))
        pairs = (pair.partition("=") for pair in code["data"].split(",") if pair)
        segments.append(_Segment(code["type"], {key: _unescaped(value) for key, _, value in pairs}))
        end = code.end()
    return segments + [_Segment("text", {"text": _unescaped(text[end:])})] * bool(text[end:])


def _unescaped(text: str) -> str:
    for code, sign in (("&#44;", ","), ("&#91;", "["), ("&#93;", "]"), ("&amp;", "&")):  # & comes last
        text = text.replace(code, sign)
    return text


_LOSSES: tuple[Loss, ...] = ("captions", "notice_text")
EVENTS = Format("onebot-events", "OneBot 11 (events, JSON lines)", _LOSSES, _recognises_events, _read_events)
HISTORY = Format("onebot-history", "OneBot 11 (get_group_msg_history)", _LOSSES, _recognises_history, _read_history)
