"""One process writes at a time: a lock on a file, which the system frees even when its holder is killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sediment.errors import Locked, StoreError


@contextmanager
def writer(path: Path) -> Iterator[None]:
    """Hold the lock file `path`, which says who holds it. Raises Locked with the number of the other process, StoreError where nothing can be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(
            f"{path.parent}: {error.strerror}",
            hint="What only reads still works (list, show, search, ask); to write, make the folder writable, or name another with --home.",
        ) from error
    try:
        if not _take(descriptor):
            owner = _owner(path)
            raise Locked(
                f"{path.parent}: process {owner} is writing",
                hint=f"Try again when it is done (ps -p {owner} shows what it is).",
            )
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """The number of the process that holds the lock now, or None."""
    try:
        with writer(path):
            return None
    except Locked:
        return _owner(path)
    except StoreError:
        return None  # where nothing can be written nobody writes


def _owner(path: Path) -> str:
    return path.read_text(encoding="ascii", errors="replace") or "?"


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        try:
            # Far behind the process id, which others must be able to read.
            os.lseek(descriptor, 4096, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
