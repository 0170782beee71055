"""The folder where all state lives, opened: settings, database, embedder, writer lock."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import platformdirs

from sediment import config, lock
from sediment.config import Config
from sediment.errors import StoreError, UsageError
from sediment.models import Group
from sediment.protocols import Embedder, Vectors, VectorStore
from sediment.store import messages, schema, settled
from sediment.store.calls import Calls

DATABASE = "sediment.db"
CHROMA = "chroma"
LOCK = "sediment.lock"


@dataclass
class Home:
    path: Path
    config: Config
    db: sqlite3.Connection
    given_embedder: Embedder | None = None
    given_vectors: VectorStore | None = None
    _depth: int = field(default=0, init=False)

    @cached_property
    def embedder(self) -> Embedder:
        """The one that the settings name, unless another was given. Raises VectorError where it cannot be had."""
        if self.given_embedder is not None:
            return self.given_embedder
        from sediment.index import embedder

        return embedder(self.config.index, self.path / "cache")

    @cached_property
    def vectors(self) -> VectorStore:
        """The passages' vectors, a projection of those in the database."""
        if self.given_vectors is not None:
            return self.given_vectors
        from sediment.index import PassageVectors

        return PassageVectors(self.path / CHROMA, self._load_vectors, self.embedder.model_id)

    def drop_vectors(self) -> None:
        """The projection starts anew, empty."""
        self.__dict__.pop("vectors", None)
        shutil.rmtree(self.path / CHROMA, ignore_errors=True)

    def _load_vectors(self, group_id: str) -> tuple[list[str], Vectors]:
        return settled.all_vectors(self.db, self.embedder.model_id, group_id)

    @cached_property
    def calls(self) -> Calls:
        return Calls(self.db)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One process at a time; the one that is in may enter again. Raises Locked."""
        if self._depth:
            yield
            return
        with lock.writer(self.path / LOCK):
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1


@contextmanager
def open_home(
    path: Path | None = None, *, embedder: Embedder | None = None, vectors: VectorStore | None = None
) -> Iterator[Home]:
    """The home at `path`, else at $SEDIMENT_HOME, else in the user's data folder; made where it does not exist, for its owner's eyes only.

    Raises ConfigError, StoreError."""
    folder = path or Path(os.environ.get("SEDIMENT_HOME") or platformdirs.user_data_path("sediment"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}", hint="Name another folder with --home.") from error
    settings = config.load(folder)
    db = schema.connect(folder / DATABASE)
    try:
        yield Home(folder, settings, db, embedder, vectors)
    except sqlite3.Error as error:
        raise StoreError(
            f"{folder / DATABASE}: {error}", hint="`sediment doctor` checks the database; is the disk full?"
        ) from error
    finally:
        db.close()


def find_group(home: Home, name: str) -> Group:
    """The group with this name or id, or the only one whose name or id starts so. Raises UsageError that names those there are."""
    known = messages.groups(home.db)
    exact = [group for group in known if name in (group.id, group.name)]
    found = exact or [group for group in known if name and (group.id.startswith(name) or group.name.startswith(name))]
    if len(found) == 1:
        return found[0]
    listed = "; ".join(f"{group.name} ({group.id})" for group in found or known)
    if found:
        raise UsageError(f"{name!r} could be several groups: {listed}.", hint="Use the id.")
    raise UsageError(f"There is no group {name!r}.", hint=f"There are: {listed}." if listed else "Import a chat first.")


def quiet(stage: str, done: int, total: int | None) -> None:
    """Progress for nobody."""
