"""What is marked as noise on hand-written groups: `python -m bench noise --data DIR [--show]`; on ChineseHarm-Bench: `--harm FILE`.

DIR holds sets as ../shared/bench/group_chat; links come from sediment.threads. Lost are marked messages that belong to a conversation of importance 2
or 3, and those that carry one of its points. FILE is as ../shared/bench/data/chineseharm/dev.jsonl: nothing is trained on it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import metrics
from bench.labelled import ChatSet, chat_folders, chat_messages, chat_set
from sediment import threads
from sediment.models import Message, NoiseMark
from sediment.noise import marks
from sediment.noise.harm import Harm, harm

_CLEAN = "不违规"
_LABELS: Mapping[Harm | None, str] = {
    "gambling": "博彩",
    "porn": "低俗色情",
    "abuse": "谩骂引战",
    "fraud": "欺诈",
    "black_market": "黑产广告",
    None: _CLEAN,
}
_ANY_TIME = datetime(2025, 1, 1, tzinfo=UTC)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench noise", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="a folder of group_chat sets, or one set")
    source.add_argument("--harm", type=Path, help="a file of ChineseHarm-Bench")
    parser.add_argument("--show", action="store_true", help="list the misses too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    if options.harm:
        figures, misses = _of_harm(options.harm)
    else:
        figures, misses = _of_sets(options.data)
    _print(figures, misses if options.show else [], as_json=options.json)
    return 0


def _print(figures: Mapping[str, metrics.Figures], misses: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, values in figures.items():
        print(name)
        for key, value in values.items():
            print(f"  {key:28}{value}")
    print(*misses, sep="\n")


# ---- groups ---------------------------------------------------------------------------------------------------------


def _of_sets(folder: Path) -> tuple[dict[str, metrics.Figures], list[str]]:
    figures, misses = {}, []
    for path in chat_folders(folder):
        data = chat_set(path)
        messages = chat_messages(data)
        found = marks(messages, threads.links(messages))
        figures[path.name] = _figures(data, found)
        misses += [f"{path.name} {line}" for line in _misses(data, messages, found)]
    return figures, misses


def _figures(data: ChatSet, found: Mapping[str, NoiseMark]) -> metrics.Figures:
    """As metrics.noise, then the share found of each class of the gold, and gold class → ours with how often."""
    pairs = Counter(
        (row["noise"] or "-", str(found[id].noise) if id in found else "-") for id, row in data.gold.items()
    )
    gold = Counter(row["noise"] for row in data.gold.values() if row["noise"])
    return {
        **metrics.noise(data, {id: mark.noise for id, mark in found.items()}),
        "found of each class": {name: f"{total - pairs[name, '-']}/{total}" for name, total in gold.most_common()},
        "gold → ours": {f"{a} → {b}": n for (a, b), n in pairs.most_common() if a != b},
        "reasons": dict(Counter(mark.reason for mark in found.values()).most_common()),
    }


def _misses(data: ChatSet, messages: Sequence[Message], found: Mapping[str, NoiseMark]) -> Iterator[str]:
    for message in messages:
        gold, mark = data.gold[message.id]["noise"], found.get(message.id)
        if bool(gold) != bool(mark):
            why = f"{mark.noise} ({mark.reason})" if mark else "-"
            yield f"{message.id}  gold {gold or '-'}, ours {why}  {message.name}: {' '.join(message.text.split())[:80]}"


# ---- ChineseHarm-Bench ----------------------------------------------------------------------------------------------


def _of_harm(path: Path) -> tuple[dict[str, metrics.Figures], list[str]]:
    """ChineseHarm-Bench (zjunlp, 2025): F1 of each class and their mean, and all that is bad against what is clean.

    `as noise` is how many posts of each class a group would see marked as an ad; abuse is none, and one cue is not enough there."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = [(row["label"], _LABELS[harm(row["text"])]) for row in rows]
    labels = Counter(gold for gold, _ in pairs)
    scores = {label: _f1(pairs, label) for label in labels}
    bad = [gold for gold, ours in pairs if ours != _CLEAN]
    figures = {
        "bad P/R/F": metrics.prf(len(bad) - bad.count(_CLEAN), len(bad), len(pairs) - labels[_CLEAN]),
        "F1 of each class": scores,
        "macro-F1": round(sum(scores.values()) / len(scores), 1),
        "as noise": dict(Counter(row["label"] for number, row in enumerate(rows) if _is_ad(row["text"], str(number)))),
    }
    misses = [
        f"{gold} → {ours}  {' '.join(row['text'].split())[:80]}"
        for row, (gold, ours) in zip(rows, pairs, strict=True)
        if gold != ours
    ]
    return {path.name: figures}, misses


def _f1(pairs: Sequence[tuple[str, str]], label: str) -> float:
    right = sum(gold == ours == label for gold, ours in pairs)
    return metrics.prf(right, sum(ours == label for _, ours in pairs), sum(gold == label for gold, _ in pairs))[2]


def _is_ad(text: str, id: str) -> bool:
    mark = marks([Message(id, "harm", _ANY_TIME, "u", "u", "text", text)]).get(id)
    return mark is not None and mark.noise == "ad"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
