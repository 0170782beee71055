from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.index import fuse, is_far

COSINES = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.8, 1))
SCORES = st.dictionaries(st.sampled_from("defghi"), st.floats(0, 30))


def test_meaning_leads_and_words_add_a_fifth() -> None:
    dense, lexical = {"near": 0.90, "middle": 0.88, "far": 0.80}, {"middle": 4.0, "words": 2.0}
    assert fuse(dense, lexical, "怎么报销") == pytest.approx({"near": 0.8, "middle": 0.84, "far": 0, "words": 0.1})


@pytest.mark.parametrize("query", ["v3.1.6 回滚了吗", "docker 怎么配", "8080 被占了", "3.5 还是 4", "张三的 QQ"])
def test_rare_tokens_raise_the_share_of_words(query: str) -> None:
    assert fuse({"near": 0.9, "far": 0.8}, {"words": 1.0}, query) == pytest.approx(
        {"near": 0.6, "far": 0, "words": 0.4}
    )


@pytest.mark.parametrize("query", ["", "怎么报销", "第 3 组", "A 和 B"])
def test_ordinary_words_do_not(query: str) -> None:
    assert fuse({}, {"words": 1.0}, query) == {"words": 0.2}


def test_where_nothing_differs_all_are_best() -> None:
    assert fuse({"a": 0.9, "b": 0.9}, {}, "怎么报销") == {"a": 0.8, "b": 0.8}
    assert fuse({}, {"a": 0.0}, "怎么报销") == {"a": 0.0}
    assert fuse({}, {}, "怎么报销") == {}


@given(COSINES, SCORES, st.sampled_from(["怎么报销", "v3.1.6"]))
def test_every_id_gets_a_score_and_none_is_overtaken_by_one_that_is_worse_on_both_sides(
    dense: dict[str, float], lexical: dict[str, float], query: str
) -> None:
    fused = fuse(dense, lexical, query)
    assert fused.keys() == dense.keys() | lexical.keys()
    assert all(0 <= score <= 1 + 1e-9 for score in fused.values())
    for one in fused:
        for other in fused:
            worse = [scores.get(one, 0) <= scores.get(other, 0) for scores in (dense, lexical)]
            assert not all(worse) or fused[one] <= fused[other] + 1e-9


@pytest.mark.parametrize(
    ("query", "texts", "nearest", "far"),
    [
        ("zzzz", ["麻辣烫", "蹲", "C"], 0.83, True),
        ("火锅 推荐", ["麻辣烫"], 0.83, True),
        ("火锅", ["麻辣烫"], 0.85, False),
        ("price increase", ["又涨了"], 0.81, False),
        ("refund", ["can I get my money back"], 0.81, False),
        ("zzzz", [], 0.0, False),
    ],
)
def test_far_is_told_of_chinese_texts_alone(query: str, texts: list[str], nearest: float, far: bool) -> None:
    assert is_far(query, texts, nearest) is far
