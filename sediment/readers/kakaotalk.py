"""KakaoTalk's own exports: text from Windows and from phones, CSV from Macs, in Korean or English.

沉淀测试群 님과 카카오톡 대화
저장한 날짜 : 2024-03-16 08:40:00

--------------- 2024년 3월 15일 금요일 ---------------
[木子] [오전 9:00] 大家早上好                       Windows
2024년 3월 15일 오전 9:00, 木子 : 大家早上好        phones; iPhones write `2024. 3. 15. 오전 9:00` or `Mar 15, 2024 at 9:00`
2024-03-15 09:00:01,"木子","大家早上好"             Macs, below `Date,User,Message`"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import cast

import msgspec

from sediment.models import ChatInfo, IgnoredRecord, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Loss, Source, clock, day, mentioned, moment, records
from sediment.sources.speakers import Speakers
from sediment.sources.texts import line_before

_TITLE = re.compile(
    r"(?P<one>.*?) ?(?:님과(?:의)? 카카오톡 대화|카카오톡 대화|with KakaoTalk Chats|Talk Chats)|(?:A saved )?KakaoTalk Chats with (?P<two>.*)"
    r"|Talk_\d{4}\.\d.*\.txt"
)
_SAVED = re.compile(r"(?:Date Saved|Saved Date|저장한 날짜) ?: .*")
_DATE = r"(?P<date>\d{4}(?:년|\.) ?\d{1,2}(?:월|\.) ?\d{1,2}(?:일|\.)|\d{4}-\d\d-\d\d|[A-Z][a-z]{2,8} \d{1,2}, \d{4})"
_CLOCK = r"(?P<clock>오[전후] \d{1,2}:\d\d|\d{1,2}:\d\d(?:\s?[AaPp]\.?[Mm]\.?)?)"
_DAY = re.compile(rf"(?:-{{5,}} )?(?:[A-Z][a-z]+day, )?{_DATE}(?: .요일)?(?: -{{5,}})?")
_MINUTE = re.compile(rf"{_DATE} {_CLOCK}")
_ROW = re.compile(rf"\[(?P<name>.+?)\] \[{_CLOCK}\] ?(?P<text>.*)")
_PHONE_ROW = re.compile(rf"{_DATE}(?:,? at|,)?\s{_CLOCK}(?P<mark>[,:]) (?P<said>.*)")
_NOTICE = re.compile(
    r".{1,60}(?:님이 (?:들어왔|나갔)습니다|님을 (?:내보냈습니다|초대(?:했|하였)습니다)|님이 (?:방장|부방장)이 되(?:었습니다|어 .*)"
    r"|(?:joined|left) this chatroom|invited .{1,60}|was removed from this chatroom)\."
    r"|채팅방 관리자가 메시지를 가렸습니다\.|타인, 기관 등의 사칭에 유의해 .*|운영정책을 위반한 메시지로 .*"
)
_KIND = re.compile(
    r"(?P<image>사진(?: \d+장)?|Photos?(?: \d+)?|\d+ photos)|(?P<video>동영상|Video)|(?P<sticker>\(?이모티콘\)?|\(?[Ee]moticons?\)?)"
    r"|(?P<voice>음성메시지|Voice (?:Note|Message))|(?P<call>(?:보이스톡|페이스톡|그룹콜|라이브톡)(?: .*|해요))"
    r"|(?P<recall>(?:삭제된 메시지입니다|메시지가 삭제되었습니다|(?:The|This) message (?:has been|was) deleted)\.)"
)
_FILE = re.compile(r"(?:파일|File) ?: (?P<name>.*)")

_LINE = re.compile("(?P<line>.*)")

_Header = tuple[date | None, re.Match[str]]


class _Row(msgspec.Struct, gc=False):
    Date: str
    User: str = ""
    Message: str = ""


def _recognises(source: Source) -> bool:
    lines = source.head_lines[:4]
    is_headed = any(_SAVED.fullmatch(line) or ("카카오톡" in line and _TITLE.fullmatch(line)) for line in lines)
    return is_headed or any(map(_is_row, lines[:2]))


def _is_row(line: str) -> bool:
    """In Korean: English ones could be anything."""
    return re.match(r"-{5,} \d{4}년 |\d{4}년 \d{1,2}월 \d{1,2}일 오[전후] |\[.+?\] \[오[전후] ", line) is not None


def _read(source: Source) -> Iterator[ReadItem]:
    speakers = Speakers(" : ")
    for _, line in source.lines():
        if said := _PHONE_ROW.fullmatch(line):
            speakers.learn(said["said"])

    def record(place: int, block: tuple[_Header, str]) -> ReadItem:
        (today, row), body = block
        if row.re is _NOTICE:
            if body:
                raise Flaw("text below a notice, which may belong to the message above it")
            return IgnoredRecord(place, "a notice without a time")
        if today is None:
            raise Flaw("no date above this message")
        sent_at = datetime.combine(today, clock(row["clock"]), source.zone)
        name, first = (row["name"], row["text"]) if row.re is _ROW else speakers.split(row["said"]) or ("", row["said"])
        words = f"{first}\n{body}".rstrip("\n")
        if not name or (row.re is _PHONE_ROW and row["mark"] == ":"):
            return ReadMessage(place, sent_at, None, "", "system", f"{row['said']}\n{body}".rstrip("\n"), precision=60)
        return _message(place, sent_at, name, words, 60)

    yield from records(
        source.blocks(_LINE, _starts(source), inline=True), record, ChatInfo(_title(source), "kakaotalk")
    )


def _title(source: Source) -> str:
    titles = (_TITLE.fullmatch(line) for line in source.head_lines[:4])
    return next((title["one"] or title["two"] for title in titles if title and (title["one"] or title["two"])), "")


def _starts(source: Source) -> Callable[[re.Match[str]], _Header | Frame | None]:
    has_bars = any(line.startswith("-----") and _DAY.fullmatch(line) for line in source.head_lines)
    today: date | None = None

    def starts(said: re.Match[str]) -> _Header | Frame | None:
        nonlocal today
        line = said["line"]
        if row := _PHONE_ROW.fullmatch(line):
            today = _day(row)
            return today, row
        if row := _ROW.fullmatch(line) or _NOTICE.fullmatch(line):
            return today, row
        # Below the first message, a day without a bar stands under an empty line or is what somebody wrote.
        is_day = line.startswith("-----") if has_bars else today is None or not line_before(said)
        if is_day and (found := _DAY.fullmatch(line) or _MINUTE.fullmatch(line)):
            today = _day(found)
            return Frame.LINE
        return Frame.LINE if today is None and (_SAVED.fullmatch(line) or _TITLE.fullmatch(line)) else None

    return starts


def _day(found: re.Match[str]) -> date | None:
    try:
        return day(found["date"])
    except Flaw:
        return None


def _read_csv(source: Source) -> Iterator[ReadItem]:
    def message(place: int, row: _Row) -> ReadMessage:
        sent_at = moment(row.Date, source.zone)
        if _NOTICE.fullmatch(row.Message.partition("\n")[0]):
            return ReadMessage(place, sent_at, None, "", "system", row.Message)
        return _message(place, sent_at, row.User, row.Message, 1 if row.Date.count(":") > 1 else 60)

    yield from records(source.table(_Row), message, ChatInfo("", "kakaotalk"))


def _message(place: int, sent_at: datetime, name: str, words: str, precision: int) -> ReadMessage:
    media = _KIND.fullmatch(words)
    kind, text = (cast(Kind, media.lastgroup), "") if media else ("text", words)
    if named := _FILE.fullmatch(words):
        kind, text = "file", named["name"]
    return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentioned(text), precision=precision)


_IN_BOTH: tuple[Loss, ...] = ("native_id", "sender_id", "zone", "reply_to", "mentions", "kinds", "gifts")
TXT = Format("kakaotalk-txt", "KakaoTalk (TXT)", (*_IN_BOTH, "seconds", "notices"), _recognises, _read)
CSV = Format(
    "kakaotalk-csv",
    "KakaoTalk (CSV)",
    _IN_BOTH,
    lambda source: source.head_columns == ["Date", "User", "Message"],
    _read_csv,
)
