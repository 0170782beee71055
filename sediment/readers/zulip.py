"""Public archives of Zulip streams (zulip-archive, leanprover-community/archive): `<id>-<stream>/<topic>.json`.

[{"id": 410000001, "sender_full_name": "木子", "timestamp": 1710464401, "content": "<p>早</p>"}]"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Format, Source, mentioned, moment, records

_KEYS = {"content", "sender_full_name", "timestamp"}
_FOLDER = re.compile(r"(?P<id>\d+)-(?P<name>.+)")
_BREAK = re.compile(r"<br\s*/?>\n?|</p>\n<p>|</li>\n?<li>")
_TAG = re.compile(r"<[^<>]*>")
_MENTION = re.compile(r'<span class="user-mention[^"]*"[^>]*>@(?P<name>[^<]*)</span>')


# A quotation begins with a link to what is quoted: zulip.com/help/quote-or-forward-a-message
_QUOTE = re.compile(
    r'<p><span class="user-mention silent"[^>]*>[^<]*</span> <a href="[^"]*/near/(?P<id>\d+)[^"]*">[^<]*</a>[:：]?</p>\n'
    r"<blockquote>(?:(?!</?blockquote>).)*</blockquote>\n?",
    re.DOTALL,
)


class _Message(msgspec.Struct):
    id: int
    sender_full_name: str
    timestamp: int
    content: str
    sender_id: int | None = None  # some archives leave it out


def _recognises(source: Source) -> bool:
    return source.head_keys("item") >= _KEYS


def _read(source: Source) -> Iterator[ReadItem]:
    def message(place: int, row: _Message) -> ReadMessage:
        quote = _QUOTE.match(row.content)
        said = row.content[quote.end() :] if quote else row.content
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", said))).strip("\n")
        return ReadMessage(
            line=place,
            sent_at=moment(row.timestamp, source.zone),
            sender=str(row.sender_id) if row.sender_id else row.sender_full_name,
            name=row.sender_full_name,
            kind="reply" if quote else "text",
            text=text,
            native_id=str(row.id),
            reply_to=quote["id"] if quote else None,
            mentions=tuple(html.unescape(name) for name in _MENTION.findall(said)) or mentioned(text),
        )

    stream = _FOLDER.fullmatch(source.path.parent.name)
    chat = ChatInfo(stream["name"], "zulip", stream["id"]) if stream else ChatInfo("", "zulip")
    yield from records(source.json_items("item", _Message), message, chat)


JSON = Format(
    name="zulip-json",
    exporter="Zulip (public archive)",
    losses=("sender_id", "mentions", "kinds", "media", "gifts", "notices"),
    recognises=_recognises,
    read=_read,
)
