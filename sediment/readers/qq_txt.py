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
from typing import NamedTuple

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Source, clock, day, labelled, mentioned, mostly, notice_kind, records
from sediment.sources.qq import PERSON, has_account, qq_person
from sediment.sources.texts import HEADER, INVISIBLE

_TITLE = "消息记录（此消息记录为文本格式"
_RULE = "=" * 64
_GROUP = "消息分组"
_ABOVE = (_RULE, _GROUP, _TITLE)  # the name of a chat
_HALVES = ("AM", "PM", "上", "下")
_CHAT = re.compile(r"消息对象[:：]\s*(?P<name>.*)")
_HEADER = re.compile(
    r"(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2}) (?P<clock>(?:[上下]午 ?)?\d{1,2}:\d\d:\d\d(?: [AP]M)?) "
    rf"(?P<who>{PERSON})",
    re.ASCII,
)


class _Header(NamedTuple):
    chat: ChatInfo
    sent_at: datetime | Flaw
    said: re.Match[str]


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
        return block[0].chat if block else ChatInfo("", "qq")

    yield from records(source.blocks(_starts(source)), lambda place, block: _message(place, *block), chat_of)


def _starts(source: Source) -> Callable[[str, str], _Header | Frame | None]:
    """Tells headers from lines that look like one: where most headers of a chat have a number, or an empty line before them, all must have it; one
    without a number may not lie before the message above it."""
    spaced = mostly(source.head, _HEADER.fullmatch, lambda before, _: not before)
    keyed, *later_keyed = _keyed(source, spaced)
    chat = ChatInfo("", "qq")
    latest = first = datetime.min.replace(tzinfo=source.zone)

    def starts(line: str, before: str) -> _Header | Frame | None:
        nonlocal chat, latest, keyed
        if line[:2].isdecimal() and (said := _HEADER.fullmatch(line)):
            sent_at = _time(said, source)
            is_later = isinstance(sent_at, datetime) and sent_at >= latest
            if (before and spaced) or not (said["key"] or (is_later and not keyed)):
                return None
            latest = sent_at if isinstance(sent_at, datetime) else latest
            return _Header(chat, sent_at, said)
        if (found := _CHAT.fullmatch(line)) and (latest == first or before.startswith(_ABOVE)):
            chat, latest = ChatInfo(found["name"].strip(), "qq"), first
            keyed = later_keyed.pop(0) if before.startswith(_ABOVE) else keyed
            return Frame.LINE
        is_frame = line == _RULE or line.startswith(_TITLE) or (before.startswith(_ABOVE) and line.startswith(_GROUP))
        return Frame.LINE if is_frame else None

    return starts


def _keyed(source: Source, spaced: bool) -> list[bool]:
    """Whether most of what looks like a header has a number: before the first chat's title, and below each title."""
    counts: list[Counter[bool]] = [Counter()]
    before = ""
    for _, whole in source.lines():
        line = whole.lstrip(INVISIBLE) if len(whole) <= HEADER else ""
        if before.startswith(_ABOVE) and _CHAT.fullmatch(line):
            counts.append(Counter())
        elif line[:2].isdecimal() and not (before and spaced):
            said = _HEADER.fullmatch(line)
            if said and qq_person(said["who"])[0] is not None:
                counts[-1][said["key"] is not None] += 1
        before = whole.strip()
    return [count[True] >= count[False] for count in counts]


def _time(said: re.Match[str], source: Source) -> datetime | Flaw:
    try:
        return datetime.combine(day(said["date"]), clock(said["clock"]), source.zone)
    except Flaw as flaw:
        return flaw


def _message(place: int, header: _Header, body: str) -> ReadMessage:
    _, sent_at, said = header
    if isinstance(sent_at, Flaw):
        raise sent_at
    sender, name = qq_person(said["who"])
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
