"""Segments, which QQ bots write a message in: `[{"type": "at", "data": {"qq": "1"}}, {"type": "text", "data": {"text": " 早"}}]`, or in the older
notation `[CQ:at,qq=1] 早` (github.com/botuniverse/onebot-11, and what NapCat, LLBot and go-cqhttp add to it)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from sediment.models import Kind

_KINDS: dict[str, Kind] = {
    "image": "image", "cardimage": "image", "mface": "sticker", "bface": "sticker", "sface": "sticker", "face": "sticker", "dice": "sticker",
    "rps": "sticker", "record": "voice", "video": "video", "file": "file", "json": "share", "xml": "share", "share": "link", "music": "share",
    "miniapp": "share", "location": "location", "contact": "contact", "forward": "forward", "node": "forward", "poke": "poke", "shake": "poke",
    "redbag": "red_packet",
}  # fmt: skip
_LABELS: dict[Kind, str] = {
    "image": "[图片]",
    "sticker": "[表情]",
    "voice": "[语音]",
    "video": "[视频]",
    "file": "[文件]",
}
_CODE = re.compile(r"\[CQ:(?P<type>[\w.-]+)(?P<data>(?:,[^\],]*)*)\]")


class Segment(msgspec.Struct):
    type: str
    data: dict[str, Any] = {}


def decoded(text: str) -> list[Segment]:
    """Segments from the older notation in one string: `[CQ:at,qq=1] 早`."""
    segments, end = [], 0
    for code in _CODE.finditer(text):
        if plain := text[end : code.start()]:
            segments.append(Segment("text", {"text": _unescaped(plain)}))
        pairs = (pair.partition("=") for pair in code["data"].split(",") if pair)
        segments.append(Segment(code["type"], {key: _unescaped(value) for key, _, value in pairs}))
        end = code.end()
    return segments + [Segment("text", {"text": _unescaped(text[end:])})] * bool(text[end:])


def words(segments: list[Segment]) -> tuple[Kind, str, str]:
    """The kind of a message, its words and the address of a link."""
    if not segments:
        return "red_packet", "", ""  # red packets arrive as empty messages
    if len(segments) == 1 and (kind := _kind(segments[0])):
        return _media(kind, segments[0].data)
    if all(segment.type == "face" for segment in segments):
        return "sticker", "", ""
    return "text", "".join(map(_shown, segments)), ""


def _kind(segment: Segment) -> Kind | None:
    """NapCat sends stickers as pictures of another sub-type."""
    is_sticker = (
        segment.type == "image" and str(segment.data.get("sub_type") or segment.data.get("subType") or "0") != "0"
    )
    return "sticker" if is_sticker else _KINDS.get(segment.type)


def _media(kind: Kind, data: dict[str, Any]) -> tuple[Kind, str, str]:
    if kind == "share":
        return _card(str(data.get("data") or ""), str(data.get("title") or ""))
    title, url = str(data.get("title") or ""), str(data.get("url") or "")
    if kind == "link":
        return kind, title or url, url
    return kind, str(data.get("file") or data.get("name") or "") if kind == "file" else title, ""


class _News(msgspec.Struct):
    title: str = ""
    jumpUrl: str = ""


class _Card(msgspec.Struct):
    prompt: str = ""
    meta: dict[str, _News] = {}


def _card(text: str, title: str) -> tuple[Kind, str, str]:
    """A JSON card names what it shares in one of several places; one without an address is a mini program or the like."""
    try:
        card = msgspec.json.decode(text, type=_Card)
    except (msgspec.DecodeError, RecursionError):
        return "share", title, ""
    news = next((news for news in card.meta.values() if news.jumpUrl), _News())
    return ("link", news.title or card.prompt, news.jumpUrl) if news.jumpUrl else ("share", card.prompt or title, "")


def _shown(segment: Segment) -> str:
    data = segment.data
    if segment.type == "at":
        return "@全体成员" if data.get("qq") == "all" else f"@{data.get('name') or data.get('qq')}"
    if segment.type in ("text", "markdown"):
        return str(data.get("text") or data.get("content") or "")
    face = data.get("raw") if segment.type == "face" else None
    shown = face.get("faceText") if isinstance(face, dict) else data.get("summary")
    return str(shown or _LABELS.get(_KINDS.get(segment.type, "other"), f"[{segment.type}]"))


def _unescaped(text: str) -> str:
    for code, sign in (("&#44;", ","), ("&#91;", "["), ("&#93;", "]"), ("&amp;", "&")):  # & comes last
        text = text.replace(code, sign)
    return text
