"""The plain formats of docs/formats.md, with sediment's own ids beside: one JSON object a line, or CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sediment.exports.export import Chat, Export, Said
from sediment.sources.own import FORMULA, own

_COLUMNS = ("id", "time", "sender", "name", "kind", "text", "reply_to", "mentions", "group", "sediment")
_json = msgspec.json.Encoder().encode


def _json_lines(chat: Chat, said: Iterable[Said]) -> Iterator[str]:
    for one in said:
        yield _json(_row(chat, one)).decode() + "\n"


def _csv_lines(chat: Chat, said: Iterable[Said]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    yield "\ufeff"  # else Excel takes it for the encoding of the country
    writer.writerow(_COLUMNS)
    for one in said:
        row = _row(chat, one)
        cells = row | {"mentions": ";".join(row["mentions"]), "sediment": _json(row["sediment"]).decode()}
        writer.writerow([_harmless(cells[column]) for column in _COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _row(chat: Chat, said: Said) -> dict[str, Any]:
    message = said.message
    return {
        "id": message.native_id or message.id,
        "time": message.sent_at.isoformat(),
        "sender": message.sender,
        "name": message.name,
        "kind": message.kind,
        "text": message.text,
        "reply_to": (said.quoted.native_id or said.quoted.id) if said.quoted else message.reply_to,
        "mentions": message.mentions,
        "group": chat.group.name,
        "sediment": own(chat.group, chat.native_id, message),
    }


def _harmless(cell: str | None) -> str | None:
    """A spreadsheet computes what looks like a formula; behind an apostrophe it is text. The reader takes the apostrophe away again."""
    return f"'{cell}" if cell and re.match(FORMULA, cell) else cell


JSONL = Export("jsonl", ".jsonl", _json_lines)
CSV = Export("csv", ".csv", _csv_lines)
