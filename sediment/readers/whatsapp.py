"""WhatsApp's own export as text (inside the zip that it sends, or unpacked).

3/15/24, 09:00 - 木子: 大家早上好
[15/03/2024, 9:00:01 AM] 木子: 大家早上好

Dates follow the phone's language: their order is told from the whole file (`_learn`). A line without a header goes on with the message above; a
header without a name is a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache

from sediment.errors import ReadError
from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Source, clock, mentioned, records
from sediment.sources.dates import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, Numbers, Order, likeliest, ordered
from sediment.sources.speakers import Speakers
from sediment.sources.times import HALF_OF_DAY
from sediment.sources.whatsapp import MARK, MARKS, written

_SPACE = r"[^\S\n]"  # headers are searched for in many lines at once
_CLOCK = rf"(?:(?:{HALF_OF_DAY}){_SPACE}?)?\d{{1,2}}[:.]\d\d(?P<second>[:.]\d\d)?(?:{_SPACE}?(?:{HALF_OF_DAY}))?"


def _form(opening: str, by: str, end: str) -> str:
    date = rf"(?P<date>\d{{1,4}}(?P<by>{by}){_SPACE}?\d{{1,2}}(?P=by){_SPACE}?\d{{1,4}})"
    return rf"{opening}{date}[^\d\[\]\n]{{0,8}}?{_SPACE}(?P<clock>{_CLOCK})(?:{_SPACE}ч\.)?{end}{_SPACE}(?P<said>.*)"


_HEADER = re.compile(_form(r"(?P<bracket>\[)?", "[./-]", rf"(?(bracket)\]|{_SPACE}?(?P<end>[-–:]))"))
_PADDED = re.compile(rf"\d+[^/]|0|\d+/{_SPACE}?0")  # a date that no American would write
_MENTIONED = re.compile("@\u2068([^\u2069]+)\u2069")
_NOTICE = re.compile(
    r".+(?: (?:changed|created|added|removed|pinned) |更改了|修改了|添加了|移除了|创建了|變更了|新增了|建立了).*"
)
_FILE_NAME = re.compile(
    r"(?:WhatsApp Chat (?:with|mit|-)|Chat (?:de )?WhatsApp con|Conversa d?n?o WhatsApp com|Discussion WhatsApp avec|Чат WhatsApp с) (?P<one>.+)"
    r"|[与與](?P<other>.+)的 ?WhatsApp ?(?:聊天|對話)"
)


def _recognises(source: Source) -> bool:
    return _header(source) is not None


def _read(source: Source) -> Iterator[ReadItem]:
    if (header := _header(source)) is None:
        raise _nothing(source)
    order, speakers = _learn(source, header)
    group = _group(source, speakers)
    day = lru_cache(1000)(lambda date: ordered(_numbers(date), order))
    person = lru_cache(1000)(_person)

    def message(place: int, block: tuple[re.Match[str], str]) -> ReadMessage:
        header, body = block
        date, time, second, said = header.group("date", "clock", "second", "said")
        sent_at = datetime.combine(day(date), clock(time), source.zone)
        precision = 1 if second else 60
        name, words = _name(said, speakers, person)
        words = f"{words}\n{body}" if body else words
        if not name or _is_own(words, name, group):
            return ReadMessage(place, sent_at, None, "", "system", words.strip(MARK), precision=precision)
        kind, text = written(words)
        mentions: tuple[str, ...] = ()
        if "@" in text:
            mentions = tuple(_MENTIONED.findall(text))
            text = _MENTIONED.sub(r"@\1", text)
            mentions = mentions or mentioned(text)
        return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentions, precision=precision)

    rows = source.blocks(header, lambda said: said, inline=True)
    yield from records(rows, message, ChatInfo(group or _from_file_name(source), "whatsapp"))


def _header(source: Source) -> re.Pattern[str] | None:
    """As the first header is written: lines that are written otherwise are text that somebody pasted. Somebody may have cut the first
    line off."""
    for line in source.head_lines[:2]:
        header = _HEADER.fullmatch(line.lstrip(MARKS))
        if header and (header["end"] != ":" or ": " in header["said"]):
            by = re.escape(header["by"])
            plain = _form("", by, f"{_SPACE}?{header['end']}")
            return re.compile(_form(r"\[", by, r"\]") if header["bracket"] else plain)
    return None


def _group(source: Source, speakers: Speakers) -> str:
    """On iPhones the group itself says the first line, behind a mark."""
    header = _HEADER.fullmatch(source.head_lines[0].lstrip(MARKS))
    name, words = _name(header["said"], speakers, _person) if header else ("", "")
    return name if words.startswith(MARK) and written(words)[0] == "text" else ""


def _from_file_name(source: Source) -> str:
    """Of the text, or of the zip archive that it lies in."""
    for name in (source.path.stem, source.path.parent.stem):
        if found := _FILE_NAME.fullmatch(name):
            return str(found["one"] or found["other"])
    return ""


def _name(said: str, speakers: Speakers, person: Callable[[str], str | None]) -> tuple[str, str]:
    """The name and the words; no name where it is a notice."""
    split = speakers.split(said) or speakers.split(f"{said} ")
    name = person(split[0]) if split and len(split[0]) <= 100 else None
    return ("", said) if name is None or split is None else (name, split[1])


def _person(name: str) -> str | None:
    """None where it begins a notice. `~ Name` is not in the phone's address book."""
    return None if _NOTICE.fullmatch(name) else name.strip(f"{MARKS} ").removeprefix("~").lstrip()


def _is_own(words: str, name: str, group: str) -> bool:
    """Whether these are words of WhatsApp itself, and not of somebody who sent a picture."""
    return words.startswith(MARK) and (name == group or words.startswith(MARK + name)) and written(words)[0] == "text"


def _learn(source: Source, header: re.Pattern[str]) -> tuple[Order, Speakers]:
    """From all headers: the names, and the order of dates. Where they leave that open (one day, or the two orders alike), it is that of the
    layout: a clock labelled in Chinese, Japanese or Korean comes with the year first; Americans do not pad `3/5/24` and write PM without points;
    all others write the day first."""
    dates: dict[str, Numbers] = {}
    speakers, clock_as_written = Speakers(": "), ""
    for said in source.headers(header, inline=True):
        date, clock_as_written, words = said.group("date", "clock", "said")
        if date not in dates:
            dates[date] = _numbers(date)
        speakers.learn(words)
    if not dates:
        raise _nothing(source)
    days, padded = dict.fromkeys(dates.values()), any(map(_PADDED.match, dates))
    if re.search("[午전후]", clock_as_written):
        return likeliest(days, YEAR_FIRST), speakers
    is_american = not padded and not re.search(r"[pa]\.", clock_as_written)
    return likeliest(days, MONTH_FIRST if is_american else DAY_FIRST), speakers


def _numbers(date: str) -> Numbers:
    first, second, third = map(int, re.findall(r"\d+", date))
    return first, second, third


def _nothing(source: Source) -> ReadError:
    return ReadError(f"{source.path.name}: no message of WhatsApp", hint="Is it the text file of the export?")


_LOSSES: tuple[Loss, ...] = (
    "native_id", "sender_id", "seconds", "zone", "reply_to", "mentions", "kinds", "media", "gifts",
)  # fmt: skip
TXT = Format("whatsapp-txt", "WhatsApp (TXT, zip)", _LOSSES, _recognises, _read)
