"""Just enough of ONNX's protobuf to write a graph down, so that the package onnx is not needed.

Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FLOAT = 1  # TensorProto.DataType
_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.uint8): 2, np.dtype(np.int8): 3, np.dtype(np.int64): 7}
_IR_VERSION = 10
_OPSET = 20
MICROSOFT = "com.microsoft"

Attribute = int | float | Sequence[int]


class Graph:
    """Nodes in order and constants. `node` and `constant` give back the name of the value that they make."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._count = 0

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Attribute) -> str:
        (name,) = self.nodes(operator, *inputs, outputs=1, domain=domain, **attributes)
        return name

    def nodes(
        self, operator: str, *inputs: str, outputs: int, domain: str = "", **attributes: Attribute
    ) -> tuple[str, ...]:
        """A node with several outputs."""
        names = tuple(self._new_name() for _ in range(outputs))
        parts = [_field(1, name) for name in inputs] + [_field(2, name) for name in names] + [_field(4, operator)]
        parts += [_field(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join([*parts, _field(7, domain)]))
        return names

    def constant(self, values: NDArray[np.generic] | float | Sequence[int]) -> str:
        """A float becomes a float32 scalar, integers become an int64 vector."""
        if not isinstance(values, np.ndarray):
            values = np.array(values, np.float32 if isinstance(values, float) else np.int64)
        name = self._new_name()
        dimensions = b"".join(_number(1, size) for size in values.shape)
        kind = _number(2, _TYPES[values.dtype])
        self._constants.append(dimensions + kind + _field(8, name) + _field(9, values.tobytes()))
        return name

    def model(self, input: str, output: str, dimensions: Sequence[int | str]) -> bytes:
        """The serialised model with one float input and one float output, both of these dimensions (a text is a free one)."""
        parts = [_field(1, node) for node in self._nodes] + [_field(2, "graph")]
        parts += [_field(5, constant) for constant in self._constants]
        parts += [_field(11, _value(input, dimensions)), _field(12, _value(output, dimensions))]
        operators = _field(8, _number(2, _OPSET)) + _field(8, _field(1, MICROSOFT) + _number(2, 1))
        start = _number(1, _IR_VERSION) + operators + _tag(7, 2) + _varint(sum(map(len, parts)))
        return b"".join([start, *parts])

    def _new_name(self) -> str:
        self._count += 1
        return f"v{self._count}"


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return _field(1, name) + _tag(2, 5) + struct.pack("<f", value) + _number(20, 1)
    if isinstance(value, int):
        return _field(1, name) + _number(3, value) + _number(20, 2)
    return _field(1, name) + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _value(name: str, dimensions: Sequence[int | str]) -> bytes:
    sizes = (_number(1, size) if isinstance(size, int) else _field(2, size) for size in dimensions)
    shape = b"".join(_field(1, size) for size in sizes)
    return _field(1, name) + _field(2, _field(1, _number(1, FLOAT) + _field(2, shape)))


def _field(number: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return _tag(number, 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _tag(number, 0) + _varint(value & (1 << 64) - 1)


def _tag(number: int, wire_type: int) -> bytes:
    return _varint(number << 3 | wire_type)


def _varint(value: int) -> bytes:
    low = []
    while value > 127:
        low.append(value & 127 | 128)
        value >>= 7
    return bytes([*low, value])
