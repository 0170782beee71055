"""The whole pipeline on hand-written group chats: `python -m bench group-chat --data DIR [--model MODEL] [--predictions OUT.json] [--json]`.

DIR is one set (messages.jsonl with its gold) or a folder of sets. Each is imported into a home of its own and settled, then searched, asked and written
about, without a chat model. With `--model` one is asked while settling, about doubtful links alone. Beside each figure stands the best one of the baselines."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import metrics
from bench.baselines import baselines
from bench.labelled import ChatSet, chat_folders, chat_set
from sediment import pipeline
from sediment.config import ChatConfig
from sediment.models import Claim, Document, Judged
from sediment.questions import answers

SCORERS: Mapping[str, Callable[[ChatSet, Any], metrics.Figures]] = {
    "noise": metrics.noise,
    "links": metrics.links,
    "conversations": metrics.conversations,
    "qa": metrics.qa,
    "search": metrics.search,
    "ask": metrics.ask,
    "digest": metrics.digest,
    "faq": metrics.faq,
}
_FOUND = 20


def predictions(data: ChatSet, model: ChatConfig | None = None) -> dict[str, Any]:
    """What the pipeline makes of a set, in the export's own ids; `model` is asked about doubtful links."""
    with tempfile.TemporaryDirectory() as folder, pipeline.open_home(Path(folder)) as home:
        pipeline.import_chat(home, [data.folder / "messages.jsonl"], group=data.folder.name)
        without = home.config
        home.config = replace(without, chat=model) if model else without
        pipeline.settle(home)
        home.config = without
        judged = list(pipeline.judged(home, data.folder.name))
        native = {one.message.id: one.message.native_id or one.message.id for one in judged}
        found = _judgements(judged, native)
        questions = [question["q"] for question in data.questions]
        found["search"] = {
            question: [native[hit.message.id] for hit in pipeline.search(home, question, count=_FOUND)]
            for question in questions
        }
        found["ask"] = {question: _answer(home, question, native) for question in questions}
        # A digest a day, and the FAQ as it grows day by day.
        cited: set[str] = set()
        for day in sorted({one.message.sent_at.date() for one in judged}):
            document = pipeline.write(home, "digest", data.folder.name, since=day, until=day)
            cited |= {native[id] for claim in _claims(document) for id in _cited(claim)}
            pipeline.write(home, "faq", data.folder.name, since=day, until=day)
        found["digest"] = {"ids": sorted(cited)}
        found["faq"] = [
            {"question": entry.question, "ids": sorted({native[id] for claim in entry.answer for id in _cited(claim)})}
            for entry in pipeline.faq_entries(home, data.folder.name)
            if entry.answer
        ]
        return found


def _judgements(judged: Sequence[Judged], native: Mapping[str, str]) -> dict[str, Any]:
    links = [link for one in judged for link in one.answers]
    pairs = answers([one.message for one in judged], links)
    return {
        "noise": {native[one.message.id]: one.noise.noise if one.noise else None for one in judged},
        "links": {native[one.message.id]: [native[link.answers] for link in one.answers] for one in judged},
        "conversations": {native[one.message.id]: one.conversation_id for one in judged},
        "qa": [[native[question], native[answer]] for question, found in pairs.items() for answer in found],
    }


def _answer(home: pipeline.Home, question: str, native: Mapping[str, str]) -> dict[str, Any]:
    answer = pipeline.ask(home, question)
    return {"status": answer.status, "ids": sorted({native[id] for claim in answer.claims for id in _cited(claim)})}


def _claims(document: Document) -> Iterator[Claim]:
    yield from document.draft.lead
    for section in document.draft.sections:
        yield from section.claims


def _cited(claim: Claim) -> Iterator[str]:
    return (evidence.message_id for evidence in claim.evidence)


def scored(data: ChatSet, predicted: Mapping[str, Any]) -> dict[str, metrics.Figures]:
    return {name: SCORERS[name](data, predicted[name]) for name in SCORERS if name in predicted}


def best_baselines(data: ChatSet) -> dict[str, metrics.Figures]:
    """For each figure the best that any baseline reaches."""
    best: dict[str, metrics.Figures] = {}
    for _, metric, predicted in baselines(data):
        for figure, value in SCORERS[metric](data, predicted).items():
            known = best.setdefault(metric, {})
            known[figure] = max(known.get(figure, value), value, key=_size)
    return best


def _size(value: Any) -> float:
    """Triples are compared by F."""
    return float(value[-1] if isinstance(value, tuple) else value)


def mean(figures: Sequence[Mapping[str, metrics.Figures]]) -> dict[str, metrics.Figures]:
    """Over several sets, where the figures are numbers."""
    found: dict[str, metrics.Figures] = {}
    for metric, values in figures[0].items():
        of = {name: [one[metric][name] for one in figures if name in one[metric]] for name in values}
        found[metric] = {name: _mean(all_) for name, all_ in of.items() if not isinstance(all_[0], str)}
    return found


def _mean(values: Sequence[Any]) -> Any:
    if isinstance(values[0], tuple):
        return tuple(round(sum(column) / len(values), 1) for column in zip(*values, strict=True))
    return round(sum(values) / len(values), 1)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench group-chat", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", help="as `sediment --model`: asked who answers whom where that is in doubt")
    parser.add_argument("--base-url", default="", help="address of an OpenAI-compatible endpoint")
    parser.add_argument("--predictions", type=Path, help="where to write what was predicted (for one set)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    folders = chat_folders(options.data)
    if not folders:
        parser.error(f"no messages.jsonl with gold.jsonl under {options.data}")
    model = ChatConfig(model=options.model, base_url=options.base_url, links=True) if options.model else None
    report: dict[str, dict[str, Any]] = {}
    for folder in folders:
        data = chat_set(folder)
        predicted = predictions(data, model)
        if options.predictions:
            options.predictions.write_text(json.dumps(predicted, ensure_ascii=False, indent=1), encoding="utf-8")
        report[folder.name] = {"figures": scored(data, predicted), "baselines": best_baselines(data)}
        _show(folder.name, report[folder.name], options.json)
    if len(folders) > 1:
        report["mean"] = {part: mean([one[part] for one in report.values()]) for part in ("figures", "baselines")}
        _show("mean", report["mean"], options.json)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    return 0


def _show(name: str, report: Mapping[str, Any], quiet: bool) -> None:
    if quiet:
        return
    print(f"== {name}")
    for metric, figures in report["figures"].items():
        for figure, value in figures.items():
            base = report["baselines"].get(metric, {}).get(figure, "")
            print(f"{metric:14}{figure:36}{_text(value):>18}{_text(base):>20}")


def _text(value: Any) -> str:
    return " / ".join(map(str, value)) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
