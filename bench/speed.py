"""How fast import, settling and lexical search are: CPU seconds and peak memory for N made-up messages, beside a naive way in the same run.

python -m bench speed --messages 10000

Every stage runs in a process of its own, so that its CPU time and its peak memory are its own. The naive way is what a first script does: read all lines with
json, cut every message with jieba, commit every thousand, search with LIKE."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bench.memory import peak_memory
from sediment import pipeline
from sediment.protocols import Embedder, Vectors
from sediment.store import lexical

CHECKOUT = Path(__file__).resolve().parent.parent
PER_DAY = 10_000
QUERIES = 200
_SPEAKERS = 500
_NOISE = ("早", "早上好", "哈哈哈", "收到", "好的", "[图片]", "[表情]", "+1", "打卡", "谢谢", "晚安", "👍")
_ZONE = ZoneInfo("Asia/Shanghai")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench speed", description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--per-day", type=int, default=PER_DAY, help="messages of a day: settling goes by days")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-vectors", action="store_true", help="do not embed")
    parser.add_argument(
        "--ours", action="store_true", help="leave the naive way out: its search takes minutes in a million"
    )
    parser.add_argument("--stage", choices=_STAGES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.stage:
        print(json.dumps(_STAGES[options.stage](options.folder, options.messages)))
        return 0
    settle = "settle-without-vectors" if options.no_vectors else "settle"
    naive = () if options.ours else ("naive-import", "naive-search")
    figures = measure(options.messages, options.per_day, ("import", settle, "search", *naive))
    print(json.dumps(figures, ensure_ascii=False) if options.json else _table(figures))
    return 0


def measure(count: int, per_day: int, stages: Sequence[str]) -> dict[str, Any]:
    """Stage → its figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_export(folder / "export.jsonl", count, per_day=per_day)
        figures: dict[str, Any] = {stage: _run(stage, folder, count) for stage in stages}
        figures["export MB"] = round((folder / "export.jsonl").stat().st_size / 1e6, 1)
        figures["database MB"] = round((folder / "home" / "sediment.db").stat().st_size / 1e6, 1)
    return {"messages": count, "per day": per_day, **figures}


def _run(stage: str, folder: Path, count: int) -> dict[str, Any]:
    """The figures of one stage in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "bench.speed",
        "--stage",
        stage,
        "--folder",
        str(folder),
        "--messages",
        str(count),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _table(figures: dict[str, Any]) -> str:
    lines = [f"{figures['messages']} messages, {figures['per day']} a day"]
    for stage, value in figures.items():
        shown = ", ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else value
        lines.append(f"{stage:24} {shown}")
    return "\n".join(lines[:1] + lines[3:])


# ---- the stages -----------------------------------------------------------------------------------------------------


def _timed(work: Callable[[], object]) -> dict[str, float]:
    before = time.process_time()
    work()
    return {"CPU s": round(time.process_time() - before, 2), "peak RSS MB": round(peak_memory() / 1e6)}


def _import(folder: Path, count: int) -> dict[str, float]:
    with pipeline.open_home(folder / "home") as home:
        figures = _timed(lambda: pipeline.import_chat(home, [folder / "export.jsonl"], group="速度"))
    return figures | {"messages per CPU s": round(count / figures["CPU s"])}


def _settle(folder: Path, count: int) -> dict[str, float]:
    return _settled(folder, count, None)


def _settle_without_vectors(folder: Path, count: int) -> dict[str, float]:
    return _settled(folder, count, HashEmbedder())


def _settled(folder: Path, count: int, embedder: Embedder | None) -> dict[str, float]:
    taken: dict[str, float] = defaultdict(float)
    before = time.process_time()

    def note(stage: str, done: int, total: int | None) -> None:
        nonlocal before
        now = time.process_time()
        taken[stage] += now - before
        before = now

    with pipeline.open_home(folder / "home", embedder=embedder) as home:
        figures = _timed(lambda: pipeline.settle(home, progress=note))
    return figures | {f"ms a message: {stage}": round(seconds * 1000 / count, 3) for stage, seconds in taken.items()}


def _search(folder: Path, count: int) -> dict[str, float]:
    with pipeline.open_home(folder / "home") as home:
        return _latencies(lambda query: lexical.find(home.db, query, None, 20))


def _naive_import(folder: Path, count: int) -> dict[str, float]:
    def work() -> None:
        import jieba

        rows = [json.loads(line) for line in (folder / "export.jsonl").read_text(encoding="utf-8").splitlines()]
        with closing(sqlite3.connect(folder / "naive.db")) as db:
            db.execute(
                "CREATE TABLE messages (id TEXT PRIMARY KEY, time TEXT, sender TEXT, name TEXT, text TEXT, words TEXT)"
            )
            for number, row in enumerate(rows):
                values = (
                    row["id"],
                    row["time"],
                    row["sender"],
                    row["name"],
                    row["text"],
                    " ".join(jieba.cut(row["text"])),
                )
                db.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?)", values)
                if number % 1000 == 999:
                    db.commit()
            db.commit()

    return _timed(work)


def _naive_search(folder: Path, count: int) -> dict[str, float]:
    statement = "SELECT id FROM messages WHERE text LIKE ? ORDER BY time DESC LIMIT 20"
    with closing(sqlite3.connect(folder / "naive.db")) as db:
        return _latencies(lambda query: list(db.execute(statement, (f"%{query}%",))))


_STAGES: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "import": _import,
    "settle": _settle,
    "settle-without-vectors": _settle_without_vectors,
    "search": _search,
    "naive-import": _naive_import,
    "naive-search": _naive_search,
}


def _latencies(find: Callable[[str], object]) -> dict[str, float]:
    """Milliseconds of each of the queries, after one that warms up."""
    taken = []
    for query in itertools.chain([_queries()[0]], _queries()):
        start = time.perf_counter()
        find(query)
        taken.append((time.perf_counter() - start) * 1000)
    p50, p95 = np.percentile(taken[1:], [50, 95])
    return {"p50 ms": round(float(p50), 2), "p95 ms": round(float(p95), 2)}


class HashEmbedder:
    """Vectors that cost nothing and mean nothing: what is left is the time of everything else."""

    model_id = "hash"
    dimension = 8

    def passages(self, texts: Sequence[str]) -> Vectors:
        digests = b"".join(hashlib.blake2b(text.encode(), digest_size=self.dimension).digest() for text in texts)
        numbers = np.frombuffer(digests, dtype=np.uint8).reshape(len(texts), self.dimension).astype(np.float32) + 1
        vectors: Vectors = numbers / np.linalg.norm(numbers, axis=1, keepdims=True)
        return vectors

    queries = passages

    def rough(self, texts: Sequence[str]) -> None:
        return None


# ---- made-up messages -----------------------------------------------------------------------------------------------


def write_export(path: Path, count: int, seed: int = 1, per_day: int = PER_DAY) -> None:
    """`count` messages as plain JSONL: the same for the same seed."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(count, seed, per_day))


def rows(count: int, seed: int, per_day: int) -> Iterator[dict[str, Any]]:
    """A group of 500 of whom few say much, in bursts, `per_day` messages a day, a quarter of them noise, one in twenty a quotation."""
    chance = random.Random(seed)
    vocabulary = _Vocabulary(chance)
    weights = list(itertools.accumulate(1 / (rank + 1) ** 1.05 for rank in range(_SPEAKERS)))
    for number in range(count):
        if number % per_day == 0:
            moment = datetime(2026, 1, 5, 8, tzinfo=_ZONE) + timedelta(days=number // per_day)
        moment += timedelta(seconds=min(chance.expovariate(0.5 if chance.random() < 0.9 else 0.02), 90) * 0.7)
        speaker = chance.choices(range(_SPEAKERS), cum_weights=weights)[0]
        yield {
            "id": f"s{number}",
            "time": moment.isoformat(timespec="seconds"),
            "sender": f"u{speaker}",
            "name": f"群友{speaker}",
            "kind": "text",
            "text": chance.choice(_NOISE) if chance.random() < 0.26 else vocabulary.sentence(),
            "reply_to": f"s{number - chance.randint(1, 20)}" if number > 20 and chance.random() < 0.05 else None,
            "mentions": [],
        }


class _Vocabulary:
    """Words as frequent as jieba's dictionary says, joined into sentences of a chat's length."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words, weights = zip(*_frequent_words(), strict=True)
        self._weights = list(itertools.accumulate(weights))

    def sentence(self) -> str:
        length = min(1 + int(self._chance.lognormvariate(1.6, 0.7)), 60)
        words = self._chance.choices(self._words, cum_weights=self._weights, k=length)
        return "".join(words) + self._chance.choice(("", "", "。", "？", "！", "~"))


def _frequent_words() -> list[tuple[str, int]]:
    """The 30,000 most frequent words of the dictionary, with their counts."""
    with warnings.catch_warnings():
        # Python warns of escapes in jieba's source when it compiles it.
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    counts: dict[str, int] = jieba.dt.FREQ
    known = [(word, count) for word, count in counts.items() if count and word.isalnum() and not word.isascii()]
    return sorted(known, key=lambda item: (-item[1], item[0]))[:30_000]


def _queries() -> list[str]:
    """Words of two to four characters: half of them among the most frequent, half drawn from all."""
    words = [word for word, _ in _frequent_words() if 2 <= len(word) <= 4]
    return words[: QUERIES // 2] + random.Random(2).sample(words, QUERIES // 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
