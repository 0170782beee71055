"""How fast exports become typed records, and in how much memory, beside chatpack, ijson, json.load and a loop over lines in the same run.

python -m bench import --messages 200000

Every way reads the same made-up export in a process of its own, in turns, and the medians are shown. The peers are no dependencies:
`pip install chatpack ijson`; what is missing is named and left out."""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.memory import peak_memory

CHECKOUT = Path(__file__).resolve().parent.parent
_ZONE = ZoneInfo("Asia/Shanghai")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench import", description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.way:
        print(json.dumps(_timed(WAYS[options.way].read, options.file)))
        return 0
    figures = measure(options.messages, options.rounds)
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else _table(figures))
    return 0


def measure(count: int, rounds: int) -> dict[str, Any]:
    """Format → way → its medians, and the peers that are not installed. Raises AssertionError when a way does not give every message."""
    from bench import exports

    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    with tempfile.TemporaryDirectory() as name:
        files = exports.write(Path(name), count, tuple(exports.FORMATS))
        for _ in range(rounds):
            for format, file in files.items():
                for way in _ways(format):
                    figures = _run(way, file)
                    assert figures["messages"] == count, f"{way} gave {figures['messages']} messages of {format}"
                    found.setdefault(format, {}).setdefault(way, []).append(figures)
        sizes = {format: round(file.stat().st_size / 1e6, 1) for format, file in files.items()}
    medians = {
        format: {
            way: {key: statistics.median(run[key] for run in runs) for key in runs[0]} for way, runs in ways.items()
        }
        for format, ways in found.items()
    }
    missing = sorted({way.needs for way in WAYS.values() if not find_spec(way.needs)})
    return {"messages": count, "rounds": rounds, "missing": missing, "MB": sizes, "formats": medians}


def _ways(format: str) -> list[str]:
    return [name for name, way in WAYS.items() if find_spec(way.needs) and re.fullmatch(way.formats, format)]


def _run(way: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.importing", "--way", way, "--file", str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _timed(read: Callable[[Path], int], file: Path) -> dict[str, float]:
    before = time.process_time()
    count = read(file)
    return {"messages": count, "CPU s": time.process_time() - before, "peak RSS MB": peak_memory() / 1e6}


def _table(figures: dict[str, Any]) -> str:
    """A block a format; the ratios are of each peer to ours."""
    lines = [f"{figures['messages']} messages, medians of {figures['rounds']} rounds"]
    for format, ways in figures["formats"].items():
        lines += ["", f"{format}, {figures['MB'][format]} MB"]
        ours = ways["sediment"]
        for way, run in ways.items():
            speed = f"{run['CPU s'] / figures['messages'] * 1e6:8.2f} µs a message{run['CPU s'] / ours['CPU s']:8.2f}×"
            lines.append(
                f"  {way:22}{speed}{run['peak RSS MB']:8.0f} MB{run['peak RSS MB'] / ours['peak RSS MB']:8.2f}×"
            )
    lines += [f"\nnot installed, left out: {name} (pip install {name})" for name in figures["missing"]]
    return "\n".join(lines)


# ---- the ways -------------------------------------------------------------------------------------------------------


def _sediment(file: Path) -> int:
    from sediment.models import ReadMessage
    from sediment.readers import reader_for
    from sediment.sources import Source

    source = Source(file, _ZONE)
    return sum(isinstance(item, ReadMessage) for item in reader_for(source, None).read(source))


def _chatpack(file: Path) -> int:
    import chatpack

    return len(chatpack.parse_telegram(str(file)))


def _chatpack_stream(file: Path) -> int:
    import chatpack

    return sum(1 for _ in chatpack.TelegramStreamParser(str(file)))


def _ijson(file: Path) -> int:
    import ijson

    with file.open("rb") as stream:
        return sum(1 for _ in ijson.items(stream, "messages.item"))


def _json_load(file: Path) -> int:
    with file.open("rb") as stream:
        return len(json.load(stream)["messages"])


def _json_lines(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(1 for line in stream if json.loads(line))


def _msgspec(file: Path) -> int:
    import msgspec

    return len(msgspec.json.decode(file.read_bytes())["messages"])


@dataclass
class _Said:
    at: datetime
    sender: str
    name: str
    text: str


def _qq_loop(file: Path) -> int:
    header = re.compile(r"(\d{4}-\d\d-\d\d \d{1,2}:\d\d:\d\d) (?P<name>.+)\((?P<sender>\d+)\)(?P<text>)")
    return sum(1 for _ in _looped(file, header, "%Y-%m-%d %H:%M:%S"))


def _whatsapp_loop(file: Path) -> int:
    header = re.compile(r"\[(\d\d/\d\d/\d{4}, \d\d:\d\d:\d\d)\] (?P<sender>(?P<name>[^:]+)): (?P<text>.*)")
    return sum(1 for _ in _looped(file, header, "%d/%m/%Y, %H:%M:%S"))


def _looped(file: Path, header: re.Pattern[str], clock: str) -> Iterator[_Said]:
    said, body = None, list[str]()
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if found := header.fullmatch(line):
                if said:
                    said.text = "\n".join(body).strip("\n")
                    yield said
                at = datetime.strptime(found[1], clock).replace(tzinfo=_ZONE)
                said, body = _Said(at, found["sender"], found["name"], ""), [found["text"]]
            else:
                body.append(line)
    if said:
        said.text = "\n".join(body).strip("\n")
        yield said


@dataclass(frozen=True)
class _Way:
    formats: str  # a pattern of their names
    read: Callable[[Path], int]  # how many messages there are
    needs: str = "json"


WAYS = {
    "sediment": _Way(".*", _sediment),
    "chatpack": _Way("telegram-json", _chatpack, "chatpack"),
    "chatpack, streaming": _Way("telegram-json", _chatpack_stream, "chatpack"),
    "ijson": _Way(".*-json", _ijson, "ijson"),
    "json.load": _Way(".*-json", _json_load),
    "json.loads a line": _Way("jsonl", _json_lines),
    "msgspec, untyped": _Way(".*-json", _msgspec, "msgspec"),
    "a loop over lines": _Way("qq-txt", _qq_loop),
    "a loop over lines ": _Way("whatsapp-txt", _whatsapp_loop),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
