"""Whether a very large export is imported in bounded memory, with an estimate of the time left, and goes on where SIGKILL stopped it.

python -m bench large --messages 2000000

`sediment import` runs as a person would run it, with a terminal: once to half of the messages, where it is killed, and once more to the end."""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import select
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.exports import FORMATS, PER_DAY, SEED, enclosed
from bench.memory import peak_memory
from bench.speed import CHECKOUT, rows

LIMIT = 200e6
"Bytes that no run may take, whatever the size of the export."
_POOL = 20_000  # different messages, two days; the days after them say the same again
_FORMAT = "qce-json"  # the most verbose: 0.8 KB a message
_BAR = re.compile(r"\d+%[^\r\n]*?\d+:\d\d:\d\d[^\r\n]*?(\d+:\d\d:\d\d)")  # elapsed, then what is left
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench large", description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=2_000_000)
    parser.add_argument("--file", type=Path, help="keep the export here, or take the one that is there")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        file = options.file or Path(name) / "group.json"
        if not file.exists():
            write(file, options.messages)
        result = survive(Path(name) / "home", file, options.messages)
    print(json.dumps(asdict(result), indent=1) if options.json else result)
    return 0


@dataclass(frozen=True)
class Large:
    messages: int
    file_mb: float
    killed_at: int  # messages kept by then
    seconds_to_kill: float
    seconds_over_kept: float  # until the second run stored what the first had not
    seconds_to_end: float  # of the second run
    peak_mb: float  # of both
    estimates: int  # times that the bar showed what is left


def survive(home: Path, file: Path, count: int) -> Large:
    """Raises AssertionError, saying what is wrong, when messages are lost or doubled, memory passes LIMIT, or a bar shows no estimate."""
    first = _run(home, file, kill_at=count // 2)
    second = _run(home, file, kept=first.kept)
    with closing(sqlite3.connect(home / "sediment.db")) as db:
        (stored,) = db.execute("SELECT count(*) FROM messages").fetchone()
    peak = max(first.peak, second.peak)
    assert stored == count, f"{stored} messages are stored, {count} were exported"
    assert peak <= LIMIT, f"{peak / 1e6:.0f} MB were taken, more than {LIMIT / 1e6:.0f}"
    return Large(
        messages=stored,
        file_mb=round(file.stat().st_size / 1e6),
        killed_at=first.kept,
        seconds_to_kill=round(first.seconds, 1),
        seconds_over_kept=round(second.seconds_over_kept, 1),
        seconds_to_end=round(second.seconds, 1),
        peak_mb=round(peak / 1e6),
        estimates=len(first.estimates) + len(second.estimates),
    )


def write(file: Path, count: int) -> None:
    """An export of `count` messages, two million in a minute: what `exports.write` would take half an hour for."""
    pool = list(rows(min(count, _POOL), SEED, PER_DAY))
    made = [_template(number, row["time"], FORMATS[_FORMAT](number, row)) for number, row in enumerate(pool)]
    head, tail = enclosed(_FORMAT)
    with file.open("w", encoding="utf-8") as export:
        export.write(head)
        for number in range(count):
            cycle, place = divmod(number, len(pool))
            template, sent_at = made[place]
            at = sent_at + timedelta(days=cycle * (_POOL // PER_DAY))
            seconds = int(at.timestamp())
            values = {"id": 10**18 + number, "seq": number + 1, "ms": seconds * 1000, "time": str(at)[:19]}
            export.write((",\n" if number else "") + template % values)
        export.write(tail)


def _template(number: int, moment: str, text: str) -> tuple[str, datetime]:
    at = datetime.fromisoformat(moment)
    text = text.replace("%", "%%").replace(f'"id": "{10**18 + number}"', '"id": "%(id)d"')
    text = text.replace(f'"seq": "{number + 1}"', '"seq": "%(seq)d"')
    text = text.replace(f'"timestamp": {int(at.timestamp())}000', '"timestamp": %(ms)d')
    return text.replace(f'"time": "{at:%Y-%m-%d %H:%M:%S}"', '"time": "%(time)s"'), at


# ---- one run of the command -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    seconds: float
    seconds_over_kept: float
    kept: int
    peak: int
    estimates: list[str]


def _run(home: Path, file: Path, *, kill_at: int | None = None, kept: int = 0) -> _Run:
    """Until it ends, or is killed when so many records are kept. `kept` are those that were before it."""
    terminal, screen = pty.openpty()
    command = [sys.executable, "-m", "sediment", "--home", str(home), "import", str(file)]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    started, over, peak, now, shown = time.monotonic(), 0.0, 0, kept, ""
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=screen, stderr=screen) as child:
        os.close(screen)
        while child.poll() is None:
            peak = max(peak, peak_memory(child.pid))
            shown += _read(terminal)
            now = _records(home)
            over = over or (time.monotonic() - started if now > kept else 0)
            if kill_at is not None and now >= kill_at:
                child.kill()
                break
    shown = _CONTROL.sub("", shown + _read(terminal))
    os.close(terminal)
    assert child.returncode == (0 if kill_at is None else -9), f"it ended with {child.returncode}: {shown[-2000:]}"
    estimates = _BAR.findall(shown)
    assert estimates, f"no estimate of the time left was shown: {shown[-2000:]}"
    return _Run(time.monotonic() - started, over, _records(home), peak, estimates)


def _read(terminal: int) -> str:
    """What was written within a tenth of a second."""
    try:
        return (
            os.read(terminal, 1 << 16).decode("utf-8", "replace") if select.select([terminal], [], [], 0.1)[0] else ""
        )
    except OSError:  # the other end was closed
        return ""


def _records(home: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{home / 'sediment.db'}?mode=ro", uri=True)) as db:
            number: int = db.execute("SELECT coalesce(max(records), 0) FROM imports").fetchone()[0]
            return number
    except sqlite3.Error:  # not there yet
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
