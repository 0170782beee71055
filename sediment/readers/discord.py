"""Exports of DiscordChatExporter (github.com/Tyrrrz/DiscordChatExporter) as JSON.

{"guild": {"id": "1", "name": "社区"}, "channel": {"id": "11", "name": "general", …}, "messages": [{"id": "12", "type": "Default",
 "timestamp": "2024-03-15T09:00:01.000+08:00", "content": "早", "author": {"id": "10", "name": "muzi", "nickname": "木子"}, …}]}"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, file_kind, moment, records

_SAID = (
    "Default",
    "Reply",
    "0",
    "19",
    "20",
    "21",
    "23",
    "ApplicationCommand",
    "ChatInputCommand",
    "ContextMenuCommand",
)
"""The exporter knows names for some types and writes the numbers of the others: discord.com/developers/docs/resources/message"""


class _Person(msgspec.Struct, gc=False):
    id: str
    name: str = ""
    nickname: str | None = None


class _Attachment(msgspec.Struct, gc=False):
    fileName: str = ""


class _Embed(msgspec.Struct, gc=False):
    title: str | None = None
    url: str | None = None
    description: str | None = None


class _Reference(msgspec.Struct, gc=False):
    messageId: str | None = None
    channelId: str | None = None


class _Content(msgspec.Struct, gc=False):
    content: str = ""
    attachments: list[_Attachment] = []
    embeds: list[_Embed] = []
    stickers: list[dict[str, object]] = []


class _Message(_Content, kw_only=True):
    id: str
    timestamp: str
    author: _Person
    type: str | int = "Default"
    mentions: list[_Person] = []
    reference: _Reference | None = None
    forwardedMessage: _Content | None = None


class _Place(msgspec.Struct, gc=False):
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
    sent_at, name = moment(row.timestamp, source.zone), row.author.nickname or row.author.name
    if str(row.type) not in _SAID:
        return ReadMessage(place, sent_at, None, "", "system", f"{name} {row.content}".strip(), row.id)
    kind, text, url = _said(row)
    if row.forwardedMessage is not None:
        kind, text = "forward", _said(row.forwardedMessage)[1]
    is_here = row.reference is not None and row.reference.channelId in (None, channel.id)
    reply_to = row.reference.messageId if row.reference and is_here and kind != "forward" else None
    return ReadMessage(
        line=place,
        sent_at=sent_at,
        sender=row.author.id,
        name=name,
        kind="reply" if reply_to and kind == "text" else kind,
        text=text,
        native_id=row.id,
        reply_to=reply_to,
        mentions=tuple(person.id for person in row.mentions),
        url=url,
    )


def _said(row: _Content) -> tuple[Kind, str, str]:
    if row.attachments:
        kinds = {name: file_kind(name) for name in (attachment.fileName for attachment in row.attachments)}
        names = (name for name, kind in kinds.items() if kind == "file")
        return next(iter(kinds.values())), "\n".join(part for part in (*names, row.content) if part), ""
    if row.stickers and not row.content:
        return "sticker", "", ""
    for embed in row.embeds:
        if embed.url and embed.url == row.content.strip():
            return "link", embed.title or embed.url, embed.url
    if row.content:
        return "text", row.content, ""
    shown = (part for embed in row.embeds for part in (embed.title, embed.description) if part)  # what bots say
    return "text", "\n".join(shown), ""


JSON = Format("discord-json", "DiscordChatExporter (JSON)", ("gifts", "recalls"), _recognises, _read)
