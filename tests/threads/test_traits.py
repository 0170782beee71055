"""What a message is on its own: above all, whom it names."""

from __future__ import annotations

import pytest

from sediment.threads.traits import TRAITS, traits
from tests.factories import message


def _named(text: str, *names: str) -> tuple[list[int], list[int]]:
    """Whom the last of some messages addresses, and at whom it hints, by number of the people `names`."""
    chat = [message("在", at=f"09:{n:02}", sender=f"key{n}", name=name) for n, name in enumerate(names)]
    known = traits([*chat, message(text, at="10:00", sender="asker", name="asker")])
    return [int(n) for n in known.named[-1] if n >= 0], [int(n) for n in known.hinted[-1] if n >= 0]


@pytest.mark.parametrize(
    ("text", "addressed", "hinted"),
    [
        ("bob: try sudo", [1], []),
        ("ask bob about it", [], [1]),
        ("@老段 退款退不退手续费", [2], []),
        ("昨天老段说过不退", [], [2]),
        ("大圣，你来吗", [3], []),
        ("bobby is here", [], []),
        ("没有人", [], []),
    ],
)
def test_people_are_known_by_name_and_by_parts_of_it(text: str, addressed: list[int], hinted: list[int]) -> None:
    assert _named(text, "alice", "bob", "老段", "杭州-大圣-服装") == (addressed, hinted)


def test_a_part_that_two_share_names_nobody() -> None:
    assert _named("杭州的朋友在吗", "杭州-大圣", "杭州-小鱼") == ([], [])


def test_mentions_count_by_key_or_by_name() -> None:
    first = message("在", sender="wxid_1", name="小鱼", at="09:00")
    by_key = message("来吗", sender="u2", at="09:01", mentions=["wxid_1"])
    by_name = message("来吗", sender="u2", at="09:02", mentions=["小鱼"])
    assert traits([first, by_key, by_name]).named[:, 0].tolist() == [-1, 0, 0]


def test_notices_have_no_row() -> None:
    notice = message("小鱼加入了群聊", kind="system", sender=None)
    assert traits([notice, message("早", at="09:00")]).index.tolist() == [1]


def test_there_is_a_number_for_every_trait() -> None:
    assert traits([message("怎么退款？")]).own.shape == (1, len(TRAITS))
    assert traits([]).own.shape == (0, len(TRAITS))
