"""Exports of DiscordChatExporter (github.com/Tyrrrz/DiscordChatExporter) as JSON.

{"guild": {"id": "1", "name": "社区"}, "channel": {"id": "11", "name": "general", …}, "messages": [{"id": "12", "type": "Default",
 "timestamp": "2024-03-15T09:00:01.000+08:00", "content": "早", "author": {"id": "10", "name": "muzi", "nickname": "木子"}, …}]}"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, file_kind, moment, records

_SAID = ("Default", "Reply", "0", "19", "20", "ApplicationCommand", "ChatInputCommand", "ContextMenuCommand")


class _Person(msgspec.Struct):
    id: str
    name: str = ""
    nickname: str | None = None


class _Attachment(msgspec.Struct):
    fileName: str = ""


class _Embed(msgspec.Struct):
    title: str | None = None
    url: str | None = None


class _Reference(msgspec.Struct):
    messageId: str | None = None
    channelId: str | None = None


class _Forwarded(msgspec.Struct):
    content: str = ""


class _Message(msgspec.Struct):
    id: str
    timestamp: str
    author: _Person
    type: str | int = "Default"
    content: str = ""
    attachments: list[_Attachment] = []
    embeds: list[_Embed] = []
    stickers: list[dict[str, object]] = []
    mentions: list[_Person] = []
    reference: _Reference | None = None
    forwardedMessage: _Forwarded | None = None


class _Place(msgspec.Struct):
    id: str = ""
    name: str = ""


def _recognises(source: Source) -> bool:
    return source.head_keys() >= {"guild", "channel"}


def _read(source: Source) -> Iterator[ReadItem]:
    guild = source.json_value("guild", _Place) or _Place()
    channel = source.json_value("channel", _Place) or _Place()
    is_direct = guild.id in ("", "0")
    chat = ChatInfo(channel.name if is_direct else f"{guild.name} #{channel.name}", "discord", channel.id or None)
    rows = source.json_items("messages.item", _Message)
    yield from records(rows, lambda place, row: _message(place, row, channel, source), chat)


def _message(place: int, row: _Message, channel: _Place, source: Source) -> ReadMessage:
    is_notice = str(row.type) not in _SAID
    kind: Kind
    kind, text, url = ("system", row.content, "") if is_notice else _said(row)
    reference = (
        row.reference if kind != "forward" and row.reference and row.reference.channelId in (None, channel.id) else None
    )
    return ReadMessage(
        line=place,
        sent_at=moment(row.timestamp, source.zone),
        sender=None if is_notice else row.author.id,
        name="" if is_notice else row.author.nickname or row.author.name,
        kind="reply" if reference and kind == "text" else kind,
        text=text,
        native_id=row.id,
        reply_to=reference.messageId if reference and not is_notice else None,
        mentions=() if is_notice else tuple(person.id for person in row.mentions),
        url=url,
    )


def _said(row: _Message) -> tuple[Kind, str, str]:
    if row.forwardedMessage is not None:
        return "forward", row.forwardedMessage.content, ""
    if row.stickers and not row.content:
        return "sticker", "", ""
    if row.attachments:
        kind = file_kind(row.attachments[0].fileName)
        name = row.attachments[0].fileName if kind == "file" else ""
        return kind, "\n".join(part for part in (name, row.content) if part), ""
    for embed in row.embeds:
        if embed.url and embed.url == row.content.strip():
            return "link", embed.title or embed.url, embed.url
    return "text", row.content, ""


JSON = Format(
    "discord-json", "DiscordChatExporter (JSON)", ("captions", "gifts", "notice_text", "recalls"), _recognises, _read
)
