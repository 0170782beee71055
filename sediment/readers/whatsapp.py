"""WhatsApp's own export as text (inside the zip that it sends, or unpacked).

3/15/24, 09:00 - 木子: 大家早上好
[15/03/2024, 9:00:01 AM] 木子: 大家早上好

Dates follow the phone's language: their order is told from the whole file. A header-less line goes on with the message above; a header without a
name is a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise

from sediment.errors import ReadError
from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Source, clock, file_kind, mentioned, records
from sediment.sources.texts import HEADER

_CLOCK = r"(?:(?:上午|下午|午前|午後|오전|오후|[AP]M)\s?)?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?"
_HEADER = re.compile(
    rf"(?P<bracket>\[)?(?P<a>\d{{1,4}})[./-](?P<b>\d{{1,2}})[./-](?P<c>\d{{1,4}}),?\s(?P<clock>{_CLOCK})(?(bracket)\]|\s[-–])\s"
    r"(?:(?P<name>.{1,100}?):(?: |$))?(?P<rest>.*)"
)
_MARK = "\u200e"  # left-to-right: before what WhatsApp itself wrote
_ATTACHED = re.compile(r"<[^<>:]{2,20}: (?P<one>[^<>]+)>|(?P<other>[^\s<>]+\.\w{2,5}) \([^()]+\)")
_OMITTED = re.compile(r"<[^<>]{3,40}>")
_NAMED = re.compile(r"(?P<name>.+?)(?: • .*)? (?P<word>document) omitted")
_WORDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("image", ("image", "图像", "圖片", "图片", "照片", "bild", "imagen")),
    ("video", ("video", "视频", "影片", "gif")),
    ("voice", ("audio", "音频", "音訊", "语音", "語音")),
    ("sticker", ("sticker", "贴图", "貼圖")),
    ("contact", ("contact card", "联系人", "聯絡人")),
    ("file", ("document", "文档", "文件", "dokument", "documento")),
)
_LEFT_OUT = re.compile(r"omitted|已?略去|已?忽略|已?省略|weggelassen|ausgeschlossen|omitid[oa]", re.IGNORECASE)
_DELETED = (
    "This message was deleted", "You deleted this message", "此消息已删除", "这条消息已删除", "您已删除此消息", "此訊息已刪除", "您已刪除此訊息",
    "Diese Nachricht wurde gelöscht",
)  # fmt: skip
_EDITED = ("<This message was edited>", "<此消息已编辑>", "<此訊息已編輯>")

_Order = tuple[int, int, int]  # where year, month and day stand
_ORDERS: tuple[_Order, ...] = ((2, 1, 0), (2, 0, 1), (0, 1, 2), (0, 2, 1))  # d-m-y, m-d-y, y-m-d, y-d-m


def _recognises(source: Source) -> bool:
    lines = [line.lstrip("\ufeff" + _MARK) for line in source.head_lines]
    return bool(lines) and _HEADER.fullmatch(_plain(lines[0])) is not None


def _read(source: Source) -> Iterator[ReadItem]:
    order = _order(source)
    group = _group(source)

    def message(place: int, block: tuple[re.Match[str], str]) -> ReadMessage:
        said, body = block
        sent_at = datetime.combine(_date(said, order), clock(said["clock"]), source.zone)
        precision = 1 if len(re.findall(r"\d+", said["clock"])) == 3 else 60
        first, name = said["rest"], (said["name"] or "").strip("\u200e\u202a\u202c ")
        if not name or (name == group and _is_own(first)):
            return ReadMessage(
                place, sent_at, None, "", "system", _whole(first, body).strip(_MARK), precision=precision
            )
        kind, text = _said(_whole(first, body))
        return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentioned(text), precision=precision)

    yield from records(source.blocks(_starts, inline=True), message, ChatInfo(group, "whatsapp"))


def _starts(line: str, before: str) -> re.Match[str] | None:
    return _HEADER.fullmatch(_plain(line)) if line[:1].isdecimal() or line[:1] == "[" else None


def _plain(line: str) -> str:
    return line.replace("\u202f", " ").replace("\u2009", " ").replace("\xa0", " ")


def _whole(first: str, body: str) -> str:
    return f"{first}\n{body}" if body else first


def _group(source: Source) -> str:
    """On iPhones the group itself says the first line, behind a mark."""
    said = _HEADER.fullmatch(_plain(source.head_lines[0].lstrip(_MARK))) if source.head_lines else None
    return said["name"] if said and said["name"] and _is_own(said["rest"]) else ""


def _is_own(text: str) -> bool:
    """Whether these are words of WhatsApp itself, and not of somebody who sent a picture."""
    return text.startswith(_MARK) and _said(text)[0] == "text"


def _said(text: str) -> tuple[Kind, str]:
    for mark in _EDITED:
        text = text.removesuffix(mark).rstrip() if text.endswith(mark) else text
    text = text.strip(_MARK)
    if len(text) > HEADER:
        return "text", text
    if text.strip(" .。") in _DELETED:
        return "recall", text
    if attached := _ATTACHED.fullmatch(text):
        name = (attached["one"] or attached["other"]).strip(_MARK)
        kind = file_kind(name)
        return kind, name if kind == "file" else ""
    if _OMITTED.fullmatch(text):
        return "other", ""  # Android does not say what was left out
    if named := _NAMED.fullmatch(text.replace(_MARK, "")):
        return "file", named["name"]
    if len(text) < 40 and _LEFT_OUT.search(text):
        word = text.lower()
        kind = next((kind for kind, words in _WORDS if any(part in word for part in words)), "text")
        return (kind, text) if kind == "text" else (kind, "")
    return "text", text


def _order(source: Source) -> _Order:
    """The likeliest order: see `_unlikely`. Where there is but one day, that of the phone's country."""
    dates: dict[tuple[int, int, int], None] = {}
    padded = False
    for _, line in source.lines():
        if said := _starts(line.lstrip("\ufeff" + _MARK), ""):
            dates[int(said["a"]), int(said["b"]), int(said["c"])] = None
            padded = padded or said["a"].startswith("0") or said["b"].startswith("0")
    if not dates:
        raise ReadError(f"{source.path.name}: no message of WhatsApp", hint="Is it the text file of the export?")
    # Americans do not pad their numbers, those who write the day first mostly do.
    preferred = _ORDERS if padded else (_ORDERS[1], _ORDERS[0], *_ORDERS[2:])
    return min(preferred, key=lambda order: _unlikely([_in_order(numbers, order) for numbers in dates]))


def _unlikely(days: list[date | None]) -> tuple[int, int, int]:
    """Dates that do not exist, steps back in time, and the span: a chat has days in a row sooner than one day a month."""
    known = [day for day in days if day]
    steps = sum(later < earlier for earlier, later in pairwise(known))
    return len(days) - len(known), steps, (max(known) - min(known)).days if known else 0


def _date(said: re.Match[str], order: _Order) -> date:
    found = _in_order((int(said["a"]), int(said["b"]), int(said["c"])), order)
    if found is None:
        raise Flaw("no such date")
    return found


def _in_order(numbers: tuple[int, int, int], order: _Order) -> date | None:
    year, month, day = (numbers[at] for at in order)
    try:
        return date(year + 2000 if year < 100 else year, month, day) if year > 31 or order[0] == 2 else None
    except ValueError:
        return None


TXT = Format(
    name="whatsapp-txt",
    exporter="WhatsApp (TXT, zip)",
    losses=(
        "native_id",
        "sender_id",
        "seconds",
        "zone",
        "reply_to",
        "mentions",
        "kinds",
        "media",
        "captions",
        "gifts",
        "notice_text",
    ),
    recognises=_recognises,
    read=_read,
)
