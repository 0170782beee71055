"""Finding words: an FTS5 table with the jieba words and the character pairs of every message, ranked by how rare the matching terms are.

SQLite's own bm25() visits every match of every term before it returns a row: 50 ms and more for a frequent word among a million messages. Here a term yields
at most its CAP newest matches; what the rare terms found is then checked for the frequent ones (as in maxscore: Turtle and Flood 1995)."""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sediment import words

CAP = 1000
"So many matches of one term are looked at, the newest."
_TERMS = 48  # of one query
_WEIGHTS = {"pairs": 1.0, "words": 0.5}
_BATCH = 500  # bound parameters of one statement


@dataclass(frozen=True, slots=True)
class _Term:
    match: str  # the FTS5 expression
    weight: float
    rows: Sequence[int]  # newest first

    @property
    def is_rare(self) -> bool:
        return len(self.rows) < CAP


def add(db: sqlite3.Connection, rows: Iterable[tuple[int, int, str]]) -> None:
    """Index (row, group row, text) of messages that are not indexed yet."""
    db.executemany(
        "INSERT INTO lexical (rowid, words, pairs, scope) VALUES (?, ?, ?, ?)",
        (
            (row, " ".join(words.search_tokens(text)), " ".join(words.bigrams(text)), f"g{group}")
            for row, group, text in rows
        ),
    )


def fill(db: sqlite3.Connection, rows: Iterable[int]) -> None:
    """Index messages again that had no text when they were indexed."""
    for row in rows:
        select = db.execute("SELECT pk, group_pk, text FROM messages WHERE pk = ?", (row,)).fetchone()
        old = (row, f"g{select[1]}")
        db.execute("INSERT INTO lexical (lexical, rowid, words, pairs, scope) VALUES ('delete', ?, '', '', ?)", old)
        add(db, [select])


def remove(db: sqlite3.Connection, row: int) -> None:
    """Forget the message of this row, which is about to be removed. Its number may be given again: what counts as indexed must not lie beyond the others."""
    indexed, text, group, last = db.execute(
        "SELECT (SELECT value FROM facts WHERE name = 'indexed'), text, group_pk, (SELECT max(pk) FROM messages WHERE pk != m.pk) FROM messages m WHERE pk = ?",
        (row,),
    ).fetchone()
    if row > int(indexed or 0):
        return
    tokens = " ".join(words.search_tokens(text)), " ".join(words.bigrams(text)), f"g{group}"
    db.execute(
        "INSERT INTO lexical (lexical, rowid, words, pairs, scope) VALUES ('delete', ?, ?, ?, ?)", (row, *tokens)
    )
    db.execute("UPDATE facts SET value = min(CAST(value AS INTEGER), ?) WHERE name = 'indexed'", (last or 0,))


def find(db: sqlite3.Connection, query: str, group_id: str | None, count: int) -> dict[str, float]:
    """Message id → score, best first: the sum of how rare the terms of `query` are that stand in the message; the newer one among equals."""
    scope, newest = _scope(db, group_id), _newest(db)
    terms = [_term(db, column, text, scope, newest) for column, text in _terms(query)]
    scores: dict[int, float] = defaultdict(float)
    for term, older in zip(terms, _older(db, terms, scope), strict=True):
        for row in {*term.rows, *older}:
            scores[row] += term.weight
    ranked = sorted(scores, key=lambda row: (-scores[row], -row))
    return {id: scores[row] for row, id in _ids(db, ranked, group_id, count)}


def rarity(db: sqlite3.Connection, texts: Iterable[str]) -> dict[str, float]:
    """How rare each of these words is: the logarithm of how many messages there are to one that holds it."""
    newest = _newest(db)
    return {text: _rarity(_matches(db, _match("words", text)), newest) for text in texts}


def _scope(db: sqlite3.Connection, group_id: str | None) -> str:
    """An FTS5 expression to be joined to others."""
    row = db.execute("SELECT pk FROM groups WHERE id = ?", (group_id,)).fetchone()
    return f' AND scope : "g{row[0]}"' if row else ""


def _terms(query: str) -> list[tuple[str, str]]:
    """(column, text). A word of two characters is a pair: it is not asked for twice."""
    pairs = words.bigrams(query)
    terms = [("pairs", pair) for pair in pairs] + [("words", w) for w in words.search_tokens(query) if w not in pairs]
    topical = [(column, text) for column, text in terms if not words.is_stop(text)]
    return list(dict.fromkeys(topical or terms))[:_TERMS]


def _term(db: sqlite3.Connection, column: str, text: str, scope: str, newest: int) -> _Term:
    match = _match(column, text)
    rows = _matches(db, match)
    weight = _WEIGHTS[column] * _rarity(rows, newest)
    # All matches of a rare term are here whatever the group; of a frequent one the newest may all be of other groups.
    return _Term(match, weight, rows if len(rows) < CAP or not scope else _matches(db, match + scope))


def _rarity(rows: Sequence[int], newest: int) -> float:
    # How far back the newest matches reach tells how many there are in all.
    share = 1.0 if len(rows) < CAP else newest / max(newest - rows[-1], 1)
    return math.log(1 + newest / max(len(rows) * share, 1))


def _older(db: sqlite3.Connection, terms: Sequence[_Term], scope: str) -> list[list[int]]:
    """For each term its matches beyond the newest: where rare terms match too, or where all match when none is rare."""
    found = [term for term in terms if term.rows]
    rare = " OR ".join(term.match for term in found if term.is_rare)
    if rare:
        return [[] if term.is_rare else _matches(db, f"{term.match} AND ({rare})") for term in terms]
    together = _matches(db, " AND ".join(term.match for term in found) + scope) if len(found) > 1 else []
    return [together if term.rows else [] for term in terms]


def _ids(db: sqlite3.Connection, rows: Sequence[int], group_id: str | None, count: int) -> list[tuple[int, str]]:
    """(row, message id) of the first `count` rows that are of the group."""
    found: list[tuple[int, str]] = []
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        select = f"SELECT m.pk, m.id, g.id FROM messages m JOIN groups g ON g.pk = m.group_pk WHERE m.pk IN ({', '.join('?' * len(part))})"
        known = {row: id for row, id, group in db.execute(select, part) if group_id in (None, group)}
        found += [(row, known[row]) for row in part if row in known]
        if len(found) >= count:
            break
    return found[:count]


def _match(column: str, text: str) -> str:
    quoted = text.replace('"', '""')
    return f'{column} : "{quoted}"'


def _newest(db: sqlite3.Connection) -> int:
    row: int = db.execute("SELECT coalesce(max(pk), 0) FROM messages").fetchone()[0]
    return row


def _matches(db: sqlite3.Connection, expression: str) -> list[int]:
    rows = db.execute("SELECT rowid FROM lexical WHERE lexical MATCH ? ORDER BY rowid DESC LIMIT ?", (expression, CAP))
    return [row for (row,) in rows]
