"""LINE's own export as text, in Chinese, Japanese or English.

[LINE] 沉淀测试群的聊天記錄

2024/03/15（五）
上午09:00	木子	大家早上好"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Frame, Source, clock, day, is_recall, labelled, mentioned, records

_TITLE = re.compile(r"\[LINE\] ?(?:Chat history (?:with|in) )?(?P<name>.*?)(?:的聊天[記记][錄录]|のトーク履歴)?\s*")
_SAVED = re.compile(r"(?:[儲保]存日[期時时]|保存日時|Saved on)\s*[:：].*")
_DAY = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(?P<date>\d{4}[./]\d{1,2}[./]\d{1,2}|\d{1,2}/\d{1,2}/\d{4})(?:[ (（].{1,10}|周.)?", re.ASCII
)
_ROW = re.compile(
    r"(?P<clock>(?:上午|下午|午前|午後)?\d{1,2}:\d\d(?: ?[AaPp][Mm])?)\t(?P<name>[^\t]*)(?:\t(?P<text>.*))?"
)

_Header = tuple[date | None, re.Match[str]]


def _recognises(source: Source) -> bool:
    return source.head.startswith("[LINE]")


def _read(source: Source) -> Iterator[ReadItem]:
    title = _TITLE.fullmatch(source.head_lines[0]) if source.head_lines else None

    def message(place: int, block: tuple[_Header, str]) -> ReadMessage:
        (today, said), body = block
        if today is None:
            raise Flaw("no date above this message")
        sent_at = datetime.combine(today, clock(said["clock"]), source.zone)
        words = f"{said['text'] or ''}\n{body}".rstrip("\n")
        if body and words.startswith('"') and words.endswith('"'):
            words = words[1:-1].replace('""', '"')
        if not said["name"]:
            return ReadMessage(
                place, sent_at, None, "", "recall" if is_recall(words) else "system", words, precision=60
            )
        kind, text, url = labelled(words)
        name = said["name"]
        return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentioned(text), precision=60, url=url)

    chat = ChatInfo(title["name"] if title else "", "line")
    yield from records(source.blocks(_starts(), inline=True), message, chat)


def _starts() -> Callable[[str, str], _Header | Frame | None]:
    today: date | None = None

    def starts(line: str, before: str) -> _Header | Frame | None:
        nonlocal today
        if said := _ROW.fullmatch(line):
            return today, said
        if not before and (found := _DAY.fullmatch(line)):
            try:
                today = day(found["date"])
            except Flaw:
                return None
            return Frame.LINE
        return Frame.LINE if line.startswith("[LINE]") or _SAVED.fullmatch(line) else None

    return starts


TXT = Format(
    name="line-txt",
    exporter="LINE (TXT)",
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
        "notice_text",
    ),
    recognises=_recognises,
    read=_read,
)
