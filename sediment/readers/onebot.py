"""Chats kept by OneBot 11 bots (NapCat, LLBot, Lagrange, go-cqhttp): events one a line, or the answer of `get_group_msg_history`.

{"post_type": "message", "time": 1710464401, "group_id": 7, "user_id": 1, "message_id": 990001, "real_seq": "52001", "sender": {"nickname": "木子",
 "card": ""}, "message": [{"type": "text", "data": {"text": "早"}}]}

NapCat's `message_id` is 31 bits of a hash: over a year of a busy group some thousands collide. The messages of a group are counted by `real_seq`, or
(LLBot, go-cqhttp) by a `message_seq` that differs from `message_id`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Row, Source, moment, records
from sediment.sources.segments import Segment, decoded, words

_NOTICES = {
    "group_increase": "加入群聊",
    "group_decrease": "离开群聊",
    "group_ban": "禁言",
    "group_admin": "管理员变动",
    "group_upload": "上传文件",
}
_HISTORY = (
    "data.messages.item",
    "messages.item",
    "data.item",
    "item",
)  # people keep the answer, its data, or the bare list
_REMEMBERED = 50_000  # messages that a reply may point at


class _Person(msgspec.Struct, gc=False):
    user_id: int | str | None = None
    nickname: str | None = None
    card: str | None = None
    name: str | None = None  # of who is anonymous


class _Event(msgspec.Struct, gc=False):
    time: int
    post_type: str = "message"
    notice_type: str = ""
    sub_type: str | None = None
    message_id: int | str | None = None
    message_seq: int | str | None = None
    real_seq: int | str | None = None
    group_id: int | str | None = None
    group_name: str | None = None
    user_id: int | str | None = None
    self_id: int | str | None = None
    target_id: int | str | None = None
    sender: _Person | None = None
    anonymous: _Person | None = None
    message: list[Segment] | str | None = None
    raw_message: str = ""


def _recognises_events(source: Source) -> bool:
    return any({"post_type", "time"} <= row.keys() for row in source.head_rows)


def _recognises_history(source: Source) -> bool:
    return _list(source) is not None


def _list(source: Source) -> str | None:
    return next((path for path in _HISTORY if source.head_keys(path) >= {"message_id", "time", "message"}), None)


def _read_events(source: Source) -> Iterator[ReadItem]:
    yield from _read(source, source.json_lines(_Event))


def _read_history(source: Source) -> Iterator[ReadItem]:
    yield from _read(source, source.json_items(_list(source) or _HISTORY[0], _Event))


def _read(source: Source, rows: Iterable[Row[_Event]]) -> Iterator[ReadItem]:
    groups: dict[str, str] = {}  # names: notices have none
    people: dict[str, str] = {}
    ids: dict[str, str] = {}  # native id by message_id

    def chat_of(row: _Event | None) -> ChatInfo:
        if row is None:
            return ChatInfo("", "qq")
        other = row.target_id if row.user_id == row.self_id else row.user_id
        key = str(row.group_id or other or row.user_id or "")
        groups[key] = row.group_name or groups.get(key, "")
        return ChatInfo(groups[key], "qq", key or None)

    def record(place: int, row: _Event) -> ReadItem:
        if row.post_type == "notice":
            return _notice(place, row, ids, people, source)
        if row.post_type not in ("message", "message_sent"):
            return IgnoredRecord(place, f"an event of the kind {row.post_type}")
        native_id = _native(row)
        if native_id is not None:
            ids[str(row.message_id)] = native_id
            if len(ids) > _REMEMBERED:
                del ids[next(iter(ids))]
        message = _message(place, row, native_id, ids, source)
        people[str(message.sender)] = message.name
        return message

    yield from records(rows, record, chat_of)


def _native(row: _Event) -> str | None:
    if seq := _seq(row):
        return seq
    return None if row.message_id is None else f"{row.time}-{row.user_id}-{row.message_id}"


def _seq(row: _Event) -> str | None:
    """Its number in the group, the same for all members."""
    seq = row.real_seq or (row.message_seq if row.message_seq != row.message_id else None)
    return str(seq) if seq else None


def _message(place: int, row: _Event, native_id: str | None, ids: dict[str, str], source: Source) -> ReadMessage:
    said = row.raw_message if row.message is None else row.message
    segments = decoded(said) if isinstance(said, str) else said
    reply = next((segment.data for segment in segments if segment.type == "reply"), None)
    kind, text, url = words([segment for segment in segments if segment.type != "reply"])
    person = row.sender or _Person()
    sender = str(row.user_id or person.user_id)
    if row.anonymous and row.anonymous.name:  # all who are anonymous share one number
        sender = person.card = row.anonymous.name
    return ReadMessage(
        line=place,
        sent_at=moment(row.time, source.zone),
        sender=sender,
        name=person.card or person.nickname or sender,
        kind="reply" if reply is not None and kind == "text" else kind,
        text=text,
        native_id=native_id,
        reply_to=_quoted(reply, row, ids) if reply is not None else None,
        mentions=tuple(str(segment.data.get("qq")) for segment in segments if segment.type == "at"),
        url=url,
        account_name=person.nickname or "",
    )


def _quoted(reply: dict[str, Any], row: _Event, ids: dict[str, str]) -> str | None:
    seq = reply.get("seq") if _seq(row) else None
    return ids.get(str(reply.get("id"))) or (str(seq) if seq else None)


def _notice(place: int, row: _Event, ids: dict[str, str], people: dict[str, str], source: Source) -> ReadItem:
    sent_at, user = moment(row.time, source.zone), str(row.user_id or "")
    name = people.get(user, user)
    if row.notice_type in ("group_recall", "friend_recall"):
        recalled = ids.get(str(row.message_id))
        return ReadMessage(place, sent_at, user, name, "recall", "撤回了一条消息", reply_to=recalled)
    if row.notice_type == "notify" and row.sub_type == "poke":
        target = str(row.target_id or "")
        return ReadMessage(place, sent_at, user, name, "poke", f"戳了戳 {people.get(target, target)}")
    if row.notice_type in _NOTICES:
        return ReadMessage(place, sent_at, None, "", "system", f"{name} {_NOTICES[row.notice_type]}")
    return IgnoredRecord(place, f"a notice of the kind {row.sub_type or row.notice_type}")


_LOSSES: tuple[Loss, ...] = ("captions", "notice_text")
EVENTS = Format("onebot-events", "OneBot 11 (events, JSON lines)", _LOSSES, _recognises_events, _read_events)
HISTORY = Format("onebot-history", "OneBot 11 (get_group_msg_history)", _LOSSES, _recognises_history, _read_history)
