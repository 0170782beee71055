"""What search finds among passages that wait for their vectors: `python -m bench waiting --data DIR [--among LOGS.jsonl] [--json]`.

DIR is a folder of hand-written group chats. All are imported into one home, each log of IRC beside them as a group, and all groups are searched at once: by
words alone, with rough vectors too, and once every passage has its vector. Any@k: of how many questions a message of the answer is among the first k."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench import metrics
from bench.group_chat import mean
from bench.labelled import ChatSet, Linked, chat_folders, chat_set, irc
from sediment import pipeline
from sediment.models import Message
from sediment.pipeline import embedding
from sediment.protocols import Embedder

_FOUND = 20


class _WordsOnly:
    """An embedder that has no rough vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self.model_id, self.dimension = embedder.model_id, embedder.dimension
        self.passages, self.queries = embedder.passages, embedder.queries

    def rough(self, texts: Sequence[str]) -> None:
        return None


def measure(folders: Sequence[Path], crowd: Iterable[Linked]) -> dict[str, metrics.Figures]:
    """By what a passage is found, the mean figures of the sets."""
    sets = [chat_set(folder) for folder in folders]
    with tempfile.TemporaryDirectory() as folder, pipeline.open_home(Path(folder) / "home") as home:
        for data in sets:
            pipeline.import_chat(home, [data.folder / "messages.jsonl"], group=data.folder.name)
        for log in crowd:
            export = Path(folder) / f"{log.name}.jsonl"
            export.write_text("".join(f"{json.dumps(_row(message))}\n" for message in log.messages), encoding="utf-8")
            pipeline.import_chat(home, [export], group=log.name)
        at_once, embedding.AT_ONCE = embedding.AT_ONCE, 0
        pipeline.settle(home)
        embedding.AT_ONCE = at_once
        embedder = home.embedder
        found = {}
        for name, home.given_embedder in (("words", _WordsOnly(embedder)), ("words and rough vectors", embedder)):
            del home.embedder
            found[name] = _searched(home, sets)
        pipeline.settle(home, all_vectors=True)
        return found | {"vectors of all": _searched(home, sets)}


def _row(message: Message) -> dict[str, Any]:
    return {"id": message.id, "time": message.sent_at.isoformat(), "sender": message.sender, "text": message.text}


def _searched(home: pipeline.Home, sets: Sequence[ChatSet]) -> metrics.Figures:
    return mean([{"search": metrics.search(data, _found(home, data))} for data in sets])["search"]


def _found(home: pipeline.Home, data: ChatSet) -> dict[str, list[str]]:
    judged = pipeline.judged(home, data.folder.name)
    native = {one.message.id: one.message.native_id or one.message.id for one in judged}
    return {
        question["q"]: [native.get(hit.message.id, "") for hit in pipeline.search(home, question["q"], count=_FOUND)]
        for question in data.questions
    }


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench waiting", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--among", type=Path, help="logs of Ubuntu IRC, train.jsonl")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    folders = chat_folders(options.data)
    if not folders:
        parser.error(f"no messages.jsonl with gold.jsonl under {options.data}")
    report = measure(folders, irc(options.among) if options.among else ())
    if options.json:
        print(json.dumps(report))
        return 0
    for name, figures in report.items():
        print(f"{name:24}", *(f"{figure} {value:5}" for figure, value in figures.items()))
    return 0
