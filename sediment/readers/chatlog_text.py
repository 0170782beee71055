"""Exports of chatlog (github.com/sjzar/chatlog) as CSV and text: `GET /api/v1/chatlog?format=csv`, or without a format.

Time,SenderName,Sender,TalkerName,Talker,Content
2024-03-15 09:00:01,木子|运营,wxid_muzi0001,沉淀测试群,20000000001@chatroom,大家早上好

木子|运营(wxid_muzi0001) 03-15 09:00:01
大家早上好

The text has full dates only where a query crosses years. Otherwise the day or the year must stand in the name of the file. Who has no name is
written as `wxid_muzi0001` alone, the exporter as `我`; a query of several chats puts the chat behind the name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache, lru_cache

import msgspec

from sediment.errors import ReadError
from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Source, clock, day, labelled, mentioned, moment, mostly, notice_kind, records
from sediment.sources.texts import line_before

_COLUMNS = ["Time", "SenderName", "Sender", "TalkerName", "Talker", "Content"]
_SYSTEM, _SELF = "系统消息", "我"
_HEADER = re.compile(
    rf"(?!> )(?:(?P<name>.*?)\((?P<key>(?!\d+\))[\w@.-]+|{_SELF})\)|(?P<bare>{_SELF}|{_SYSTEM}|[A-Za-z][\w-]{{5,}}|\d+@\w+))"
    r"(?: \[(?:(?P<chat>.*)\((?P<talker>[^()\s]+)\)|(?P<room>[^()\s]+))\])? "
    r"(?:(?P<year>\d{4}-)?(?P<day>\d\d-\d\d) )?(?P<clock>\d\d:\d\d:\d\d)",
    re.ASCII,
)
_QUOTE = re.compile(r"> (?:\[引用\]|(?P<who>[^\n]*?) (?:[\d-]+ )?\d\d:\d\d:\d\d)\n(?P<words>(?:>[^\n]*\n)*)")
_ACCOUNT = re.compile(r".*\((?P<key>[\w@.-]+)\)", re.ASCII)
_UNKNOWN = re.compile(r"Type: \d+ Content: ")


class _Row(msgspec.Struct, gc=False):
    Time: str
    Talker: str
    Sender: str = ""
    SenderName: str = ""
    TalkerName: str = ""
    Content: str = ""


_Header = tuple[ChatInfo, re.Match[str]]


def _recognises_csv(source: Source) -> bool:
    return source.head_columns == _COLUMNS


def _read_csv(source: Source) -> Iterator[ReadItem]:
    chat = cache(lambda talker, name: ChatInfo(name, "wechat", talker))

    def message(place: int, row: _Row) -> ReadMessage:
        sender = row.Sender or row.SenderName or _SELF
        name = row.SenderName or sender
        return _message(place, moment(row.Time, source.zone), None if sender == _SYSTEM else sender, name, row.Content)

    def chat_of(row: _Row | None) -> ChatInfo:
        return chat(row.Talker, row.TalkerName) if row else ChatInfo("", "wechat")

    yield from records(source.table(_Row), message, chat_of)


def _recognises_txt(source: Source) -> bool:
    return bool(source.head_lines) and _HEADER.fullmatch(source.head_lines[0]) is not None


def _read_txt(source: Source) -> Iterator[ReadItem]:
    def message(place: int, block: tuple[_Header, str]) -> ReadMessage:
        (_, said), text = block
        sent_at = datetime.combine(_day(said, source), clock(said["clock"]), source.zone)
        key, name = said["key"], said["name"] or said["bare"]
        sender = name if key in (None, _SELF) else key
        return _message(place, sent_at, None if sender == _SYSTEM else sender, name or key, text)

    def chat_of(block: tuple[_Header, str] | None) -> ChatInfo:
        return block[0][0] if block else ChatInfo("", "wechat")

    yield from records(source.blocks(_HEADER, _starts(source)), message, chat_of)


def _starts(source: Source) -> Callable[[re.Match[str]], _Header | None]:
    spaced = mostly(source.head, _HEADER.fullmatch, lambda before, _: not before)

    chat = lru_cache(1000)(lambda name, talker: ChatInfo(name or "", "wechat", talker))

    def starts(said: re.Match[str]) -> _Header | None:
        return None if spaced and line_before(said) else (chat(said["chat"], said["talker"] or said["room"]), said)

    return starts


def _day(said: re.Match[str], source: Source) -> date:
    if said["year"]:
        return day(said["year"] + said["day"])
    if (known := source.named_day) is None:
        raise ReadError(
            f"{source.path.name}: its times have no {'year' if said['day'] else 'day'}.",
            hint="Export with format=json, or put the first day into the name of the file: 群_2024-03-15.txt",
        )
    return day(f"{known.year}-{said['day']}") if said["day"] else known


def _message(place: int, sent_at: datetime, sender: str | None, name: str, content: str) -> ReadMessage:
    kind: Kind
    quotes = ""
    if sender is None:
        kind, text, url = notice_kind(content), content, ""
    elif quote := _QUOTE.match(content):
        kind, text, url = "reply", content[quote.end() :], ""
        words = "\n".join(line.removeprefix("> ") for line in quote["words"].rstrip("\n").split("\n"))
        account = _ACCOUNT.fullmatch(quote["who"] or "")
        quotes = f"{account['key'] if account else quote['who']}：{words}" if quote["who"] else ""
    elif unknown := _UNKNOWN.match(content):
        kind, text, url = "other", content[unknown.end() :], ""
    else:
        kind, text, url = labelled(content)
    return ReadMessage(
        line=place,
        sent_at=sent_at,
        sender=sender,
        name="" if sender is None else name,
        kind=kind,
        text=text,
        mentions=mentioned(text),
        url=url,
        quotes=quotes,
    )


_LOSSES: tuple[Loss, ...] = ("native_id", "zone", "reply_to", "mentions", "captions", "recaller")
CSV = Format("chatlog-csv", "chatlog (HTTP, format=csv)", _LOSSES, _recognises_csv, _read_csv)
TXT = Format("chatlog-txt", "chatlog (HTTP, text)", _LOSSES, _recognises_txt, _read_txt)
