"""QQ for Windows, message manager, export as text.

消息对象:群
================================================================

2024-03-15 9:00:01 木子|运营(100000001)
大家早上好

A name is followed by a number, by a mail address, or (discussion groups) by nothing. The clock has 24 hours, or 12 with AM and PM, or 上午 and
下午 before it. An export of a whole account holds one chat after another; people pass on parts of one without what stands above the messages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Source, clock, day, labelled, mentioned, mostly, notice_kind, records
from sediment.sources.qq import has_account, qq_person
from sediment.sources.texts import line_before

_TITLE = "消息记录（此消息记录为文本格式"
_RULE = "=" * 64
_GROUP = "消息分组"
_ABOVE = (_RULE, _GROUP, _TITLE)  # the name of a chat
_HALVES = ("AM", "PM", "上", "下")
_CHAT = re.compile(r"消息对象[:：][^\S\n]*(?P<chat>.*)")
_HEADER = re.compile(
    r"(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2}) (?P<clock>(?:[上下]午 ?)?\d{1,2}:\d\d:\d\d(?: [AP]M)?) "
    r"(?P<who>.*)",
    re.ASCII,
)
_LINE = re.compile(rf"(?a:{_HEADER.pattern})|{_CHAT.pattern}|(?P<group>{_GROUP}.*)|{_TITLE}.*|{_RULE}")


_Header = tuple[ChatInfo, datetime | Flaw, str]
"""The chat, the time, and who speaks."""


def _recognises(source: Source) -> bool:
    lines = source.head_lines[:20]
    is_titled = any(map(_CHAT.match, lines)) and (_RULE in lines or any(map(_HEADER.fullmatch, lines)))
    is_framed = is_titled or any(line.startswith(_TITLE) for line in lines[:1])
    return is_framed or any(map(_is_own_header, lines[:1]))


def _is_own_header(line: str) -> bool:
    """Whether nobody else writes such a line: `2024-03-15 9:00:01 PM 木子`, `2024-03-15 09:00:01 木子(100000001)`."""
    said = _HEADER.fullmatch(line)
    return said is not None and (has_account(said["who"]) or any(half in said["clock"] for half in _HALVES))


def _read(source: Source) -> Iterator[ReadItem]:
    def chat_of(block: tuple[_Header, str] | None) -> ChatInfo:
        return block[0][0] if block else ChatInfo("", "qq")

    yield from records(source.blocks(_LINE, _starts(source)), _message, chat_of)


def _starts(source: Source) -> Callable[[re.Match[str]], _Header | Frame | None]:
    """Tells headers from lines that look like one: where most headers of a chat have a number, or an empty line before them, all must have it; one
    without a number may not lie before the message above it."""
    spaced = mostly(source.head, _HEADER.fullmatch, lambda before, _: not before)
    keyed, *later_keyed = _keyed(source, spaced)
    chat = ChatInfo("", "qq")
    latest = first = datetime.min.replace(tzinfo=source.zone)

    def starts(said: re.Match[str]) -> _Header | Frame | None:
        nonlocal chat, latest, keyed
        date, time, who = said.group("date", "clock", "who")
        if date:
            if spaced and line_before(said):
                return None
            sent_at = _time(date, time, source)
            is_later = isinstance(sent_at, datetime) and sent_at >= latest
            if not (has_account(who) or (is_later and not keyed)):
                return None
            latest = sent_at if isinstance(sent_at, datetime) else latest
            return chat, sent_at, who
        before = line_before(said)
        if said["chat"] is not None:
            if latest != first and not before.startswith(_ABOVE):
                return None
            chat, latest = ChatInfo(said["chat"].strip(), "qq"), first
            keyed = later_keyed.pop(0) if before.startswith(_ABOVE) else keyed
            return Frame.LINE
        return None if said["group"] and not before.startswith(_ABOVE) else Frame.LINE

    return starts


def _keyed(source: Source, spaced: bool) -> list[bool]:
    """Whether most of what looks like a header has a number: before the first chat's title, and below each title."""
    counts: list[Counter[bool]] = [Counter()]
    for said in source.headers(_LINE):
        if said["chat"] is not None:
            if line_before(said).startswith(_ABOVE):
                counts.append(Counter())
        elif (who := said["who"]) and not (spaced and line_before(said)) and qq_person(who)[0] is not None:
            counts[-1][has_account(who)] += 1
    return [count[True] >= count[False] for count in counts]


def _time(date: str, time: str, source: Source) -> datetime | Flaw:
    try:
        return datetime.combine(day(date), clock(time), source.zone)
    except Flaw as flaw:
        return flaw


def _message(place: int, block: tuple[_Header, str]) -> ReadMessage:
    (_, sent_at, who), body = block
    if isinstance(sent_at, Flaw):
        raise sent_at
    sender, name = qq_person(who)
    kind, text, url = labelled(body)
    if sender is None:
        kind, text = notice_kind(body), body
    return ReadMessage(place, sent_at, sender, name, kind, text, mentions=mentioned(text), url=url)


TXT = Format(
    name="qq-txt",
    exporter="QQ for Windows (message manager, TXT)",
    losses=("native_id", "zone", "reply_to", "mentions", "kinds", "captions", "recaller"),
    recognises=_recognises,
    read=_read,
)
