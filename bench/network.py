"""Training of sediment.threads.scorer.Network: for each message the softmax over its candidates shall put its mass on the true ones.

Cross-entropy, Adam (Kingma and Ba, 2015) with decoupled weight decay, dropout, a cosine rate; numpy only, the same result each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.threads.scorer import HEADS, Network

HIDDEN = (64, 32)
EPOCHS = 3
RATE = 2e-3
DECAY = 1e-3
DROP = 0.2
BATCH = 64
_LEAST_SPREAD = 0.05
_SCALED_BY = 10_000  # rows that tell mean and spread

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows of candidates with the true ones of each head marked."""

    features: NDArray[np.float16]  # (rows, candidates, n)
    stands_for: NDArray[np.float16]  # (rows, candidates): how many candidates each stands for, 0 where there is none
    true: Bools  # (rows, candidates, heads)
    weight: Floats  # (rows,)

    def weighing(self, weight: float) -> Examples:
        return replace(self, weight=np.full_like(self.weight, weight))


def joined(parts: Sequence[Examples]) -> Examples:
    return Examples(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("features", "stands_for", "true", "weight")
        )
    )


def train(examples: Examples, seed: int = 0) -> Network:
    """A network trained on all rows, each with its weight."""
    random = np.random.default_rng(seed)
    mean, spread = _scale(examples)
    sizes = (len(mean), *HIDDEN, HEADS)
    weights: list[Floats] = [
        (random.standard_normal((fan_in, size)) * np.sqrt(2 / fan_in)).astype(np.float32)
        for fan_in, size in pairwise(sizes)
    ]
    weights[-1] *= np.float32(0.1)
    biases: list[Floats] = [np.zeros(size, dtype=np.float32) for size in sizes[1:]]
    order = np.arange(len(examples.true))
    batches = len(order) // BATCH
    adam = _Adam([*weights, *biases])
    for step in range(EPOCHS * batches):
        at = step % batches
        if at == 0:
            random.shuffle(order)
        rows = order[at * BATCH : (at + 1) * BATCH]
        inputs = (examples.features[rows].astype(np.float32) - mean) / spread
        stands_for, weight = examples.stands_for[rows].astype(np.float32), examples.weight[rows]
        gradients = _gradients(inputs, stands_for, examples.true[rows], weight, weights, biases, random)
        adam.step(gradients, RATE / 2 * (1 + np.cos(np.pi * step / (EPOCHS * batches))) + 1e-5)
    return Network(mean, spread, tuple(weights), tuple(biases))


def _scale(examples: Examples) -> tuple[Floats, Floats]:
    some = slice(None, None, max(1, len(examples.true) // _SCALED_BY))
    flat = examples.features[some][examples.stands_for[some] > 0]
    mean, spread = flat.mean(axis=0, dtype=np.float64), flat.std(axis=0, dtype=np.float64)
    return mean.astype(np.float32), np.maximum(spread, _LEAST_SPREAD).astype(np.float32)


def _gradients(
    inputs: Floats,
    stands_for: Floats,
    true: Bools,
    weight: Floats,
    weights: list[Floats],
    biases: list[Floats],
    random: np.random.Generator,
) -> list[Floats]:
    """Of the loss, for each head, -log(sum of the chances of the true candidates), by back-propagation."""
    rows, candidates, width = inputs.shape
    layers = [inputs.reshape(rows * candidates, width)]
    for matrix, bias in zip(weights[:-1], biases[:-1], strict=True):
        layer = layers[-1] @ matrix
        layer += bias
        np.maximum(layer, 0, out=layer)
        # One mask for all candidates of a row: they are compared with one another.
        kept = (random.random((rows, 1, layer.shape[1]), dtype=np.float32) > DROP) / np.float32(1 - DROP)
        by_row = layer.reshape(rows, candidates, -1)
        by_row *= kept
        layers.append(layer)
    scores = (layers[-1] @ weights[-1] + biases[-1]).reshape(rows, candidates, -1)
    scores = np.where(stands_for[:, :, None] > 0, scores, -1e9)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True)) * stands_for[:, :, None]
    chances /= chances.sum(axis=1, keepdims=True)
    target = chances * true
    mass = target.sum(axis=1, keepdims=True)
    target /= np.maximum(mass, 1e-12)
    known = (mass > 0) * (weight / weight.sum())[:, None, None]
    slope = ((chances - target) * known).reshape(-1, true.shape[2]).astype(np.float32)
    of_weights: list[Floats] = []
    of_biases: list[Floats] = []
    for number in reversed(range(len(weights))):
        of_weights.insert(0, layers[number].T @ slope)
        of_biases.insert(0, slope.sum(axis=0))
        if number:
            slope = slope @ weights[number].T
            slope *= layers[number] > 0
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
