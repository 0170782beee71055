"""Exports of qq-chat-exporter (github.com/shuakami/qq-chat-exporter): one JSON, or a folder of chunks beside a `manifest.json`.

{"metadata": {…}, "chatInfo": {"name": "群", "type": "group", …}, "messages": [{"id": "73…1", "timestamp": 1710464401000,
 "sender": {"uid": "u_1", "uin": "100000001", "name": "木子"}, "content": {"text": "早", "elements": [{"type": "text", "data": {…}}]}}]}

Three generations of messages (id/messageId, milliseconds/ISO, elements/placeholders in the text) go by the same version numbers, so every message
is told by its own keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from sediment.models import BadRecord, ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Source, labelled, moment, notice_kind, records

_KINDS: dict[str, Kind] = {
    "image": "image", "video": "video", "audio": "voice", "file": "file", "market_face": "sticker", "giphy": "sticker", "face_bubble": "sticker",
    "forward": "forward", "location": "location", "wallet": "red_packet", "live_gift": "red_packet", "json": "share", "av_record": "call",
    "calendar": "share", "task_top_msg": "share",
}  # fmt: skip
_SYSTEM = 5  # as messageType
_REPLY_MARK = "[回复消息]"
_NOBODY = ("0", "未知", "")


class _Sender(msgspec.Struct, gc=False):
    uid: str = ""
    uin: str | int | None = None
    name: str | None = None
    nickname: str | None = None
    groupCard: str | None = None


class _Data(msgspec.Struct, frozen=True, gc=False):
    """What is read of an element: of whichever type, and written in whichever way."""

    uid: Any = None
    uin: Any = None
    title: Any = None
    url: Any = None
    filename: Any = None
    summary: Any = None
    pokeType: Any = None
    messageId: Any = None
    referencedMessageId: Any = None


class _Element(msgspec.Struct, gc=False):
    type: str
    data: _Data = _Data()


class _Mention(msgspec.Struct, gc=False):
    uid: str = ""
    name: str = ""


class _Reply(msgspec.Struct, gc=False):
    messageId: str | int | None = None
    referencedMessageId: str | int | None = None


class _Emoji(msgspec.Struct, gc=False):
    type: str = ""


class _Content(msgspec.Struct, gc=False):
    text: str = ""
    elements: list[_Element] = []
    mentions: list[_Mention] = []
    emojis: list[_Emoji] = []
    reply: _Reply | None = None


class _Message(msgspec.Struct, gc=False):
    sender: _Sender
    timestamp: int | str
    content: _Content
    id: str | int | None = None
    messageId: str | int | None = None
    system: bool = False
    messageType: int = 0
    isSystemMessage: bool = False
    recalled: bool = False
    isRecalled: bool = False


class _Chat(msgspec.Struct, gc=False):
    name: str | None = None
    peerUid: str | None = None


class _Chunk(msgspec.Struct, gc=False):
    fileName: str = ""
    relativePath: str = ""
    file: str = ""  # in older manifests
    count: int | None = None
    messages: int | None = None


def _recognises_json(source: Source) -> bool:
    return source.head_keys() >= {"metadata", "chatInfo"}


def _recognises_jsonl(source: Source) -> bool:
    return any(
        isinstance(row.get("content"), dict) and {"sender", "timestamp"} <= row.keys() for row in source.head_rows
    )


def _read_json(source: Source) -> Iterator[ReadItem]:
    # A whole chat is not searched for the key of a manifest.
    if "messages" not in source.head_keys() and source.json_value("chunked", dict[str, Any]) is not None:
        yield IgnoredRecord(1, "a manifest, read with the chunks beside it")
        return
    chat = _chat(source.json_value("chatInfo", _Chat) or _Chat())
    yield from records(source.json_items("messages.item", _Message), _reader(source), chat)


def _read_jsonl(source: Source) -> Iterator[ReadItem]:
    manifest = source.beside("../manifest.json")
    chat = manifest.json_value("chatInfo", _Chat) if manifest else None
    chunks = manifest.json_value("chunked.chunks", list[_Chunk]) if manifest else None
    count, place = 0, 0
    for item in records(source.json_lines(_Message), _reader(source), _chat(chat or _Chat())):
        if not isinstance(item, ChatInfo):
            count, place = count + 1, item.line
        yield item
    own = (c for c in chunks or [] if (c.fileName or c.relativePath or c.file).endswith(source.path.name))
    wanted = next((chunk.count or chunk.messages or 0 for chunk in own), 0)
    if wanted > count:
        yield BadRecord(place + 1, f"the manifest counts {wanted} messages, {count} are here", "")


def _chat(chat: _Chat) -> ChatInfo:
    return ChatInfo(chat.name or "", "qq", chat.peerUid)


def _reader(source: Source) -> Callable[[int, _Message], ReadMessage]:
    numbers: dict[str, str] = {}  # by uid, of those who have spoken or were mentioned: mentions have uids only

    def message(place: int, row: _Message) -> ReadMessage:
        sender, name = _person(row.sender)
        if sender is not None:
            numbers[row.sender.uid] = sender
        content = row.content
        kind: Kind = "text"
        text, url, quoted = content.text, "", None
        if not _is_plain(content):
            numbers.update(_numbers(content))
            (kind, text, url), quoted = _said(content), _quoted(content)
        is_notice = row.system or row.isSystemMessage or row.messageType == _SYSTEM
        if row.recalled or row.isRecalled:
            # What was taken back is not kept, only that it was.
            kind, text = "recall", content.text if is_notice else ""
        elif is_notice and kind != "call":
            kind, text = notice_kind(content.text), content.text
        number = row.id if row.id is not None else row.messageId
        return ReadMessage(
            line=place,
            sent_at=moment(row.timestamp, source.zone),
            sender=sender,
            name=name,
            kind=kind,
            text=text,
            native_id=None if number is None else str(number),
            reply_to=quoted,
            mentions=tuple([numbers.get(person.uid, person.name) for person in content.mentions]),
            url=url,
            account_name=row.sender.nickname or row.sender.name or "",
        )

    return message


def _is_plain(content: _Content) -> bool:
    """Whether somebody wrote words and nothing else, as in most messages."""
    if len(content.elements) != 1 or content.reply is not None:
        return False
    element = content.elements[0]
    return element.type == "text" and not element.data.pokeType


def _numbers(content: _Content) -> dict[str, str]:
    """By uid, of those who are mentioned."""
    ats = (element.data for element in content.elements if element.type == "at")
    return {str(at.uid): str(at.uin) for at in ats if str(at.uin or "0") not in _NOBODY}


def _person(sender: _Sender) -> tuple[str | None, str]:
    key = str(sender.uin or sender.uid)
    return (None, "") if key in _NOBODY else (key, sender.groupCard or sender.nickname or sender.name or key)


def _said(content: _Content) -> tuple[Kind, str, str]:
    is_reply = content.reply is not None or any(element.type == "reply" for element in content.elements)
    parts = [element for element in content.elements if element.type not in ("reply", "at")]
    text = content.text.removeprefix(_REPLY_MARK) if is_reply else content.text
    if is_reply:
        return "reply", text, ""
    if not parts:
        is_sticker = [emoji.type for emoji in content.emojis] == ["market"] and text.startswith("[")
        return ("sticker", "", "") if is_sticker else labelled(text)
    if len(parts) == 1 and parts[0].data.pokeType:
        return "poke", text, ""
    if len(parts) > 1 or parts[0].type not in _KINDS:
        return "text", text, ""
    return _media(_KINDS[parts[0].type], parts[0].data, text)


def _media(kind: Kind, data: _Data, text: str) -> tuple[Kind, str, str]:
    if kind in ("image", "video", "voice", "sticker"):
        return kind, "", ""
    title, url = str(data.title or ""), str(data.url or "")
    if kind == "share" and url:
        return "link", title or url, url
    words = labelled(str(data.summary or text))[1] if kind == "red_packet" else text
    return kind, str(data.filename or title or words), ""


def _quoted(content: _Content) -> str | None:
    data = next((element.data for element in content.elements if element.type == "reply"), _Data())
    said = content.reply or data
    quoted = said.referencedMessageId or said.messageId
    return str(quoted) if quoted else None


_LOSSES: tuple[Loss, ...] = ("captions",)
JSON = Format("qce-json", "qq-chat-exporter (JSON)", _LOSSES, _recognises_json, _read_json)
JSONL = Format("qce-jsonl", "qq-chat-exporter (chunks)", _LOSSES, _recognises_jsonl, _read_jsonl)
