"""Coverage-guided fuzzing of all readers: nothing but ReadError, only items that can be stored, the same items whatever the size of the chunks.

python -m bench fuzz --seconds 600

Starts from the samples in tests/data. Where atheris is installed (`pip install atheris`: Linux and macOS, CPython), its engine chooses what
to try next; without it, a loop of its own keeps each input that takes a way through the readers that none took before. Each crash is written to a
file, once for each place in the code; the exit status is 1 when there is one. A crash becomes a test in tests/readers/test_fuzz.py."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import msgspec

from bench.speed import CHECKOUT
from sediment.errors import ReadError, UnknownFormat
from sediment.models import BadRecord, ChatInfo, IgnoredRecord, ReadItem, ReadMessage
from sediment.readers import READERS, reader_for
from sediment.sources import Format, Source
from sediment.sources.source import HEAD

_LONGEST = 16_384  # bytes of an input
_SLOWEST = 10  # seconds for one input
_WATCHED = tuple(str(CHECKOUT / "sediment" / part) for part in ("readers", "sources"))
_TOKENS = (
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\r\n", b"\n\n", b"\0", b"\t", b"null", b"[]", b"{}", b'""', b"-1", b"1e999", b"9" * 30,
    b"\\u0000", b"\\ud800", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"<msg>", b"</", b"&#x0;", b"2025-02-30", b"99:99", b"1970-01-01", b"9999-12-31",
    "\u202e".encode(), "\u2028".encode(), "：".encode(), "，".encode(), "好".encode("gb18030"), "[图片]".encode(), b"@", b"---", b"\x85",
)  # fmt: skip


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=["atheris", "own"], default="atheris" if find_spec("atheris") else "own")
    parser.add_argument("--crashes", type=Path, default=CHECKOUT / "fuzz-crashes", help="folder to write them to")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        _atheris_child(options.child, options.crashes, options.seconds, options.seed)
    fuzz = _with_atheris if options.engine == "atheris" else _with_own_loop
    fuzzed = fuzz(options.seconds, options.seed, options.crashes)
    print(json.dumps(asdict(fuzzed)) if options.json else fuzzed)
    return 1 if fuzzed.crashes else 0


@dataclass(frozen=True)
class Fuzzed:
    engine: str
    executions: int
    seconds: int
    covered: int  # edges between lines (own loop) or as atheris counts them
    kept: int  # inputs that each cover something that no other does
    crashes: tuple[str, ...]  # files


def check(reader: Format, data: bytes) -> list[ReadItem]:
    """What the reader yields of these bytes before it ends or raises ReadError. Raises AssertionError where that may not be imported or changes
    with the size of the chunks, and whatever else a reader raises, which is a flaw in it."""
    items = read(reader, Source(Path("export"), UTC, opened=lambda: io.BytesIO(data), size=len(data), found=_nothing))
    small = Source(
        Path("export"), UTC, opened=lambda: _InChunks(data, 1 + len(data) % 977), size=len(data), found=_nothing
    )
    assert _words(items) == _words(read(reader, small)), "the size of the chunks changes what is read"
    return items


def read(reader: Format, source: Source) -> list[ReadItem]:
    """As `check`, of any source."""
    items: list[ReadItem] = []
    try:
        for item in reader.read(source):
            items.append(item)
    except ReadError:
        pass
    assert not items or isinstance(items[0], ChatInfo), "the chat does not come first"
    for item in items:
        assert isinstance(item, ChatInfo) or item.line >= 1, "no place"
        assert not isinstance(item, BadRecord) or item.reason, "no reason"
        assert not isinstance(item, ReadMessage) or item.sent_at.tzinfo, "no zone"
        text = "".join(_texts(item))
        assert "\0" not in text, "a NUL"
        text.encode()  # a lone surrogate cannot be stored
    return items


def _words(items: list[ReadItem]) -> list[ReadItem]:
    """Without the white space in bad records, which may differ."""
    return [replace(item, raw="".join(item.raw.split())) if isinstance(item, BadRecord) else item for item in items]


def _nothing(_: Path) -> None:
    """No other file lies beside the export."""


class _InChunks(io.BytesIO):
    """Gives so many bytes at a time, but the head at once, as files do."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size if size == HEAD else self._size)


def _texts(item: ReadItem) -> list[str]:
    """All that may be stored: of ignored records nothing is."""
    if isinstance(item, IgnoredRecord):
        return []
    values = msgspec.to_builtins(item).values()
    return [
        text
        for value in values
        for text in (value if isinstance(value, tuple | list) else [value])
        if isinstance(text, str)
    ]


# ---- one input ------------------------------------------------------------------------------------------------------


def _seeds() -> list[bytes]:
    """A byte for the reader, then its sample."""
    data = CHECKOUT / "tests" / "data"
    return [
        bytes([at]) + path.read_bytes() for at, reader in enumerate(READERS) for path in data.glob(f"{reader.name}.*")
    ]


def _try(data: bytes, crashes: Path) -> None:
    """One input. A crash is written down, and fuzzing goes on."""
    if not data:
        return
    rounds, at = divmod(data[0], len(READERS))
    reader, data = READERS[at], data[1:]
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(_SLOWEST)
    try:
        check(reader, data)
        if rounds == 1:  # to ask all readers takes as long as all the rest
            reader_for(Source(Path("export"), UTC, opened=lambda: io.BytesIO(data), size=len(data), found=_nothing))
    except UnknownFormat:
        pass
    except Exception as error:  # any is a flaw
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(CHECKOUT))
        ]
        place = f"{Path(frames[-1].filename).stem}-{frames[-1].name}"
        crashes.mkdir(parents=True, exist_ok=True)
        path = crashes / f"{reader.name}-{type(error).__name__}-{place}"
        if not path.exists() or path.stat().st_size > len(data):
            path.write_bytes(data)
            path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    finally:
        signal.alarm(0)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {_SLOWEST} seconds")


def _found(crashes: Path) -> tuple[str, ...]:
    return tuple(str(path) for path in sorted(crashes.glob("*")) if path.suffix != ".txt") if crashes.exists() else ()


# ---- with atheris ---------------------------------------------------------------------------------------------------


def _with_atheris(seconds: int, seed: int, crashes: Path) -> Fuzzed:
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(_seeds()):
            (Path(folder) / str(number)).write_bytes(data)
        command = [sys.executable, "-m", "bench.fuzz", "--child", folder, "--crashes", str(crashes)]
        command += ["--seconds", str(seconds), "--seed", str(seed)]
        ran = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, encoding="utf-8", errors="replace")
        kept = len(list(Path(folder).iterdir()))
    covered = re.findall(r"cov: (\d+)", ran.stderr)
    executed = re.findall(r"stat::number_of_executed_units:\s*(\d+)", ran.stderr)
    if ran.returncode or not (covered and executed):
        raise SystemExit(f"atheris ended with {ran.returncode}:\n{ran.stderr[-2000:]}")
    return Fuzzed("atheris", int(executed[-1]), seconds, int(covered[-1]), kept, _found(crashes))


def _atheris_child(corpus: Path, crashes: Path, seconds: int, seed: int) -> None:
    import atheris  # type: ignore[import-untyped, unused-ignore]

    for name, module in list(sys.modules.items()):
        if name.startswith(("sediment.readers.", "sediment.sources.")):
            for value in list(vars(module).values()):
                if callable(value) and getattr(value, "__module__", None) == name and hasattr(value, "__code__"):
                    atheris.instrument_func(value)
    flags = [f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={_LONGEST}", "-timeout=60", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *flags, "-print_final_stats=1", str(corpus)], lambda data: _try(data, crashes))
    atheris.Fuzz()


# ---- without it -----------------------------------------------------------------------------------------------------


def _with_own_loop(seconds: int, seed: int, crashes: Path) -> Fuzzed:
    chance, corpus, covered = random.Random(seed), list[bytes](), set[int]()
    executions, end = 0, time.monotonic() + seconds
    seeds = _seeds()
    while seeds or time.monotonic() < end:
        data = seeds.pop() if seeds else _mutated(chance, corpus)
        edges = _edges(lambda data=data: _try(data, crashes))  # type: ignore[misc]
        executions += 1
        if not edges <= covered:
            covered |= edges
            corpus.append(data)
    return Fuzzed("own", executions, seconds, len(covered), len(corpus), _found(crashes))


def _edges(run: Callable[[], None]) -> set[int]:
    """Pairs of lines of the readers that ran one after the other, as hashes."""
    edges: set[int] = set()
    watched: dict[CodeType, bool] = {}

    def enter(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        code = frame.f_code
        if (is_watched := watched.get(code)) is None:
            is_watched = watched[code] = code.co_filename.startswith(_WATCHED)
        if not is_watched:
            return None
        before = 0

        def line(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
            nonlocal before
            if event == "line":
                edges.add(hash((code, before, frame.f_lineno)))
                before = frame.f_lineno
            return line

        return line

    sys.settrace(enter)
    try:
        run()
    finally:
        sys.settrace(None)
    return edges


def _mutated(chance: random.Random, corpus: list[bytes]) -> bytes:
    data = bytearray(chance.choice(corpus))
    for _ in range(2 ** chance.randrange(5)):
        start = chance.randrange(1, len(data) + 1)
        end = min(len(data), start + 2 ** chance.randrange(9))
        other = chance.choice(corpus)
        at = chance.randrange(len(other))
        data[start:end] = chance.choice(
            (
                b"",
                chance.randbytes(1) + data[start + 1 : end],
                chance.choice(_TOKENS) + data[start:end],
                chance.choice(_TOKENS),
                bytes(data[start:end]) * 2,
                other[at : at + end - start],
            )
        )
    return bytes(data[:_LONGEST]) or hashlib.sha256().digest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
