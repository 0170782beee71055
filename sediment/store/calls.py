"""Every question to a chat model with its reply: nothing is paid twice."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
from datetime import UTC, datetime

import msgspec

from sediment.models import Reply, Request


class Calls:
    """A protocols.CallLog in the table `calls`. Calls run side by side in threads; one at a time writes here."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._turn = threading.Lock()
        self.failed: dict[str, str] = {}
        "What went wrong in this run, by key, with what got no reply in the end."

    def find(self, key: str) -> Reply | None:
        with self._turn:
            row = self._db.execute(
                "SELECT reply FROM calls WHERE key = ? AND reply IS NOT NULL AND error = '' ORDER BY pk DESC LIMIT 1",
                (key,),
            ).fetchone()
        return dataclasses.replace(msgspec.json.decode(row[0], type=Reply), cached=True) if row else None

    def record(self, key: str, request: Request, model: str, reply: Reply | None, error: str) -> None:
        values = (
            key,
            request.name,
            model,
            msgspec.json.encode(request).decode(),
            msgspec.json.encode(reply).decode() if reply else None,
            error,
            datetime.now(UTC).isoformat(),
        )
        with self._turn:
            if error:
                self.failed[key] = error
            else:
                self.failed.pop(key, None)
            self._db.execute(
                "INSERT INTO calls (key, prompt, model, request, reply, error, called_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
