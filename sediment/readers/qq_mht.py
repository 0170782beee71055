"""QQ for Windows, message manager, export as web page in one file (.mht): a table row a message.

<tr><td><div style=…><div style=…>木子|运营(100000001)</div>9:00:01</div><div style=…><font …>大家早上好</font></div></td></tr>

The MIME head lacks a semicolon, so no mail parser is used; the pictures behind the page are not read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import LIMIT, Flaw, Format, Row, Source, clock, day, labelled, mentioned, notice_kind, records
from sediment.sources.markup import text_of
from sediment.sources.qq import qq_person

_MARK = "Save by Tencent MsgMgr"
_CHAT = re.compile(r"\s*<tr><td><div[^>]*>消息对象[:：]\s*(?P<name>.*?)</div>")
_DAY = re.compile(r"\s*<tr><td[^>]*>日期[:：] ?(?P<date>[\d/.-]+)</td>")
_MESSAGE = re.compile(
    r"\s*<tr><td><div[^>]*><div style=float:left[^>]*>(?P<who>.*?)</div>(?P<clock>[^<]*)</div><div style=padding-left:20px;>(?P<body>.*)</div></td>",
    re.DOTALL,
)
_FRAME = re.compile(r">消息记录（|>消息分组[:：]|>&nbsp;</div>")
_END = "</table></body></html>"
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)

_Said = tuple[ChatInfo, date | None, re.Match[str]]


def _recognises(source: Source) -> bool:
    return _MARK in source.head[:400]


def _read(source: Source) -> Iterator[ReadItem]:
    def message(place: int, said: _Said) -> ReadMessage:
        _, today, row = said
        if today is None:
            raise Flaw("no date above this message")
        sender, name = qq_person(html.unescape(row["who"]))
        body = text_of(_PICTURE.sub("[图片]", row["body"].replace("\n", "")))
        kind, text, url = labelled(body)
        if sender is None:
            kind, text = notice_kind(body), body
        sent_at = datetime.combine(today, clock(row["clock"]), source.zone)
        return ReadMessage(place, sent_at, sender, name, kind, text, mentions=mentioned(text), url=url)

    yield from records(_rows(source), message, lambda said: said[0] if said else ChatInfo("", "qq"))


def _rows(source: Source) -> Iterator[Row[_Said]]:
    chat, today = ChatInfo("", "qq"), None
    for place, row in source.lines(end="</tr>"):
        if row.lstrip().startswith(_END):
            return
        if len(row) > LIMIT:
            yield place, Flaw("a row that is too long"), row
        elif found := _CHAT.match(row):
            chat = ChatInfo(html.unescape(found["name"]).strip(), "qq")
        elif found := _DAY.match(row):
            today = _date(found["date"])
        elif found := _MESSAGE.match(row):
            yield place, (chat, today, found), row
        elif not _FRAME.search(row):
            yield place, Flaw("neither a message nor a date"), row


def _date(text: str) -> date | None:
    try:
        return day(text)
    except Flaw:
        return None


MHT = Format(
    name="qq-mht",
    exporter="QQ for Windows (message manager, MHT)",
    losses=("native_id", "zone", "reply_to", "mentions", "kinds", "captions", "recaller"),
    recognises=_recognises,
    read=_read,
)
