"""The trained scorer: small networks of plain arrays in data/links.npz, evaluated with numpy. `python -m bench train-links` makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count

import numpy as np

from sediment import resources
from sediment.threads.features import Bools
from sediment.threads.traits import Floats

HEADS = 2
"What a network tells of each candidate: that it is the one that is answered, and that it is of the same talk."
ANSWERED, TALK = range(HEADS)


@dataclass(frozen=True, slots=True)
class Network:
    """Rectified layers; the last one gives HEADS numbers. Inputs are scaled as (x - mean) / spread first."""

    mean: Floats
    spread: Floats
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    def scores(self, features: Floats) -> Floats:
        """`features` (…, n) -> scores (…, HEADS)."""
        return self.told(self.scaled(features))

    def scaled(self, features: Floats) -> Floats:
        # In place, as below: half the time goes into moving these arrays about.
        layer: Floats = features - self.mean
        layer /= self.spread
        return layer

    def is_scaled_as(self, other: Network) -> bool:
        return np.array_equal(self.mean, other.mean) and np.array_equal(self.spread, other.spread)

    def told(self, layer: Floats) -> Floats:
        """The scores of `scaled` features."""
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            layer = layer @ weight
            layer += bias
            np.maximum(layer, np.float32(0), out=layer)
        scores: Floats = layer @ self.weights[-1] + self.biases[-1]
        return scores

    def chances(self, features: Floats, valid: Bools) -> Floats:
        """How probable each candidate of each row is, (rows, candidates, HEADS); over the candidates they sum to 1. `features` (rows, candidates, n)."""
        return _normed(self.scores(_those(features, valid)), valid)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Three looks: at each candidate alone, with what the first look made of the messages before, and with what the second made of those before and after."""

    first: Network
    second: tuple[Network, ...]
    third: tuple[Network, ...]

    def packed(self) -> dict[str, Floats]:
        """As named arrays, to be written to one file."""
        arrays = _packed(self.first, "first")
        for name, networks in (("second", self.second), ("third", self.third)):
            for number, network in enumerate(networks):
                arrays |= _packed(network, f"{name}{number}")
        return arrays


def mean_chances(networks: Sequence[Network], features: Floats, valid: Bools) -> Floats:
    """The mean of what the networks tell, which varies less than what each does."""
    total: Floats = np.zeros((*valid.shape, HEADS), dtype=np.float32)
    given = _those(features, valid)
    for number, network in enumerate(networks):
        if number == 0 or not network.is_scaled_as(networks[number - 1]):
            scaled = network.scaled(given)
        total += _normed(network.told(scaled), valid)
    return total / np.float32(len(networks))


def _those(features: Floats, valid: Bools) -> Floats:
    """The features of the candidates that exist, one row each."""
    return features.reshape(-1, features.shape[-1]) if valid.all() else features[valid]


def _normed(told: Floats, valid: Bools) -> Floats:
    """What is told of the candidates that exist as chances over all columns."""
    scores = np.full((*valid.shape, HEADS), -np.inf, dtype=np.float32)
    scores[valid] = told
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    normed: Floats = chances / chances.sum(axis=1, keepdims=True)
    return normed


@cache
def shipped() -> Scorer:
    """The one that comes with sediment."""
    with np.load(resources.folder("data") / "links.npz") as arrays:
        return unpacked(arrays)


def unpacked(arrays: Mapping[str, Floats]) -> Scorer:
    def several(name: str) -> tuple[Network, ...]:
        number = next(n for n in count() if f"{name}{n}.mean" not in arrays)
        return tuple(_unpacked(arrays, f"{name}{n}") for n in range(number))

    return Scorer(_unpacked(arrays, "first"), several("second"), several("third"))


def _packed(network: Network, prefix: str) -> dict[str, Floats]:
    arrays = {f"{prefix}.mean": network.mean, f"{prefix}.spread": network.spread}
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"{prefix}.weight{layer}": weight, f"{prefix}.bias{layer}": bias}
    return arrays


def _unpacked(arrays: Mapping[str, Floats], prefix: str) -> Network:
    layers = next(n for n in count() if f"{prefix}.weight{n}" not in arrays)
    return Network(
        arrays[f"{prefix}.mean"],
        arrays[f"{prefix}.spread"],
        tuple(arrays[f"{prefix}.weight{layer}"] for layer in range(layers)),
        tuple(arrays[f"{prefix}.bias{layer}"] for layer in range(layers)),
    )
