"""Train the model of small talk from hand-written Chinese groups: `python -m bench train-noise --data DIR`, DIR with messages.jsonl and gold below it.

A logistic model over the features of sediment.noise.smalltalk. Evidence that would be lost weighs fifteen times. `--leave-one-out` measures instead."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import metrics
from bench.labelled import ChatSet, chat_folders, chat_messages, chat_set
from sediment import resources
from sediment.noise import by_rule
from sediment.noise.setting import Setting
from sediment.noise.smalltalk import chosen, features
from sediment.threads import links

LOST = 15.0  # weight of a message that carries a point, against 1
IMPORTANT = 3.0  # of one in a conversation of importance 2 or 3
RIDGE = 3e-3
STEPS = 3000
RATE = 0.3

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The messages of one set that no rule marks."""

    data: ChatSet
    setting: Setting
    ruled: Mapping[str, str]  # what rules mark
    ids: list[str]
    values: Numbers  # (rows, features)
    noise: Numbers
    weight: Numbers


def rows_of(data: ChatSet) -> tuple[Rows, list[str]]:
    """The rows, and the names of their columns."""
    messages = chat_messages(data)
    setting = Setting(messages, links(messages))
    ruled = {mark.message_id: str(mark.noise) for mark in by_rule(setting)}
    found = features(setting, ruled)
    ids, names = list(found), sorted(next(iter(found.values())))
    values = np.array([[float(found[id][name]) for name in names] for id in ids])
    noise = np.array([float(bool(data.gold[id]["noise"])) for id in ids])
    weight = np.array([_weight(data, id) for id in ids]) / len(ids)
    return Rows(data, setting, ruled, ids, values, noise, weight), names


def _weight(data: ChatSet, id: str) -> float:
    conversation = next((c for c in data.conversations if c["id"] == data.gold[id]["conversation"]), None)
    if conversation is None:
        return 1.0
    if conversation["importance"] >= 1 and any(id in point["ids"] for point in conversation["points"]):
        return LOST
    return IMPORTANT if conversation["importance"] >= 2 else 1.0


_SUBSTANCE = (
    "length",
    "matters",
    "latin",
    "number",
    "asks",
    "quotes",
    "answered",
    "longest",
    "numbers",
    "question",
    "chain",
    "size",
    "names",
)


def _must_not_add(names: Sequence[str]) -> NDArray[np.bool_]:
    """What speaks for substance must never make a message small talk, whatever few sets say."""
    return np.array([any(word in name.split() for word in _SUBSTANCE) for name in names])


def fit(sets: Sequence[Rows], names: Sequence[str]) -> tuple[Numbers, float]:
    """Weights and bias, by gradient descent on the ridge-penalised log loss."""
    values = np.concatenate([rows.values for rows in sets])
    noise = np.concatenate([rows.noise for rows in sets])
    share = np.concatenate([rows.weight for rows in sets])
    share /= share.sum()
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    scaled = (values - mean) / spread
    weights, bias, held = np.zeros(values.shape[1]), 0.0, _must_not_add(names)
    for _ in range(STEPS):
        slope = (1 / (1 + np.exp(-(scaled @ weights + bias))) - noise) * share
        weights -= RATE * (scaled.T @ slope + RIDGE * weights)
        weights[held & (weights > 0)] = 0
        bias -= RATE * float(slope.sum())
    return weights / spread, bias - float((weights * mean / spread).sum())


def measured(rows: Rows, model: Mapping[str, float]) -> metrics.Figures:
    small = chosen(rows.setting, model, rows.ruled)
    return metrics.noise(rows.data, {**rows.ruled, **dict.fromkeys(small, "chitchat")})


def _model(weights: Numbers, bias: float, names: Sequence[str]) -> dict[str, float]:
    return {"bias": round(bias, 3)} | {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench train-noise", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=resources.folder("data") / "smalltalk.json")
    parser.add_argument("--leave-one-out", action="store_true", help="measure instead of writing")
    options = parser.parse_args(argv)
    found = [rows_of(chat_set(path)) for path in chat_folders(options.data)]
    sets, names = [rows for rows, _ in found], found[0][1]
    if options.leave_one_out:
        for rows in sets:
            model = _model(*fit([other for other in sets if other is not rows], names), names)
            print(rows.data.folder.name, measured(rows, model))
        return 0
    model = _model(*fit(sets, names), names)
    options.out.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    print(f"{options.out}: trained on {', '.join(rows.data.folder.name for rows in sets)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
