"""QQ for Windows, message manager, export as text.

消息对象:群
================================================================

2024-03-15 9:00:01 木子|运营(100000001)
大家早上好

A name is followed by a number, by a mail address, or (discussion groups) by nothing. The clock has 24 hours, or 12 with AM and PM. An export of
a whole account holds one chat after another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeAlias

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Format, Frame, Source, clock, day, is_recall, labelled, mentioned, mostly, records

_TITLE = "消息记录（此消息记录为文本格式"
_RULE = "=" * 64
_CHAT = re.compile(r"消息对象[:：]\s*(?P<name>.*)")
_HEADER = re.compile(
    r"(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2}) (?P<clock>(?:[上下]午 ?)?\d{1,2}:\d\d:\d\d(?: [AP]M)?) "
    r"(?P<name>.*?)(?P<key>\((?P<number>\d{4,12})\)|<(?P<mail>[^<>\s]+@[^<>\s]+)>)?\s*",
    re.ASCII,
)
_SYSTEM = ("10000", "1000000")


_Header: TypeAlias = tuple[ChatInfo, re.Match[str]]


def _recognises(source: Source) -> bool:
    lines = source.head_lines[:20]
    return bool(lines) and (
        lines[0].startswith(_TITLE) or (_RULE in lines and any(_CHAT.match(line) for line in lines))
    )


def _read(source: Source) -> Iterator[ReadItem]:
    def chat_of(block: tuple[_Header, str] | None) -> ChatInfo:
        return block[0][0] if block else ChatInfo("", "qq")

    rows = source.blocks(_starts(source.head))
    yield from records(rows, lambda place, block: _message(place, block[0][1], block[1], source), chat_of)


def _starts(head: str) -> Callable[[str, str], _Header | Frame | None]:
    """Tells headers from lines that look like one. Where nearly all headers have a number, or an empty line before them, all must have it."""
    keyed = mostly(head, _HEADER.fullmatch, lambda _, header: header["key"] is not None)
    spaced = mostly(head, _HEADER.fullmatch, lambda before, _: not before)
    chat = ChatInfo("", "qq")

    def starts(line: str, before: str) -> _Header | Frame | None:
        nonlocal chat
        if line[:2].isdecimal() and (header := _HEADER.fullmatch(line)):
            return (chat, header) if (header["key"] or not keyed) and not (before and spaced) else None
        if before == _RULE and (found := _CHAT.fullmatch(line)):
            chat = ChatInfo(found["name"].strip(), "qq")
            return Frame.LINE
        is_frame = line == _RULE or line.startswith(_TITLE) or (before == _RULE and line.startswith("消息分组"))
        return Frame.LINE if is_frame else None

    return starts


def _message(place: int, header: re.Match[str], body: str, source: Source) -> ReadMessage:
    name, key = header["name"].strip(), header["number"] or header["mail"]
    is_notice = key in _SYSTEM
    kind, text, url = labelled(body)
    if is_notice:
        kind, text = "recall" if is_recall(body) else "system", body
    return ReadMessage(
        line=place,
        sent_at=datetime.combine(day(header["date"]), clock(header["clock"]), source.zone),
        sender=None if is_notice else key or name,
        name="" if is_notice else name or key or "",
        kind=kind,
        text=text,
        mentions=mentioned(text),
        url=url,
    )


TXT = Format(
    name="qq-txt",
    exporter="QQ for Windows (message manager, TXT)",
    losses=("native_id", "zone", "reply_to", "mentions", "kinds", "captions", "recaller"),
    recognises=_recognises,
    read=_read,
)
