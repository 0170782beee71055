"""The plain formats that anyone can write: one JSON object a line, or CSV with a header row.

{"id": "m1", "time": "2026-03-12T07:02:54+08:00", "sender": "u26", "name": "阿钟", "kind": "text", "text": "早", "reply_to": null, "mentions": []}

`time` is needed, `text` where the kind says nothing else, and `sender` or `name` unless it is a notice; the rest may be missing. `id` must mean the
same message in every export. In CSV, `mentions` are separated by spaces or semicolons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import get_args

import msgspec

from sediment.models import ChatInfo, Kind, ReadItem, ReadMessage
from sediment.sources import Flaw, Format, Source, moment, records
from sediment.sources.own import FORMULA, Own

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_SEPARATOR = re.compile(r"[\s;]+")


class _Row(msgspec.Struct, gc=False):
    time: str | int | float
    text: str | int | float | None = None
    id: str | int | None = None
    sender: str | int | None = None
    name: str | int | None = None
    kind: str | None = None
    reply_to: str | int | None = None
    mentions: tuple[str | int, ...] | None = None
    url: str | None = None  # of a link
    group: str | None = None
    sediment: Own | None = None


class _Cells(msgspec.Struct, gc=False):
    time: str
    text: str = ""
    id: str | None = None
    sender: str | None = None
    name: str | None = None
    kind: str | None = None
    reply_to: str | None = None
    mentions: str = ""
    url: str | None = None
    group: str | None = None
    sediment: str | None = None


def _recognises_lines(source: Source) -> bool:
    return any(_is_enough(set(row)) for row in source.head_rows)


def _recognises_csv(source: Source) -> bool:
    return _is_enough({column.strip().lower() for column in source.head_columns})


def _is_enough(columns: set[str]) -> bool:
    return {"time", "text"} <= columns and not columns.isdisjoint({"sender", "name"})


def _read_lines(source: Source) -> Iterator[ReadItem]:
    yield from records(source.json_lines(_Row), lambda place, row: _message(place, row, source), _chat)


def _read_csv(source: Source) -> Iterator[ReadItem]:
    rows = ((place, row if isinstance(row, Flaw) else _row(row), raw) for place, row, raw in source.table(_Cells))
    yield from records(rows, lambda place, row: _message(place, row, source), _chat)


def _row(cells: _Cells) -> _Row | Flaw:
    mentions = tuple(_SEPARATOR.split(cells.mentions.strip(" ;"))) if cells.mentions.strip(" ;") else ()
    values = msgspec.structs.asdict(cells) | {"mentions": mentions, "sediment": None}
    if cells.sediment is None:
        return _Row(**values)
    try:
        own = msgspec.json.decode(cells.sediment, type=Own)
    except (ValueError, RecursionError) as error:
        return Flaw(str(error))
    # A spreadsheet would compute what looks like a formula: sediment writes an apostrophe before it.
    plain = {key: re.sub(f"^'(?={FORMULA})", "", values[key] or "") for key in ("name", "text")}
    return _Row(**values | plain | {"sediment": own})


def _chat(row: _Row | None) -> ChatInfo:
    if row is None or row.sediment is None:
        return _chat_called((row.group if row else None) or "")
    return row.sediment.chat()


@lru_cache(1000)
def _chat_called(name: str) -> ChatInfo:
    return ChatInfo(name, "unknown")


def _message(place: int, row: _Row, source: Source) -> ReadMessage:
    if row.sediment:
        return row.sediment.message(place, _text(row.name) or "", _text(row.text) or "")
    kind = _KINDS.get((row.kind or "text").lower(), "other")
    name = _text(row.name)
    sender = _text(row.sender) or name
    if not sender and kind not in ("system", "recall"):
        raise Flaw("neither sender nor name")
    if row.text is None and kind in ("text", "reply"):
        raise Flaw("no text")
    return ReadMessage(
        line=place,
        sent_at=moment(row.time, source.zone),
        sender=sender,
        name=name or sender or "",
        kind=kind,
        text=_text(row.text) or "",
        native_id=_text(row.id),
        reply_to=_text(row.reply_to),
        mentions=tuple(map(str, row.mentions)) if row.mentions else (),
        url=row.url or "",
    )


def _text(value: str | int | float | None) -> str | None:
    return None if value is None or value == "" else str(value)


JSONL = Format("jsonl", "anyone: one JSON object a line", (), _recognises_lines, _read_lines)
CSV = Format("csv", "anyone: a table with a header row", (), _recognises_csv, _read_csv)
