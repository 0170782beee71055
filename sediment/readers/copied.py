"""Text copied or mailed out of WeChat and QQ: names before times, a bar for each day.

沉淀测试群 微信群上的聊天记录如下，请查收。

—————  2024-03-15  —————

木子  09:00

大家早上好

Also `木子 2024-03-15 09:00` above each message. QQ has seconds: `— —  2024-3-15  — —` and `木子  09:00:01`, or `木子 3/15/2024 9:00:01 AM`, after
midnight without the date, and `木子(100000001)` out of its message manager. Without any date, the day must stand in the name of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from itertools import chain, pairwise
from typing import NamedTuple

from sediment.models import ChatInfo, IgnoredRecord, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Source, clock, day, labelled, mentioned, mostly, records
from sediment.sources.qq import qq_person
from sediment.sources.texts import HEADER, Line, line_blocks

_DATE = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_MINUTES, _SECONDS = r"[0-9]{1,2}:[0-9]{2}", r"(?:[上下]午 ?)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?: ?[AP]M)?"
_SLASHED = r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_NEVER = re.compile(r"(?!)")


class _Layout(NamedTuple):
    platform: str
    precision: int
    dated: re.Pattern[str]  # a header with its own date
    header: re.Pattern[str]  # one whose day a bar names
    bar: re.Pattern[str]
    title: re.Pattern[str] = _NEVER  # first lines, which may name the chat
    notice: re.Pattern[str] = _NEVER  # a line of the platform, without a time
    later: re.Pattern[str] = _NEVER  # a header that goes on with the day of the dated one above


class _Header(NamedTuple):
    chat: ChatInfo
    name: str = ""  # "": a notice
    sent_at: datetime | None = None  # None: no bar stands above


_WECHAT = _Layout(
    "wechat",
    60,
    dated=re.compile(rf"(?P<name>\S.*?)\s+(?P<date>{_DATE})\s+(?P<clock>{_MINUTES})\s*"),
    header=re.compile(rf"(?P<name>\S.*?)\s{{2,}}(?P<clock>{_MINUTES})\s*"),
    bar=re.compile(rf"—{{3,}}\s+(?P<date>{_DATE})\s+—{{3,}}\s*"),
    title=re.compile(
        r"(?:微信群[\"“](?P<dear>.+)[\"”]的|(?P<group>.+) 微信群上的|(?P<pair>.+ 和 .+?) ?在微信上的)聊天记录如下.*|Dear:\s*"
    ),
)
_QQ = _Layout(
    "qq",
    1,
    dated=re.compile(rf"(?P<name>\S.*?)\s+(?P<date>{_SLASHED})\s+(?P<clock>{_SECONDS})\s*"),
    header=re.compile(rf"(?P<name>\S.*?(?:\s{{2}}|(?:\([0-9]+\)|<\S+@\S+>)\s))\s*(?P<clock>{_SECONDS})\s*"),
    bar=re.compile(rf"— —\s+(?P<date>{_DATE})\s+— —\s*"),
    notice=re.compile(r".{1,40}(?:撤回了一条消息(?: ?重新编辑)?|加入了?本群。)|你和.+个共同好友，点击添加好友。"),
    later=re.compile(rf"\s*(?P<name>\S.*?)\s+(?P<clock>{_SECONDS})\s*"),
)


def _recognises(layout: _Layout, source: Source) -> bool:
    lines = _first(source)
    is_titled = any(layout.title.fullmatch(line) and "聊天记录如下" in line for line in lines)
    is_barred = any(layout.bar.fullmatch(line) for line in lines)
    is_placed = source.named_day is not None and any(layout.header.fullmatch(line) for line in lines[:1])
    return is_titled or is_barred or is_placed or any(layout.dated.fullmatch(line) for line in lines[:1])


def _first(source: Source) -> list[str]:
    return [line for line in source.head_lines[:3] if len(line) <= HEADER]


def _read(layout: _Layout, source: Source) -> Iterator[ReadItem]:
    def chat_of(block: tuple[_Header, str] | None) -> ChatInfo:
        return block[0].chat if block else ChatInfo("", layout.platform)

    def record(place: int, block: tuple[_Header, str]) -> ReadItem:
        header, body = block
        return _message(place, header, body, layout) if header.name else IgnoredRecord(place, "a notice without a time")

    lines = _OneAhead(source.lines())
    is_dated = any(layout.dated.fullmatch(line) for line in _first(source))
    is_barred = any(layout.bar.fullmatch(line) for line in _first(source))
    starts = _dated(layout, source) if is_dated and not is_barred else _below_bars(layout, source, lines)
    yield from records(line_blocks(lines, starts), record, chat_of)


class _OneAhead:
    """Lines, and what the next one says."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines, self.next = lines, ""

    def __iter__(self) -> Iterator[Line]:
        for line, following in pairwise(chain(self._lines, [(0, "")])):
            self.next = following[1]
            yield line


def _dated(layout: _Layout, source: Source) -> Callable[[str, str], _Header | Frame | None]:
    """An empty line stands before a header where it mostly does; other lines only look like one."""
    spaced = mostly(source.head, layout.dated.fullmatch, lambda before, _: not before)
    chat = ChatInfo("", layout.platform)
    latest: datetime | None = None

    def starts(line: str, before: str) -> _Header | Frame | None:
        nonlocal chat, latest
        if found := layout.title.fullmatch(line):
            chat = _titled(found, chat)
            return Frame.LINE
        if before and spaced:
            return None
        try:
            if found := layout.dated.fullmatch(line):
                latest = datetime.combine(day(found["date"]), clock(found["clock"]), source.zone)
                return _Header(chat, found["name"], latest)
            if latest is not None and not before and (found := layout.later.fullmatch(line)):
                sent_at = datetime.combine(latest, clock(found["clock"]), source.zone)
                latest = sent_at if sent_at >= latest else sent_at + timedelta(days=1)
                return _Header(chat, found["name"], latest)
        except Flaw:
            return None
        return _Header(chat) if layout.notice.fullmatch(line) else None

    return starts


def _below_bars(layout: _Layout, source: Source, lines: _OneAhead) -> Callable[[str, str], _Header | Frame | None]:
    """An empty line stands before and behind a header where it mostly does, and time does not run backwards: other lines only look like one."""
    head = source.head
    spaced = mostly(head, layout.header.fullmatch, lambda before, _: not before)
    aired = mostly("\n".join(reversed(head.split("\n"))), layout.header.fullmatch, lambda behind, _: not behind)
    chat = ChatInfo("", layout.platform)
    today = source.named_day
    latest = time.min

    def starts(line: str, before: str) -> _Header | Frame | None:
        nonlocal chat, today, latest
        if found := layout.title.fullmatch(line):
            chat, today = _titled(found, chat), source.named_day
            return Frame.LINE
        if before and spaced:
            return None
        try:
            if found := layout.bar.fullmatch(line):
                if today is None or day(found["date"]) >= today:
                    today, latest = day(found["date"]), time.min
                    return Frame.LINE
            elif (found := layout.header.fullmatch(line)) and not (aired and lines.next.strip()):
                at = clock(found["clock"])
                if today is None:
                    return _Header(chat, found["name"])
                if at >= latest:
                    latest = at
                    return _Header(chat, found["name"], datetime.combine(today, at, source.zone))
        except Flaw:
            return None
        return _Header(chat) if layout.notice.fullmatch(line) else None

    return starts


def _titled(found: re.Match[str], chat: ChatInfo) -> ChatInfo:
    name = next((name for name in found.groups() if name), "")
    return ChatInfo(name, chat.platform) if name else chat


def _message(place: int, header: _Header, body: str, layout: _Layout) -> ReadMessage:
    if header.sent_at is None:
        raise Flaw("no date: neither beside the name nor in a bar above")
    kind, text, url = labelled(body)
    sender, name = qq_person(header.name) if layout is _QQ else (header.name, header.name)
    return ReadMessage(
        line=place,
        sent_at=header.sent_at,
        sender=sender,
        name=name,
        kind=kind,
        text=text,
        mentions=mentioned(text),
        precision=layout.precision,
        url=url,
        quotes=body[1 : body.index("」\n")] if kind == "reply" and body.startswith("「") else "",
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
