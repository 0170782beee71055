"""The FAQ as runs grow it, and what people decided about it. Decisions are never deleted: one that was taken back no longer counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from sediment.models import FaqEdit, FaqEntry

_GROUP = "(SELECT pk FROM groups WHERE id = ?)"


def entries(db: sqlite3.Connection, group_id: str) -> list[FaqEntry]:
    """As runs found it."""
    rows = db.execute(f"SELECT entry FROM faq WHERE group_pk = {_GROUP} ORDER BY position", (group_id,))
    return [msgspec.json.decode(entry, type=FaqEntry) for (entry,) in rows]


def save(db: sqlite3.Connection, group_id: str, found: Sequence[FaqEntry]) -> None:
    """The FAQ of a group as it now stands."""
    db.execute(f"DELETE FROM faq WHERE group_pk = {_GROUP}", (group_id,))
    db.executemany(
        f"INSERT INTO faq VALUES (?, {_GROUP}, ?, ?)",
        ((entry.id, group_id, place, msgspec.json.encode(entry).decode()) for place, entry in enumerate(found)),
    )


def edits(db: sqlite3.Connection, group_id: str) -> list[FaqEdit]:
    """Those that hold, oldest first."""
    rows = db.execute(
        "SELECT pk, entry_id, action, text, base, made_at FROM faq_edits"
        f" WHERE group_pk = {_GROUP} AND undone_at IS NULL ORDER BY pk",
        (group_id,),
    )
    return [
        FaqEdit(pk, entry_id, action, text, msgspec.json.decode(base, type=FaqEntry), datetime.fromisoformat(made_at))
        for pk, entry_id, action, text, base, made_at in rows
    ]


def add_edit(db: sqlite3.Connection, edit: FaqEdit) -> None:
    """Its number is given here."""
    db.execute(
        f"INSERT INTO faq_edits (group_pk, entry_id, action, text, base, made_at) VALUES ({_GROUP}, ?, ?, ?, ?, ?)",
        (
            edit.base.group_id,
            edit.entry_id,
            edit.action,
            edit.text,
            msgspec.json.encode(edit.base).decode(),
            edit.made_at.isoformat(),
        ),
    )


def undo_edit(db: sqlite3.Connection, number: int, at: datetime) -> None:
    db.execute("UPDATE faq_edits SET undone_at = ? WHERE pk = ?", (at.isoformat(), number))
