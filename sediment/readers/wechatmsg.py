"""Exports of WeChatMsg, also called MemoTrace (1.x, WeChat 3), as CSV and text.

localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender
1001,5,1,0,1,1710464401,2,大家早上好,2024-03-15 09:00:01,备注,木子,wxid_muzi0001

2024-03-15 09:00:01 木子
大家早上好

`localId` and `TalkerId` number rows of one of several databases and are no identity. `Remark` is private to the person who exported."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Source, is_recall, labelled, mentioned, moment, mostly, records
from sediment.sources.qq import has_account
from sediment.sources.texts import HEADER, line_before
from sediment.sources.wechat import wechat_kind

_COLUMNS = {"localId", "TalkerId", "Type", "SubType", "CreateTime", "StrContent", "StrTime", "Sender"}
_HEADER = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<name>(?!').+)", re.ASCII)
_LINK = re.compile(r"\s*\[链接\]:title:(?P<title>.*)\n\s*description:.*\n\s*url:(?P<url>.*)\n[\s\S]*")
_QUOTE = "\n引用:"


class _Row(msgspec.Struct, gc=False):
    Type: int
    CreateTime: int
    SubType: int = 0
    TalkerId: str = ""
    StrContent: str = ""
    NickName: str = ""
    Sender: str = ""


_Header = tuple[datetime, str]


def _recognises_csv(source: Source) -> bool:
    return set(source.head_columns) >= _COLUMNS


def _read_csv(source: Source) -> Iterator[ReadItem]:
    main = next((row.TalkerId for _, row, _ in source.table(_Row) if isinstance(row, _Row)), "")

    def chat_of(row: _Row | None) -> ChatInfo:
        """The file of one chat does not name it; that of a whole database numbers its chats."""
        return ChatInfo("" if row is None or row.TalkerId == main else f"TalkerId {row.TalkerId}", "wechat")

    yield from records(source.table(_Row), lambda place, row: _from_row(place, row, source), chat_of)


def _from_row(place: int, row: _Row, source: Source) -> ReadMessage:
    kind = wechat_kind(row.Type, row.SubType)
    text = row.StrContent
    url = ""
    if text.lstrip().startswith("<"):
        text, url = _inside("title", text), _inside("url", text)
    if kind in ("system", "recall"):
        kind = "recall" if is_recall(text) else "system"
    is_notice = kind in ("system", "recall")
    return ReadMessage(
        line=place,
        sent_at=moment(row.CreateTime, source.zone),
        sender=None if is_notice else row.Sender or row.NickName,
        name="" if is_notice else row.NickName or row.Sender,
        kind=kind,
        text=text,
        mentions=mentioned(text) if kind in ("text", "reply") else (),
        url=url if kind == "link" else "",
    )


def _recognises_txt(source: Source) -> bool:
    """Headers alone look like lines of any log; here an empty line stands before each, and most have text below."""
    lines = source.head.split("\n")
    headers = [number for number, line in enumerate(lines) if len(line) < 1000 and _HEADER.fullmatch(line)]
    with_text = [number for number in headers if number + 1 < len(lines) and lines[number + 1].strip()]
    is_spaced = mostly(source.head, _HEADER.fullmatch, lambda before, _: not before)
    is_qq = has_account(lines[0])  # an export of QQ that lost its title
    return headers[:1] == [0] and is_spaced and len(with_text) * 2 > len(headers) and not is_qq


def _read_txt(source: Source) -> Iterator[ReadItem]:
    yield from records(source.blocks(_HEADER, _starts(source)), _from_block, ChatInfo("", "wechat"))


def _starts(source: Source) -> Callable[[re.Match[str]], _Header | None]:
    """Tells headers from lines that look like one: an empty line stands before a header, and time does not run backwards, unless it had run ahead
    by a day or more for one message: a wrong clock must not make text of all that follows."""
    previous = latest = datetime.min.replace(tzinfo=source.zone)

    def starts(said: re.Match[str]) -> _Header | None:
        nonlocal previous, latest
        if line_before(said):
            return None
        try:
            sent_at = moment(said["time"], source.zone)
        except Flaw:
            return None
        if sent_at < latest:
            if not previous <= sent_at <= latest - timedelta(days=1):
                return None
        else:
            previous = latest if latest.year > 1 else sent_at
        latest = sent_at
        return sent_at, said["name"]

    return starts


def _from_block(place: int, block: tuple[_Header, str]) -> ReadMessage:
    (sent_at, name), body = block
    if not body:
        # A notice stands in the place of the name.
        return ReadMessage(place, sent_at, None, "", "recall" if is_recall(name) else "system", name)
    if link := _LINK.fullmatch(body + "\n"):
        return ReadMessage(place, sent_at, name, name, "link", link["title"], url=link["url"])
    text, quote, quoted = body.partition(_QUOTE)
    # Where the empty lines between messages are gone, the ones that follow are no part of the quote.
    if quote and not any(_is_header_after(sent_at, line) for line in quoted.split("\n")):
        return ReadMessage(place, sent_at, name, name, "reply", text, mentions=mentioned(text), quotes=quoted)
    kind, text, url = labelled(body)
    return ReadMessage(place, sent_at, name, name, kind, text, mentions=mentioned(text), url=url)


def _is_header_after(sent_at: datetime, line: str) -> bool:
    said = _HEADER.fullmatch(line) if len(line) <= HEADER else None
    try:
        return said is not None and moment(said["time"], sent_at.tzinfo or UTC) >= sent_at
    except Flaw:
        return False


def _inside(tag: str, xml: str) -> str:
    """The text of the first such element, without an XML parser: it comes from strangers."""
    text = xml.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0].strip()
    return text.removeprefix("<![CDATA[").removesuffix("]]>") if text.startswith("<![CDATA[") else html.unescape(text)


CSV = Format(
    name="wechatmsg-csv",
    exporter="WeChatMsg, MemoTrace (CSV)",
    losses=("native_id", "reply_to", "mentions", "captions", "recaller"),
    recognises=_recognises_csv,
    read=_read_csv,
)
TXT = Format(
    name="wechatmsg-txt",
    exporter="WeChatMsg, MemoTrace (TXT)",
    losses=("native_id", "sender_id", "zone", "reply_to", "mentions", "captions", "gifts", "recaller"),
    recognises=_recognises_txt,
    read=_read_txt,
)
