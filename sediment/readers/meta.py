"""Messenger's and Instagram's own exports as JSON, newest message first: `message_1.json`, `message_2.json` … of a chat.

{"participants": [{"name": "…"}], "title": "…", "thread_path": "inbox/x_1", "messages": [
 {"sender_name": "\\u00e6\\u009c\\u00a8\\u00e5\\u00ad\\u0090", "timestamp_ms": 1710464401000, "content": "\\u00e6\\u0097\\u00a9"}]}

Text is UTF-8 with each byte written as a character. Chats that are encrypted end to end come in another shape, with text as it is:

{"participants": ["木子"], "threadName": "…", "messages": [{"senderName": "木子", "timestamp": 1710464401000, "text": "早", "media": []}]}"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, file_kind, mentioned, moment, records

_NOTICE = re.compile(
    r".{1,80} (?:added .{1,80} to the group|removed .{1,80} from the group|(?:left|created) the group|named the group .*"
    r"|changed the (?:group photo|theme|chat theme).*|set .{1,80} nickname.*|pinned a message|joined the (?:group|call|video chat).*)\.?"
)
_REACTION = re.compile(r"Reacted .{1,12} to your message\s*|Liked a message")
_SENT = re.compile(r".{1,80} sent (?:an? .{1,20}|.{1,20}s)\.")  # what stands where the text was left empty


class _Media(msgspec.Struct, gc=False):
    uri: str = ""


class _Share(msgspec.Struct, gc=False):
    link: str | None = None
    share_text: str | None = None


class _Message(msgspec.Struct, gc=False):
    sender_name: str
    timestamp_ms: int
    content: str | None = None
    type: str = ""
    photos: list[_Media] | None = None
    videos: list[_Media] | None = None
    gifs: list[_Media] | None = None
    audio_files: list[_Media] | None = None
    files: list[_Media] | None = None
    sticker: _Media | None = None
    share: _Share | None = None
    call_duration: int | None = None
    is_unsent: bool = False


class _Encrypted(msgspec.Struct, gc=False):
    senderName: str
    timestamp: int
    text: str = ""
    media: list[_Media] = []
    isUnsent: bool = False


def _recognises(source: Source) -> bool:
    keys = source.head_keys("messages.item")
    return keys >= {"sender_name", "timestamp_ms"} or keys >= {"senderName", "timestamp"}


def _read(source: Source) -> Iterator[ReadItem]:
    name = source.json_value("title", str) or source.json_value("threadName", str) or ""
    chat = ChatInfo(_text(name), "meta", source.json_value("thread_path", str))
    if "senderName" in source.head_keys("messages.item"):
        encrypted = source.json_items("messages.item", _Encrypted)
        yield from records(encrypted, lambda place, row: _encrypted(place, row, source), chat)
    else:
        rows = source.json_items("messages.item", _Message)
        yield from records(rows, lambda place, row: _message(place, row, source), chat)


def _message(place: int, row: _Message, source: Source) -> ReadItem:
    sent_at, name, words = (
        moment(row.timestamp_ms / 1000, source.zone),
        _text(row.sender_name),
        _text(row.content or ""),
    )
    if _REACTION.fullmatch(words):
        return IgnoredRecord(place, "a reaction to another message")
    if _NOTICE.fullmatch(words) or row.type in ("Subscribe", "Unsubscribe"):
        return ReadMessage(place, sent_at, None, "", "system", words)
    kind, text, url = _said(row, "" if _SENT.fullmatch(words) else words)
    return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentioned(text), url=url)


def _said(row: _Message, words: str) -> tuple[Kind, str, str]:
    if row.is_unsent:
        return "recall", "", ""
    if row.call_duration is not None:
        return "call", words, ""
    if row.sticker is not None:
        return "sticker", words, ""
    media: tuple[tuple[Kind, list[_Media] | None], ...] = (
        ("image", row.photos), ("video", row.videos), ("sticker", row.gifs), ("voice", row.audio_files),
    )  # fmt: skip
    for kind, files in media:
        if files:
            return kind, words, ""
    if row.files:
        return "file", "\n".join((*(_name(file) for file in row.files), *([words] if words else []))), ""
    link = row.share.link if row.share else None
    if row.share and link and words in ("", link):
        return "link", _text(row.share.share_text or "") or link, link
    return "text", words, ""


def _encrypted(place: int, row: _Encrypted, source: Source) -> ReadMessage:
    kind: Kind = "recall" if row.isUnsent else file_kind(row.media[0].uri) if row.media else "text"
    names = (_name(file) for file in row.media if kind == "file")
    text = "" if row.isUnsent else "\n".join(part for part in (*names, row.text) if part)
    sent_at = moment(row.timestamp / 1000, source.zone)
    return ReadMessage(place, sent_at, row.senderName, row.senderName, kind, text, mentions=mentioned(text))


def _name(file: _Media) -> str:
    return _text(file.uri).rpartition("/")[2]


def _text(written: str) -> str:
    try:
        return written.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return written


JSON = Format(
    name="meta-json",
    exporter="Messenger, Instagram (JSON)",
    losses=("native_id", "sender_id", "reply_to", "mentions", "kinds", "gifts"),
    recognises=_recognises,
    read=_read,
)
