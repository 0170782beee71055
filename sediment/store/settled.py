"""What is computed from the messages and can be computed again: conversations, links, noise, passages and their vectors."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.models import Link, NoiseMark, Passage
from sediment.protocols import Vectors
from sediment.store.messages import parts_of, rows_of

_OF_GROUP = "(SELECT pk FROM groups WHERE id = ?)"
_VECTORS = "SELECT p.id, vector FROM passages p JOIN embeddings e ON e.hash = p.hash AND model_id = ?"
_UNSYNCED = f"unsynced JOIN groups g ON g.pk = group_pk WHERE gone OR EXISTS ({_VECTORS} WHERE p.id = passage_id)"
_PASSAGES = "SELECT p.id, g.id, conversation, message_ids, text FROM passages p JOIN groups g ON g.pk = p.group_pk"
_WAITING = "passages p WHERE NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.hash = p.hash AND model_id = ?)"
_BATCH = 500  # bound parameters of one statement


@dataclass(frozen=True, slots=True)
class Change:
    """What the vector store has to remove and to add in one group."""

    group_id: str
    gone: list[str]
    ids: list[str]
    vectors: Vectors


# ---- which days wait ------------------------------------------------------------------------------------------------


def add_pending(db: sqlite3.Connection, days: Iterable[tuple[str, date]], *, changed: bool) -> None:
    """These (group id, day) have to be settled: their messages `changed`, or only what goes before them did."""
    db.executemany(
        f"INSERT INTO pending VALUES ({_OF_GROUP}, ?, ?) ON CONFLICT DO UPDATE SET changed = max(changed, excluded.changed)",
        ((group_id, day.isoformat(), changed) for group_id, day in days),
    )


def next_pending(db: sqlite3.Connection, group_id: str) -> tuple[date, bool] | None:
    """The first day of a group that waits, and whether its messages changed."""
    select = f"SELECT day, changed FROM pending WHERE group_pk = {_OF_GROUP} ORDER BY day LIMIT 1"
    row = db.execute(select, (group_id,)).fetchone()
    return (date.fromisoformat(row[0]), bool(row[1])) if row else None


def count_pending(db: sqlite3.Connection, group_id: str) -> int:
    """How many days of a group wait."""
    count: int = db.execute(f"SELECT count(*) FROM pending WHERE group_pk = {_OF_GROUP}", (group_id,)).fetchone()[0]
    return count


def remove_pending(db: sqlite3.Connection, group_id: str, day: date) -> None:
    db.execute(f"DELETE FROM pending WHERE group_pk = {_OF_GROUP} AND day = ?", (group_id, day.isoformat()))


def clear_pending(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM pending")


def is_behind(db: sqlite3.Connection, group_id: str) -> bool:
    """Whether days or conversations of a group wait, or passages that are gone. Those that only wait for their vectors do not count."""
    sources = ("pending WHERE", "stale WHERE", "unsynced WHERE gone AND")
    waiting = [f"SELECT 1 FROM {source} group_pk = {_OF_GROUP}" for source in sources]
    row = db.execute(" UNION ALL ".join(waiting) + " LIMIT 1", (group_id,) * 3).fetchone()
    return row is not None


def forget(db: sqlite3.Connection) -> None:
    """Drop all that this module and `lexical` keep, and the days that wait."""
    db.execute("INSERT INTO lexical (lexical) VALUES ('delete-all')")
    for table in (
        "pending",
        "placed",
        "links",
        "noise",
        "stale",
        "passages",
        "embeddings",
        "unsynced",
        "rough",
        "facts",
    ):
        db.execute(f"DELETE FROM {table}")


# ---- a settled day --------------------------------------------------------------------------------------------------


def save_day(
    db: sqlite3.Connection,
    group_id: str,
    conversations: Mapping[str, str],
    links: Sequence[Link],
    noise: Sequence[NoiseMark],
) -> None:
    """What became of the messages that `conversations` names (message id → conversation id), in place of what was known of them."""
    group, rows = _group_row(db, group_id), rows_of(db, {*conversations, *(link.answers for link in links)})
    touched = set(conversations.values())
    for part, marks in parts_of([rows[id] for id in conversations]):
        touched |= {c for (c,) in db.execute(f"SELECT conversation FROM placed WHERE message_pk IN ({marks})", part)}
        for table in ("placed", "links", "noise"):
            db.execute(f"DELETE FROM {table} WHERE message_pk IN ({marks})", part)
    db.executemany("INSERT INTO placed VALUES (?, ?)", ((rows[id], c) for id, c in conversations.items()))
    db.executemany(
        "INSERT INTO links VALUES (?, ?, ?, ?, ?)",
        ((rows[link.message_id], i, rows[link.answers], link.score, link.why) for i, link in enumerate(links)),
    )
    db.executemany(
        "INSERT INTO noise VALUES (?, ?, ?)", ((rows[mark.message_id], mark.noise, mark.reason) for mark in noise)
    )
    db.executemany("INSERT INTO stale VALUES (?, ?) ON CONFLICT DO NOTHING", ((c, group) for c in sorted(touched)))


def conversation_ids(db: sqlite3.Connection, message_ids: Collection[str]) -> dict[str, str]:
    """Message id → conversation id, for those that are settled."""
    return dict(
        _by_ids(
            db, "SELECT m.id, conversation FROM placed JOIN messages m ON m.pk = message_pk WHERE m.id", message_ids
        )
    )


def links_of(db: sqlite3.Connection, message_ids: Collection[str]) -> list[Link]:
    """The links from these messages, best first for each."""
    select = """SELECT m.id, a.id, score, why FROM links JOIN messages m ON m.pk = message_pk JOIN messages a ON a.pk = answers_pk WHERE m.id"""
    return [Link(*row) for row in _by_ids(db, select, message_ids, "ORDER BY m.sent_at, m.pk, score DESC, position")]


def noise_of(db: sqlite3.Connection, message_ids: Collection[str]) -> dict[str, NoiseMark]:
    select = "SELECT m.id, noise, reason FROM noise JOIN messages m ON m.pk = message_pk WHERE m.id"
    return {row[0]: NoiseMark(*row) for row in _by_ids(db, select, message_ids)}


def message_ids_of(db: sqlite3.Connection, conversation: str) -> list[str]:
    """The messages of a conversation, in order."""
    rows = db.execute(
        "SELECT m.id FROM placed JOIN messages m ON m.pk = message_pk WHERE conversation = ? ORDER BY m.sent_at, m.pk",
        (conversation,),
    )
    return [id for (id,) in rows]


def kept_in(db: sqlite3.Connection, conversations: Collection[str]) -> dict[str, list[str]]:
    """Conversation → its messages that are no noise, in order. Each of `conversations` is there."""
    select = """SELECT conversation, m.id FROM placed JOIN messages m ON m.pk = message_pk
        WHERE NOT EXISTS (SELECT 1 FROM noise WHERE noise.message_pk = m.pk) AND conversation"""
    found: dict[str, list[str]] = {conversation: [] for conversation in conversations}
    for conversation, id in _by_ids(db, select, conversations, "ORDER BY m.sent_at, m.pk"):
        found[conversation].append(id)
    return found


def conversations_like(db: sqlite3.Connection, prefix: str) -> list[str]:
    """Ids of conversations that start so."""
    rows = db.execute(
        "SELECT DISTINCT conversation FROM placed WHERE conversation >= ? AND conversation < ? ",
        (prefix, prefix + "\U0010ffff"),
    )
    return [id for (id,) in rows]


def unsettled(db: sqlite3.Connection, group_id: str) -> int:
    """How many messages of a group no conversation holds yet."""
    count: int = db.execute(
        f"SELECT count(*) FROM messages LEFT JOIN placed ON message_pk = pk WHERE group_pk = {_OF_GROUP} AND message_pk IS NULL",
        (group_id,),
    ).fetchone()[0]
    return count


# ---- passages -------------------------------------------------------------------------------------------------------


def stale(db: sqlite3.Connection, group_id: str, count: int) -> list[str]:
    """Up to `count` conversations of a group whose passages have to be cut again."""
    rows = db.execute(
        f"SELECT conversation FROM stale WHERE group_pk = {_OF_GROUP} ORDER BY 1 LIMIT ?", (group_id, count)
    )
    return [id for (id,) in rows]


def save_passages(db: sqlite3.Connection, group_id: str, cut: Mapping[str, Sequence[Passage]]) -> None:
    """The passages of conversations, in place of those they had. Vectors of texts that are gone go too."""
    group = _group_row(db, group_id)
    old = dict(_by_ids(db, "SELECT id, hash FROM passages WHERE conversation", cut))
    new = {passage.id: (passage, place) for passages in cut.values() for place, passage in _placed(passages)}
    _move(db, group, [id for id in old if id not in new], gone=True)
    _move(db, group, [id for id in new if id not in old], gone=False)
    for part, marks in parts_of(list(cut)):
        db.execute(f"DELETE FROM passages WHERE conversation IN ({marks})", part)
    # A passage whose conversation was renamed may still stand under the old name.
    db.executemany(
        "INSERT OR REPLACE INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (p.id, group, p.conversation_id, i, json.dumps(p.message_ids), p.text, text_hash(p.text))
            for p, i in new.values()
        ),
    )
    db.executemany(
        "DELETE FROM embeddings WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM passages WHERE hash = ?1)",
        ((hash,) for id, hash in old.items() if id not in new),
    )
    for part, marks in parts_of(list(cut)):
        db.execute(f"DELETE FROM stale WHERE conversation IN ({marks})", part)


def passages(db: sqlite3.Connection, passage_ids: Collection[str]) -> dict[str, Passage]:
    """Those of the passages that exist, in the order asked for."""
    found = {row[0]: _passage(row) for row in _by_ids(db, f"{_PASSAGES} WHERE p.id", passage_ids)}
    return {id: found[id] for id in passage_ids if id in found}


def count_passages(db: sqlite3.Connection) -> int:
    count: int = db.execute("SELECT count(*) FROM passages").fetchone()[0]
    return count


def _passage(row: tuple[Any, ...]) -> Passage:
    id, group_id, conversation, message_ids, text = row
    return Passage(id, group_id, conversation, tuple(json.loads(message_ids)), text)


def _placed(passages: Sequence[Passage]) -> Iterator[tuple[int, Passage]]:
    """Each once, with its place."""
    return enumerate({passage.id: passage for passage in passages}.values())


def _move(db: sqlite3.Connection, group: int, passage_ids: Sequence[str], *, gone: bool) -> None:
    db.executemany(
        "INSERT INTO unsynced VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET gone = excluded.gone",
        ((id, group, gone) for id in passage_ids),
    )


def _group_row(db: sqlite3.Connection, group_id: str) -> int:
    row: int = db.execute("SELECT pk FROM groups WHERE id = ?", (group_id,)).fetchone()[0]
    return row


# ---- vectors --------------------------------------------------------------------------------------------------------


def text_hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


def without_vector(db: sqlite3.Connection, model_id: str, count: int) -> list[bytes]:
    """Hashes of the `count` newest passages that `model_id` has not embedded, the short ones first: an embedder is quickest with texts of one length."""
    # The text begins with the time of its first message.
    newest = f"SELECT hash, length(text) AS size FROM {_WAITING} GROUP BY hash ORDER BY substr(text, 1, 16) DESC, hash LIMIT ?"
    return [hash for (hash,) in db.execute(f"SELECT hash FROM ({newest}) ORDER BY size, hash", (model_id, count))]


def count_without_vector(db: sqlite3.Connection, model_id: str) -> int:
    """How many texts of passages `model_id` has not embedded."""
    count: int = db.execute(f"SELECT count(DISTINCT hash) FROM {_WAITING}", (model_id,)).fetchone()[0]
    return count


def waiting(db: sqlite3.Connection, message_ids: Collection[str]) -> list[Passage]:
    """The passages of the conversations of these messages that the vector store has not seen."""
    select = f"{_PASSAGES} JOIN unsynced ON passage_id = p.id AND NOT gone WHERE conversation"
    conversations = set(conversation_ids(db, message_ids).values())
    return [_passage(row) for row in _by_ids(db, select, sorted(conversations))]


def texts(db: sqlite3.Connection, hashes: Sequence[bytes]) -> list[str]:
    """The passage texts with these hashes."""
    return [db.execute("SELECT text FROM passages WHERE hash = ? LIMIT 1", (hash,)).fetchone()[0] for hash in hashes]


def save_vectors(db: sqlite3.Connection, model_id: str, vectors: Mapping[str, Vectors]) -> None:
    """Keep text → vector."""
    db.executemany(
        "INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?)",
        ((text_hash(text), model_id, vector.tobytes()) for text, vector in vectors.items()),
    )


def vectors_of(db: sqlite3.Connection, model_id: str, texts: Collection[str]) -> dict[str, Vectors]:
    """Text → vector, for the texts that `model_id` has embedded."""
    found = {}
    for text in texts:
        row = db.execute(
            "SELECT vector FROM embeddings WHERE hash = ? AND model_id = ?", (text_hash(text), model_id)
        ).fetchone()
        if row:
            found[text] = np.frombuffer(row[0], dtype=np.float32)
    return found


def all_vectors(db: sqlite3.Connection, model_id: str, group_id: str) -> tuple[list[str], Vectors]:
    """Ids and vectors, shape (n, dimension), of the passages of a group that `model_id` has embedded."""
    where = f"WHERE group_pk = {_OF_GROUP} ORDER BY id"
    return _matrix(db.execute(f"{_VECTORS} {where}", (model_id, group_id)))


def unsynced(db: sqlite3.Connection, model_id: str, count: int) -> list[Change]:
    """Up to `count` changes, by group, that the vector store has not seen: passages that are gone, and those that have a vector."""
    select = f"SELECT g.id, gone, passage_id FROM {_UNSYNCED} ORDER BY 1, 2, 3 LIMIT ?"
    waiting: dict[str, tuple[list[str], list[str]]] = {}
    for group_id, gone, passage_id in db.execute(select, (model_id, count)):
        waiting.setdefault(group_id, ([], []))[gone].append(passage_id)
    return [
        Change(group_id, gone, *_matrix(_by_ids(db, f"{_VECTORS} WHERE p.id", new, first=(model_id,))))
        for group_id, (new, gone) in waiting.items()
    ]


def unseen(db: sqlite3.Connection, group_id: str) -> set[str]:
    """The passages of a group that the vector store has not seen."""
    return {id for (id,) in db.execute(f"SELECT passage_id FROM unsynced WHERE group_pk = {_OF_GROUP}", (group_id,))}


def mark_synced(db: sqlite3.Connection, change: Change) -> None:
    ids = [*change.gone, *change.ids]
    db.executemany("DELETE FROM unsynced WHERE passage_id = ?", ((id,) for id in ids))
    db.executemany(
        f"DELETE FROM rough WHERE group_pk = {_OF_GROUP} AND passage_id = ?", ((change.group_id, id) for id in ids)
    )


def mark_all_unsynced(db: sqlite3.Connection) -> None:
    """The vector store was emptied, and it is for another model: it has to see every passage again."""
    db.execute("DELETE FROM unsynced")
    db.execute("DELETE FROM rough")
    db.execute("INSERT INTO unsynced SELECT id, group_pk, 0 FROM passages")


def count_unsynced(db: sqlite3.Connection, model_id: str) -> int:
    """How many changes `unsynced` would give in all."""
    count: int = db.execute(f"SELECT count(*) FROM {_UNSYNCED}", (model_id,)).fetchone()[0]
    return count


def without_rough(db: sqlite3.Connection, model_id: str) -> list[str]:
    """Ids of the passages that have neither a vector of `model_id` nor a rough one."""
    select = f"SELECT p.id FROM {_WAITING} AND NOT EXISTS (SELECT 1 FROM rough r WHERE r.group_pk = p.group_pk AND passage_id = p.id)"
    return [id for (id,) in db.execute(select, (model_id,))]


def save_rough(db: sqlite3.Connection, passages: Sequence[Passage], vectors: NDArray[np.int8]) -> None:
    """Keep the rough vectors of these passages, one row each."""
    db.executemany(
        f"INSERT OR REPLACE INTO rough VALUES ({_OF_GROUP}, ?, ?)",
        ((passage.group_id, passage.id, vector.tobytes()) for passage, vector in zip(passages, vectors, strict=True)),
    )


def has_rough(db: sqlite3.Connection) -> bool:
    """Whether any passage has a rough vector."""
    return db.execute("SELECT 1 FROM rough LIMIT 1").fetchone() is not None


def all_rough(db: sqlite3.Connection, group_id: str) -> tuple[list[str], Vectors]:
    """Ids and rough vectors, shape (n, dimension), of the passages of a group that the vector store has not seen."""
    rows = db.execute(f"SELECT passage_id, vector FROM rough WHERE group_pk = {_OF_GROUP}", (group_id,))
    ids, vectors = _matrix(rows, np.int8)
    return ids, vectors.astype(np.float32)


def _matrix(rows: Iterable[tuple[str, bytes]], kind: type[np.generic] = np.float32) -> tuple[list[str], NDArray[Any]]:
    found = list(rows)
    vectors = np.frombuffer(b"".join(vector for _, vector in found), dtype=kind)
    return [id for id, _ in found], vectors.reshape(len(found), -1) if found else vectors.reshape(0, 0)


def _by_ids(
    db: sqlite3.Connection, select: str, ids: Collection[str], order: str = "", first: tuple[Any, ...] = ()
) -> Iterator[Any]:
    """Rows of `select … IN (ids)`, in as many statements as it takes."""
    wanted = list(ids)
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        yield from db.execute(f"{select} IN ({', '.join('?' * len(part))}) {order}", (*first, *part))
