"""Slack's own export: a zip archive or folder with a folder for each channel and a file for each day, beside `users.json` and `channels.json`.

[{"type": "message", "user": "U1", "text": "<@U2> 早 &amp; 好", "ts": "1710464401.000001", "thread_ts": "1710464400.000001"}]"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, file_kind, moment, records

_SAID = (
    "", "bot_message", "file_share", "file_comment", "file_mention", "thread_broadcast", "reply_broadcast", "me_message", "slackbot_response",
)  # fmt: skip
_TOKEN = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_TOKENS = {"user_id": "@", "channel_id": "#", "usergroup_id": "!subteam^", "range": "!", "url": ""}
_ROWS = ("rich_text_section", "rich_text_quote", "rich_text_preformatted", "section", "header", "context")
_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")


T = TypeVar("T")

_TABLES = 8  # files of names that are remembered: each of a thousand files of a day stands beside the same ones
_tables: dict[tuple[str, type], list[Any]] = {}  # by hash of the content


class _Profile(msgspec.Struct, gc=False):
    display_name: str | None = None
    real_name: str | None = None


class _File(msgspec.Struct, gc=False):
    name: str | None = None


class _Bot(msgspec.Struct, gc=False):
    name: str | None = None


class _Attachment(msgspec.Struct, gc=False):
    pretext: str | None = None
    title: str | None = None
    text: str | None = None
    fallback: str | None = None


class _Message(msgspec.Struct, gc=False):
    ts: str
    type: str = "message"
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    files: list[_File] | None = None
    attachments: list[_Attachment] | None = None
    blocks: list[dict[str, Any]] | None = None
    bot_profile: _Bot | None = None
    user_profile: _Profile | None = None


class _User(msgspec.Struct, gc=False):
    id: str
    name: str = ""
    real_name: str | None = None
    profile: _Profile = msgspec.field(default_factory=_Profile)


class _Channel(msgspec.Struct, gc=False):
    id: str
    name: str = ""
    members: list[str] = []


def _recognises(source: Source) -> bool:
    return _is_table(source) or source.head_keys("item") >= {"type", "ts"}


def _is_table(source: Source) -> bool:
    keys = source.head_keys("item")
    return any(
        keys >= table
        for table in ({"id", "team_id", "profile"}, {"id", "created", "members"}, {"user_id", "change_type"})
    )


def _read(source: Source) -> Iterator[ReadItem]:
    if _is_table(source):
        yield IgnoredRecord(1, "a table of names, read with the messages beside it")
        return
    names = {user.id: _name(user) for user in _table(source, ("users.json", "org_users.json"), _User)}
    channels = {channel.id: channel for channel in _table(source, _LISTS, _Channel)}
    names |= {channel.id: channel.name for channel in channels.values() if channel.name}
    rows = source.json_items("item", _Message)
    yield from records(rows, lambda place, row: _message(place, row, names, source), _chat(source, channels, names))


def _table(source: Source, files: tuple[str, ...], kind: type[T]) -> Iterator[T]:
    for file in files:
        if table := source.beside(f"../{file}"):
            key = table.sha256(), kind
            if key not in _tables:
                if len(_tables) >= _TABLES:
                    _tables.clear()
                _tables[key] = [row for _, row, _ in table.json_items("item", kind) if isinstance(row, kind)]
            yield from _tables[key]


def _name(user: _User) -> str:
    return user.profile.display_name or user.profile.real_name or user.real_name or user.name


def _chat(source: Source, channels: Mapping[str, _Channel], names: Mapping[str, str]) -> ChatInfo:
    """The folder is called by the name of the channel, by the id in direct messages, which have no name."""
    folder = source.path.parent.name
    channel = next((channel for channel in channels.values() if folder in (channel.name, channel.id)), None)
    if channel is None:
        return ChatInfo(folder, "slack")
    return ChatInfo(
        channel.name or ", ".join(names.get(member, member) for member in channel.members) or folder,
        "slack",
        channel.id,
    )


def _message(place: int, row: _Message, names: Mapping[str, str], source: Source) -> ReadMessage:
    sent_at, written = (
        moment(float(row.ts), source.zone),
        row.text or _in_blocks(row.blocks).strip() or _in_attachments(row),
    )
    kind, text, url = _said(row, written, names)
    if (row.subtype or "") not in _SAID:
        kind = "recall" if row.subtype == "tombstone" else "call" if row.subtype == "huddle_thread" else "system"
        return ReadMessage(place, sent_at, None, "", kind, text, row.ts)
    sender, profile, bot = (
        row.user or row.bot_id or row.username,
        row.user_profile or _Profile(),
        row.bot_profile or _Bot(),
    )
    shown = (profile.display_name, names.get(sender or ""), profile.real_name, row.username, bot.name, sender)
    parent = row.thread_ts if row.thread_ts != row.ts else None
    return ReadMessage(
        line=place,
        sent_at=sent_at,
        sender=sender,
        name=next((name for name in shown if name), ""),
        kind="reply" if parent and kind == "text" else kind,
        text=text,
        native_id=row.ts,
        reply_to=parent,
        mentions=tuple(found["target"] for found in _TOKEN.finditer(written) if found["sign"] == "@"),
        url=url,
    )


def _said(row: _Message, written: str, names: Mapping[str, str]) -> tuple[Kind, str, str]:
    text = html.unescape(_TOKEN.sub(lambda found: _shown(found, names), written))
    if row.files:
        kinds = {file.name or "": file_kind(file.name or "") for file in row.files}
        files = (name for name, kind in kinds.items() if kind == "file")
        return next(iter(kinds.values())), "\n".join(part for part in (*files, text) if part), ""
    link = _TOKEN.fullmatch(written)
    if link is not None and not link["sign"] and link["label"]:
        return "link", text, html.unescape(link["target"])
    return "text", text, ""


def _shown(token: re.Match[str], names: Mapping[str, str]) -> str:
    sign, target, label = token["sign"], token["target"], (token["label"] or "").lstrip("@")
    if sign == "!":
        return label if target.startswith("date^") else f"@{label or target.rpartition('^')[2]}"
    return sign + (label or names.get(target, target)) if sign else label or target


def _in_blocks(blocks: Any, depth: int = 20) -> str:
    """The words of blocks, of which there are many kinds, one in another: api.slack.com/reference/block-kit. The text of a message repeats them,
    except where an app left it out."""
    if isinstance(blocks, list):
        return "".join(_in_blocks(block, depth - 1) for block in blocks)
    if not isinstance(blocks, dict) or depth < 0:
        return ""
    token = next((sign + str(blocks[key]) for key, sign in _TOKENS.items() if key in blocks), None)
    if token:
        return f"<{token}>"
    words = blocks["text"] if isinstance(blocks.get("text"), str) else _in_blocks(blocks.get("text"), depth - 1)
    inside = "".join(_in_blocks(blocks.get(key), depth - 1) for key in ("elements", "fields"))
    return words + inside + ("\n" if blocks.get("type") in _ROWS else "")


def _in_attachments(row: _Message) -> str:
    """What apps write."""
    shown = ((part.pretext, part.title, part.text) for part in row.attachments or ())
    parts = [word for words in shown for word in words if word]
    return "\n".join(parts or [part.fallback for part in row.attachments or () if part.fallback])


JSON = Format("slack-json", "Slack (export as zip)", ("names", "media", "gifts", "recalls"), _recognises, _read)
