"""The FAQ as it grows day by day on hand-written group chats: `python -m bench faq --data DIR [--json]`.

DIR is one set or a folder of sets. No chat model is asked. An entry belongs to the gold question with whose evidence its answer shares most messages."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import metrics
from bench.labelled import ChatSet, chat_folders, chat_set
from sediment import pipeline
from sediment.models import FaqEntry

Step = tuple[str, str, frozenset[str]]  # day, relation, messages


@dataclass(frozen=True, slots=True)
class Entry:
    """What the FAQ says, in the export's own ids."""

    question: str
    asked: frozenset[str]  # messages that ask it
    ids: frozenset[str]  # messages that the answer stands on; none while it is open
    steps: tuple[Step, ...]


def grown(data: ChatSet) -> list[Entry]:
    """The FAQ after one run for each day."""
    with tempfile.TemporaryDirectory() as folder, pipeline.open_home(Path(folder)) as home:
        group = data.folder.name
        pipeline.import_chat(home, [data.folder / "messages.jsonl"], group=group)
        judged = list(pipeline.judged(home, group))
        native = {one.message.id: one.message.native_id or one.message.id for one in judged}
        for day in sorted({one.message.sent_at.date() for one in judged}):
            pipeline.write(home, "faq", group, since=day, until=day)
        return [_entry(entry, native) for entry in pipeline.faq_entries(home, group)]


def figures(data: ChatSet, entries: Sequence[Entry]) -> dict[str, Any]:
    """Counts, each `right/of`, or alone."""
    answered = [entry for entry in entries if entry.ids]
    found = metrics.faq(data, [{"ids": entry.ids} for entry in answered])
    asks = {id: _group(gold) for gold in data.faq for id in gold["asked_by"]}
    mixed = [entry for entry in entries if len({asks[id] for id in entry.asked if id in asks}) > 1]
    return found | {
        "entries of several gold questions": len(mixed),
        "questions asked again that joined": _ratio(_joined(data, entries)),
        "unanswered ones kept open": _ratio(_open(data, entries)),
        "steps of history found": _ratio(_steps(data, answered)),
        "steps told that are gold": _ratio(_told(data, answered)),
    }


def _entry(entry: FaqEntry, native: Mapping[str, str]) -> Entry:
    def ids(claims: Sequence[Any]) -> frozenset[str]:
        return frozenset(native[e.message_id] for claim in claims for e in claim.evidence)

    steps = tuple((change.at.date().isoformat(), change.relation, ids(change.claims)) for change in entry.history)
    return Entry(entry.question, frozenset(native[w.message_id] for w in entry.wordings), ids(entry.answer), steps)


def _group(gold: Mapping[str, Any]) -> str:
    return str(gold.get("group") or gold["question"])


def _joined(data: ChatSet, entries: Sequence[Entry]) -> tuple[int, int]:
    """Of the messages that ask what was asked before, and that stand in the FAQ, those that stand in the entry of an earlier one."""
    home = {id: place for place, entry in enumerate(entries) for id in entry.asked}
    right = total = 0
    for gold in data.faq:
        asked = [home[id] for id in sorted(gold["asked_by"]) if id in home]
        right += sum(place in asked[:n] for n, place in enumerate(asked))
        total += max(0, len(asked) - 1)
    return right, total


def _open(data: ChatSet, entries: Sequence[Entry]) -> tuple[int, int]:
    """Of the gold questions that nobody answered, those that stand in the FAQ, and as open."""
    unanswered = [set(gold["asked_by"]) for gold in data.faq if gold["status"] == "unanswered"]
    kept = [asked for asked in unanswered if any(asked & entry.asked and not entry.ids for entry in entries)]
    return len(kept), len(unanswered)


def _steps(data: ChatSet, answered: Sequence[Entry]) -> tuple[int, int]:
    """Of the gold steps after the first, those that an entry tells on that day, with that relation and one of those messages."""
    told = [step for entry in answered for step in entry.steps]
    gold = [step for steps in _gold_steps(data).values() for step in steps]
    return sum(any(_same(step, one) for one in told) for step in gold), len(gold)


def _told(data: ChatSet, answered: Sequence[Entry]) -> tuple[int, int]:
    """The other way round, for the entries that belong to a gold question with a history."""
    gold = [step for steps in _gold_steps(data).values() for step in steps]
    known = frozenset(id for _, _, ids in gold for id in ids)
    told = [step for entry in answered for step in entry.steps if step[1] != "first" and step[2] & known]
    return sum(any(_same(step, one) for one in gold) for step in told), len(told)


def _gold_steps(data: ChatSet) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for gold in data.faq:
        for step in gold.get("history", ()):
            if step["relation"] != "first":
                found[_group(gold)].append((step["date"], step["relation"], frozenset(step["ids"])))
    return found


def _same(one: Step, other: Step) -> bool:
    return one[:2] == other[:2] and bool(one[2] & other[2])


def _ratio(counts: tuple[int, int]) -> str:
    return f"{counts[0]}/{counts[1]}"


def total(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All sets together; shares in per cent are left out."""
    summed: dict[str, Any] = {}
    for name, first in reports[0].items():
        values = [report[name] for report in reports]
        if isinstance(first, int):
            summed[name] = sum(values)
        elif isinstance(first, str):
            parts = [tuple(map(int, value.split("/"))) for value in values]
            summed[name] = _ratio((sum(a for a, _ in parts), sum(b for _, b in parts)))
    return summed


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench faq", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    folders = chat_folders(options.data)
    if not folders:
        parser.error(f"no messages.jsonl with gold.jsonl under {options.data}")
    report: dict[str, dict[str, Any]] = {}
    for folder in folders:
        data = chat_set(folder)
        report[folder.name] = figures(data, grown(data))
    if len(folders) > 1:
        report["all"] = total(list(report.values()))
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return 0
    for name, found in report.items():
        print(f"== {name}")
        for figure, value in found.items():
            print(f"{figure:40}{value!s:>12}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
