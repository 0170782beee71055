"""KakaoTalk's own export as text, from computers and from phones.

沉淀测试群 with KakaoTalk Chats
Date Saved : 2024-03-16 08:40:00

--------------- 2024년 3월 15일 금요일 ---------------
[木子] [오전 9:00] 大家早上好

2024년 3월 15일 오전 9:00, 木子 : 大家早上好"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Source, clock, mentioned, records

_TITLE = re.compile(
    r"(?P<name>.*?) ?(?:with KakaoTalk Chats|님과 카카오톡 대화|카카오톡 대화)|A saved KakaoTalk Chats with (?P<other>.*)"
)
_SAVED = re.compile(r"(?:Date Saved|저장한 날짜) ?: .*")
_DATE = r"(?P<year>\d{4})(?:년|\.) ?(?P<month>\d{1,2})(?:월|\.) ?(?P<day>\d{1,2})(?:일|\.)"
_BAR = re.compile(rf"-{{5,}} {_DATE}.* -{{5,}}")
_PHONE_DAY = re.compile(rf"{_DATE}(?: .요일| 오[전후] \d{{1,2}}:\d\d)?")
_CLOCK = r"(?P<clock>오[전후] \d{1,2}:\d\d|\d{1,2}:\d\d(?: ?[AP]M)?)"
_ROW = re.compile(rf"\[(?P<name>.+?)\] \[{_CLOCK}\] ?(?P<text>.*)")
_PHONE_ROW = re.compile(rf"{_DATE} {_CLOCK}, (?P<name>.+?) : (?P<text>.*)")
_KINDS: dict[str, Kind] = {
    "사진": "image", "Photo": "image", "동영상": "video", "Video": "video", "이모티콘": "sticker", "Emoticon": "sticker",
    "음성메시지": "voice", "Voice Note": "voice", "삭제된 메시지입니다.": "recall", "The message has been deleted.": "recall",
}  # fmt: skip
_NOTICE = re.compile(
    r".{1,60}(?:님이 (?:들어왔|나갔)습니다|님을 초대(?:했|하였)습니다|(?:joined|left) this chatroom|invited .{1,60})\."
)
_FILE = re.compile(r"(?:파일|File): (?P<name>.*)")

_Header = tuple[date | None, re.Match[str]]


def _recognises(source: Source) -> bool:
    lines = source.head_lines[:4]
    return any(_SAVED.fullmatch(line) for line in lines) and _title(source) is not None


def _title(source: Source) -> re.Match[str] | None:
    return _TITLE.match(source.head_lines[0]) if source.head_lines else None


def _read(source: Source) -> Iterator[ReadItem]:
    title = _title(source)

    def record(place: int, block: tuple[_Header, str]) -> ReadItem:
        (today, said), body = block
        if said.re is _NOTICE:
            return IgnoredRecord(place, "a notice without a time")
        if today is None:
            raise Flaw("no date above this message")
        kind, text = _said(f"{said['text']}\n{body}".rstrip("\n"))
        sent_at = datetime.combine(today, clock(said["clock"]), source.zone)
        name = said["name"]
        return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentioned(text), precision=60)

    chat = ChatInfo((title["name"] or title["other"] or "") if title else "", "kakaotalk")
    yield from records(source.blocks(_starts(source), inline=True), record, chat)


def _said(text: str) -> tuple[Kind, str]:
    if text in _KINDS:
        return _KINDS[text], ""
    named = _FILE.fullmatch(text)
    return ("file", named["name"]) if named else ("text", text)


def _starts(source: Source) -> Callable[[str, str], _Header | Frame | None]:
    title = source.head_lines[0] if source.head_lines else ""
    today: date | None = None

    def starts(line: str, before: str) -> _Header | Frame | None:
        nonlocal today
        if said := _PHONE_ROW.fullmatch(line):
            return _date(said), said
        if said := _ROW.fullmatch(line) or _NOTICE.fullmatch(line):
            return today, said
        if found := _BAR.fullmatch(line) or _PHONE_DAY.fullmatch(line):
            today = _date(found)
            return Frame.LINE
        return Frame.LINE if line == title or _SAVED.fullmatch(line) else None

    return starts


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


TXT = Format(
    name="kakaotalk-txt",
    exporter="KakaoTalk (TXT)",
    losses=(
        "native_id",
        "sender_id",
        "seconds",
        "zone",
        "reply_to",
        "mentions",
        "kinds",
        "captions",
        "gifts",
        "notices",
    ),
    recognises=_recognises,
    read=_read,
)
