"""How much personal data `redaction` finds in labelled chats, and what it takes for some.

python -m bench pii --data DIR

DIR is a group-chat set or holds some: pii.json lists the exact strings that are personal data, not_pii.json or pii_lookalikes.json those that are not."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.labelled import chat_folders
from sediment.redaction import Finding, findings

_LOOK_ALIKES = ("not_pii.json", "pii_lookalikes.json")


@dataclass
class Tally:
    messages: int = 0
    seconds: float = 0.0
    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    look_alikes: int = 0
    mistaken: list[str] = field(default_factory=list)  # look-alikes that were taken for personal data
    unlabelled: list[str] = field(default_factory=list)  # findings that no label explains

    def figures(self) -> dict[str, Any]:
        found, labelled = self.found.total(), self.labelled.total()
        wrong = len(self.mistaken) + len(self.unlabelled)
        return {
            "messages": self.messages,
            "messages_per_second": round(self.messages / self.seconds) if self.seconds else 0,
            "recall": round(100 * found / labelled, 1) if labelled else 0.0,
            "precision": round(100 * found / (found + wrong), 1) if found + wrong else 0.0,
            "by_kind": {kind: [self.found[kind], count] for kind, count in sorted(self.labelled.items())},
            "look_alikes_kept": [self.look_alikes - len(self.mistaken), self.look_alikes],
            "mistaken": self.mistaken,
            "unlabelled": self.unlabelled,
        }


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench pii", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a group-chat set, or a folder that holds some")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    figures = measure(chat_folders(options.data))
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else _table(figures))
    return 0


def measure(folders: Sequence[Path]) -> dict[str, Any]:
    tally = Tally()
    for folder in folders:
        _measure(folder, tally)
    return tally.figures()


def _measure(folder: Path, tally: Tally) -> None:
    labels, look_alikes = list(_labels(folder, ["pii.json"])), list(_labels(folder, _LOOK_ALIKES))
    for line in (folder / "messages.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        started = time.process_time()
        found = findings(row["text"])
        tally.seconds += time.process_time() - started
        tally.messages += 1
        explained = _count(row, found, [one for one in labels if one["id"] == row["id"]], tally)
        # A key is no personal data to those who labelled, but must not get out either.
        rest = [one for one in found if one not in explained and one.kind != "secret"]
        near = [one for one in look_alikes if one["id"] == row["id"] and "密钥" not in one["why"]]
        tally.look_alikes += len(near)
        for finding in rest:
            text = row["text"][finding.start : finding.end]
            is_near = any(text in one["text"] or one["text"] in text for one in near)
            (tally.mistaken if is_near else tally.unlabelled).append(f"{finding.kind}: {text}")


def _count(
    row: dict[str, Any], found: Sequence[Finding], labels: Sequence[dict[str, Any]], tally: Tally
) -> set[Finding]:
    """The findings that cover a label from end to end."""
    explained: set[Finding] = set()
    for label in labels:
        start = row["text"].find(label["text"])
        over = {one for one in found if one.start <= start and one.end >= start + len(label["text"])}
        tally.labelled[label["type"]] += 1
        tally.found[label["type"]] += bool(over)
        explained |= over
    return explained


def _labels(folder: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        path = folder / name
        yield from json.loads(path.read_text(encoding="utf-8")) if path.is_file() else ()


def _table(figures: dict[str, Any]) -> str:
    lines = [f"{figures['messages']} messages, {figures['messages_per_second']} a CPU second"]
    lines.append(f"recall {figures['recall']} %, precision {figures['precision']} %")
    lines += [f"   {kind:12}{found:4} of {of}" for kind, (found, of) in figures["by_kind"].items()]
    lines.append(f"look-alikes left alone: {figures['look_alikes_kept'][0]} of {figures['look_alikes_kept'][1]}")
    lines += [f"   not personal: {text}" for text in (*figures["mistaken"], *figures["unlabelled"])]
    return "\n".join(lines)
