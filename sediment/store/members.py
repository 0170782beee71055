"""Who is who in a group: the names that senders had, which sender is which person, and what was corrected by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sediment.store.messages import parts_of, when

_OF_GROUP = "group_pk = (SELECT pk FROM groups WHERE id = ?)"
_GROUP = "(SELECT pk FROM groups WHERE id = ?)"


@dataclass(frozen=True, slots=True)
class Named:
    """A sender was called `name` from its message at `first` to that at `last`. An account that no export names has the name ""."""

    sender: str
    name: str
    first: datetime
    last: datetime
    is_shown: bool = True  # in the group; else it is the account's own name, in whose place a card is shown


@dataclass(frozen=True, slots=True)
class Activity:
    messages: int
    first: datetime
    last: datetime


def names(db: sqlite3.Connection, group_id: str) -> list[Named]:
    """In order of sender, then of time."""
    rows = db.execute(
        f"SELECT sender, name, first_at, last_at, shown FROM names WHERE {_OF_GROUP} ORDER BY sender, last_at, name",
        (group_id,),
    )
    return [
        Named(sender, name, when(first, 0), when(last, 0), bool(shown)) for sender, name, first, last, shown in rows
    ]


def add_names(db: sqlite3.Connection, group_id: str, named: Iterable[Named]) -> None:
    db.executemany(
        f"INSERT INTO names (group_pk, sender, name, first_at, last_at, shown) VALUES ({_GROUP}, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at), shown = max(shown, excluded.shown)",
        ((group_id, n.sender, n.name, n.first.timestamp(), n.last.timestamp(), n.is_shown) for n in named),
    )


def unreunited(db: sqlite3.Connection, group_id: str) -> set[str]:
    """The senders whose names have been learnt since `note_reunited`."""
    rows = db.execute(f"SELECT DISTINCT sender FROM names WHERE {_OF_GROUP} AND NOT reunited", (group_id,))
    return {sender for (sender,) in rows}


def note_reunited(db: sqlite3.Connection, group_id: str) -> None:
    """The messages that the names known now make one have been looked for."""
    db.execute(f"UPDATE names SET reunited = 1 WHERE {_OF_GROUP} AND NOT reunited", (group_id,))


def imports(db: sqlite3.Connection, group_id: str, senders: Collection[str]) -> dict[str, set[int]]:
    """Sender → the imports that hold messages of theirs."""
    found: dict[str, set[int]] = {}
    for part, marks in parts_of(sorted(senders)):
        rows = db.execute(
            "SELECT DISTINCT sender, i FROM (SELECT sender, import_pk AS i FROM messages"
            f" WHERE {_OF_GROUP} AND sender IN ({marks}) UNION ALL SELECT sender, t.import_pk FROM messages JOIN tellings t ON message_pk = pk"
            f" WHERE {_OF_GROUP} AND sender IN ({marks}))",
            (group_id, *part, group_id, *part),
        )
        for sender, number in rows:
            found.setdefault(sender, set()).add(number)
    return found


def shared_minutes(
    db: sqlite3.Connection, group_id: str, pairs: Iterable[tuple[str, str]], count: int = -1
) -> list[int]:
    """The minutes since 1970 in which different imports have messages of both senders of a pair; with "" any sender. The first `count`."""
    db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS sender_pairs (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID"
    )
    db.execute("DELETE FROM sender_pairs")
    db.executemany("INSERT OR IGNORE INTO sender_pairs VALUES (?, ?)", pairs)
    rows = db.execute(
        "SELECT DISTINCT CAST(a.sent_at / 60 AS INTEGER) AS minute FROM messages a CROSS JOIN sender_pairs ON one = a.sender"
        f" WHERE a.{_OF_GROUP} AND EXISTS (SELECT 1 FROM messages b WHERE b.group_pk = a.group_pk AND b.sent_at >= CAST(a.sent_at / 60 AS INTEGER) * 60"
        " AND b.sent_at < CAST(a.sent_at / 60 AS INTEGER) * 60 + 60 AND b.import_pk != a.import_pk AND b.sender IS NOT NULL AND other IN ('', b.sender))"
        " ORDER BY minute LIMIT ?",
        (group_id, count),
    )
    return [minute for (minute,) in rows]


def people(db: sqlite3.Connection, group_id: str) -> dict[str, str]:
    """Sender → person, for senders that are somebody else."""
    return dict(db.execute(f"SELECT sender, person FROM people WHERE {_OF_GROUP}", (group_id,)))


def save_people(db: sqlite3.Connection, group_id: str, people: Mapping[str, str]) -> None:
    """In place of who they were."""
    db.execute(f"DELETE FROM people WHERE {_OF_GROUP}", (group_id,))
    db.executemany(f"INSERT INTO people VALUES ({_GROUP}, ?, ?)", ((group_id, *pair) for pair in people.items()))


def corrections(db: sqlite3.Connection, group_id: str) -> dict[str, str]:
    """Sender → person as somebody said it last; the sender itself where it is nobody else."""
    return dict(db.execute(f"SELECT sender, person FROM corrections WHERE {_OF_GROUP} ORDER BY pk", (group_id,)))


def add_correction(db: sqlite3.Connection, group_id: str, sender: str, person: str) -> None:
    db.execute(
        f"INSERT INTO corrections (group_pk, sender, person, made_at) VALUES ({_GROUP}, ?, ?, ?)",
        (group_id, sender, person, datetime.now(UTC).isoformat(timespec="seconds")),
    )


def activity(db: sqlite3.Connection, group_id: str) -> dict[str, Activity]:
    """Sender → what is stored under it."""
    rows = db.execute(
        f"SELECT sender, count(*), min(sent_at), max(sent_at) FROM messages WHERE {_OF_GROUP} AND sender IS NOT NULL GROUP BY sender",
        (group_id,),
    )
    return {sender: Activity(count, when(first, 0), when(last, 0)) for sender, count, first, last in rows}


def moments_of(db: sqlite3.Connection, group_id: str, senders: Collection[str]) -> list[tuple[str, datetime]]:
    """(group id, time) of the messages that these senders wrote or are mentioned in."""
    found: list[tuple[str, datetime]] = []
    for part, marks in parts_of(sorted(senders)):
        who = f"sender IN ({marks}) OR EXISTS (SELECT 1 FROM json_each(mentions) WHERE value IN ({marks}))"
        rows = db.execute(f"SELECT sent_at FROM messages WHERE {_OF_GROUP} AND ({who})", (group_id, *part, *part))
        found += [(group_id, when(seconds, 0)) for (seconds,) in rows]
    return found
