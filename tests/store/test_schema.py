"""The database opens safely, migrates whole or not at all, and refuses what it does not understand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sediment import lock
from sediment.errors import Locked, StoreError
from sediment.store import schema


def tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_new_database_survives_power_loss_and_holds_references(db: sqlite3.Connection) -> None:
    values = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert schema.is_sound(db)


def test_only_its_owner_can_read_it(db: sqlite3.Connection, tmp_path: Path) -> None:
    assert (tmp_path / "sediment.db").stat().st_mode & 0o777 == 0o600


def test_opening_again_changes_nothing(db: sqlite3.Connection, tmp_path: Path) -> None:
    before = list(db.execute("SELECT * FROM sqlite_master"))
    again = schema.connect(tmp_path / "sediment.db")
    assert list(again.execute("SELECT * FROM sqlite_master")) == before
    again.close()


def test_a_newer_database_is_refused_politely(db: sqlite3.Connection, tmp_path: Path) -> None:
    db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer sediment") as caught:
        schema.connect(tmp_path / "sediment.db")
    assert "Upgrade" in caught.value.hint


def test_a_folder_that_cannot_be_written_to_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory") as caught:
        schema.connect(tmp_path / "missing" / "sediment.db")
    assert caught.value.hint == "Name another folder with --home."


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sediment.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        schema.connect(path)
    assert path.read_bytes() == b"not a database" * 100


def test_a_migration_that_fails_leaves_no_trace(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(db)
    broken = "CREATE TABLE fresh (x);\nINSERT INTO missing VALUES (1);\n"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(StoreError, match="missing"):
        schema.connect(tmp_path / "sediment.db")
    assert tables(db) == before
    assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS) - 1,)


def test_a_migration_runs_once(db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE fresh (x);\nINSERT INTO fresh VALUES (1);\n")
    )
    for _ in range(2):
        schema.connect(tmp_path / "sediment.db").close()
    assert db.execute("SELECT count(*) FROM fresh").fetchone() == (1,)


def test_a_transaction_is_all_or_nothing(db: sqlite3.Connection) -> None:
    def fail_inside() -> None:
        with schema.transaction(db):
            schema.remember_fact(db, "a", "1")
            raise KeyError

    with pytest.raises(KeyError):
        fail_inside()
    assert schema.fact(db, "a") is None


def test_a_writer_that_waits_too_long_is_told_why(db: sqlite3.Connection, tmp_path: Path) -> None:
    other = schema.connect(tmp_path / "sediment.db")
    other.execute("PRAGMA busy_timeout = 1")
    with schema.transaction(db), pytest.raises(Locked, match="Another process"), schema.transaction(other):
        pass
    other.close()


def test_where_nothing_can_be_written_it_is_read_and_nothing_is_put_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sediment.db"
    schema.connect(path).close()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    db = schema.connect(path)
    assert db.execute("SELECT count(*) FROM messages").fetchone() == (0,)
    assert [file.name for file in tmp_path.iterdir()] == ["sediment.db"]
    assert not schema.can_write(db)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM messages")
    db.close()


def test_a_lock_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "sediment.lock").mkdir()
    with pytest.raises(StoreError, match="directory"), lock.writer(tmp_path / "sediment.lock"):
        pass
    assert lock.holder(tmp_path / "sediment.lock") is None
