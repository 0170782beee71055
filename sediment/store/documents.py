"""What was written: documents in versions, the messages that they cite, approvals and publications."""

from __future__ import annotations

import dataclasses
import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from sediment.models import Claim, Document, Draft, Publication

_SELECT = """SELECT d.pk, d.kind, d.title, IFNULL(g.id, ''), since, until, language, draft, status, version, created_at, topic
    FROM documents d LEFT JOIN groups g ON g.pk = d.group_pk """
_OF_GROUP = "(SELECT pk FROM groups WHERE id = ?)"


def claims_of(draft: Draft) -> list[Claim]:
    """The lead first, then the sections in order."""
    return [*draft.lead, *(claim for section in draft.sections for claim in section.claims)]


def cited_in(draft: Draft) -> set[str]:
    """Ids of the messages that it stands on, those of the FAQ's wordings and past answers too."""
    past = [claim for entry in draft.faq for change in entry.history for claim in change.claims]
    current = [claim for entry in draft.faq for claim in entry.answer]
    evidence = [span for claim in [*claims_of(draft), *current, *past] for span in claim.evidence]
    return {span.message_id for span in [*evidence, *(wording for entry in draft.faq for wording in entry.wordings)]}


def add_document(db: sqlite3.Connection, document: Document, subject: str) -> Document:
    """Store the next version of what is written about `subject`; its id and version are given here. Raises sqlite3.IntegrityError when it cites a message
    that is not kept."""
    last = latest(db, document.kind, document.group_id, subject, document.language)
    cursor = db.execute(
        "INSERT INTO documents (kind, subject, title, group_pk, since, until, topic, language, version, status, created_at, draft)"
        f" VALUES (?, ?, ?, {_OF_GROUP}, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.kind,
            subject,
            document.title,
            document.group_id,
            document.since.isoformat(),
            document.until.isoformat(),
            document.topic,
            document.language,
            last.version + 1 if last else 1,
            document.status,
            document.created_at.isoformat(),
            _packed(document.draft),
        ),
    )
    db.executemany(
        "INSERT INTO citations VALUES (?, (SELECT pk FROM messages WHERE id = ?))",
        ((cursor.lastrowid, message_id) for message_id in sorted(cited_in(document.draft))),
    )
    return _documents(db, "WHERE d.pk = ?", (cursor.lastrowid,))[0]


def latest(db: sqlite3.Connection, kind: str, group_id: str, subject: str, language: str) -> Document | None:
    """The last version of the same kind, group, subject and language."""
    where = "WHERE d.kind = ? AND IFNULL(g.id, '') = ? AND subject = ? AND language = ? ORDER BY version DESC LIMIT 1"
    return next(iter(_documents(db, where, (kind, group_id, subject, language))), None)


def document(db: sqlite3.Connection, document_id: str) -> Document | None:
    number = document_id.removeprefix("d")
    found = _documents(db, "WHERE d.pk = ?", (int(number),)) if number.isascii() and number.isdigit() else []
    return found[0] if found else None


def documents(db: sqlite3.Connection, group_id: str | None = None, kind: str | None = None) -> list[Document]:
    """The last version of each, the newest first."""
    where = """WHERE (?1 IS NULL OR g.id = ?1) AND (?2 IS NULL OR d.kind = ?2) AND NOT EXISTS (
        SELECT 1 FROM documents o WHERE (o.kind, o.subject, o.language) = (d.kind, d.subject, d.language)
        AND o.group_pk IS d.group_pk AND o.version > d.version) ORDER BY d.pk DESC"""
    return _documents(db, where, (group_id, kind))


def approve(db: sqlite3.Connection, document: Document, at: datetime) -> None:
    """Remember that a person approved exactly this draft."""
    number = int(document.id[1:])
    db.execute("UPDATE documents SET status = 'reviewed' WHERE pk = ? AND status = 'draft'", (number,))
    db.execute(
        "INSERT INTO approvals (document_pk, draft_hash, approved_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (number, _hash(document.draft), at.isoformat()),
    )


def is_approved(db: sqlite3.Connection, document: Document) -> bool:
    row = db.execute("SELECT draft_hash FROM approvals WHERE document_pk = ?", (int(document.id[1:]),)).fetchone()
    return row is not None and row[0] == _hash(document.draft)


def add_publication(db: sqlite3.Connection, publication: Publication) -> Publication:
    """Remember a publication and that the document is out; the same bytes at the same place are remembered once, with their first time, and are repeated
    where they stood there ever since."""
    number = int(publication.document_id[1:])
    what = (number, publication.destination, publication.remote_id, publication.payload_hash)
    added = db.execute(
        "INSERT INTO publications (document_pk, destination, remote_id, payload_hash, published_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*what, publication.published_at.isoformat()),
    ).rowcount
    db.execute("UPDATE documents SET status = 'published' WHERE pk = ?", (number,))
    where = "document_pk = ? AND destination = ? AND remote_id = ? AND payload_hash = ?"
    first = datetime.fromisoformat(
        db.execute(f"SELECT published_at FROM publications WHERE {where}", what).fetchone()[0]
    )
    return dataclasses.replace(
        publication, published_at=first, repeated=not added and first == publication.published_at
    )


def _documents(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Document]:
    return [_document(row) for row in db.execute(_SELECT + where, values)]


def _document(row: tuple[Any, ...]) -> Document:
    number, kind, title, group_id, since, until, language, draft, status, version, created_at, topic = row
    return Document(
        id=f"d{number}",
        kind=kind,
        title=title,
        group_id=group_id,
        since=date.fromisoformat(since),
        until=date.fromisoformat(until),
        language=language,
        draft=msgspec.json.decode(draft, type=Draft),
        status=status,
        version=version,
        created_at=datetime.fromisoformat(created_at),
        topic=topic,
    )


def _packed(draft: Draft) -> str:
    return msgspec.json.encode(draft).decode()


def _hash(draft: Draft) -> str:
    return hashlib.sha256(_packed(draft).encode()).hexdigest()
