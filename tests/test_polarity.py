"""A sentence must not say the opposite of its messages."""

import pytest

from sediment.polarity import flipped


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("海哥已同意推广", ["我可没同意"]),
        ("老段不同意退款", ["行，我同意退款"]),
        ("平台支持海外收款", ["他们不支持海外收款"]),
        ("旧版不兼容", ["旧版兼容，放心"]),
        ("活动取消了", ["活动没有取消，照常"]),
        ("个人开发者需要备案", ["个人开发者不需要备案"]),
        ("这个问题已解决", ["折腾一天还没解决"]),
        ("手续费是0.6%", ["手续费不是0.6%"]),
        ("The vendor agreed to the terms", ["the vendor did not agree to the terms"]),
        ("The fix doesn't work", ["the fix works"]),
        ("The fee was never refunded", ["the fee was refunded yesterday"]),
    ],
)
def test_the_opposite_is_seen(text: str, said: list[str]) -> None:
    assert flipped(text, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("海哥没有同意", ["我可没同意"]),
        ("海哥同意了", ["海哥你同意吗？", "嗯"]),
        ("海哥同意了", ["同不同意啊", "行"]),
        ("现在支持海外收款", ["以前不支持海外收款，现在可以了"]),
        ("海哥最后同意了", ["我没同意", "好吧，同意"]),
        ("不要升级", ["不建议升级"]),
        ("没有软著就不能通过", ["没软著通过不了"]),
        ("他们只得同意", ["不得不同意"]),
        ("手续费不是0.6%，是0.8%", ["不是0.6%，调到0.8%了"]),
        ("老段说可以退", ["不退也行"]),
        ("无需备案", ["不用备案"]),
        ("群主拒绝退款", ["不退款"]),
        ("如果不同意就找客服", ["同意的点这里，不同意的找客服"]),
        ("He did not agree", ["I never agreed to that"]),
        ("It works if the cache is off", ["it doesn't work unless you turn the cache off"]),
        ("The plan holds", ["no objection"]),
    ],
)
def test_what_is_not_plainly_the_opposite_passes(text: str, said: list[str]) -> None:
    assert not flipped(text, said)
