"""The web page of WeChatMsg, also called MemoTrace (1.x, WeChat 3): JavaScript objects one behind the other, mostly on one line.

<p id="title">沉淀测试群</p> … const chatMessages = [
{ type:1, text: '大家早上好',is_send:0,avatar_path:'./a.png',timestamp:1710464401,is_chatroom:1,displayname:'木子'},{ type:49, text: '好',is_send:0, …

Pictures and stickers have the same type; a sticker has an address in the web. Red packets are left out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import LIMIT, Flaw, Format, Row, Source, mentioned, moment, notice_kind, records
from sediment.sources.wechat import wechat_kind

_OPENING, _START = "const chatMessages = [", "{ type:"
_TITLE = re.compile(r'<p id="title">(.*?)</p>')
_FIELD = r"(\w+):\s*('(?:[^'\\]++|\\.)*+'|-?\d+)\s*,?\s*"
_FIELDS = re.compile(_FIELD, re.DOTALL)
_OBJECT = re.compile(rf"\s*\d+\s*,\s*(?:{_FIELD})++\}},?\s*", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NO_MESSAGE = "not a message as this page writes it"
_SIGNS = {"n": "\n", "r": "\r", "t": "\t"}


class _Message(msgspec.Struct):
    type: int
    timestamp: int
    displayname: str = ""
    text: str = ""
    sub_type: int = 0
    voice_to_text: str = ""
    title: str = ""
    url: str = ""
    file_name: str = ""
    refer_text: str = ""


def _recognises(source: Source) -> bool:
    return _OPENING in source.head


def _read(source: Source) -> Iterator[ReadItem]:
    title = _TITLE.search(source.head)
    chat = ChatInfo(html.unescape(title[1]) if title else "", "wechat")
    yield from records(_objects(source), lambda place, row: _message(place, row, source), chat)


def _objects(source: Source) -> Iterator[Row[_Message]]:
    """A piece from one start to the next is an object, unless the start stands in a text: then it goes on."""
    held, place = "", 0
    for line, piece in source.lines(end=_START):
        if line == 1:  # the head of the page
            continue
        if not (found := _OBJECT.match(piece)) and held:
            piece, held = held + _START + piece, ""
            found = _OBJECT.match(piece)
        if held or len(piece) > LIMIT:
            place += 1
            yield (
                place,
                Flaw(_NO_MESSAGE if held else f"longer than {LIMIT >> 20} Mi characters"),
                _START + (held or piece),
            )
        held = "" if found or len(piece) > LIMIT else piece
        if found:
            place += 1
            said = {key: _unescaped(value) for key, value in _FIELDS.findall("type:" + found[0])}
            yield place, _converted(said), _START + found[0]
            rest = piece[found.end() :].strip()
            if rest.startswith("]"):
                return
            if rest:
                place += 1
                yield place, Flaw(_NO_MESSAGE), rest
    if held:
        yield place + 1, Flaw(_NO_MESSAGE), _START + held


def _converted(said: dict[str, str]) -> _Message | Flaw:
    try:
        return msgspec.convert(said, _Message, strict=False)
    except msgspec.ValidationError as error:
        return Flaw(str(error))


def _message(place: int, row: _Message, source: Source) -> ReadMessage:
    kind: Kind = notice_kind(row.text) if row.type == 0 else wechat_kind(row.type, row.sub_type)
    kind = "sticker" if kind == "image" and row.text.startswith("http") else kind
    words = {
        "image": "",
        "video": "",
        "sticker": "",
        "voice": row.voice_to_text,
        "file": row.file_name,
        "share": row.title,
        "link": row.title,
    }
    text = words.get(kind, row.text)
    return ReadMessage(
        line=place,
        sent_at=moment(row.timestamp, source.zone),
        sender=row.displayname or None,
        name=row.displayname,
        kind=kind,
        text=text,
        mentions=mentioned(text) if kind in ("text", "reply") else (),
        url=row.url if kind == "link" else "",
        quotes=row.refer_text,
    )


def _unescaped(value: str) -> str:
    return html.unescape(_ESCAPE.sub(lambda found: _SIGNS.get(found[1], found[1]), value.strip("'")))


HTML = Format(
    name="wechatmsg-html",
    exporter="WeChatMsg, MemoTrace (HTML)",
    losses=("native_id", "sender_id", "reply_to", "mentions", "captions", "gifts", "recaller"),
    recognises=_recognises,
    read=_read,
)
