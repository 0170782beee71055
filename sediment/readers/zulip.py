"""Public archives of Zulip streams (zulip-archive, leanprover-community/archive): `<id>-<stream>/<topic>.json`.

[{"id": 410000001, "sender_full_name": "木子", "timestamp": 1710464401, "content": "<p>早</p>"}]"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Format, Loss, Source, mentioned, moment, records, text_of

_FOLDER = re.compile(r"(?P<id>\d+)-(?P<name>.+)")
_MENTION = re.compile(r'<span class="user-mention[^"]*"[^>]*>@(?P<name>[^<]*)</span>')
# A quotation begins with a link to what is quoted: zulip.com/help/quote-or-forward-a-message
_QUOTE = re.compile(
    r'<p><span class="user-mention silent"[^>]*>[^<]*</span> <a href="[^"]*/near/(?P<id>\d+)[^"]*">[^<]*</a>[:：]?</p>\n'
    r"<blockquote>(?:(?!</?blockquote>).)*</blockquote>\n?",
    re.DOTALL,
)


class _Message(msgspec.Struct, gc=False):
    id: int
    sender_full_name: str
    timestamp: int
    content: str
    sender_id: int | None = None  # some archives leave it out


def _recognises(source: Source) -> bool:
    return source.head_keys("item") >= {"content", "sender_full_name", "timestamp"}


def _read(source: Source) -> Iterator[ReadItem]:
    def message(place: int, row: _Message) -> ReadMessage:
        quote = _QUOTE.match(row.content)
        said = row.content[quote.end() if quote else 0 :]
        return ReadMessage(
            place,
            moment(row.timestamp, source.zone),
            sender=str(row.sender_id or row.sender_full_name),
            name=row.sender_full_name,
            kind="reply" if quote else "text",
            text=text_of(said),
            native_id=str(row.id),
            reply_to=quote["id"] if quote else None,
            mentions=tuple(map(text_of, _MENTION.findall(said))) or mentioned(text_of(said)),
        )

    stream = _FOLDER.fullmatch(source.path.parent.name)
    chat = ChatInfo(stream["name"], "zulip", stream["id"]) if stream else ChatInfo("", "zulip")
    yield from records(source.json_items("item", _Message), message, chat)


_LOSSES: tuple[Loss, ...] = ("sender_id", "mentions", "kinds", "media", "gifts", "notices")
JSON = Format("zulip-json", "Zulip (public archive)", _LOSSES, _recognises, _read)
