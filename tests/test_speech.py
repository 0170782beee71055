"""What short messages do."""

from __future__ import annotations

import pytest

from sediment import speech


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("谢谢老板[玫瑰]", {"thanks"}),
        ("ok谢谢", {"assent", "thanks"}),
        ("哈哈哈哈哈", {"laugh"}),
        ("早呀各位～", {"greet"}),
        ("老板", {"filler"}),
        ("好的，周五前改", set()),
        ("8080", set()),
        ("[捂脸]", set()),
        ("@小鱼 收到", {"assent"}),
    ],
)
def test_acts_are_those_of_the_whole_message(text: str, acts: set[str]) -> None:
    assert speech.acts(text) == acts


def test_beginnings() -> None:
    assert speech.opens_answer("不是，昨天刚换的")
    assert speech.opens_answer("@小鱼 有的") is False  # the name comes first; the scorer knows of it otherwise
    assert speech.goes_back("那桌贴不是白印了")
    assert not speech.goes_back("button is broken")
    assert speech.opens_subject("请教下 证书过期了怎么办")
    assert not speech.opens_subject("证书过期了")
