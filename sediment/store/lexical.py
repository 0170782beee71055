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


def find(db: sqlite3.Connection, query: str, group_id: str | None, count: int) -> dict[str, float]:
    """Message id → score, best first: the sum of how rare the terms of `query` are that stand in the message; the newer one among equals."""
    scope = _scope(db, group_id)
    newest = _newest(db)
    terms = [_term(db, column, text, scope, newest) for column, text in _terms(query)]
    scores: dict[int, float] = defaultdict(float)
    for term in terms:
        for row in {*term.rows, *_older(db, term, terms, scope)}:
            scores[row] += term.weight
    best = sorted(scores, key=lambda row: (-scores[row], -row))[:count]
    marks = ", ".join("?" * len(best))
    ids = dict(db.execute(f"SELECT pk, id FROM messages WHERE pk IN ({marks})", best))
    return {ids[row]: scores[row] for row in best}


def rarity(db: sqlite3.Connection, texts: Iterable[str], group_id: str | None) -> dict[str, float]:
    """How rare each of these words is: the logarithm of how many messages there are to one that holds it."""
    scope, newest = _scope(db, group_id), _newest(db)
    return {text: _rarity(_matches(db, _match("words", text) + scope), newest) for text in texts}


def _scope(db: sqlite3.Connection, group_id: str | None) -> str:
    if group_id is None:
        return ""
    row = db.execute("SELECT pk FROM groups WHERE id = ?", (group_id,)).fetchone()
    return f' AND scope : "g{row[0]}"' if row else ' AND scope : "none"'


def _terms(query: str) -> list[tuple[str, str]]:
    """(column, text). A word of two characters is a pair: it is not asked for twice."""
    pairs = words.bigrams(query)
    terms = [("pairs", pair) for pair in pairs] + [("words", w) for w in words.search_tokens(query) if w not in pairs]
    topical = [(column, text) for column, text in terms if not words.is_stop(text)]
    return list(dict.fromkeys(topical or terms))[:_TERMS]


def _term(db: sqlite3.Connection, column: str, text: str, scope: str, newest: int) -> _Term:
    match = _match(column, text)
    rows = _matches(db, match + scope)
    return _Term(match, _WEIGHTS[column] * _rarity(rows, newest), rows)


def _rarity(rows: Sequence[int], newest: int) -> float:
    # How far back the newest matches reach tells how many there are in all.
    share = 1.0 if len(rows) < CAP else newest / max(newest - rows[-1], 1)
    return math.log(1 + newest / max(len(rows) * share, 1))


def _older(db: sqlite3.Connection, term: _Term, terms: Sequence[_Term], scope: str) -> list[int]:
    """Matches of a frequent term beyond its newest: where rare terms match too, or all the other terms when none is rare."""
    if term.is_rare:
        return []
    rare = [other.match for other in terms if other.is_rare and other.rows]
    if rare:
        return _matches(db, f"{term.match} AND ({' OR '.join(rare)}){scope}")
    return _matches(db, " AND ".join(other.match for other in terms if other.rows) + scope)


def _match(column: str, text: str) -> str:
    quoted = text.replace('"', '""')
    return f'{column} : "{quoted}"'


def _newest(db: sqlite3.Connection) -> int:
    row: int = db.execute("SELECT coalesce(max(pk), 0) FROM messages").fetchone()[0]
    return row


def _matches(db: sqlite3.Connection, expression: str) -> list[int]:
    rows = db.execute("SELECT rowid FROM lexical WHERE lexical MATCH ? ORDER BY rowid DESC LIMIT ?", (expression, CAP))
    return [row for (row,) in rows]
