"""Groups, imports and messages: what came from exports and cannot be computed again."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from sediment.models import Group, Message

_SELECT = """SELECT m.id, g.id, m.group_pk, m.sent_at, m.utc_offset, coalesce(p.person, m.sender), m.name, m.kind, m.text, m.reply_to, m.mentions,
    m.native_id, m.recalled, m.precision
    FROM messages m JOIN groups g ON g.pk = m.group_pk LEFT JOIN people p ON p.group_pk = m.group_pk AND p.sender = m.sender """
_OF_GROUP = "m.group_pk = (SELECT pk FROM groups WHERE id = ?)"
_BATCH = 500  # bound parameters of one statement

# ---- groups and files -----------------------------------------------------------------------------------------------


def groups(db: sqlite3.Connection) -> list[Group]:
    return [Group(*row) for row in db.execute("SELECT id, name, platform FROM groups ORDER BY pk")]


def native_ids(db: sqlite3.Connection) -> dict[str, str | None]:
    """Group id → the id that exports have for it, if any has."""
    return dict(db.execute("SELECT id, native_id FROM groups ORDER BY pk"))


def add_group(db: sqlite3.Connection, group: Group, native_id: str | None) -> None:
    """A group that is known learns its native id if it had none."""
    db.execute(
        "INSERT INTO groups (id, name, platform, native_id) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET native_id = coalesce(native_id, excluded.native_id)",
        (group.id, group.name, group.platform, native_id),
    )


def name_group(db: sqlite3.Connection, group_id: str, name: str, at: datetime) -> None:
    """The group was called so when a message was sent `at`: that is its name unless it has a later one."""
    moment = at.timestamp()
    db.execute(
        "UPDATE groups SET name = ?, named_at = ? WHERE id = ? AND named_at <= ?", (name, moment, group_id, moment)
    )


def add_import(
    db: sqlite3.Connection, file: str, sha256: str, size: int, format: str, way: str = ""
) -> tuple[int, int]:
    """The number of this file's import, the old one if exactly this was imported before, and how many of its first records an import the same `way`
    had kept when it was cut short."""
    db.execute(
        "INSERT INTO imports (file, sha256, size, format, way) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (file, sha256, size, format, way),
    )
    number, kept = db.execute(
        "SELECT pk, iif(finished OR way != ?, 0, records) FROM imports WHERE sha256 = ? AND file = ? AND format = ?",
        (way, sha256, file, format),
    ).fetchone()
    db.execute("UPDATE imports SET way = ?, records = ? WHERE pk = ? AND NOT finished", (way, kept, number))
    return number, kept


def note_progress(db: sqlite3.Connection, import_number: int, records: int) -> None:
    db.execute("UPDATE imports SET records = max(records, ?) WHERE pk = ?", (records, import_number))


def finish_import(db: sqlite3.Connection, import_number: int) -> None:
    db.execute("UPDATE imports SET finished = 1 WHERE pk = ?", (import_number,))


def withdraw(db: sqlite3.Connection, newest: int) -> None:
    """Take back the messages stored after row `newest`, and the imports and groups that have none without them."""
    db.execute("DELETE FROM aliases WHERE message_pk > ?", (newest,))
    db.execute(
        "DELETE FROM tellings WHERE message_pk > ? OR import_pk IN (SELECT pk FROM imports WHERE NOT finished)",
        (newest,),
    )
    db.execute("DELETE FROM messages WHERE pk > ?", (newest,))
    db.execute("UPDATE imports SET records = 0 WHERE NOT finished")
    db.execute(
        "DELETE FROM imports WHERE NOT finished AND pk NOT IN (SELECT import_pk FROM messages)"
        " AND NOT EXISTS (SELECT 1 FROM quarantine WHERE import_pk = imports.pk)"
    )
    gone = "NOT IN (SELECT group_pk FROM messages)"
    for table in ("names", "people", "pending"):
        db.execute(f"DELETE FROM {table} WHERE group_pk {gone}")
    db.execute(f"DELETE FROM groups WHERE pk {gone}")


# ---- adding ---------------------------------------------------------------------------------------------------------


def add_messages(
    db: sqlite3.Connection, import_number: int, messages: Sequence[tuple[int, Message]]
) -> tuple[int, list[tuple[str, datetime]]]:
    """Store the (line, message) pairs under whose ids none is stored yet. Returns how many were new, and (group id, time) of each message that is new or
    was recalled by a new one."""
    rows = dict(db.execute("SELECT id, pk FROM groups"))
    last: int = db.execute("SELECT coalesce(max(pk), 0) FROM messages").fetchone()[0]
    db.executemany(
        "INSERT OR IGNORE INTO messages (id, group_pk, sent_at, utc_offset, sender, name, kind, text, native_id, reply_to, mentions, recalled,"
        " precision, import_pk, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_row(message, rows[message.group_id], import_number, line) for line, message in messages),
    )
    new = _times(db, "SELECT group_pk, sent_at FROM messages WHERE pk > ?", last)
    if not new:
        return 0, []
    _note_names(db, last)
    if db.execute("SELECT 1 FROM aliases LIMIT 1").fetchone():
        resolve_quotes(db, range(last + 1, newest_row(db) + 1))
    recalled = _recall(db, last)
    ids = {pk: id for id, pk in rows.items()}
    return len(new), [(ids[group], when(seconds, 0)) for group, seconds in new + recalled]


def _row(message: Message, group: int, import_number: int, line: int) -> tuple[Any, ...]:
    offset = message.sent_at.utcoffset()
    assert offset is not None, "times are aware"
    return (
        message.id,
        group,
        message.sent_at.timestamp(),
        offset.total_seconds(),
        message.sender,
        message.name,
        message.kind,
        message.text,
        message.native_id,
        message.reply_to,
        json.dumps(message.mentions, ensure_ascii=False) if message.mentions else None,
        message.recalled,
        message.precision,
        import_number,
        line,
    )


def _note_names(db: sqlite3.Connection, last: int) -> None:
    db.execute(
        "INSERT INTO names SELECT group_pk, sender, name, min(sent_at), max(sent_at), 1, 0 FROM messages WHERE pk > ? AND sender IS NOT NULL"
        " GROUP BY group_pk, sender, name ON CONFLICT DO UPDATE"
        " SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at), shown = 1",
        (last,),
    )


def resolve_quotes(db: sqlite3.Connection, rows: Iterable[int]) -> None:
    """Where these rows quote an alias they quote the message that has it."""
    db.executemany(
        "UPDATE messages SET reply_to = (SELECT q.id FROM aliases a JOIN messages q ON q.pk = message_pk WHERE a.id = messages.reply_to)"
        " WHERE pk = ? AND reply_to IN (SELECT id FROM aliases)",
        ((row,) for row in rows),
    )


def _recall(db: sqlite3.Connection, last: int) -> list[tuple[int, float]]:
    """Mark what the messages after row `last` recall, and those among them that were recalled before they came."""
    by_new = "id IN (SELECT reply_to FROM messages WHERE pk > ? AND kind = 'recall')"
    new = "pk > ? AND EXISTS (SELECT 1 FROM messages r WHERE r.kind = 'recall' AND r.reply_to = messages.id)"
    found = []
    for which in (by_new, new):
        found += _times(
            db, f"UPDATE messages SET recalled = 1 WHERE NOT recalled AND {which} RETURNING group_pk, sent_at", last
        )
    return found


def recalled_by(db: sqlite3.Connection, rows: Iterable[int]) -> list[int]:
    """Mark what those of these rows recall that are recalls, and those that were recalled by others. Returns the rows that are marked now."""
    found: list[int] = []
    recalls = "SELECT 1 FROM messages r WHERE r.kind = 'recall' AND r.reply_to = messages.id"
    for row in rows:
        which = f"(id = (SELECT reply_to FROM messages WHERE pk = ?1 AND kind = 'recall') OR (pk = ?1 AND EXISTS ({recalls})))"
        marked = db.execute(f"UPDATE messages SET recalled = 1 WHERE NOT recalled AND {which} RETURNING pk", (row,))
        found += [pk for (pk,) in marked]
    return found


def _times(db: sqlite3.Connection, statement: str, last: int) -> list[tuple[int, float]]:
    return list(db.execute(statement, (last,)))


# ---- reading --------------------------------------------------------------------------------------------------------


def message(db: sqlite3.Connection, message_id: str) -> Message | None:
    return by_id(db, [message_id]).get(message_id)


def by_id(db: sqlite3.Connection, message_ids: Collection[str]) -> dict[str, Message]:
    """Those of the messages that exist, in the order asked for; one may be asked for by an alias."""
    ids = list(dict.fromkeys(message_ids))
    found: dict[str, Message] = {}
    for part, marks in parts_of(ids):
        found |= {m.id: m for m in _messages(db, f"WHERE m.id IN ({marks})", part)}
    if missing := [id for id in ids if id not in found]:
        named = _stored_ids(db, missing)
        known = by_id(db, named.values()) if named else {}
        found |= {alias: known[id] for alias, id in named.items()}
    return {id: found[id] for id in ids if id in found}


def _stored_ids(db: sqlite3.Connection, aliases: Sequence[str]) -> dict[str, str]:
    """Alias → id."""
    found: dict[str, str] = {}
    for part, marks in parts_of(aliases):
        select = f"SELECT a.id, m.id FROM aliases a JOIN messages m ON m.pk = message_pk WHERE a.id IN ({marks})"
        found |= dict(db.execute(select, part))
    return found


def between(db: sqlite3.Connection, group_id: str, start: datetime, end: datetime) -> list[Message]:
    """The messages of a group from `start` to before `end`, in order of time, then of import."""
    where = f"WHERE {_OF_GROUP} AND m.sent_at >= ? AND m.sent_at < ? ORDER BY m.sent_at, m.pk"
    return list(_messages(db, where, (group_id, start.timestamp(), end.timestamp())))


def parts(db: sqlite3.Connection, group_id: str, count: int) -> Iterator[list[Message]]:
    """All messages of a group in order, `count` at a time."""
    where = f"WHERE {_OF_GROUP} AND (m.sent_at, m.pk) > (?, ?) ORDER BY m.sent_at, m.pk LIMIT ?"
    last: tuple[float, int] = (-math.inf, 0)
    while part := list(_messages(db, where, (group_id, *last, count))):
        yield part
        last = db.execute("SELECT sent_at, pk FROM messages WHERE id = ?", (part[-1].id,)).fetchone()


def before(db: sqlite3.Connection, group_id: str, end: datetime, count: int) -> list[Message]:
    """The last `count` messages of a group before `end`, in order."""
    where = f"WHERE {_OF_GROUP} AND m.sent_at < ? ORDER BY m.sent_at DESC, m.pk DESC LIMIT ?"
    return list(_messages(db, where, (group_id, end.timestamp(), count)))[::-1]


def last_before(db: sqlite3.Connection, group_id: str, end: datetime) -> str | None:
    """The id of the last message of a group before `end`."""
    where = f"WHERE {_OF_GROUP} AND m.sent_at < ? ORDER BY m.sent_at DESC, m.pk DESC LIMIT 1"
    row = db.execute(f"SELECT m.id FROM messages m {where}", (group_id, end.timestamp())).fetchone()
    return row[0] if row else None


def rows_of(db: sqlite3.Connection, message_ids: Collection[str]) -> dict[str, int]:
    """Message id → row, for those that exist."""
    found: dict[str, int] = {}
    for part, marks in parts_of(list(message_ids)):
        found |= dict(db.execute(f"SELECT id, pk FROM messages WHERE id IN ({marks})", part))
    return found


def times_quoting(db: sqlite3.Connection, message_ids: Collection[str]) -> list[datetime]:
    """When the messages that quote one of these were sent."""
    select = "SELECT sent_at, utc_offset FROM messages WHERE reply_to"
    parts = parts_of(list(message_ids))
    return [when(*row) for part, marks in parts for row in db.execute(f"{select} IN ({marks})", part)]


def times_from(db: sqlite3.Connection, group_id: str, start: datetime, count: int) -> list[float]:
    """When the first `count` messages of a group at or after `start` were sent, as seconds since 1970."""
    where = f"WHERE {_OF_GROUP} AND m.sent_at >= ? ORDER BY m.sent_at LIMIT ?"
    return [
        seconds
        for (seconds,) in db.execute(f"SELECT m.sent_at FROM messages m {where}", (group_id, start.timestamp(), count))
    ]


def time_of_next(db: sqlite3.Connection, group_id: str, start: datetime) -> datetime | None:
    """When the first message of a group at or after `start` was sent; None past the last."""
    where = f"WHERE {_OF_GROUP} AND m.sent_at >= ? ORDER BY m.sent_at, m.pk LIMIT 1"
    return next((m.sent_at for m in _messages(db, where, (group_id, start.timestamp()))), None)


def count_between(db: sqlite3.Connection, group_id: str, start: datetime, end: datetime) -> int:
    where = f"{_OF_GROUP} AND m.sent_at >= ? AND m.sent_at < ?"
    count: int = db.execute(
        f"SELECT count(*) FROM messages m WHERE {where}", (group_id, start.timestamp(), end.timestamp())
    ).fetchone()[0]
    return count


def span(db: sqlite3.Connection, group_id: str) -> tuple[int, datetime, datetime] | None:
    """How many messages a group has, and when its first and its last were sent; None when it has none."""
    row = db.execute(
        f"SELECT count(*), min(m.sent_at), max(m.sent_at) FROM messages m WHERE {_OF_GROUP}", (group_id,)
    ).fetchone()
    return (row[0], when(row[1], 0), when(row[2], 0)) if row[0] else None


def newest_row(db: sqlite3.Connection) -> int:
    row: int = db.execute("SELECT coalesce(max(pk), 0) FROM messages").fetchone()[0]
    return row


def texts_after(db: sqlite3.Connection, row: int, count: int) -> list[tuple[int, int, str]]:
    """(row, group row, text) of the `count` messages stored after `row`: what the lexical index reads."""
    return list(db.execute("SELECT pk, group_pk, text FROM messages WHERE pk > ? ORDER BY pk LIMIT ?", (row, count)))


def _messages(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> Iterator[Message]:
    for columns in db.execute(_SELECT + where, values):
        message = message_from(columns)
        yield replace(message, mentions=_people(db, columns[2], message.mentions)) if message.mentions else message


def _people(db: sqlite3.Connection, group: int, senders: Sequence[str]) -> tuple[str, ...]:
    """Who these are, whichever account or name they have here."""
    select = "SELECT person FROM people WHERE group_pk = ? AND sender = ?"
    rows = [db.execute(select, (group, sender)).fetchone() for sender in senders]
    return tuple(row[0] if row else sender for sender, row in zip(senders, rows, strict=True))


def message_from(columns: Sequence[Any]) -> Message:
    """From id, group id, group row, then the columns of the table that a message has."""
    id, group_id, _, seconds, offset, sender, name, kind, text, reply_to, mentions, native_id, recalled, precision = (
        columns
    )
    return Message(
        id=id,
        group_id=group_id,
        sent_at=when(seconds, offset),
        sender=sender,
        name=name,
        kind=kind,
        text=text,
        reply_to=reply_to,
        mentions=tuple(json.loads(mentions)) if mentions else (),
        native_id=native_id,
        recalled=bool(recalled),
        precision=precision,
    )


def parts_of(values: Sequence[Any]) -> Iterator[tuple[Sequence[Any], str]]:
    """As many values as one statement takes, and the marks that stand for them."""
    for start in range(0, len(values), _BATCH):
        part = values[start : start + _BATCH]
        yield part, ", ".join("?" * len(part))


def when(seconds: float, offset: float) -> datetime:
    return datetime.fromtimestamp(seconds, _zone(offset))


@lru_cache(maxsize=64)
def _zone(offset: float) -> timezone:
    return timezone(timedelta(seconds=offset))
