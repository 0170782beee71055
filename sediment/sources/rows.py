"""From the rows of an export to what a reader yields. A row that cannot be read becomes a BadRecord with its raw text, never an exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeAlias, TypeVar

import msgspec

from sediment.models import BadRecord, ChatInfo, ReadItem, ReadMessage

LIMIT = 8 << 20
"""Longest row in bytes (JSON) or characters (text). Longer ones are bad records, and are passed over without being held."""

_AHEAD = 1000  # rows to look at for one that can be read
_SHOWN = 64 << 10  # of a row over the limit
UNKEPT = "holds a NUL or bytes that are not text in the file's encoding"
_UNKEPT = re.compile("[\0\ud800-\udfff]")  # SQLite cuts text at NUL; a surrogate is not a character

T = TypeVar("T")


class Flaw(ValueError):
    """Why a row cannot be read, in words for the person who meets it in quarantine."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The text of many rows that were read at once; the few that are set apart are cut out of it later."""

    cut: Callable[[int], str | bytes | msgspec.Raw]  # the text of the row at a place
    is_storable: bool  # no row holds what SQLite cannot store


Raw: TypeAlias = str | bytes | msgspec.Raw | Stretch
Row: TypeAlias = tuple[int, T | Flaw, Raw]
"""Its 1-based place, what it holds (or why that cannot be told), and its own text."""


def records(
    rows: Iterable[Row[T]], read: Callable[[int, T], ReadItem], chat: ChatInfo | Callable[[T | None], ChatInfo]
) -> Iterator[ReadItem]:
    """The chat, then what `read` makes of each row, or a BadRecord where the row has a flaw or `read` raises one.

    Where one file may mix several chats, `chat` is a function that tells that of a row. Its answer comes first, and again whenever it changes;
    it is asked about None where no row is readable."""
    passed, rest = list[Row[T]](), iter(rows)
    chat_of = None if isinstance(chat, ChatInfo) else chat
    current = chat if isinstance(chat, ChatInfo) else chat(_ahead(rest, passed))
    yield _storable(current)
    sound: Raw | None = None
    # Written out in one loop: this is passed through once a message, and calls and generators would take a third of the time.
    for place, value, raw in chain(passed, rest):
        if isinstance(value, Flaw):
            yield BadRecord(place, str(value), shown(raw, place))
            continue
        if chat_of and (its := chat_of(value)) is not current:
            before, current = current, its
            if current != before:
                yield _storable(current)
        try:
            item = read(place, value)
        except (ValueError, OverflowError) as flaw:
            item = BadRecord(place, str(flaw), shown(raw, place))
        if raw is not sound:
            if isinstance(raw, Stretch) and raw.is_storable:
                sound = raw
            elif isinstance(item, ReadMessage) and _is_unkept(item):
                item = BadRecord(place, UNKEPT, shown(raw, place))
        yield item


def shown(raw: Raw, place: int = 0) -> str:
    """Raw text that can be stored, of the row at `place`: characters that cannot are written as escapes; what is over the limit is cut."""
    raw = raw.cut(place) if isinstance(raw, Stretch) else raw
    text = raw if isinstance(raw, str) else bytes(raw).decode("utf-8", "backslashreplace")
    text = text if len(text) <= LIMIT else text[:_SHOWN]
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def is_storable(text: str) -> bool:
    """Whether it holds only what SQLite can store."""
    try:
        return "\0" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def _is_unkept(said: ReadMessage) -> bool:
    ids = (said.sender or "", said.native_id or "", said.reply_to or "", said.own_id or "")
    return (
        _UNKEPT.search("".join((said.text, said.name, said.url, said.quotes, said.account_name, *ids, *said.mentions)))
        is not None
    )


def _storable(chat: ChatInfo) -> ChatInfo:
    return ChatInfo(shown(chat.name), shown(chat.platform), chat.native_id and shown(chat.native_id), chat.own_id)


def _ahead(rows: Iterator[Row[T]], passed: list[Row[T]]) -> T | None:
    """The first readable row; what was read for it is appended to `passed`."""
    for row in islice(rows, _AHEAD):
        passed.append(row)
        if not isinstance(row[1], Flaw):
            return row[1]
    return None
