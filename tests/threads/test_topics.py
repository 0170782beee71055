"""Topics end where the talk turns to something else, and nowhere else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sediment.threads.topic_features import dips, features
from sediment.threads.topics import Boundary, boundaries, cut, shipped
from tests.factories import talk
from tests.fakes import FakeEmbedder

_REFUND = [
    ("小鱼", "退款的钱几天能到账？"),
    ("阿钟", "退款一般三天到账"),
    ("小鱼", "退款都第四天了还没到账"),
    ("阿钟", "那打客服催一下退款"),
]
_DINNER = [
    ("老周", "对了，周末聚餐吃什么？"),
    ("小鱼", "聚餐吃火锅吧"),
    ("老周", "火锅店周末要提前订位"),
    ("小鱼", "那我来订火锅店的位"),
]
_KEYBOARD = [
    ("青青", "请问大家用什么键盘写代码？"),
    ("阿钟", "我用静电容键盘写代码，手不累"),
    ("青青", "静电容键盘贵不贵"),
    ("阿钟", "这种键盘二手五百块"),
]


def test_topics_one_after_another_are_told_apart() -> None:
    found = boundaries(talk(*_REFUND, *_DINNER, *_KEYBOARD), FakeEmbedder())
    assert [boundary.index for boundary in found] == [4, 8]
    assert all(0 < boundary.score < 1 for boundary in found)


def test_nothing_is_cut_where_there_is_nothing_to_cut() -> None:
    assert boundaries([], FakeEmbedder()) == boundaries(talk(("小鱼", "在吗")), FakeEmbedder()) == []
    assert boundaries(talk(*_REFUND), FakeEmbedder()) == []


def test_the_best_cut_is_where_vectors_change_unless_the_gaps_say_otherwise() -> None:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 6, axis=0)
    assert cut(vectors, np.full(17, -2.0)) == [6, 12]
    assert cut(vectors, np.where(np.arange(1, 18) == 6, -99.0, -2.0)) in ([5, 12], [7, 12])


def test_depths_are_those_of_texttiling() -> None:
    assert dips(np.array([0.9, 0.4, 0.6, 0.8, 0.8, 0.1])).round(6).tolist() == [0, 0.45, 0.1, 0, 0, 0.35]


def test_every_feature_has_a_weight() -> None:
    chat = talk(*_REFUND, *_DINNER)
    columns = features(chat, FakeEmbedder().queries([message.text for message in chat]))
    assert {*columns, "bias"} == set(shipped())
    assert {len(values) for values in columns.values()} == {7}


def test_long_talk_is_cut_block_by_block() -> None:
    chat = talk(*((_REFUND + _DINNER + _KEYBOARD) * 70))
    found = boundaries(chat, FakeEmbedder())
    assert 400 not in {boundary.index for boundary in found}
    assert min(b.index for b in found) < 280
    assert max(b.index for b in found) > 560


_LINES = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["", "\n", "👏", "ok", *(t for _, t in _REFUND + _DINNER)])),
    max_size=30,
)


@given(_LINES)
def test_boundaries_stand_in_order_between_messages(lines: list[tuple[str, str]]) -> None:
    chat = talk(*lines)
    found: list[Boundary] = boundaries(chat, FakeEmbedder())
    places = [boundary.index for boundary in found]
    assert places == sorted(set(places))
    assert all(0 < place < len(chat) for place in places)
    assert found == boundaries(chat, FakeEmbedder())
