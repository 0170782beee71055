"""Whether import and settling survive SIGKILL: nothing acknowledged lost, nothing doubled, the finished state that of an undisturbed run.

python -m bench kill --rounds 200

A child imports and settles a made-up export and says what it has finished; the parent kills it at a random moment of its work and starts it again, until it
comes to its end; then the whole database is compared, and so on with the next home."""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.speed import CHECKOUT, HashEmbedder, write_export
from sediment import pipeline, words
from sediment.pipeline import embedding, importing, settling
from sediment.protocols import Vectors

_COUNTED = ("messages", "placed", "passages")
_READY, _DONE = "ready", "done"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench kill", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=200, help="so many kills")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        _work(options.child)
        return 0
    result = survive(options.rounds, options.messages, options.seed)
    print(json.dumps(asdict(result)) if options.json else result)
    return 0


@dataclass(frozen=True)
class Survived:
    kills: int
    ends: int  # homes that came to their end and were compared
    during: dict[str, int]  # stage that was acknowledged last before the kill → kills


def survive(rounds: int, messages: int, seed: int) -> Survived:
    """Raises AssertionError, saying what differs, when anything was lost, doubled, or is other than after an undisturbed run."""
    chance = random.Random(seed)
    during: Counter[str] = Counter()
    ends = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_export(folder / "export.jsonl", messages, per_day=200)
        started = time.monotonic()
        assert _run(folder / "calm", None) == _DONE
        expected, duration = dump(folder / "calm"), time.monotonic() - started
        while during.total() < rounds:
            home = folder / f"home{ends}"
            while (stage := _run(home, chance.uniform(0, duration / 3))) != _DONE:
                during[stage] += 1
            ends += 1
            differences = [table for table, rows in dump(home).items() if rows != expected[table]]
            assert not differences, f"after kills these tables differ from an undisturbed run: {differences}"
    return Survived(during.total(), ends, dict(during))


def _run(home: Path, seconds: float | None) -> str:
    """Let a child work for so long, then kill it. The stage that it acknowledged last; what it acknowledged is there."""
    command = [sys.executable, "-m", "bench.kill", "--child", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as child:
        assert child.stdout
        assert child.stdout.readline().strip() == _READY
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
        said = [line.split() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    assert child.returncode in (0, -9), f"the child failed: {child.returncode}"
    if not said:
        return _READY
    stage, *acknowledged = said[-1]
    kept = _counts(home)
    assert all(int(a) <= k for a, k in zip(acknowledged, kept, strict=True)), (
        f"{stage}: {acknowledged}, kept only {kept}"
    )
    return stage


def _counts(home: Path) -> list[int]:
    with closing(sqlite3.connect(home / "sediment.db")) as db:
        return [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED]


# ---- the child ------------------------------------------------------------------------------------------------------


def _work(home: Path) -> None:
    # Small steps: a kill should fall between and into many transactions.
    importing.BATCH, settling.CUT, settling.INDEXED, embedding.EMBEDDED = 100, 5, 200, 4
    words.cut("预热")
    with pipeline.open_home(home, embedder=HashEmbedder(), vectors=NoVectors()) as opened:
        print(_READY, flush=True)

        def acknowledge(stage: str, done: int, total: int | None) -> None:
            print(stage, *_counts(home), flush=True)

        pipeline.import_chat(opened, [home.parent / "export.jsonl"], group="群", progress=acknowledge)
        pipeline.settle(opened, progress=acknowledge)
        acknowledge(_DONE, 1, 1)


class NoVectors:
    """A vector store that forgets: what it is told, and when, stands in the database."""

    def add(self, group_id: str, ids: Sequence[str], vectors: Vectors) -> None: ...

    def remove(self, group_id: str, ids: Sequence[str]) -> None: ...

    def search(self, group_ids: Sequence[str], query: Vectors, count: int) -> list[tuple[str, float]]:
        return []


# ---- the state ------------------------------------------------------------------------------------------------------


def dump(home: Path) -> dict[str, list[Any]]:
    """Table → its rows in order; the lexical index as its postings."""
    with closing(sqlite3.connect(home / "sediment.db")) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {
            name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr)
            for name in names
            if not name.startswith("lexical")
        }
        db.execute("CREATE VIRTUAL TABLE temp.postings USING fts5vocab(main, lexical, instance)")
        return tables | {"lexical": list(db.execute("SELECT term, doc, col FROM temp.postings ORDER BY 1, 2, 3"))}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
