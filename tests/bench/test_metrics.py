"""The benches give the same figures as the scripts that define them, on the same predictions."""

from __future__ import annotations

import importlib.util
import random
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bench import baselines, metrics
from bench.group_chat import SCORERS
from bench.labelled import ChatSet, chat_folders, chat_set, irc

_CLASSES = [None, None, "chitchat", "ad"]


def _script(shared: Path, name: str) -> ModuleType:
    path = shared / "bench" / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _as_script_reads(folder: Path) -> dict[str, Any]:
    """As the script's own `load` gives it, which leaves its files open."""
    data = chat_set(folder)
    parts = ("messages", "gold", "conversations", "faq", "questions", "traps")
    return {part: getattr(data, part) for part in parts}


def _random_predictions(data: ChatSet, seed: int) -> dict[str, Any]:
    choose = random.Random(seed)
    ids = [row["id"] for row in data.messages]
    some = [id for id in ids if choose.random() < 0.5]
    questions = [question["q"] for question in data.questions]

    def few(most: int) -> list[str]:
        return choose.sample(ids, choose.randrange(most))

    return {
        "noise": {id: choose.choice(_CLASSES) for id in ids},
        "links": {id: [choose.choice(ids[: at + 1])] for at, id in enumerate(ids) if choose.random() < 0.8},
        "conversations": {id: choose.randrange(30) for id in some},
        "qa": [choose.sample(ids, 2) for _ in range(80)] + [[q, i] for i, g in data.gold.items() for q in g["answers"]][::3],
        "search": {question: choose.sample(ids, 20) for question in questions},
        "ask": {q: {"status": choose.choice(["answered", "not_discussed"]), "ids": few(5)} for q in questions[::2]},
        "digest": {"ids": few(60)},
        "faq": [{"question": "", "ids": few(6)} for _ in range(20)],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_group_chat_figures_are_those_of_the_script(shared: Path, seed: int) -> None:
    script = _script(shared, "eval_group_chat")
    for folder in chat_folders(shared / "bench" / "group_chat"):
        data, theirs = chat_set(folder), _as_script_reads(folder)
        predicted = _random_predictions(data, seed)
        for name, scorer in SCORERS.items():
            assert scorer(data, predicted[name]) == script.SCORERS[name](theirs, predicted[name]), name


def test_baselines_are_those_of_the_script(shared: Path) -> None:
    script = _script(shared, "eval_group_chat")
    folder = chat_folders(shared / "bench" / "group_chat")[0]
    data, theirs = chat_set(folder), _as_script_reads(folder)
    ours = [SCORERS[metric](data, predicted) for _, metric, predicted in islice(baselines.baselines(data), 4)]
    # The fifth asks jieba for words itself, and jieba warns when it is compiled.
    wanted = [script.SCORERS[metric](theirs, predicted) for _, metric, predicted in islice(script.baselines(theirs), 4)]
    assert ours == wanted


def test_irc_figures_are_those_of_the_script(shared: Path) -> None:
    script = _script(shared, "eval_disentangle")
    logs = list(irc(shared / "bench" / "data" / "irc" / "dev.jsonl"))[:4]
    gold = {log.name: log.links for log in logs}
    choose = random.Random(1)
    predicted = {
        log.name: [(i, choose.choice([i, max(0, i - 1), max(0, i - 5)])) for i in range(log.first, len(log.messages))]
        for log in logs
    }
    theirs = script.score(gold, predicted)
    ours = metrics.disentangled(gold, predicted)
    assert ours["graph P/R/F"] == tuple(round(theirs[f"graph_{part}"], 1) for part in "PRF")
    assert (ours["VI"], ours["1-1"]) == (round(theirs["VI"], 1), round(theirs["1-1"], 1))
    assert ours["exact P/R/F"] == tuple(round(theirs[f"exact_{part}"], 1) for part in "PRF")


def test_perfect_predictions_are_perfect() -> None:
    data = _two_conversations()
    assert metrics.conversations(data, {"a": 1, "b": 1, "c": 2}) == {
        "VI": 100.0, "1-1": 100.0, "exact P/R/F": (100.0, 100.0, 100.0), "pair P/R/F": (100.0, 100.0, 100.0)
    }  # fmt: skip
    assert metrics.links(data, {"b": ["a"]}) == {"link P/R/F": (100.0, 100.0, 100.0)}


def test_one_conversation_of_all_is_not() -> None:
    assert metrics.conversations(_two_conversations(), {"a": 1, "b": 1, "c": 1})["pair P/R/F"] == (33.3, 100.0, 50.0)


def _two_conversations() -> ChatSet:
    def row(conversation: str, replies_to: list[str]) -> dict[str, Any]:
        return {"conversation": conversation, "replies_to": replies_to, "noise": None, "answers": []}

    gold = {"a": row("x", []), "b": row("x", ["a"]), "c": row("y", [])}
    return ChatSet(Path(), [{"id": id} for id in gold], gold, [], [], [], [])


def test_a_set_is_read_whole(tmp_path: Path) -> None:
    for name in ("conversations", "faq", "traps"):
        (tmp_path / f"{name}.json").write_text("[]", encoding="utf-8")
    for name in ("messages", "gold", "questions"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": "m1"}\n\n', encoding="utf-8")
    assert chat_set(tmp_path).gold == {"m1": {"id": "m1"}}
    assert chat_folders(tmp_path) == [tmp_path]
