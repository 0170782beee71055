"""Which messages ask, and which answer them."""

from __future__ import annotations

import pytest

from sediment.questions import answers, is_question
from tests.factories import link, talk


@pytest.mark.parametrize(
    "text",
    [
        "怎么导出聊天记录", "需要先有服务器吗 我纯本地的", "账号数变不变", "128提前交还是现场", "涨多少", "图标好看诶 谁画的", "有没有好用的打卡小程序",
        "资质呢", "那办一个要多久", "群里几个人", "官方仓额度怎么突然砍成这样", "how do I install this", "bob: is it stable", "真的？", "求个抓包工具",
    ],
)  # fmt: skip
def test_these_ask(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有", "不同意", "我什么都没看见", "还是老样子", "？？？", "https://a.example.com/x?id=3", "好的", "没什么", "谁都可以来",
        "哪里哪里", "I think it is fine", "加了，还是没有", "十几个人",
        "说下我的做法。有人问过怎么评，我一般先从真实提问里抽一百条，标注员两个人各标一遍，不一致的再讨论，最后按类别分别看准确率，每周跑一次。",
    ],
)  # fmt: skip
def test_these_do_not(text: str) -> None:
    assert not is_question(text)


def test_an_answer_may_come_in_parts_and_to_a_further_part_of_the_question() -> None:
    ask, more, one, two, thanks = talk(
        ("u1", "退款要多久"), ("u1", "昨天申请的"), ("u2", "三个工作日"), ("u2", "周末顺延"), ("u1", "谢谢")
    )
    links = [link(more, ask), link(one, more), link(two, one), link(thanks, two)]
    assert answers([ask, more, one, two, thanks], links) == {ask.id: [one.id, two.id]}


def test_echoes_and_questions_back_answer_nothing() -> None:
    ask, same, back, told, late = talk(
        ("u1", "退款要多久"), ("u2", "同问"), ("u3", "哪个平台？"), ("u1", "小程序"), ("u4", "一周")
    )
    links = [link(same, ask), link(back, ask), link(told, back), link(late, ask)]
    assert answers([ask, same, back, told, late], links) == {back.id: [told.id], ask.id: [late.id]}


def test_one_message_may_answer_two() -> None:
    one, two, both = talk(("u1", "地址写中文吗"), ("u2", "税号填哪个"), ("u3", "拼音，税号填身份证"))
    assert answers([one, two, both], [link(both, one), link(both, two)]) == {one.id: [both.id], two.id: [both.id]}
