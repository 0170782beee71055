"""Who agreed to be quoted: each decision is kept, the last one holds."""

from __future__ import annotations

import sqlite3
from datetime import datetime

WHOLE_GROUP = ""
_GROUP = "(SELECT pk FROM groups WHERE id = ?)"


def decide(db: sqlite3.Connection, group_id: str, person: str, agrees: bool, at: datetime) -> None:
    """`person` is WHOLE_GROUP where everybody did who says nothing else."""
    db.execute(
        f"INSERT INTO consents (group_pk, person, agrees, decided_at) VALUES ({_GROUP}, ?, ?, ?)",
        (group_id, person, agrees, at.isoformat(timespec="seconds")),
    )


def decisions(db: sqlite3.Connection, group_id: str) -> dict[str, bool]:
    """Person, or WHOLE_GROUP → whether they agree, as decided last."""
    rows = db.execute(f"SELECT person, agrees FROM consents WHERE group_pk = {_GROUP} ORDER BY pk", (group_id,))
    return {person: bool(agrees) for person, agrees in rows}
