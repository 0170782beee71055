"""From the rows of an export to what a reader yields. A row that cannot be read becomes a BadRecord with its raw text, never an exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeAlias, TypeVar

import msgspec

from sediment.models import BadRecord, ChatInfo, ReadItem, ReadMessage

LIMIT = 8 << 20
"""Longest row in bytes (JSON) or characters (text). Longer ones are bad records, and are passed over without being held."""

_AHEAD = 1000  # rows to look at for one that can be read
_SHOWN = 64 << 10  # of a row over the limit
_UNKEPT = re.compile("[\0\ud800-\udfff]")  # SQLite cuts text at NUL; a surrogate is not a character

T = TypeVar("T")


class Flaw(ValueError):
    """Why a row cannot be read, in words for the person who meets it in quarantine."""


Raw: TypeAlias = str | bytes | msgspec.Raw
Row: TypeAlias = tuple[int, T | Flaw, Raw]
"""Its 1-based place, what it holds (or why that cannot be told), and its own text."""


def records(
    rows: Iterable[Row[T]], read: Callable[[int, T], ReadItem], chat: ChatInfo | Callable[[T | None], ChatInfo]
) -> Iterator[ReadItem]:
    """The chat, then what `read` makes of each row, or a BadRecord where the row has a flaw or `read` raises one.

    Where one file may mix several chats, `chat` is a function that tells that of a row. Its answer comes first, and again whenever it changes;
    it is asked about None where no row is readable."""
    if isinstance(chat, ChatInfo):
        yield _storable(chat)
        for row in rows:
            yield _record(row, read)
        return
    passed, rest = list[Row[T]](), iter(rows)
    current = chat(_ahead(rest, passed))
    yield _storable(current)
    for row in chain(passed, rest):
        if not isinstance(row[1], Flaw) and current != (current := chat(row[1])):
            yield _storable(current)
        yield _record(row, read)


def shown(raw: Raw) -> str:
    """Raw text that can be stored: characters that cannot are written as escapes; what is over the limit is cut."""
    if not isinstance(raw, str):
        raw = bytes(raw).decode("utf-8", "backslashreplace")
    raw = raw if len(raw) <= LIMIT else raw[:_SHOWN]
    return raw.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def _record(row: Row[T], read: Callable[[int, T], ReadItem]) -> ReadItem:
    line, value, raw = row
    if isinstance(value, Flaw):
        return BadRecord(line, str(value), shown(raw))
    try:
        item = read(line, value)
    except (ValueError, OverflowError) as flaw:
        return BadRecord(line, str(flaw), shown(raw))
    if isinstance(item, ReadMessage) and _UNKEPT.search("".join(_texts(item))):
        return BadRecord(line, "holds a NUL or bytes that are not text in the file's encoding", shown(raw))
    return item


def _texts(said: ReadMessage) -> tuple[str, ...]:
    ids = (said.sender or "", said.native_id or "", said.reply_to or "")
    return (said.text, said.name, said.url, *ids, *said.mentions)


def _storable(chat: ChatInfo) -> ChatInfo:
    return ChatInfo(shown(chat.name), shown(chat.platform), chat.native_id and shown(chat.native_id))


def _ahead(rows: Iterator[Row[T]], passed: list[Row[T]]) -> T | None:
    """The first readable row; what was read for it is appended to `passed`."""
    for row in islice(rows, _AHEAD):
        passed.append(row)
        if not isinstance(row[1], Flaw):
            return row[1]
    return None
