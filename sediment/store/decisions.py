"""What people decided about noise: classes that a group keeps or drops, and single messages. Kept for ever; settling follows it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from sediment.models import NoiseClass
from sediment.store.messages import parts_of

_GROUP = "(SELECT pk FROM groups WHERE id = ?)"
_ROW = "(SELECT pk FROM messages WHERE id = ?)"


def of_classes(db: sqlite3.Connection, group_id: str) -> dict[NoiseClass, bool]:
    """Class → whether the group keeps it (else it drops it), for those that were decided."""
    rows = db.execute(f"SELECT noise, keep FROM class_decisions WHERE group_pk = {_GROUP} ORDER BY noise", (group_id,))
    return {noise: bool(keep) for noise, keep in rows}


def decide_class(db: sqlite3.Connection, group_id: str, noise: NoiseClass, keep: bool | None) -> None:
    """None: leave it to the rules again."""
    db.execute(f"DELETE FROM class_decisions WHERE group_pk = {_GROUP} AND noise = ?", (group_id, noise))
    if keep is not None:
        db.execute(f"INSERT INTO class_decisions VALUES ({_GROUP}, ?, ?)", (group_id, noise, keep))


def of_messages(db: sqlite3.Connection, message_ids: Collection[str]) -> dict[str, bool]:
    """Message id → whether somebody kept it (else dropped it), for those that were decided."""
    found: dict[str, bool] = {}
    for part, marks in parts_of(list(message_ids)):
        select = f"SELECT id, keep FROM message_decisions JOIN messages ON pk = message_pk WHERE id IN ({marks})"
        found |= {id: bool(keep) for id, keep in db.execute(select, part)}
    return found


def decide_message(db: sqlite3.Connection, message_id: str, keep: bool | None) -> None:
    """None: leave it to the rules again."""
    db.execute(f"DELETE FROM message_decisions WHERE message_pk = {_ROW}", (message_id,))
    if keep is not None:
        db.execute(f"INSERT INTO message_decisions VALUES ({_ROW}, ?)", (message_id, keep))
