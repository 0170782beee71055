"""Where topics end in dialogues and meetings: `python -m bench segment --data DIR`, DIR with a folder of JSON lines for each set.

A line has `utterances`, `segments` (how many utterances each topic has, in order) and perhaps `speakers`. Pk (Beeferman et al., 1999) and WindowDiff
(Pevzner and Hearst, 2002) are errors, in the two conventions that are in use, that of segeval and that of NLTK. Whoever cuts nothing has a low Pk: read it with
the F1 of the boundaries. Score is that of SuperDialseg (Jiang et al., 2023): F1 / 2 + (1 - Pk) / 4 + (1 - WD) / 4, in NLTK's convention. The simple ways are
told how long topics are on average, and lexical TextTiling gets the window and the cutoff that suit each file best; ours gets neither."""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sediment.config import IndexConfig
from sediment.index import embedder as embedder_of
from sediment.models import Message
from sediment.protocols import Embedder
from sediment.threads.topic_features import across, dips, weighted_words
from sediment.threads.topics import boundaries

Cuts = frozenset[int]  # places where a topic starts, 0 left out
Figures = dict[str, float]
_ANY_TIME = datetime(2025, 1, 1, tzinfo=UTC)
_ROLE = re.compile(r"(坐席|客户)[:：]")
_WINDOWS, _CUTOFFS = (1, 2, 3, 5, 8), np.arange(-1, 2.6, 0.25)


@dataclass(frozen=True, slots=True)
class Dialogue:
    messages: tuple[Message, ...]
    cuts: Cuts


def dialogues(path: Path) -> list[Dialogue]:
    return [_dialogue(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _dialogue(row: Mapping[str, list[str]]) -> Dialogue:
    """Two people take turns where the row does not say who speaks; a role may stand before the words."""
    messages = []
    for number, text in enumerate(row["utterances"]):
        role = _ROLE.match(text)
        sender = row["speakers"][number] if "speakers" in row else role[1] if role else "ab"[number % 2]
        said = text[role.end() :] if role else text
        at = _ANY_TIME + timedelta(seconds=30 * number)
        messages.append(Message(str(number), "g", at, str(sender), str(sender), "text", said))
    return Dialogue(tuple(messages), frozenset(accumulate(map(int, row["segments"][:-1]))))


# ---- measures -------------------------------------------------------------------------------------------------------


def errors(predicted: Cuts, gold: Cuts, length: int) -> dict[str, float]:
    """Pk and WindowDiff as segeval and as NLTK count them, and F1, each 0–1. The window is half of the mean length of the gold topics, at least 2."""
    window = max(2, round(length / (len(gold) + 1) / 2))
    ours, theirs = _flags(predicted, length), _flags(gold, length)
    a, b = np.cumsum(ours), np.cumsum(theirs)
    apart = (a[window:] - a[:-window], b[window:] - b[:-window])  # segeval: cuts between two utterances, a window apart
    within = (
        _sums(ours, window),
        _sums(theirs, window),
    )  # NLTK: cuts at the places of a window, the end of the text counting as one
    both = len(predicted & gold)
    return {
        "Pk": _share((apart[0] > 0) != (apart[1] > 0)),
        "WD": _share(apart[0] != apart[1]),
        "Pk nltk": _share((within[0] > 0) != (within[1] > 0)),
        "WD nltk": _share(within[0] != within[1]),
        "F1": 2 * both / (len(predicted) + len(gold)) if both else 0.0,
    }


def _flags(cuts: Cuts, length: int) -> NDArray[np.int64]:
    flags = np.zeros(length, dtype=np.int64)
    flags[list(cuts)] = 1
    return flags


def _sums(flags: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """Over each run of `window` utterances, of the cuts after them."""
    after = np.append(flags[1:], 0)
    return (
        np.convolve(after, np.ones(window, dtype=np.int64), "valid")
        if len(flags) >= window
        else np.zeros(0, dtype=np.int64)
    )


def _share(wrong: NDArray[np.bool_]) -> float:
    return float(wrong.mean()) if len(wrong) else 0.0


def measured(predicted: Sequence[Cuts], gold: Sequence[Dialogue]) -> Figures:
    """Per cent, each the mean over dialogues; `topics` is how many more topics than there are."""
    each = [errors(cuts, one.cuts, len(one.messages)) for cuts, one in zip(predicted, gold, strict=True)]
    means = {name: 100 * float(np.mean([one[name] for one in each])) for name in each[0]}
    means["Score"] = means["F1"] / 2 + (200 - means["Pk nltk"] - means["WD nltk"]) / 4
    means["topics"] = float(np.mean([len(cuts) - len(one.cuts) for cuts, one in zip(predicted, gold, strict=True)]))
    return {name: round(value, 1) for name, value in means.items()}


# ---- ways to cut ----------------------------------------------------------------------------------------------------


def ways(of: Sequence[Dialogue], embedder: Embedder) -> Iterator[tuple[str, list[Cuts]]]:
    """(name, the cuts of each dialogue)."""
    mean = sum(len(one.messages) for one in of) / sum(len(one.cuts) + 1 for one in of)
    step = max(2, round(mean))
    choose = random.Random(0)
    yield "no boundary", [frozenset() for _ in of]
    yield "even", [frozenset(range(step, len(one.messages), step)) for one in of]
    yield "random", [frozenset(i for i in range(1, len(one.messages)) if choose.random() < 1 / mean) for one in of]
    yield "lexical TextTiling", _texttiling(of)
    yield "ours", [frozenset(boundary.index for boundary in boundaries(one.messages, embedder)) for one in of]


def _texttiling(of: Sequence[Dialogue]) -> list[Cuts]:
    """Hearst, 1997: cuts where the words before and after differ most, with the window and the cutoff that score best on these very dialogues."""
    rows = [weighted_words(one.messages) for one in of]
    tried = []
    for width in _WINDOWS:
        depths = [dips(across(words, width)) for words in rows]
        tried += [[_deep(depth, cutoff) for depth in depths] for cutoff in _CUTOFFS]
    return max(tried, key=lambda cuts: measured(cuts, of)["Score"])


def _deep(depths: NDArray[np.float64], cutoff: float) -> Cuts:
    """Local maxima that lie so many standard deviations over the mean."""
    if not len(depths):
        return frozenset()
    padded = np.concatenate([[-1], depths, [-1]])
    is_cut = (depths > depths.mean() + cutoff * depths.std()) & (depths >= padded[:-2]) & (depths > padded[2:])
    return frozenset(int(at) + 1 for at in np.flatnonzero(is_cut))


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench segment", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=["zys", "vcsum", "tiage", "dialseg711"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    paths = [
        path for name in options.sets for path in sorted((options.data / name).glob("*.jsonl")) if path.stem != "train"
    ]
    if not paths:
        parser.error(f"no {options.sets[0]}/*.jsonl in {options.data}")
    embedder = embedder_of(IndexConfig(), Path())
    report: dict[str, dict[str, Figures]] = {}
    for path in paths:
        name, of = f"{path.parent.name}/{path.stem}", dialogues(path)
        report[name] = {}
        _say(f"\n{name}: {len(of)} dialogues, {sum(len(one.messages) for one in of)} utterances", quiet=options.json)
        for way, cuts in ways(of, embedder):
            report[name][way] = measured(cuts, of)
            _say(_line(way, report[name][way]), quiet=options.json)
    if options.json:
        print(json.dumps(report))
    return 0


def _say(text: str, *, quiet: bool) -> None:
    if not quiet:
        print(text, flush=True)


def _line(way: str, figures: Figures) -> str:
    return f"  {way:20}" + "  ".join(f"{name} {value:5.1f}" for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
