"""Memory and time for an export with one line of a gigabyte, and for a member of an archive packed a thousand times.

python -m bench long-line --size 1024

Each is read in a process of its own: a long text in the place of a short one, and zeros in it as of a disk that lost a block. Exit status 1 where memory passes
200 MiB, or the messages around the line are not all read."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import IO, cast

from bench.memory import peak_memory
from bench.speed import CHECKOUT
from sediment.errors import ReadError
from sediment.readers import READERS
from sediment.sources import Format, Source, sources_in

_MOST = 200  # MiB of memory
_READERS = ("chatlog-json", "jsonl", "csv", "chatlog-txt", "qq-mht")  # one for each way of reading
_WORD = "好".encode()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench long-line", description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, default=1024, help="MiB")
    parser.add_argument("--reader", action="append", help=f"instead of {', '.join(_READERS)}")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        return _child(options.child[0], options.child[1], options.size)
    failed = 0
    for name in options.reader or _READERS:
        for filling in ("text", "zeros"):
            command = [sys.executable, "-m", "bench.long_line", "--child", name, filling, "--size", str(options.size)]
            failed |= subprocess.run(command, cwd=CHECKOUT).returncode
    if not options.reader:
        failed |= _bomb(max(options.size, 128))
    return failed


class _Long(io.RawIOBase):
    """A file of `head`, so many bytes of a filling, and `tail`, none of it held."""

    def __init__(self, head: bytes, filling: bytes, size: int, tail: bytes) -> None:
        super().__init__()
        self._head, self._filling, self._left, self._tail = (
            io.BytesIO(head),
            filling * (1 << 20),
            size,
            io.BytesIO(tail),
        )

    def read(self, size: int = -1, /) -> bytes:
        if head := self._head.read(size):
            return head
        piece = self._filling[: min(size, self._left)]
        self._left -= len(piece)
        return piece or self._tail.read(size)


def _child(name: str, filling: str, size: int) -> int:
    reader = next(reader for reader in READERS if reader.name == name)
    head, tail = _around(reader)
    whole = Source(Path("export"), UTC, opened=lambda: io.BytesIO(head + _WORD + tail), size=0, found=_nothing)
    unit = b"a" if filling == "text" else b"\0"
    long = Source(
        Path("export"),
        UTC,
        opened=lambda: cast(IO[bytes], _Long(head, unit, size << 20, tail)),
        size=size << 20,
        found=_nothing,
    )
    expected = _counts(reader, whole)["ReadMessage"] - 1
    started = time.process_time()
    counts = _counts(reader, long)
    memory = peak_memory() >> 20
    is_right = counts["ReadMessage"] == expected and counts["BadRecord"] == 1 and memory < _MOST
    said = {"reader": name, "filling": filling, "MiB": size, "seconds": round(time.process_time() - started, 1)}
    print(json.dumps(said | {"memory_MiB": memory, **counts, "right": is_right}), flush=True)
    return 0 if is_right else 1


def _around(reader: Format) -> tuple[bytes, bytes]:
    (path,) = (CHECKOUT / "tests" / "data").glob(f"{reader.name}.*")
    head, _, tail = path.read_bytes().partition(_WORD)
    return head, tail


def _nothing(_: Path) -> None:
    """No other file lies beside the export."""


def _counts(reader: Format, source: Source) -> Counter[str]:
    return Counter(type(item).__name__ for item in reader.read(source))


def _bomb(size: int) -> int:
    """An archive that unpacks to a thousand times its size is refused before anything is unpacked."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("a.jsonl", "w") as member:
            for _ in range(size):
                member.write(bytes(1 << 20))
        started = time.process_time()
        try:
            list(sources_in(path, UTC))
            refused = ""
        except ReadError as error:
            refused = str(error)
        ratio = (size << 20) // path.stat().st_size
    print(json.dumps({"bomb": f"{ratio}:1", "seconds": round(time.process_time() - started, 2), "refused": refused}))
    return 0 if refused else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
