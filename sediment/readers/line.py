"""LINE's own export as text, from phones and from computers, in Chinese, Japanese or English.

[LINE] 沉淀测试群的聊天記錄

2024/03/15（五）
上午09:00	木子	大家早上好

Computers leave the title out and put spaces between the columns: a name ends at the first of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Loss, Source, clock, day, labelled, mentioned, notice_kind, records
from sediment.sources.texts import INVISIBLE, line_before

_TITLE = re.compile(
    r"\ufeff?(?:\[LINE\] ?)?(?:Chat history (?:with|in) (?P<en>.*)|[与與]? ?(?P<zh>.*?) ?的聊天[记記紀]?[录錄]?|(?P<ja>.*?) ?と?のトーク履歴"
    r"|(?P<other>(?<=\[LINE\] ).+|(?<=\[LINE\]).+))[^\S\n]*"
)
_SAVED = re.compile(r"(?:[儲保]存(?:日[期時时]|日時)|Saved? (?:on|date))[^\S\n]*[:：].*")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = re.compile(
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}), )?(?P<date>R?\d{{1,4}}([./])\d{{1,2}}\3\d{{1,4}})"
    r"(?: ?[(（][^()（）\n]{1,10}[)）]| ?[周週].| (?:[A-Z][a-z]+day|[月火水木金土日]曜日|星期.|.요일))?",
    re.ASCII,
)
_CLOCK = r"(?P<clock>(?:[上下午前後오전후]{2} ?)?\d{1,2}:\d\d(?: ?[AaPp][Mm])?)"
_ROW = re.compile(
    rf"{_CLOCK}(?:\t(?P<name>[^\t\n]*)(?:\t(?P<text>.*))?| {{2,}}(?P<apart>\S.*?) {{2,}}(?P<said>.*)| (?P<first>\S+) (?P<rest>.*))"
)
# What may end the text above it, or tells whether that goes on in quotes.
_HEADER = re.compile(rf'(?a:{_DAY.pattern})|{_ROW.pattern}|{_TITLE.pattern}|{_SAVED.pattern}|.*".*')
_LABELS: dict[str, Kind] = {
    "[Voice message]": "voice", "[语音信息]": "voice", "[贴图]": "sticker", "[Location]": "location", "[位置情報]": "location",
    "[位置資訊]": "location", "[Contact]": "contact", "[連絡先]": "contact", "[聯絡資訊]": "contact",
}  # fmt: skip
"""Beside those that all readers know."""
_CALL = "☎"

_Header = tuple[date | None, re.Match[str]]


def _recognises(source: Source) -> bool:
    first, second = (*source.head_lines[:2], "", "")[:2]
    with_weekday = _DAY.fullmatch(first) is not None and not first[-1].isdecimal()
    has_title = first.startswith("[LINE]") or (_TITLE.fullmatch(first) and _SAVED.fullmatch(second)) is not None
    return has_title or (with_weekday and _ROW.fullmatch(second) is not None)


def _read(source: Source) -> Iterator[ReadItem]:
    def message(place: int, block: tuple[_Header, str]) -> ReadMessage:
        (today, row), body = block
        if today is None:
            raise Flaw("no date above this message")
        sent_at = datetime.combine(today, clock(row["clock"]), source.zone)
        name, first = _columns(row)
        words = f"{first}\n{body}".rstrip("\n")
        if body and words.startswith('"') and words.endswith('"'):
            words = words[1:-1].replace('""', '"').rstrip("\n")
        if not name:
            return ReadMessage(place, sent_at, None, "", notice_kind(words), words, precision=60)
        kind, text, url = _said(words)
        return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentioned(text), precision=60, url=url)

    title = _TITLE.fullmatch(source.head_lines[0]) if source.head_lines else None
    chat = ChatInfo(next((name for name in title.groups() if name), "") if title else "", "line")
    yield from records(source.blocks(_HEADER, _starts(source), inline=True), message, chat)


def _columns(row: re.Match[str]) -> tuple[str, str]:
    """The name and the words. What stands in the only column is a notice."""
    if row["name"] is not None:
        return (row["name"], row["text"]) if row["text"] is not None else ("", row["name"])
    return row["apart"] or row["first"], row["rest"] if row["said"] is None else row["said"]


def _said(words: str) -> tuple[Kind, str, str]:
    if words in _LABELS:
        return _LABELS[words], "", ""
    if words.startswith(_CALL):
        return "call", words.removeprefix(_CALL).lstrip(), ""
    return ("location", words.partition(" ")[2], "") if words.startswith("[null] https://") else labelled(words)


def _starts(source: Source) -> Callable[[re.Match[str]], _Header | Frame | None]:
    has_tabs = any("\t" in line for line in source.head_lines)
    today: date | None = None
    is_quoted = False

    def starts(said: re.Match[str]) -> _Header | Frame | None:
        nonlocal today, is_quoted
        if said["clock"] and (said["name"] is not None or not has_tabs):
            words = _columns(said)[1]
            is_quoted = words.startswith('"') and words.count('"') % 2 == 1
            return today, said
        # In a text of several lines, which stands in quotes, a date is what somebody wrote.
        if said["date"] and (not is_quoted or not line_before(said)) and (new := _day(said)):
            today, is_quoted = new, False
            return Frame.LINE
        line = said[0].lstrip(f"\n{INVISIBLE}")
        is_quoted = is_quoted and line.count('"') % 2 == 0
        return Frame.LINE if today is None and (_TITLE.fullmatch(line) or _SAVED.fullmatch(line)) else None

    return starts


def _day(found: re.Match[str]) -> date | None:
    """Some phones write the day before the month: the weekday tells."""
    first, _, rest = found["date"].partition("/")
    second, _, year = rest.partition("/")
    days = [day(text) for text in (found["date"], f"{second}/{first}/{year}") if _is_day(text)]
    return next(
        (day for day in days if found["weekday"] in (None, _WEEKDAYS[day.weekday()])), days[0] if days else None
    )


def _is_day(text: str) -> bool:
    try:
        return bool(day(text))
    except Flaw:
        return False


_LOSSES: tuple[Loss, ...] = (
    "native_id", "sender_id", "seconds", "zone", "reply_to", "mentions", "kinds", "captions", "gifts",
)  # fmt: skip
TXT = Format("line-txt", "LINE (TXT)", _LOSSES, _recognises, _read)
