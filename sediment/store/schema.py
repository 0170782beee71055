"""The database: how it is opened, its tables by migration, and transactions.

Everything above `-- rebuildable` below is kept for ever; what follows it can be computed again from the messages."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sediment.errors import Locked, StoreError

_FIRST = """
CREATE TABLE groups (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    native_id TEXT,
    named_at REAL NOT NULL DEFAULT 0 -- when the last message under this name was sent
);
CREATE TABLE names ( -- what each sender was called, and from when to when; an account that no export named has the empty name
    group_pk INTEGER NOT NULL REFERENCES groups,
    sender TEXT NOT NULL,
    name TEXT NOT NULL,
    first_at REAL NOT NULL,
    last_at REAL NOT NULL,
    shown INTEGER NOT NULL DEFAULT 1, -- 0: the account's own name, in whose place the group shows a card
    reunited INTEGER NOT NULL DEFAULT 0, -- whether the messages that this name makes one were looked for
    PRIMARY KEY (group_pk, sender, name)
) WITHOUT ROWID;
CREATE TABLE corrections ( -- who is who, as somebody said; the last one about a sender holds
    pk INTEGER PRIMARY KEY,
    group_pk INTEGER NOT NULL REFERENCES groups,
    sender TEXT NOT NULL,
    person TEXT NOT NULL, -- the sender itself: nobody else
    made_at TEXT NOT NULL
);
CREATE TABLE people ( -- senders that are somebody else: worked out from names and corrections
    group_pk INTEGER NOT NULL REFERENCES groups,
    sender TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (group_pk, sender)
) WITHOUT ROWID;
CREATE TABLE consents ( -- who agreed to be quoted, as somebody recorded it; the last one about a person holds
    pk INTEGER PRIMARY KEY,
    group_pk INTEGER NOT NULL REFERENCES groups,
    person TEXT NOT NULL, -- empty: the whole group
    agrees INTEGER NOT NULL,
    decided_at TEXT NOT NULL
);
CREATE TABLE imports (
    pk INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    format TEXT NOT NULL,
    records INTEGER NOT NULL DEFAULT 0, -- so many are stored, refused or known
    way TEXT NOT NULL DEFAULT '', -- what else than the file the records depend on
    finished INTEGER NOT NULL DEFAULT 0,
    UNIQUE (sha256, file, format)
);
CREATE TABLE messages (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    group_pk INTEGER NOT NULL REFERENCES groups,
    sent_at REAL NOT NULL, -- seconds since 1970
    precision INTEGER NOT NULL, -- seconds: 60 where no export shows more than minutes
    utc_offset INTEGER NOT NULL, -- seconds, as the export shows the time
    sender TEXT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    native_id TEXT,
    reply_to TEXT, -- a message's id; that message may be missing
    mentions TEXT, -- JSON list
    recalled INTEGER NOT NULL DEFAULT 0,
    import_pk INTEGER NOT NULL REFERENCES imports,
    line INTEGER NOT NULL
);
CREATE INDEX messages_in_time ON messages (group_pk, sent_at);
CREATE INDEX messages_by_quoted ON messages (reply_to) WHERE reply_to IS NOT NULL;
CREATE TABLE aliases ( -- other ids of a message: those that other exports give it
    id TEXT PRIMARY KEY,
    message_pk INTEGER NOT NULL REFERENCES messages,
    native_id TEXT
) WITHOUT ROWID;
CREATE INDEX aliases_of_message ON aliases (message_pk);
CREATE TABLE tellings ( -- which further imports hold a message: two of one import are never the same
    message_pk INTEGER NOT NULL REFERENCES messages,
    import_pk INTEGER NOT NULL REFERENCES imports,
    PRIMARY KEY (message_pk, import_pk)
) WITHOUT ROWID;
CREATE INDEX tellings_of_import ON tellings (import_pk);
CREATE TABLE class_decisions ( -- classes of noise that somebody keeps or drops in a group
    group_pk INTEGER NOT NULL REFERENCES groups,
    noise TEXT NOT NULL,
    keep INTEGER NOT NULL,
    PRIMARY KEY (group_pk, noise)
) WITHOUT ROWID;
CREATE TABLE message_decisions ( -- messages that somebody keeps or drops, whatever the rules say
    message_pk INTEGER PRIMARY KEY REFERENCES messages,
    keep INTEGER NOT NULL
);
CREATE TABLE quarantine (
    pk INTEGER PRIMARY KEY,
    import_pk INTEGER REFERENCES imports, -- NULL where there was no file to read
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    asked TEXT, -- the group that was named for the file
    chat TEXT, -- JSON list of models.ChatInfo: in which it stood
    met INTEGER NOT NULL DEFAULT 1, -- 0: the reading of its file that goes on has not come across it
    left_at TEXT, -- when it could be read after all
    key BLOB NOT NULL UNIQUE -- hash of file, line, raw and asked
);
CREATE INDEX quarantine_of_import ON quarantine (import_pk);
CREATE TABLE documents (
    pk INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL, -- what it was asked to be about: the days, "all", a topic or a conversation
    title TEXT NOT NULL,
    group_pk INTEGER REFERENCES groups, -- null: of several groups, which the subject names
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    topic TEXT NOT NULL,
    language TEXT NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    draft TEXT NOT NULL, -- JSON of models.Draft
    UNIQUE (kind, group_pk, subject, language, version)
);
CREATE TABLE citations ( -- no document cites a message that is not kept
    document_pk INTEGER NOT NULL REFERENCES documents,
    message_pk INTEGER NOT NULL REFERENCES messages,
    PRIMARY KEY (document_pk, message_pk)
) WITHOUT ROWID;
CREATE INDEX citations_of_message ON citations (message_pk);
CREATE TABLE approvals (
    pk INTEGER PRIMARY KEY,
    document_pk INTEGER NOT NULL UNIQUE REFERENCES documents,
    draft_hash TEXT NOT NULL, -- sha256 of the draft that was approved
    approved_at TEXT NOT NULL
);
CREATE TABLE publications (
    pk INTEGER PRIMARY KEY,
    document_pk INTEGER NOT NULL REFERENCES documents,
    destination TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    published_at TEXT NOT NULL,
    UNIQUE (document_pk, destination, remote_id, payload_hash)
);
CREATE TABLE faq (
    id TEXT PRIMARY KEY,
    group_pk INTEGER NOT NULL REFERENCES groups,
    position INTEGER NOT NULL,
    entry TEXT NOT NULL -- JSON of models.FaqEntry
) WITHOUT ROWID;
CREATE TABLE faq_edits ( -- what people decided about the FAQ
    pk INTEGER PRIMARY KEY,
    group_pk INTEGER NOT NULL REFERENCES groups,
    entry_id TEXT NOT NULL,
    action TEXT NOT NULL,
    text TEXT NOT NULL,
    base TEXT NOT NULL, -- JSON of models.FaqEntry: what runs had found by then
    made_at TEXT NOT NULL,
    undone_at TEXT -- NULL while it holds
);
CREATE TABLE calls (
    pk INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    prompt TEXT NOT NULL,
    model TEXT NOT NULL,
    request TEXT NOT NULL, -- JSON of models.Request
    reply TEXT, -- JSON of models.Reply
    error TEXT NOT NULL,
    called_at TEXT NOT NULL
);
CREATE INDEX calls_by_key ON calls (key);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- rebuildable
CREATE TABLE pending ( -- days to be settled
    group_pk INTEGER NOT NULL REFERENCES groups,
    day TEXT NOT NULL,
    changed INTEGER NOT NULL, -- 0: only what goes before it did
    PRIMARY KEY (group_pk, day)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE lexical USING fts5 (
    words, pairs, scope, content = '', detail = column, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);
CREATE TABLE placed (
    message_pk INTEGER PRIMARY KEY REFERENCES messages,
    conversation TEXT NOT NULL
);
CREATE INDEX placed_in_conversation ON placed (conversation);
CREATE TABLE links (
    message_pk INTEGER NOT NULL REFERENCES messages,
    position INTEGER NOT NULL,
    answers_pk INTEGER NOT NULL REFERENCES messages,
    score REAL NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (message_pk, position)
) WITHOUT ROWID;
CREATE INDEX links_by_answered ON links (answers_pk); -- else to remove a message would read them all
CREATE TABLE noise (
    message_pk INTEGER PRIMARY KEY REFERENCES messages,
    noise TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE stale (conversation TEXT PRIMARY KEY, group_pk INTEGER NOT NULL REFERENCES groups) WITHOUT ROWID; -- its passages must be cut again
CREATE TABLE passages (
    id TEXT PRIMARY KEY,
    group_pk INTEGER NOT NULL REFERENCES groups,
    conversation TEXT NOT NULL,
    position INTEGER NOT NULL,
    message_ids TEXT NOT NULL, -- JSON list
    text TEXT NOT NULL,
    hash BLOB NOT NULL -- of the text: the key of its embedding
) WITHOUT ROWID;
CREATE INDEX passages_of_conversation ON passages (conversation);
CREATE INDEX passages_of_group ON passages (group_pk);
CREATE INDEX passages_by_hash ON passages (hash);
CREATE TABLE embeddings (
    hash BLOB NOT NULL,
    model_id TEXT NOT NULL,
    vector BLOB NOT NULL, -- float32, unit length
    PRIMARY KEY (hash, model_id)
) WITHOUT ROWID;
CREATE TABLE unsynced ( -- changes that the vector store has not seen yet
    passage_id TEXT PRIMARY KEY,
    group_pk INTEGER NOT NULL REFERENCES groups,
    gone INTEGER NOT NULL
) WITHOUT ROWID;
"""

_SECOND = """
CREATE TABLE rough ( -- rebuildable: rough vectors of passages that the vector store has not seen
    group_pk INTEGER NOT NULL REFERENCES groups,
    passage_id TEXT NOT NULL,
    vector BLOB NOT NULL, -- int8
    PRIMARY KEY (group_pk, passage_id)
) WITHOUT ROWID;
"""

_READ_ONLY = "?mode=ro"
_UNCHANGING = "?mode=ro&immutable=1"  # else SQLite would put its files for write-ahead logging beside it even to read

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND)
"In order; each runs once, in one transaction. Never change one that was released: append."


def connect(path: Path) -> sqlite3.Connection:
    """The database at `path`, made or migrated as needed; only to be read where it cannot be written to.

    Raises StoreError where it cannot be opened, is damaged, or is newer than this program."""
    with ExitStack() as when_refused:
        try:
            is_ours = not path.exists() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
            if is_ours:
                path.touch(mode=0o600)
            address = path.absolute().as_uri() + ("" if is_ours else _READ_ONLY if _has_log(path) else _UNCHANGING)
            db = sqlite3.connect(address, timeout=10, isolation_level=None, check_same_thread=False, uri=True)
            when_refused.callback(db.close)
            db.execute("PRAGMA journal_mode = WAL" if is_ours else "PRAGMA query_only = ON")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA cache_size = -65536")
            db.execute("PRAGMA wal_autocheckpoint = 10000")
            _migrate(db, path)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}", hint="Name another folder with --home.") from error
        except sqlite3.Error as error:
            raise StoreError(f"{path}: {error}", hint="Restore a copy of the folder, or move the file away.") from error
        when_refused.pop_all()
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing. Raises Locked when another process writes for longer than ten seconds."""
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise Locked("Another process is writing to the database.", hint="Try again when it is done.") from error
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def can_write(db: sqlite3.Connection) -> bool:
    """Whether the database was opened to be written to."""
    return not db.execute("PRAGMA query_only").fetchone()[0]


def is_sound(db: sqlite3.Connection) -> bool:
    """What SQLite's own quick check of the file says."""
    return [row[0] for row in db.execute("PRAGMA quick_check(1)")] == ["ok"]


def fact(db: sqlite3.Connection, name: str) -> str | None:
    """A remembered setting that derived data depends on, such as the zone that days are counted in."""
    row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def remember_fact(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value))


def _has_log(path: Path) -> bool:
    """Whether changes wait beside the database to be taken in: somebody has it open, or was killed."""
    return path.with_name(f"{path.name}-wal").exists()


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    version = _version(db)
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer sediment (schema {version}, this one knows {len(MIGRATIONS)}).",
            hint="Upgrade sediment, or name another folder with --home.",
        )
    while version < len(MIGRATIONS):
        with transaction(db):
            # Another process may have been faster while this one waited for the lock.
            version = _version(db)
            if version < len(MIGRATIONS):
                for statement in _statements(MIGRATIONS[version]):
                    db.execute(statement)
                version += 1
                db.execute(f"PRAGMA user_version = {version}")


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    # executescript would commit the transaction that makes a migration all or nothing.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
