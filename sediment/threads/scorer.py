"""The trained scorer: small networks of plain arrays in data/links.npz, evaluated with numpy. `python -m bench train-links` makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count

import numpy as np

from sediment import resources
from sediment.threads.features import Bools
from sediment.threads.traits import Floats

HEADS = 2
"What a network tells of each candidate: that it is the one that is answered, and that it is of the same talk."
ANSWERED, TALK = range(HEADS)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Rectified layers; the last one gives HEADS numbers. Inputs are scaled as (x - mean) / spread first."""

    mean: Floats
    spread: Floats
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    def chances(self, features: Floats, valid: Bools) -> Floats:
        """How probable each candidate of each row is, (rows, candidates, HEADS); over the candidates they sum to 1. `features` (rows, candidates, n)."""
        return mean_chances((self,), features, valid)


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
    weight, bias = _first_layers(tuple(networks))
    # Candidates in columns: features come one by one, and so do the scores. In place, as half the time goes into moving these arrays about.
    layer = weight @ features.transpose(2, 0, 1).reshape(features.shape[2], -1)
    layer += bias
    np.maximum(layer, np.float32(0), out=layer)
    total: Floats = np.zeros((HEADS, *valid.shape), dtype=np.float32)
    missing = None if valid.all() else ~valid
    for network, own in zip(networks, np.split(layer, len(networks)), strict=True):
        scores = _told(network, own).reshape(total.shape)
        if missing is not None:
            scores[:, missing] = -np.inf
        scores -= scores.max(axis=2, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=2, keepdims=True)
        total += scores
    total /= np.float32(len(networks))
    return total.transpose(1, 2, 0)


@lru_cache(maxsize=8)
def _first_layers(networks: tuple[Network, ...]) -> tuple[Floats, Floats]:
    """The first layers of all networks as one, (their widths, n) and (their widths, 1), which takes the features unscaled."""
    weights, biases = [], []
    for network in networks:
        weight = network.weights[0].T.astype(np.float64) / network.spread
        weights.append(weight)
        biases.append(network.biases[0] - weight @ network.mean)
    return np.concatenate(weights).astype(np.float32), np.concatenate(biases).astype(np.float32)[:, None]


def _told(network: Network, layer: Floats) -> Floats:
    """(HEADS, candidates), of what comes out of the first layer."""
    for weight, bias in zip(network.weights[1:-1], network.biases[1:-1], strict=True):
        layer = weight.T @ layer
        layer += bias[:, None]
        np.maximum(layer, np.float32(0), out=layer)
    scores: Floats = network.weights[-1].T @ layer + network.biases[-1][:, None]
    return scores


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
