"""WhatsApp's own export as text (inside the zip that it sends, or unpacked).

3/15/24, 09:00 - 木子: 大家早上好
[15/03/2024, 9:00:01 AM] 木子: 大家早上好

Dates follow the phone's language: their order is told from the whole file (`_learn`). A line without a header goes on with the message above; a
header without a name is a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from sediment.errors import ReadError
from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Source, clock, mentioned, records
from sediment.sources.dates import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, Numbers, Order, likeliest, ordered
from sediment.sources.speakers import Speakers
from sediment.sources.times import HALF_OF_DAY
from sediment.sources.whatsapp import MARK, MARKS, written

_CLOCK = rf"(?:(?:{HALF_OF_DAY})\s?)?\d{{1,2}}[:.]\d\d(?P<second>[:.]\d\d)?(?:\s?(?:{HALF_OF_DAY}))?"
_HEADER = re.compile(
    r"(?P<bracket>\[)?(?P<a>\d{1,4})(?P<by>[./-])\s?(?P<b>\d{1,2})(?P=by)\s?(?P<c>\d{1,4})[^\d\[\]]{0,8}?\s"
    rf"(?P<clock>{_CLOCK})(?:\sч\.)?(?(bracket)\]|\s?(?P<end>[-–:]))\s(?P<said>.*)"
)
_MENTIONED = re.compile("@\u2068([^\u2069]+)\u2069")
_NOTICE = re.compile(
    r".+(?: (?:changed|created|added|removed|pinned) |更改了|修改了|添加了|移除了|创建了|變更了|新增了|建立了).*"
)
_FILE_NAME = re.compile(
    r"(?:WhatsApp Chat (?:with|mit|-)|Chat (?:de )?WhatsApp con|Conversa d?n?o WhatsApp com|Discussion WhatsApp avec|Чат WhatsApp с) (?P<one>.+)"
    r"|[与與](?P<other>.+)的 ?WhatsApp ?(?:聊天|對話)"
)

_Layout = tuple[str | None, str, str | None]


def _recognises(source: Source) -> bool:
    return _layout(source) is not None


def _read(source: Source) -> Iterator[ReadItem]:
    starts = _starts(source)
    order, speakers = _learn(source, starts)
    group = _group(source, speakers)

    def message(place: int, block: tuple[re.Match[str], str]) -> ReadMessage:
        header, body = block
        sent_at = datetime.combine(ordered(_numbers(header), order), clock(header["clock"]), source.zone)
        precision = 1 if header["second"] else 60
        name, words = _name(header["said"], speakers)
        words = f"{words}\n{body}" if body else words
        if not name or _is_own(words, name, group):
            return ReadMessage(place, sent_at, None, "", "system", words.strip(MARK), precision=precision)
        kind, text = written(words)
        mentions = tuple(_MENTIONED.findall(text)) if "@" in text else ()
        text = _MENTIONED.sub(r"@\1", text) if mentions else text
        return ReadMessage(
            place, sent_at, name, name, kind, text, mentions=mentions or mentioned(text), precision=precision
        )

    yield from records(
        source.blocks(starts, inline=True), message, ChatInfo(group or _from_file_name(source), "whatsapp")
    )


def _layout(source: Source) -> _Layout | None:
    """How the first header is written. Somebody may have cut the first line off."""
    for line in source.head_lines[:2]:
        header = _HEADER.fullmatch(line.lstrip(MARKS))
        if header and (header["end"] != ":" or ": " in header["said"]):
            return _layout_of(header)
    return None


def _layout_of(header: re.Match[str]) -> _Layout:
    return header["bracket"], header["by"], header["end"]


def _starts(source: Source) -> Callable[[str, str], re.Match[str] | None]:
    layout = _layout(source)

    def starts(line: str, before: str) -> re.Match[str] | None:
        """Lines that are written otherwise than the first header are text that somebody pasted."""
        header = _HEADER.fullmatch(line) if line[:1].isdecimal() or line[:1] == "[" else None
        return header if header and _layout_of(header) == layout else None

    return starts


def _group(source: Source, speakers: Speakers) -> str:
    """On iPhones the group itself says the first line, behind a mark."""
    header = _HEADER.fullmatch(source.head_lines[0].lstrip(MARKS))
    name, words = _name(header["said"], speakers) if header else ("", "")
    return name if words.startswith(MARK) and written(words)[0] == "text" else ""


def _from_file_name(source: Source) -> str:
    """Of the text, or of the zip archive that it lies in."""
    for name in (source.path.stem, source.path.parent.stem):
        if found := _FILE_NAME.fullmatch(name):
            return str(found["one"] or found["other"])
    return ""


def _name(said: str, speakers: Speakers) -> tuple[str, str]:
    """The name and the words; no name where it is a notice."""
    split = speakers.split(said) or speakers.split(f"{said} ")
    if split is None or len(split[0]) > 100 or _NOTICE.fullmatch(split[0]):
        return "", said
    return split[0].strip(f"{MARKS} ").removeprefix("~").lstrip(), split[1]  # ~ Name: not in the phone's address book


def _is_own(words: str, name: str, group: str) -> bool:
    """Whether these are words of WhatsApp itself, and not of somebody who sent a picture."""
    return words.startswith(MARK) and (name == group or words.startswith(MARK + name)) and written(words)[0] == "text"


def _learn(source: Source, starts: Callable[[str, str], re.Match[str] | None]) -> tuple[Order, Speakers]:
    """From all headers: the names, and the order of dates. Where they leave that open (one day, or the two orders alike), it is that of the
    layout: a clock labelled in Chinese, Japanese or Korean comes with the year first; Americans do not pad `3/5/24` and write PM without points;
    all others write the day first."""
    dates: dict[Numbers, None] = {}
    speakers, padded, clock_as_written = Speakers(": "), False, ""
    for _, line in source.lines():
        if header := starts(line.lstrip("\ufeff" + MARKS), ""):
            dates[_numbers(header)] = None
            padded = padded or header["by"] != "/" or header["a"].startswith("0") or header["b"].startswith("0")
            clock_as_written = header["clock"]
            speakers.learn(header["said"])
    if not dates:
        raise ReadError(f"{source.path.name}: no message of WhatsApp", hint="Is it the text file of the export?")
    if re.search("[午전후]", clock_as_written):
        return likeliest(dates, YEAR_FIRST), speakers
    is_american = not padded and not re.search(r"[pa]\.", clock_as_written)
    return likeliest(dates, MONTH_FIRST if is_american else DAY_FIRST), speakers


def _numbers(header: re.Match[str]) -> Numbers:
    return int(header["a"]), int(header["b"]), int(header["c"])


_LOSSES: tuple[Loss, ...] = (
    "native_id", "sender_id", "seconds", "zone", "reply_to", "mentions", "kinds", "media", "gifts",
)  # fmt: skip
TXT = Format("whatsapp-txt", "WhatsApp (TXT, zip)", _LOSSES, _recognises, _read)
