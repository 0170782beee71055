"""Reading made-up bytes with one reader, and what must hold whatever they are."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
from msgspec.structs import replace

from sediment.errors import ReadError
from sediment.models import BadRecord, ChatInfo, IgnoredRecord, ReadItem, ReadMessage
from sediment.sources import Format, Source
from tests.readers.canon import ZONE
from tests.readers.exports import Export, export_of


def source(data: bytes, name: str = "export") -> Source:
    """A file that has no other beside it."""
    return Source(Path(name), ZONE, opened=lambda: io.BytesIO(data), size=len(data), found=lambda _: None)


def read(reader: Format, data: bytes) -> list[ReadItem]:
    """What a reader yields before it ends or raises ReadError, the only error that it may raise. Raises AssertionError where an item is not what may
    be imported."""
    items: list[ReadItem] = []
    try:
        for item in reader.read(source(data)):
            items.append(item)
    except ReadError:
        pass
    assert not items or isinstance(items[0], ChatInfo)
    for item in items:
        assert isinstance(item, ChatInfo) or item.line >= 1
        assert not isinstance(item, BadRecord) or item.reason
        assert not isinstance(item, ReadMessage) or item.sent_at.tzinfo
        assert "\0" not in "".join(_texts(item))
        "".join(_texts(item)).encode()  # a lone surrogate cannot be stored
    return items


def messages(items: Sequence[ReadItem]) -> list[ReadMessage]:
    """Without their places."""
    return [replace(item, line=0) for item in items if isinstance(item, ReadMessage)]


def told(items: Sequence[ReadItem]) -> str:
    """All texts of messages and all that is kept of bad records."""
    return "\n".join(
        item.text if isinstance(item, ReadMessage) else item.raw
        for item in items
        if isinstance(item, ReadMessage | BadRecord)
    )


@dataclass(frozen=True)
class Outcome:
    """Of an export in which something befell one record."""

    text: str  # of the record
    items: list[ReadItem]
    lost: list[str]  # words that stand in the file, and are told by no message and no bad record
    spoilt: list[str]  # texts of other messages that are not read as before

    @property
    def message(self) -> ReadMessage | None:
        """What the record became, if it is a message of its own."""
        return next((message for message in messages(self.items) if message.text.startswith(FIRST)), None)

    @property
    def bad(self) -> list[BadRecord]:
        return [item for item in self.items if isinstance(item, BadRecord)]


FIRST, LAST = "头", "尾"
"""Begin and end the text of the record that something befalls; no other holds them."""


def befallen(reader: Format, between: str = "", mishap: Callable[[str], str] = str) -> Outcome | None:
    """After `mishap` befell the middle one of five records, in whose text something stands between FIRST and LAST. None where the mishap changes nothing."""
    export = export_of(reader)
    records, whole = _whole(export)
    record = export.record(2, FIRST + between + LAST)
    end = len(record.removesuffix("</tr>").rstrip("\n"))
    changed = mishap(record[:end])
    if changed == record[:end] and mishap is not str:
        return None
    text = changed + record[end:]  # the next record keeps its own beginning
    items = read(reader, export.of([*records[:2], text, *records[3:]]))
    left = Counter(messages(items))
    # In a format of lines, a record whose header is spoilt goes on with the text above it, and may spoil it too.
    above = {"话1"} if export.ending in (".txt", ".mht") else set()
    spoilt = [message.text for message in whole if message.text not in {"话2", *above} and not left[message]]
    return Outcome(text, items, lost([*records[:2], text, *records[3:]], items), spoilt)


def lost(text: Iterable[str], items: Sequence[ReadItem]) -> list[str]:
    said, file = told(items), "".join(text)
    return [word for word in (FIRST, LAST, "话0", "话1", "话3", "话4") if word in file and word not in said]


@cache
def _whole(export: Export) -> tuple[list[str], list[ReadMessage]]:
    records = [export.record(number, f"话{number}") for number in range(5)]
    return records, messages(read(export.reader, export.of(records)))


def _texts(item: ReadItem) -> list[str]:
    """All that may be stored: of ignored records nothing is."""
    if isinstance(item, IgnoredRecord):
        return []
    values = msgspec.to_builtins(item).values()
    return [
        text
        for value in values
        for text in (value if isinstance(value, tuple | list) else [value])
        if isinstance(text, str)
    ]
