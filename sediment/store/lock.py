"""One writer at a time: import, settle and write hold this lock, reading needs none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sediment.errors import Locked

FILE = "sediment.lock"


@contextmanager
def writer(home: Path) -> Iterator[None]:
    """Raises Locked, naming the process, when another one holds the lock. The system frees it even when its holder is killed."""
    descriptor = os.open(home / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(descriptor):
            raise Locked(
                f"Another sediment process ({_owner(home)}) is writing to {home}.", hint="Try again when it is done."
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(home: Path) -> str | None:
    """The process that is writing now, or None."""
    try:
        with writer(home):
            return None
    except Locked:
        return _owner(home)


def _owner(home: Path) -> str:
    return (home / FILE).read_text(encoding="ascii", errors="replace") or "?"


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        try:
            # Far behind the process id, which others must be able to read.
            os.lseek(descriptor, 4096, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
