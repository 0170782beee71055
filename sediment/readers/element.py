"""Exports of Element (Matrix) as JSON: the events of a room as the server has them.

{"room_name": "群", "exported_by": "…", "messages": [{"type": "m.room.message", "sender": "@muzi:example.org", "event_id": "$1",
 "origin_server_ts": 1710464401000, "content": {"msgtype": "m.text", "body": "早"}}]}"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, moment, records

_KINDS: dict[str, Kind] = {
    "m.text": "text", "m.notice": "text", "m.emote": "text", "m.image": "image", "m.audio": "voice", "m.video": "video", "m.file": "file",
    "m.location": "location", "m.sticker": "sticker", "m.poll.start": "share", "org.matrix.msc3381.poll.start": "share",
}  # fmt: skip
"""By the type of the event, or by its `msgtype`."""
_SAID = ("m.room.message", "m.room.encrypted", "m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start")
_FALLBACK = re.compile(r"> [^\n]*\n(?:>[^\n]*\n)*\n")
_MEMBERSHIP = {
    "join": "加入了房间",
    "leave": "离开了房间",
    "invite": "受邀加入房间",
    "ban": "被移出房间",
    "knock": "申请加入房间",
}


class _Mentions(msgspec.Struct, gc=False):
    user_ids: list[str] = []


class _Relation(msgspec.Struct, gc=False):
    rel_type: str | None = None
    event_id: str | None = None
    in_reply_to: dict[str, Any] | None = msgspec.field(default=None, name="m.in_reply_to")


class _Content(msgspec.Struct, gc=False):
    msgtype: str = ""
    body: str = ""
    poll: str = msgspec.field(default="", name="org.matrix.msc1767.text")
    filename: str | None = None
    displayname: str | None = None
    membership: str = ""
    relates_to: _Relation | None = msgspec.field(default=None, name="m.relates_to")
    new_content: _Text | None = msgspec.field(default=None, name="m.new_content")
    mentions: _Mentions | None = msgspec.field(default=None, name="m.mentions")


class _Text(msgspec.Struct, gc=False):
    body: str = ""


class _Member(msgspec.Struct, gc=False):
    membership: str = ""


class _Unsigned(msgspec.Struct, gc=False):
    redacted_because: dict[str, Any] | None = None
    prev_content: _Member | None = None


class _Event(msgspec.Struct, gc=False):
    type: str
    sender: str
    origin_server_ts: int
    event_id: str
    content: _Content
    room_id: str | None = None
    state_key: str | None = None
    unsigned: _Unsigned = msgspec.field(default_factory=_Unsigned)


def _recognises(source: Source) -> bool:
    return source.head_keys() >= {"room_name", "exported_by"}


def _read(source: Source) -> Iterator[ReadItem]:
    room = source.json_value("room_name", str) or ""
    names: dict[str, str] = {}

    def record(place: int, row: _Event) -> ReadItem:
        member = row.state_key or row.sender if row.type == "m.room.member" else row.sender
        if row.type == "m.room.member" and row.content.displayname:
            names[member] = row.content.displayname
        return _record(place, row, names.get(member) or member.lstrip("@").partition(":")[0], source)

    yield from records(
        source.json_items("messages.item", _Event),
        record,
        lambda row: ChatInfo(room, "matrix", row.room_id if row else None),
    )


def _record(place: int, row: _Event, name: str, source: Source) -> ReadItem:
    sent_at = moment(row.origin_server_ts / 1000, source.zone)
    if row.type == "m.room.member":
        if (before := row.unsigned.prev_content) and before.membership == row.content.membership:
            return IgnoredRecord(place, "a new name or picture of a member")
        text = f"{name} {_MEMBERSHIP.get(row.content.membership, row.content.membership)}"
        return ReadMessage(place, sent_at, None, "", "system", text, row.event_id)
    if row.type not in _SAID:
        return IgnoredRecord(place, f"an event of the kind {row.type}")
    if row.unsigned.redacted_because is not None:
        return ReadMessage(place, sent_at, row.sender, name, "recall", "", row.event_id)
    relation = row.content.relates_to or _Relation()
    kind, text = _said(row)
    reply_to = str((relation.in_reply_to or {}).get("event_id") or "") or None
    if row.content.new_content is not None and relation.rel_type == "m.replace":
        # An edit is an event of its own, which points at what it replaces.
        text, reply_to = row.content.new_content.body, relation.event_id
    return ReadMessage(
        line=place,
        sent_at=sent_at,
        sender=row.sender,
        name=name,
        kind="reply" if reply_to and kind == "text" else kind,
        text=text,
        native_id=row.event_id,
        reply_to=reply_to,
        mentions=tuple(row.content.mentions.user_ids) if row.content.mentions else (),
    )


def _said(row: _Event) -> tuple[Kind, str]:
    said, kind = row.content, _KINDS.get(row.type) or _KINDS.get(row.content.msgtype, "other")
    if kind in ("image", "voice", "video", "file", "sticker"):
        # Where a name is given beside it, the body is what the sender wrote below.
        words = said.body if said.filename not in (None, said.body) else ""
        name = (said.filename or said.body) if kind == "file" else ""
        return kind, "\n".join(part for part in (name, words) if part)
    text = said.poll if kind == "share" else said.body
    return kind, _FALLBACK.sub("", text, count=1) if text.startswith("> ") else text


JSON = Format("element-json", "Element, Matrix (JSON)", ("names", "kinds", "gifts"), _recognises, _read)
