"""Training of sediment.threads.scorer.Network: for each message the softmax over its candidates shall put its mass on the true ones.

Cross-entropy, Adam (Kingma and Ba, 2015) with decoupled weight decay, dropout, a cosine rate; numpy only, the same result each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.threads.scorer import Network

HIDDEN = (64, 32)
EPOCHS = 3
RATE = 2e-3
DECAY = 1e-3
DROP = 0.2
BATCH = 64
_LEAST_SPREAD = 0.05
_SCALED_BY = 2000  # rows of each part that tell mean and spread

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows of candidates with the true ones marked."""

    features: NDArray[np.float16]  # (rows, candidates, n)
    valid: Bools
    true: Bools
    weight: float = 1.0

    def weighing(self, weight: float) -> Examples:
        return replace(self, weight=weight)


def joined(parts: Sequence[Examples]) -> Examples:
    return Examples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.valid for part in parts]),
        np.concatenate([part.true for part in parts]),
    )


def train(parts: Sequence[Examples], seed: int = 0) -> Network:
    """A network trained on all parts, each row with the weight of its part."""
    random = np.random.default_rng(seed)
    mean, spread = _scale(parts)
    sizes = (len(mean), *HIDDEN, 1)
    weights: list[Floats] = [
        (random.standard_normal((fan_in, size)) * np.sqrt(2 / fan_in)).astype(np.float32)
        for fan_in, size in pairwise(sizes)
    ]
    weights[-1] *= np.float32(0.1)
    biases: list[Floats] = [np.zeros(size, dtype=np.float32) for size in sizes[1:]]
    order = np.array([(number, row) for number, part in enumerate(parts) for row in range(len(part.true))])
    batches = len(order) // BATCH
    adam = _Adam([*weights, *biases])
    for step in range(EPOCHS * batches):
        at = step % batches
        if at == 0:
            random.shuffle(order)
        inputs, valid, true, weight = _batch(parts, order[at * BATCH : (at + 1) * BATCH])
        gradients = _gradients((inputs - mean) / spread, valid, true, weight, weights, biases, random)
        adam.step(gradients, RATE / 2 * (1 + np.cos(np.pi * step / (EPOCHS * batches))) + 1e-5)
    return Network(mean, spread, tuple(weights), tuple(biases))


def _scale(parts: Sequence[Examples]) -> tuple[Floats, Floats]:
    some = [slice(None, None, max(1, len(part.true) // _SCALED_BY)) for part in parts]
    flat = np.concatenate([part.features[rows][part.valid[rows]] for part, rows in zip(parts, some, strict=True)])
    mean, spread = flat.mean(axis=0, dtype=np.float64), flat.std(axis=0, dtype=np.float64)
    return mean.astype(np.float32), np.maximum(spread, _LEAST_SPREAD).astype(np.float32)


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
        kept = random.random(layer.shape, dtype=np.float32) > DROP
        layers.append(layer * kept / np.float32(1 - DROP))
    scores = np.where(valid, (layers[-1] @ weights[-1] + biases[-1]).reshape(rows, candidates), -1e9)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    target = chances * true
    target /= np.maximum(target.sum(axis=1, keepdims=True), 1e-12)
    slope = ((chances - target) * (weight / weight.sum())[:, None]).reshape(-1, 1).astype(np.float32)
    of_weights: list[Floats] = []
    of_biases: list[Floats] = []
    for number in reversed(range(len(weights))):
        of_weights.insert(0, layers[number].T @ slope)
        of_biases.insert(0, slope.sum(axis=0))
        slope = (slope @ weights[number].T) * (layers[number] > 0)
    return [*of_weights, *of_biases]


class _Adam:
    def __init__(self, parameters: list[Floats]) -> None:
        self._parameters = parameters
        self._means: list[Any] = [np.zeros_like(parameter) for parameter in parameters]
        self._squares: list[Any] = [np.zeros_like(parameter) for parameter in parameters]
        self._steps = 0

    def step(self, gradients: list[Floats], rate: float) -> None:
        self._steps += 1
        for number, (parameter, gradient) in enumerate(zip(self._parameters, gradients, strict=True)):
            self._means[number] = 0.9 * self._means[number] + 0.1 * gradient
            self._squares[number] = 0.999 * self._squares[number] + 0.001 * gradient**2
            mean = self._means[number] / (1 - 0.9**self._steps)
            square = self._squares[number] / (1 - 0.999**self._steps)
            decay = DECAY * parameter if parameter.ndim == 2 else 0
            parameter -= (rate * (mean / (np.sqrt(square) + 1e-8) + decay)).astype(np.float32)
