"""Records that could not be read: kept with where they stood and why, until they can be."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sediment.models import BadRecord, ChatInfo, Held

_SELECT = """SELECT q.pk, q.file, q.line, q.reason, q.raw, q.asked, q.chat, q.left_at, q.import_pk, i.format, i.sha256
    FROM quarantine q LEFT JOIN imports i ON i.pk = q.import_pk """
_OF_FILE = (
    "asked IS ? AND import_pk IN (SELECT i.pk FROM imports i JOIN imports own USING (file, sha256) WHERE own.pk = ?)"
)


def add(
    db: sqlite3.Connection,
    import_number: int | None,
    file: str,
    asked: str | None,
    records: Iterable[tuple[BadRecord, ChatInfo | None]],
) -> None:
    """Each with the chat that it stood in; `asked` is the group that was named for the file. A record that lies there already is not laid beside
    itself, and one that left does not come back."""
    db.executemany(
        "INSERT INTO quarantine (import_pk, file, line, reason, raw, asked, chat, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET met = 1, reason = excluded.reason, import_pk = coalesce(excluded.import_pk, import_pk)",
        (
            (
                import_number,
                file,
                bad.line,
                bad.reason,
                bad.raw,
                asked,
                _as_text(chat),
                _key(file, bad.line, bad.raw, asked or ""),
            )
            for bad, chat in records
        ),
    )


def start_reading(db: sqlite3.Connection, import_number: int, asked: str | None) -> None:
    """From here on it counts which records of this file are met again. What the file left for another group is another matter."""
    db.execute(f"UPDATE quarantine SET met = 0 WHERE {_OF_FILE}", (asked, import_number))


def let_go_unmet(db: sqlite3.Connection, import_number: int, asked: str | None) -> None:
    """The records of this file, as long as its bytes are the same, leave if they were not met since reading it started: they could be read."""
    db.execute(
        f"UPDATE quarantine SET left_at = ? WHERE left_at IS NULL AND NOT met AND {_OF_FILE}",
        (_now(), asked, import_number),
    )


def let_go_corrected(db: sqlite3.Connection, import_number: int, asked: str | None, group_ids: Sequence[str]) -> None:
    """What the file held under this name before leaves if it was not met again, and all messages of these groups that it held then are in the file
    now: somebody put it right. Where they are not it is another file, exported to the same place, and the old records wait on."""
    older = db.execute(
        "SELECT DISTINCT i.pk FROM quarantine q JOIN imports i ON i.pk = q.import_pk JOIN imports own USING (file)"
        " WHERE q.left_at IS NULL AND q.asked IS ? AND own.pk = ? AND i.sha256 != own.sha256",
        (asked, import_number),
    ).fetchall()
    for (number,) in older:
        gone = db.execute(
            "SELECT 1 FROM messages WHERE import_pk = ? AND pk NOT IN (SELECT message_pk FROM tellings WHERE import_pk = ?)"
            " AND group_pk IN (SELECT pk FROM groups WHERE id IN (SELECT value FROM json_each(?))) LIMIT 1",
            (number, import_number, json.dumps(group_ids)),
        ).fetchone()
        if gone is None:
            db.execute(
                "UPDATE quarantine SET left_at = ? WHERE left_at IS NULL AND asked IS ? AND import_pk = ?",
                (_now(), asked, number),
            )


def let_go_empty(db: sqlite3.Connection, file: str, asked: str | None) -> None:
    """Of a file or folder that held no message, now that it does."""
    db.execute(
        "UPDATE quarantine SET left_at = ? WHERE left_at IS NULL AND import_pk IS NULL AND file = ? AND asked IS ?",
        (_now(), file, asked),
    )


def let_go(db: sqlite3.Connection, numbers: Sequence[int]) -> None:
    db.executemany("UPDATE quarantine SET left_at = ? WHERE pk = ? AND left_at IS NULL", ((_now(), n) for n in numbers))


def held(db: sqlite3.Connection, *, after: int = 0, count: int | None = None, file: str | None = None) -> list[Held]:
    """Those that have not left, in the order in which they were met, from behind number `after` on."""
    where = "WHERE q.left_at IS NULL AND q.pk > ? AND q.file = coalesce(?, q.file) ORDER BY q.pk LIMIT ?"
    return [_held(row) for row in db.execute(_SELECT + where, (after, file, -1 if count is None else count))]


def record(db: sqlite3.Connection, number: int) -> Held | None:
    """Also one that has left."""
    return next((_held(row) for row in db.execute(f"{_SELECT} WHERE q.pk = ?", (number,))), None)


def counts(db: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """(file, reason, how many are held), in the order in which they were met."""
    select = (
        "SELECT file, reason, count(*) FROM quarantine WHERE left_at IS NULL GROUP BY file, reason ORDER BY min(pk)"
    )
    return list(db.execute(select))


def _held(row: Sequence[Any]) -> Held:
    number, file, line, reason, raw, asked, chat, left_at, import_number, format, sha256 = row
    return Held(
        number=number,
        file=file,
        line=line,
        reason=reason,
        raw=raw,
        format=format or "unknown",
        asked=asked,
        chat=ChatInfo(*json.loads(chat)) if chat else None,
        left_at=datetime.fromisoformat(left_at) if left_at else None,
        import_number=import_number,
        sha256=sha256,
    )


def _as_text(chat: ChatInfo | None) -> str | None:
    return (
        None
        if chat is None
        else json.dumps([chat.name, chat.platform, chat.native_id, chat.own_id], ensure_ascii=False)
    )


def _key(*values: object) -> bytes:
    """Without the reason: a later version may say it in other words."""
    return hashlib.blake2b("\0".join(map(str, values)).encode(), digest_size=16).digest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
