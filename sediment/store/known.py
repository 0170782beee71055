"""Messages that come again from another export: found by any id or by their minute, given further ids, completed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sediment.models import Message
from sediment.store import lexical
from sediment.store.messages import message_from, parts_of, recalled_by, resolve_quotes, when
from sediment.store.schema import fact

_SELECT = """SELECT m.pk, m.import_pk, (SELECT json_group_array(a.native_id) FROM aliases a WHERE a.message_pk = m.pk AND a.native_id IS NOT NULL),
    m.id, g.id, m.group_pk, m.sent_at, m.utc_offset, m.sender, m.name, m.kind, m.text, m.reply_to, m.mentions, m.native_id, m.recalled, m.precision
    FROM messages m JOIN groups g ON g.pk = m.group_pk """
_OF_GROUP = "m.group_pk = (SELECT pk FROM groups WHERE id = ?)"


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it is stored: `sender` is the account or name of the export, whoever that is."""

    row: int
    message: Message
    native_ids: tuple[str, ...]
    import_number: int  # the first that held it


@dataclass(frozen=True, slots=True)
class Alias:
    """Another id of the message in this row, and the export's own id that it was made of."""

    id: str
    row: int
    native_id: str | None


def by_any_id(db: sqlite3.Connection, ids: Collection[str]) -> dict[str, Stored]:
    """Those that are stored under one of these ids or have it as an alias."""
    found: dict[str, Stored] = {}
    for part, marks in parts_of(list(ids)):
        aliases = dict(db.execute(f"SELECT id, message_pk FROM aliases WHERE id IN ({marks})", part))
        for rows, rows_marks in parts_of(list(set(aliases.values()))):
            by_row = {s.row: s for s in _stored(db, f"WHERE m.pk IN ({rows_marks})", rows)}
            found |= {id: by_row[row] for id, row in aliases.items() if row in by_row}
        found |= {s.message.id: s for s in _stored(db, f"WHERE m.id IN ({marks})", part)}
    return found


def between(db: sqlite3.Connection, group_id: str, start: float, end: float, newest: int) -> list[Stored]:
    """The messages of a group from second `start` to before `end` up to row `newest`, in order."""
    where = f"WHERE {_OF_GROUP} AND m.sent_at >= ? AND m.sent_at < ? AND m.pk <= ? ORDER BY m.sent_at, m.pk"
    return _stored(db, where, (group_id, start, end, newest))


def parts(db: sqlite3.Connection, group_id: str, start: float, end: float, count: int) -> Iterator[list[Stored]]:
    """The messages of a group from second `start` to before `end`, in order, `count` at a time."""
    where = f"WHERE {_OF_GROUP} AND (m.sent_at, m.pk) > (?, ?) AND m.sent_at < ? ORDER BY m.sent_at, m.pk LIMIT ?"
    last, row = start, -1
    while part := _stored(db, where, (group_id, last, row, end, count)):
        yield part
        last, row = part[-1].message.sent_at.timestamp(), part[-1].row


def add_aliases(db: sqlite3.Connection, aliases: Sequence[Alias]) -> list[tuple[str, datetime]]:
    """Returns (group id, time) of the messages that quote or recall one of them, and of those recalled."""
    db.executemany(
        "INSERT INTO aliases VALUES (?, ?, ?) ON CONFLICT DO NOTHING", ((a.id, a.row, a.native_id) for a in aliases)
    )
    told: list[int] = []
    for alias in aliases:
        told += _rows(
            db,
            "UPDATE messages SET reply_to = (SELECT id FROM messages WHERE pk = ?) WHERE reply_to = ? RETURNING pk",
            (alias.row, alias.id),
        )
    return _moments(db, [*told, *recalled_by(db, told)])


def amend(db: sqlite3.Connection, changed: Sequence[tuple[int, Message]]) -> list[tuple[str, datetime]]:
    """Store these in place of what stands in their rows. Returns (group id, time) of each, before and after, and of what they recall."""
    rows = [row for row, _ in changed]
    moments = _moments(db, rows)
    db.executemany(
        "UPDATE messages SET sent_at = ?, precision = ?, sender = ?, name = ?, kind = ?, text = ?, native_id = ?, reply_to = ?, mentions = ?,"
        " recalled = ? WHERE pk = ?",
        (
            (
                m.sent_at.timestamp(), m.precision, m.sender, m.name, m.kind, m.text, m.native_id, m.reply_to,
                json.dumps(m.mentions, ensure_ascii=False) if m.mentions else None, m.recalled, row,
            )
            for row, m in changed
        ),
    )  # fmt: skip
    resolve_quotes(db, rows)
    return moments + _moments(db, [*rows, *recalled_by(db, rows)])


def complete(db: sqlite3.Connection, told: Sequence[tuple[Stored, Message]]) -> list[tuple[str, datetime]]:
    """Store what is told more of messages, and let it be found. Returns (group id, time) as `amend` does."""
    indexed = int(fact(db, "indexed") or 0)
    gained = [row.row for row, message in told if message.text != row.message.text and row.row <= indexed]
    touched = amend(db, [(row.row, message) for row, message in told])
    lexical.fill(db, gained)
    return touched


def note_told(db: sqlite3.Connection, import_number: int, rows: Iterable[int]) -> None:
    """The messages in these rows are held by this import too."""
    db.executemany("INSERT OR IGNORE INTO tellings VALUES (?, ?)", ((row, import_number) for row in rows))


def held_by(db: sqlite3.Connection, import_number: int) -> list[int]:
    """The rows of the messages that this import holds."""
    select = (
        "SELECT pk FROM messages WHERE import_pk = ?1 UNION ALL SELECT message_pk FROM tellings WHERE import_pk = ?1"
    )
    return _rows(db, select, (import_number,))


def told_by(db: sqlite3.Connection, rows: Sequence[Stored]) -> dict[int, frozenset[int]]:
    """Row → the imports that hold its message."""
    found = {stored.row: {stored.import_number} for stored in rows}
    for part, marks in parts_of(list(found)):
        for row, import_number in db.execute(f"SELECT * FROM tellings WHERE message_pk IN ({marks})", part):
            found[row].add(import_number)
    return {row: frozenset(imports) for row, imports in found.items()}


def are_cited(db: sqlite3.Connection, row: int) -> bool:
    """Whether a document quotes the message in this row."""
    return db.execute("SELECT 1 FROM citations WHERE message_pk = ?", (row,)).fetchone() is not None


def unite(db: sqlite3.Connection, kept: Stored, gone: Stored) -> None:
    """What leads to the message of row `gone` leads to that of row `kept`, and the row is no more. What was computed from it is for the caller to have
    computed again."""
    rows = {"kept": kept.row, "gone": gone.row}
    db.execute("UPDATE aliases SET message_pk = :kept WHERE message_pk = :gone", rows)
    db.execute("INSERT INTO aliases VALUES (?, ?, ?)", (gone.message.id, kept.row, gone.message.native_id))
    db.execute("UPDATE messages SET reply_to = ? WHERE reply_to = ?", (kept.message.id, gone.message.id))
    note_told(db, gone.import_number, [kept.row] if gone.import_number != kept.import_number else [])
    for table, column in (("tellings", "import_pk"), ("citations", "document_pk"), ("message_decisions", "keep")):
        columns = "document_pk, message_pk" if table == "citations" else f"message_pk, {column}"
        values = columns.replace("message_pk", ":kept")
        db.execute(
            f"INSERT OR IGNORE INTO {table} ({columns}) SELECT {values} FROM {table} WHERE message_pk = :gone", rows
        )
    db.execute(
        "INSERT OR IGNORE INTO stale SELECT conversation, group_pk FROM placed JOIN messages ON pk = message_pk WHERE pk = :gone",
        rows,
    )
    for table in ("tellings", "citations", "message_decisions", "placed", "links", "noise"):
        db.execute(f"DELETE FROM {table} WHERE message_pk = :gone", rows)
    db.execute("DELETE FROM links WHERE answers_pk = :gone", rows)
    lexical.remove(db, gone.row)
    db.execute("DELETE FROM messages WHERE pk = :gone", rows)


def _stored(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Stored]:
    found = []
    for row, import_number, natives, *columns in db.execute(_SELECT + where, values):
        message = message_from(columns)
        own = (message.native_id,) if message.native_id else ()
        found.append(Stored(row, message, (*own, *json.loads(natives)), import_number))
    return found


def _rows(db: sqlite3.Connection, statement: str, values: Sequence[Any]) -> list[int]:
    return [row for (row,) in db.execute(statement, values)]


def _moments(db: sqlite3.Connection, rows: Iterable[int]) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    for part, marks in parts_of(list(rows)):
        select = f"SELECT g.id, sent_at FROM messages m JOIN groups g ON g.pk = group_pk WHERE m.pk IN ({marks})"
        found += [(group, when(seconds, 0)) for group, seconds in db.execute(select, part)]
    return found
