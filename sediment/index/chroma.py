"""Nearest passages through Chroma: one collection a group, a projection of the vectors in the database.

Chroma's files are never trusted unseen: damaged ones give wrong hits without an error, or kill the process that reads them, and two writers at once lose
entries silently. So a child process looks at a collection first, one process writes at a time, each operation opens the files anew, and damaged files
are left behind for a fresh folder.

    chroma/lock             names the process that writes
    chroma/current          names the folder in use
    chroma/3f9c…/           what Chroma wrote; never the same name twice"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from sediment import lock
from sediment.errors import VectorError
from sediment.index.exact import ExactVectors, Load, best
from sediment.protocols import Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client

_BATCH = 5000  # Chroma refuses more than 5,461 at once
_SAMPLE = 20
_PROBE = Path(__file__).with_name("chroma_probe.py")
_PROBE_SECONDS = 300

_State = Literal["equal", "different", "damaged"]


class ChromaVectors:
    """A `VectorStore`. What is added must be in the database already. A group that differs from the database, or cannot be trusted, is searched exactly until
    the next writer has put it right.

    `model_id` is what the vectors were made with: a folder of another model is left behind. Writing raises Locked while another process writes, and
    VectorError where Chroma cannot write."""

    def __init__(self, folder: Path, load: Load, model_id: str = "") -> None:
        self._folder = folder
        self._load = load
        self._model_id = model_id
        self._exact = ExactVectors(load)
        self._seen: dict[tuple[Path, str], _State] = {}
        """(Folder, group) → what its collection was found or left to be."""
        self._open: tuple[Client, tuple[Path, int]] | None = None
        self._turn = threading.Lock()

    def add(self, group_id: str, ids: Sequence[str], vectors: Vectors) -> None:
        self._exact.add(group_id, ids, vectors)
        with self._writing(group_id) as (collection, restored):
            rows = [row for row, id in enumerate(ids) if id not in restored]
            _upsert(collection, [ids[row] for row in rows], vectors[rows])

    def remove(self, group_id: str, ids: Sequence[str]) -> None:
        self._exact.remove(group_id, ids)
        with self._writing(group_id) as (collection, _):
            _delete(collection, ids)

    def search(self, group_ids: Sequence[str], query: Vectors, count: int) -> list[tuple[str, float]]:
        return best((hit for group_id in group_ids for hit in self._nearest(group_id, query, count)), count)

    # ---- reading ----

    def _nearest(self, group_id: str, query: Vectors, count: int) -> list[tuple[str, float]]:
        from chromadb.errors import ChromaError

        folder = self._current()
        try:
            if folder and self._state(folder, group_id) == "equal":
                return self._query(folder, group_id, query, count)
        except (ChromaError, FileNotFoundError):
            # A writer has replaced the folder this very moment.
            self._seen.clear()
        return self._exact.search([group_id], query, count)

    def _state(self, folder: Path, group_id: str) -> _State:
        """How the collection stands to the database. Looked at once: what comes later is this process's own doing, or another one's that keeps to the rules."""
        if (folder, group_id) not in self._seen:
            ids, vectors = self._load(group_id)
            count = self._probe(folder, group_id, ids, vectors)
            self._seen[folder, group_id] = "damaged" if count is None else "equal" if count == len(ids) else "different"
        return self._seen[folder, group_id]

    def _query(self, folder: Path, group_id: str, query: Vectors, count: int) -> list[tuple[str, float]]:
        with self._turn:
            collection = self._reader(folder).get_collection(_name(group_id), embedding_function=None)
            found = collection.query(query_embeddings=query[None], n_results=count, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [(id, 1.0 - distance) for id, distance in zip(found["ids"][0], distances, strict=True)]

    def _reader(self, folder: Path) -> Client:
        """An open client, the same one until some process has written: Chroma keeps what it has read, and would not see the rest."""
        if self._open is None or self._open[1] != _stamp(folder):
            self._close()
            client = _opened(folder)
            self._open = client, _stamp(folder)
        return self._open[0]

    def _close(self) -> None:
        if self._open is not None:
            self._open[0].close()
            self._open = None

    def _probe(self, folder: Path, group_id: str, ids: Sequence[str], vectors: Vectors) -> int | None:
        """How many vectors the collection holds, 0 where there is none; None where it is of another model, or damaged."""
        step = max(1, len(ids) // _SAMPLE)
        sample = io.BytesIO()
        np.savez(sample, ids=np.array(ids[::step], np.str_), vectors=vectors[::step])
        command = [sys.executable, "-P", str(_PROBE), str(folder), _name(group_id), self._model_id]
        try:
            done = subprocess.run(command, input=sample.getvalue(), capture_output=True, timeout=_PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        return int(done.stdout) if done.returncode == 0 else None

    # ---- writing ----

    @contextmanager
    def _writing(self, group_id: str) -> Iterator[tuple[Collection, set[str]]]:
        """The collection of a group, made equal to the database where it was not, and the ids that this has put in."""
        from chromadb.errors import ChromaError

        with lock.writer(self._folder / "lock"), self._turn:
            self._close()
            folder = self._current()
            state = self._state(folder, group_id) if folder else "damaged"
            if folder is None or state == "damaged":
                folder = self._folder / uuid.uuid4().hex
            try:
                with _opened(folder) as client:
                    collection = self._collection(client, group_id)
                    restored = set() if state == "equal" else self._restore(collection, group_id)
                    self._use(folder)
                    yield collection, restored
            except ChromaError as error:
                self._seen.clear()
                raise VectorError(f"{folder}: {error}", hint="`sediment rebuild` builds it anew.") from error
            self._seen[folder, group_id] = "equal"

    def _restore(self, collection: Collection, group_id: str) -> set[str]:
        """Make the collection hold the ids that the database has. What comes back are those that were missing."""
        ids, vectors = self._load(group_id)
        held = set(collection.get(include=[])["ids"])
        _delete(collection, sorted(held.difference(ids)))
        rows = [row for row, id in enumerate(ids) if id not in held]
        _upsert(collection, [ids[row] for row in rows], vectors[rows])
        return {ids[row] for row in rows}

    def _collection(self, client: Client, group_id: str) -> Collection:
        return client.get_or_create_collection(
            _name(group_id),
            embedding_function=None,
            metadata={"group": group_id, "model": self._model_id},
            configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
        )

    def _current(self) -> Path | None:
        """The folder in use."""
        try:
            folder = self._folder / (self._folder / "current").read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        return folder if folder.is_dir() else None

    def _use(self, folder: Path) -> None:
        """From now on `folder` is the one; others go."""
        if folder == self._current():
            return
        new = self._folder / "current.new"
        new.write_text(folder.name, encoding="ascii")
        os.replace(new, self._folder / "current")
        for other in self._folder.iterdir():
            if other.is_dir() and other != folder:
                shutil.rmtree(other)


def _stamp(folder: Path) -> tuple[Path, int]:
    """Changes whenever a process opens the folder or writes into it."""
    return folder, (folder / "chroma.sqlite3").stat().st_mtime_ns


def _opened(folder: Path) -> Client:
    """A client on a folder. Chroma shares clients of a path within a process: only when all are closed is the next one new."""
    from chromadb.api.client import Client
    from chromadb.config import Settings

    return Client(settings=Settings(is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False))


def _name(group_id: str) -> str:
    """Chroma's names are ASCII, from 3 characters on."""
    return f"g{hashlib.sha256(group_id.encode()).hexdigest()[:32]}"


def _upsert(collection: Collection, ids: Sequence[str], vectors: Vectors) -> None:
    for at in range(0, len(ids), _BATCH):
        collection.upsert(ids=list(ids[at : at + _BATCH]), embeddings=vectors[at : at + _BATCH])


def _delete(collection: Collection, ids: Sequence[str]) -> None:
    for at in range(0, len(ids), _BATCH):
        collection.delete(ids=list(ids[at : at + _BATCH]))
