"""Slack's own export: a zip archive or folder with a folder for each channel and a file for each day, beside `users.json` and `channels.json`.

[{"type": "message", "user": "U1", "text": "<@U2> 早 &amp; 好", "ts": "1710464401.000001", "thread_ts": "1710464400.000001"}]"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Source, file_kind, moment, records

_SAID = ("", "bot_message", "file_share", "thread_broadcast", "me_message", "reply_broadcast")
_TOKEN = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")


class _Profile(msgspec.Struct):
    display_name: str | None = None
    real_name: str | None = None


class _File(msgspec.Struct):
    name: str | None = None


class _Message(msgspec.Struct):
    ts: str
    type: str = "message"
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    files: list[_File] | None = None
    user_profile: _Profile | None = None


class _User(msgspec.Struct):
    id: str
    name: str = ""
    real_name: str | None = None
    profile: _Profile = msgspec.field(default_factory=_Profile)


class _Channel(msgspec.Struct):
    id: str
    name: str = ""


def _recognises(source: Source) -> bool:
    return _is_table(source) or source.head_keys("item") >= {"type", "ts"}


def _is_table(source: Source) -> bool:
    keys = source.head_keys("item")
    return keys >= {"id", "team_id", "profile"} or keys >= {"id", "created", "members"}


def _read(source: Source) -> Iterator[ReadItem]:
    if _is_table(source):
        yield IgnoredRecord(1, "a table of names, read with the messages beside it")
        return
    names = _names(source)
    rows = source.json_items("item", _Message)
    yield from records(rows, lambda place, row: _message(place, row, names, source), _chat(source))


def _names(source: Source) -> dict[str, str]:
    users = source.beside("../users.json") or source.beside("../org_users.json")
    rows = (row for _, row, _ in users.json_items("item", _User)) if users else iter(())
    return {
        row.id: row.profile.display_name or row.profile.real_name or row.real_name or row.name
        for row in rows
        if isinstance(row, _User)
    }


def _chat(source: Source) -> ChatInfo:
    """The folder is called by the name of the channel, by the id in direct messages."""
    folder = source.path.parent.name
    for name in _LISTS:
        rows = (
            (row for _, row, _ in table.json_items("item", _Channel))
            if (table := source.beside(f"../{name}"))
            else iter(())
        )
        for row in rows:
            if isinstance(row, _Channel) and folder in (row.name, row.id):
                return ChatInfo(row.name or folder, "slack", row.id)
    return ChatInfo(folder, "slack")


def _message(place: int, row: _Message, names: Mapping[str, str], source: Source) -> ReadMessage:
    is_notice = (row.subtype or "") not in _SAID
    sender = None if is_notice else row.user or row.bot_id or row.username
    profile = row.user_profile or _Profile()
    shown = profile.display_name or names.get(sender or "") or profile.real_name or row.username or sender or ""
    kind, text, url = _said(row, names)
    if is_notice:
        kind = "recall" if row.subtype == "tombstone" else "system"
    parent = row.thread_ts if row.thread_ts != row.ts and not is_notice else None
    return ReadMessage(
        line=place,
        sent_at=moment(float(row.ts), source.zone),
        sender=sender,
        name="" if is_notice else shown,
        kind="reply" if parent and kind == "text" else kind,
        text=text,
        native_id=row.ts,
        reply_to=parent,
        mentions=()
        if is_notice
        else tuple(found["target"] for found in _TOKEN.finditer(row.text or "") if found["sign"] == "@"),
        url=url,
    )


def _said(row: _Message, names: Mapping[str, str]) -> tuple[Kind, str, str]:
    text = html.unescape(_TOKEN.sub(lambda found: _shown(found, names), row.text or ""))
    if row.files:
        name = row.files[0].name or ""
        kind = file_kind(name)
        return kind, "\n".join(part for part in (name if kind == "file" else "", text) if part), ""
    link = _TOKEN.fullmatch(row.text or "")
    if link is not None and not link["sign"] and link["label"]:
        return "link", text, html.unescape(link["target"])
    return "text", text, ""


def _shown(token: re.Match[str], names: Mapping[str, str]) -> str:
    sign, target, label = token["sign"], token["target"], token["label"]
    if sign == "@":
        return f"@{label or names.get(target, target)}"
    return {"#": f"#{label or target}", "!": f"@{label or target}"}.get(sign, label or target)


JSON = Format(
    "slack-json",
    "Slack (export as zip)",
    ("names", "media", "captions", "gifts", "notice_text", "recalls"),
    _recognises,
    _read,
)
