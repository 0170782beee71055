"""Text copied or mailed out of WeChat and QQ: names before times, a bar for each day.

沉淀测试群 微信群上的聊天记录如下，请查收。

—————  2024-03-15  —————

木子  09:00

大家早上好

Also `木子 2024-03-15 09:00` above each message. QQ has seconds: `— —  2024-3-15  — —` and `木子  09:00:01`, or `木子 3/15/2024 9:00:01 AM`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple

from sediment.models import ChatInfo, IgnoredRecord, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Source, clock, day, labelled, mentioned, mostly, records

_DATE = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"


_NEVER = re.compile(r"(?!)")


class _Layout(NamedTuple):
    platform: str
    precision: int
    header: re.Pattern[str]
    bar: re.Pattern[str]  # names the day
    title: re.Pattern[str] = _NEVER  # first lines, which may name the chat
    notice: re.Pattern[str] = _NEVER  # a line of the platform, without a time
    rank: re.Pattern[str] = _NEVER  # before a name, no part of it


class _Header(NamedTuple):
    chat: ChatInfo
    name: str = ""  # "": a notice
    sent_at: datetime | None = None  # None: no bar stands above


_WECHAT = _Layout(
    "wechat",
    60,
    header=re.compile(rf"(?P<name>\S.*?)(?:\s+(?P<date>{_DATE})\s+|\s{{2,}})(?P<clock>\d\d?:\d\d)\s*", re.ASCII),
    bar=re.compile(rf"—{{3,}}\s+(?P<date>{_DATE})\s+—{{3,}}\s*", re.ASCII),
    title=re.compile(
        r"(?:微信群[\"“](?P<dear>.+)[\"”]的|(?P<group>.+) 微信群上的|(?P<pair>.+ 和 .+?) ?在微信上的)聊天记录如下.*|Dear:\s*"
    ),
)
_QQ = _Layout(
    "qq",
    1,
    header=re.compile(
        r"(?P<name>\S.*?)(?:\s+(?P<date>\d\d?/\d\d?/\d{4})\s+|\s{2,})(?P<clock>\d\d?:\d\d:\d\d(?: ?[AP]M)?)\s*",
        re.ASCII,
    ),
    bar=re.compile(rf"— —\s+(?P<date>{_DATE})\s+— —\s*", re.ASCII),
    notice=re.compile(r".{1,40}撤回了一条消息(?: ?重新编辑)?|你和.+个共同好友，点击添加好友。"),
    rank=re.compile(r"【[^】]{1,12}】"),
)


def _recognises(layout: _Layout, source: Source) -> bool:
    lines = source.head_lines[:3]
    dated = (found for line in lines[:1] if (found := layout.header.fullmatch(line)))
    return any(layout.title.fullmatch(line) and "聊天记录如下" in line for line in lines) or (
        any(layout.bar.fullmatch(line) for line in lines) or any(found["date"] for found in dated)
    )


def _read(layout: _Layout, source: Source) -> Iterator[ReadItem]:
    def chat_of(block: tuple[_Header, str] | None) -> ChatInfo:
        return block[0].chat if block else ChatInfo("", layout.platform)

    def record(place: int, block: tuple[_Header, str]) -> ReadItem:
        header, body = block
        return _message(place, header, body, layout) if header.name else IgnoredRecord(place, "a notice without a time")

    yield from records(source.blocks(_starts(layout, source)), record, chat_of)


def _starts(layout: _Layout, source: Source) -> Callable[[str, str], _Header | Frame | None]:
    """Tells headers from lines that look like one: an empty line stands before a header where it mostly does, and below a bar the clock does
    not run backwards."""
    spaced = mostly(source.head, layout.header.fullmatch, lambda before, _: not before)
    chat = ChatInfo("", layout.platform)
    today: date | None = None
    latest = time.min

    def starts(line: str, before: str) -> _Header | Frame | None:
        nonlocal chat, today, latest
        if found := layout.title.fullmatch(line):
            name = next((name for name in found.groups() if name), "")
            chat = ChatInfo(name, layout.platform) if name else chat
            return Frame.LINE
        if before and spaced:
            return None
        try:
            if found := layout.bar.fullmatch(line):
                today, latest = day(found["date"]), time.min
                return Frame.LINE
            if found := layout.header.fullmatch(line):
                at = clock(found["clock"])
                if found["date"]:
                    return _Header(chat, found["name"], datetime.combine(day(found["date"]), at, source.zone))
                if today is None:
                    return _Header(chat, found["name"])
                if at >= latest:
                    latest = at
                    return _Header(chat, found["name"], datetime.combine(today, at, source.zone))
        except Flaw:
            return None
        return _Header(chat) if layout.notice.fullmatch(line) else None

    return starts


def _message(place: int, header: _Header, body: str, layout: _Layout) -> ReadMessage:
    if header.sent_at is None:
        raise Flaw("no date: neither beside the name nor in a bar above")
    kind, text, url = labelled(body)
    rank = layout.rank.match(header.name)
    return ReadMessage(
        line=place,
        sent_at=header.sent_at,
        sender=header.name[rank.end() :] or header.name if rank else header.name,
        name=header.name,
        kind=kind,
        text=text,
        mentions=mentioned(text),
        precision=layout.precision,
        url=url,
    )


WECHAT = Format(
    name="wechat-text",
    exporter="WeChat (chat mailed or copied)",
    losses=("native_id", "sender_id", "seconds", "zone", "reply_to", "mentions", "kinds", "captions", "notices"),
    recognises=partial(_recognises, _WECHAT),
    read=partial(_read, _WECHAT),
)
QQ = Format(
    name="qq-copied",
    exporter="QQ (messages copied)",
    losses=("native_id", "sender_id", "zone", "reply_to", "mentions", "kinds", "captions", "notices"),
    recognises=partial(_recognises, _QQ),
    read=partial(_read, _QQ),
)
