"""Train the scorer of links from Ubuntu IRC and hand-written Chinese groups: `python -m bench train-links --data DIR`.

DIR holds `data/irc/train.jsonl` and `group_chat/**/messages.jsonl` with their gold. The same data give the same file, bit for bit.
For each message a network scores the candidates; the softmax over them is trained to put its mass on the true ones (cross-entropy, Adam)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.labelled import Linked, chat_folders, chat_links, chat_set, irc
from sediment import resources
from sediment.threads import features
from sediment.threads.scorer import Network, packed
from sediment.threads.traits import Floats, traits

HIDDEN = (64, 32)
EPOCHS = 4
RATE = 2e-3
DECAY = 1e-3
DROP = 0.1
BATCH = 64
CHAT_SHARE = 0.5  # weight of all Chinese rows together, as a share of that of IRC
_LEAST_SPREAD = 0.05

Half = NDArray[np.float16]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows of candidates with the true ones marked."""

    features: Half  # (rows, candidates, n)
    valid: Bools
    true: Bools
    weight: float = 1.0


def examples(sets: Iterable[Linked]) -> Examples:
    parts = [part for linked in sets for part in _examples_of(linked)]
    features_, valid, true = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Examples(features_, valid, true)


def _examples_of(linked: Linked) -> Iterable[tuple[Half, Bools, Bools]]:
    known = traits(linked.messages)
    row_of = {int(index): row for row, index in enumerate(known.index)}
    wanted: dict[int, list[int]] = {}
    for later, earlier in linked.links:
        if later in row_of and earlier in row_of:
            wanted.setdefault(row_of[later], []).append(row_of[later] - row_of[earlier])
    begin = int(np.searchsorted(known.index, linked.first))
    for start in range(begin, len(known.index), 512):
        grid = features.grid(known, start, min(start + 512, len(known.index)))
        true = np.zeros(grid.valid.shape, dtype=bool)
        for number, row in enumerate(grid.rows):
            true[number, [step for step in wanted.get(int(row), ()) if step <= features.CANDIDATES]] = True
        true &= grid.valid
        has_one = true.any(axis=1)
        yield grid.features[has_one].astype(np.float16), grid.valid[has_one], true[has_one]


def train(parts: Sequence[Examples], seed: int = 0) -> Network:
    """A network trained on all parts, each with its weight."""
    random = np.random.default_rng(seed)
    mean, spread = _scale(parts)
    sizes = (len(mean), *HIDDEN, 1)
    weights = [(random.standard_normal((a, b)) * np.sqrt(2 / a)).astype(np.float32) for a, b in pairwise(sizes)]
    weights[-1] *= 0.1
    biases = [np.zeros(size, dtype=np.float32) for size in sizes[1:]]
    order = np.concatenate([[(part, row) for row in range(len(p.true))] for part, p in enumerate(parts)])
    steps = EPOCHS * (len(order) // BATCH)
    adam = _Adam([*weights, *biases])
    for step in range(steps):
        at = step % (len(order) // BATCH)
        if at == 0:
            random.shuffle(order)
        batch = _batch(parts, order[at * BATCH : (at + 1) * BATCH])
        gradients = _gradients((batch[0] - mean) / spread, *batch[1:], weights, biases, random)
        adam.step(gradients, RATE * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-5)
    return Network(mean, spread, tuple(weights), tuple(biases))


def _scale(parts: Sequence[Examples]) -> tuple[Floats, Floats]:
    """Mean and spread of each feature over some thousand rows."""
    flat = np.concatenate(
        [
            part.features[:: max(1, len(part.true) // 2000)][part.valid[:: max(1, len(part.true) // 2000)]]
            for part in parts
        ]
    ).astype(np.float32)
    return flat.mean(axis=0), np.maximum(flat.std(axis=0), _LEAST_SPREAD)


def _batch(parts: Sequence[Examples], chosen: NDArray[np.int64]) -> tuple[Floats, Bools, Bools, Floats]:
    of = [(part, chosen[chosen[:, 0] == number, 1]) for number, part in enumerate(parts)]
    return (
        np.concatenate([part.features[rows] for part, rows in of]).astype(np.float32),
        np.concatenate([part.valid[rows] for part, rows in of]),
        np.concatenate([part.true[rows] for part, rows in of]),
        np.concatenate([np.full(len(rows), part.weight, dtype=np.float32) for part, rows in of]),
    )


def _gradients(
    inputs: Floats,
    valid: Bools,
    true: Bools,
    weight: Floats,
    weights: list[Floats],
    biases: list[Floats],
    random: np.random.Generator,
) -> list[Floats]:
    """Of the loss -log(sum of the chances of the true candidates), by back-propagation."""
    rows, candidates, width = inputs.shape
    layers = [inputs.reshape(rows * candidates, width)]
    for matrix, bias in zip(weights[:-1], biases[:-1], strict=True):
        layer = np.maximum(layers[-1] @ matrix + bias, 0)
        layers.append(layer * (random.random(layer.shape, dtype=np.float32) > DROP) / np.float32(1 - DROP))
    scores = np.where(valid, (layers[-1] @ weights[-1] + biases[-1]).reshape(rows, candidates), -1e9)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    target = chances * true
    target /= np.maximum(target.sum(axis=1, keepdims=True), 1e-12)
    slope: Floats = ((chances - target) * (weight / weight.sum())[:, None]).reshape(-1, 1).astype(np.float32)
    of_weights: list[Floats] = []
    of_biases: list[Floats] = []
    for number in reversed(range(len(weights))):
        of_weights.insert(0, layers[number].T @ slope)
        of_biases.insert(0, slope.sum(axis=0))
        slope = (slope @ weights[number].T) * (layers[number] > 0)
    return [*of_weights, *of_biases]


class _Adam:
    """Kingma and Ba 2015, with decoupled weight decay on matrices."""

    def __init__(self, parameters: list[Floats]) -> None:
        self._parameters = parameters
        self._first: list[Any] = [np.zeros_like(p) for p in parameters]
        self._second: list[Any] = [np.zeros_like(p) for p in parameters]
        self._steps = 0

    def step(self, gradients: list[Floats], rate: float) -> None:
        self._steps += 1
        for number, (parameter, gradient) in enumerate(zip(self._parameters, gradients, strict=True)):
            self._first[number] = 0.9 * self._first[number] + 0.1 * gradient
            self._second[number] = 0.999 * self._second[number] + 0.001 * gradient**2
            first = self._first[number] / (1 - 0.9**self._steps)
            second = self._second[number] / (1 - 0.999**self._steps)
            change = first / (np.sqrt(second) + 1e-8) + (DECAY * parameter if parameter.ndim == 2 else 0)
            parameter -= (rate * change).astype(np.float32)


def network_without(chat_english: Examples, chats: Sequence[Examples]) -> Network:
    """Trained on IRC and these Chinese sets."""
    rows = sum(len(part.true) for part in chats)
    weight = CHAT_SHARE * len(chat_english.true) / max(rows, 1)
    return train([chat_english, *(Examples(p.features, p.valid, p.true, weight) for p in chats)])


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench train-links", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=resources.folder("data") / "links.npz")
    parser.add_argument("--without", default="", help="a Chinese set to leave out, to be measured on")
    options = parser.parse_args(argv)
    english = examples(irc(options.data / "data" / "irc" / "train.jsonl"))
    folders = [path for path in chat_folders(options.data / "group_chat") if path.name != options.without]
    network = network_without(english, [examples([chat_links(chat_set(path))]) for path in folders])
    np.savez(options.out, **packed(network, "first"))
    print(
        f"{options.out}: trained on {len(english.true)} messages of IRC and on {', '.join(path.name for path in folders)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
