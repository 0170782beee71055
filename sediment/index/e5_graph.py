"""multilingual-e5-small (12 layers of BERT) as an ONNX graph: token vectors in, the last hidden states out, both of shape (texts, tokens, width).

Linear layers run on 8-bit integers (Dettmers et al., LLM.int8(), arXiv 2208.07339, without the outlier path): each token is scaled by its own maximum, each
output of a layer by its own weights' maximum, sums are exact integers. A text's numbers therefore do not depend on the texts beside it."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from sediment.index.e5_file import E5File, Floats
from sediment.index.onnx_bytes import MICROSOFT, Graph

# 7 bits of weight, not 8: without VNNI, x86 adds two products in 16 bits and saturates, and 2 × 255 × 64 still fits.
_WEIGHT_LIMIT = 64
_MIDDLE = 128  # the 8-bit zero of signed values
# GELU never falls below −0.17, so its zero may lie low in the 8 bits and leave the room to the large values.
_GELU_ZERO = 16
_GELU_MINIMUM = 0.17


def build(file: E5File, *, exact: bool = False) -> bytes:
    """The serialised model: 8-bit linear layers (22 MB), or all float32 (85 MB), which the 8-bit one is measured against."""
    graph = Graph()
    shape = graph.node("Shape", "tokens")
    flat = graph.constant([-1, file.shape.width])
    states = _normalise(graph, file, graph.node("Reshape", "tokens", flat), "emb.ln")
    linear: _Linear = _FloatLinear(graph) if exact else _IntegerLinear(graph, states)
    for number in range(file.shape.layers):
        layer = f"l{number}"
        context = graph.node("Reshape", _attention(graph, file, linear, layer, states, shape), flat)
        states = _add(graph, file, _mix(file, linear, layer, context), states, f"{layer}.aln")
        states = _add(graph, file, _feed_forward(graph, file, linear, layer, states), states, f"{layer}.oln")
    return graph.model("tokens", graph.node("Reshape", states, shape), ["texts", "tokens", file.shape.width])


def _attention(graph: Graph, file: E5File, linear: _Linear, layer: str, states: str, shape: str) -> str:
    scale = np.float32(math.sqrt(file.shape.heads / file.shape.width))
    query, key, value = (file.matrix(f"{layer}.{part}.w") for part in "qkv")
    joined = linear(states, np.concatenate([query * scale, key, value]), None)
    queries, keys, values = graph.nodes("Split", joined, outputs=3, axis=-1, num_outputs=3)
    # The bias of the keys adds the same to every score of a query, which softmax takes away again.
    queries = graph.node("Add", queries, graph.constant(file.floats(f"{layer}.q.b") * scale))
    parts = [graph.node("Reshape", part, shape) for part in (queries, keys, values)]
    return graph.node("MultiHeadAttention", *parts, domain=MICROSOFT, num_heads=file.shape.heads, scale=1.0)


def _mix(file: E5File, linear: _Linear, layer: str, context: str) -> str:
    weights = file.matrix(f"{layer}.ao.w")
    # Attention weights sum to one, so the bias of the values passes through unchanged and joins the next bias.
    return linear(context, weights, file.floats(f"{layer}.ao.b") + weights @ file.floats(f"{layer}.v.b"))


def _feed_forward(graph: Graph, file: E5File, linear: _Linear, layer: str, states: str) -> str:
    inner = linear(states, file.matrix(f"{layer}.fi.w"), None)
    inner = graph.node("FastGelu", inner, graph.constant(file.floats(f"{layer}.fi.b")), domain=MICROSOFT)
    return linear(inner, file.matrix(f"{layer}.fo.w"), file.floats(f"{layer}.fo.b"), after_gelu=True)


def _add(graph: Graph, file: E5File, change: str, states: str, name: str) -> str:
    return _normalise(graph, file, graph.node("Add", change, states), name)


def _normalise(graph: Graph, file: E5File, states: str, name: str) -> str:
    weight, bias = (graph.constant(file.floats(f"{name}.{part}")) for part in "wb")
    return graph.node("LayerNormalization", states, weight, bias, epsilon=file.shape.epsilon, axis=-1)


class _Linear(Protocol):
    def __call__(self, states: str, weights: Floats, bias: Floats | None, *, after_gelu: bool = False) -> str:
        """states × weights transposed + bias."""


class _FloatLinear:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def __call__(self, states: str, weights: Floats, bias: Floats | None, *, after_gelu: bool = False) -> str:
        product = self._graph.node("MatMul", states, self._graph.constant(weights.T))
        return product if bias is None else self._graph.node("Add", product, self._graph.constant(bias))


class _IntegerLinear:
    def __init__(self, graph: Graph, states: str) -> None:
        self._graph = graph
        self._tokens = graph.node("Shape", states, start=0, end=1)
        self._one = graph.constant(1.0)
        self._last_axis, self._column = graph.constant([-1]), graph.constant([-1, 1])

    def __call__(self, states: str, weights: Floats, bias: Floats | None, *, after_gelu: bool = False) -> str:
        graph = self._graph
        zero = _GELU_ZERO if after_gelu else _MIDDLE
        scales = self._gelu_scales(states) if after_gelu else self._signed_scales(states)
        zeros = graph.node("Expand", self._byte(zero), self._tokens)
        quantised = graph.node("QuantizeLinear", states, scales, zeros, axis=0)
        product = self._multiply(quantised, weights, self._byte(zero))
        product = graph.node("Mul", product, graph.node("Reshape", scales, self._column))
        return product if bias is None else graph.node("Add", product, graph.constant(bias))

    def _signed_scales(self, states: str) -> str:
        """Each token scaled to ±127."""
        return self._times(self._largest(self._graph.node("Abs", states)), 1 / 127)

    def _gelu_scales(self, states: str) -> str:
        """Each token's largest value at 255, coarse enough for −0.17 to fit between 0 and the zero."""
        scales = self._times(self._largest(states), 1 / (255 - _GELU_ZERO))
        return self._graph.node("Max", scales, self._graph.constant(_GELU_MINIMUM / _GELU_ZERO))

    def _multiply(self, quantised: str, weights: Floats, zero: str) -> str:
        scales = np.abs(weights).max(axis=1) / np.float32(_WEIGHT_LIMIT)
        integers = self._graph.constant(np.rint(weights / scales[:, None]).astype(np.int8).T)
        by_output = self._graph.constant(scales)
        return self._graph.node(
            "MatMulIntegerToFloat", quantised, integers, self._one, by_output, zero, domain=MICROSOFT
        )

    def _largest(self, states: str) -> str:
        return self._graph.node("ReduceMax", states, self._last_axis, keepdims=0)

    def _times(self, values: str, factor: float) -> str:
        return self._graph.node("Mul", values, self._graph.constant(factor))

    def _byte(self, value: int) -> str:
        return self._graph.constant(np.array(value, np.uint8))
