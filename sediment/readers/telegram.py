"""Exports of Telegram Desktop (result.json): one chat, or a whole account with its chats in lists.

{"name": "群", "type": "private_supergroup", "id": 1500000001, "messages": [{"id": 101, "type": "message", "date_unixtime": "1710464401",
 "from": "木子", "from_id": "user1", "text": "早", "text_entities": [{"type": "plain", "text": "早"}]}]}"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from typing import Any

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Row, Source, moment, records

_TYPES = (
    "saved_messages", "replies", "personal_chat", "bot_chat", "private_group", "public_group", "private_supergroup", "public_supergroup",
    "private_channel", "public_channel",
)  # fmt: skip
_MEDIA: dict[str, Kind] = {
    "sticker": "sticker", "voice_message": "voice", "video_message": "video", "video_file": "video", "animation": "video", "audio_file": "file",
}  # fmt: skip


class _Entity(msgspec.Struct, gc=False):
    type: str = "plain"
    text: str = ""
    href: str | None = None
    user_id: int | None = None


class _Answer(msgspec.Struct, gc=False):
    text: str = ""


class _Poll(msgspec.Struct, gc=False):
    question: str = ""
    answers: list[_Answer] = []


class _Person(msgspec.Struct, gc=False):
    first_name: str = ""
    last_name: str = ""


class _Message(msgspec.Struct, gc=False):
    id: int
    type: str
    date: str = ""
    date_unixtime: int | None = None
    sender: str | None = msgspec.field(default=None, name="from")
    from_id: str | int | None = None
    actor: str | None = None
    action: str | None = None
    members: list[str | None] | None = None
    title: str | None = None
    forwarded_from: str | msgspec.UnsetType | None = msgspec.UNSET
    reply_to_message_id: int | None = None
    reply_to_peer_id: str | int | None = None
    photo: str | None = None
    file: str | None = None
    file_name: str | None = None
    media_type: str | None = None
    location_information: dict[str, Any] | None = None
    place_name: str = ""
    contact_information: _Person | None = None
    poll: _Poll | None = None
    game_title: str | None = None
    text: str | list[str | _Entity] = ""
    text_entities: msgspec.Raw = msgspec.Raw(b"null")  # says what `text` says, at greater length


_Said = tuple[ChatInfo, _Message]


def _recognises(source: Source) -> bool:
    is_one = source.head_keys() >= {"id", "type", "messages"} and source.head_json["type"] in _TYPES
    return is_one or _is_full(source)


def _is_full(source: Source) -> bool:
    return "list" in source.head_keys("chats") | source.head_keys("left_chats")


def _read(source: Source) -> Iterator[ReadItem]:
    message = partial(_message, source.zone, set[int]())
    if not _is_full(source):
        head = source.head_json if isinstance(source.head_json, dict) else {}
        yield from records(source.json_items("messages.item", _Message), message, _chat(head))
        return
    rows = _rows(source, "chats.list.item.", "left_chats.list.item.")
    chat = ChatInfo("", "telegram")
    yield from records(rows, lambda place, said: message(place, said[1]), lambda said: said[0] if said else chat)


def _rows(source: Source, *places: str) -> Iterator[Row[_Said]]:
    """Messages with their chat, whose name, type and id stand before them; a chat with oneself has no name."""
    keys: dict[str, Any] = {"name": str | None, "type": str, "id": int}
    kinds = {place + key: kind for place in places for key, kind in keys.items()}
    about: dict[str, Any] = {}
    messages = {f"{place}messages.item": _Message for place in places}
    for path, rows in source.json_values({**messages, **kinds}):
        chat = _chat(about)
        for place, value, raw in rows:
            if isinstance(value, Flaw):
                yield place, value, raw
            elif path in messages:
                yield place, (chat, value), raw
            else:
                key = path.rpartition(".")[2]
                about = {key: value} if "id" in about else {**about, key: value}


def _chat(about: dict[str, Any]) -> ChatInfo:
    return ChatInfo(str(about.get("name") or about.get("type") or ""), "telegram", str(about.get("id", "")) or None)


def _message(zone: tzinfo, topics: set[int], place: int, row: _Message) -> ReadItem:
    """`topics` of a forum are learnt on the way: what stands in one points at the notice that began it, which is no reply."""
    if row.type == "unsupported":
        return IgnoredRecord(place, "a message that Telegram Desktop does not export")
    sent_at = moment(row.date_unixtime or row.date, zone)
    if row.type == "service":
        if row.action == "topic_created":
            topics.add(row.id)
        words = (row.actor, row.action, *(row.members or ()), row.title)
        return ReadMessage(place, sent_at, None, "", "system", " ".join(word for word in words if word), str(row.id))
    text = row.text
    mentions: tuple[str, ...] = ()
    address = None
    if not text or not isinstance(text, str):
        entities = _entities(row)
        text = "".join(entity.text for entity in entities)
        mentions = tuple(mention for entity in entities if (mention := _mention(entity)))
        address = entities[0].href if len(entities) == 1 else None
    kind, text, url = _said(row, text, address)
    reply_to, quoted, sender = None, row.reply_to_message_id, row.from_id
    if quoted is not None and row.reply_to_peer_id is None and quoted not in topics:
        reply_to, kind = str(quoted), "reply" if kind == "text" else kind
    if not isinstance(sender, str):  # old exports have the bare number
        sender = row.sender if sender is None else f"user{sender}"
    name = row.sender or sender or ""
    return ReadMessage(place, sent_at, sender, name, kind, text, str(row.id), reply_to, mentions, url=url)


def _said(row: _Message, text: str, address: str | None) -> tuple[Kind, str, str]:
    if row.media_type is not None and row.media_type in _MEDIA:
        return _MEDIA[row.media_type], text, ""
    if row.photo is not None:
        return "image", text, ""
    if row.file is not None:
        name = row.file_name or ("" if row.file.startswith("(") else row.file.rpartition("/")[2])
        return "file", "\n".join(part for part in (name, text) if part), ""
    if row.poll is not None:
        return "share", "\n".join((row.poll.question, *(answer.text for answer in row.poll.answers))), ""
    if row.game_title is not None:
        return "share", row.game_title, ""
    if row.location_information is not None:
        return "location", text or row.place_name, ""
    if (person := row.contact_information) is not None:
        return "contact", text or f"{person.first_name} {person.last_name}".strip(), ""
    if address:
        return "link", text, address
    return ("text" if row.forwarded_from is msgspec.UNSET else "forward"), text, ""


def _entities(row: _Message) -> list[_Entity]:
    """The parts of a text that is not plain."""
    if isinstance(row.text, str):
        return msgspec.json.decode(row.text_entities, type=list[_Entity] | None) or []
    return [_Entity(text=part) if isinstance(part, str) else part for part in row.text]


def _mention(entity: _Entity) -> str | None:
    if entity.type == "mention_name" and entity.user_id is not None:
        return f"user{entity.user_id}"
    return entity.text.removeprefix("@") if entity.type == "mention" else None


JSON = Format("telegram-json", "Telegram Desktop (JSON)", ("gifts", "recalls"), _recognises, _read)
