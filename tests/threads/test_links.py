"""Who answers whom: what decides, and that nothing beyond the horizons does."""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sediment.models import Message
from sediment.threads import CONTEXT, links
from sediment.threads.features import CANDIDATES
from sediment.threads.links import AFTER, Look, _picks
from tests.factories import message, talk

_WORDS = [
    "退款",
    "发票",
    "接口",
    "报错",
    "怎么",
    "可以",
    "没有",
    "好的",
    "谢谢",
    "版本",
    "订单",
    "周五",
    "聚会",
    "多少",
    "价格",
    "吗",
    "在",
    "群",
    "码",
]


def _chat(count: int, seed: int) -> list[Message]:
    """Made-up messages of six people, some of them naming one another, quoting, or being notices."""
    choose = random.Random(seed)
    found: list[Message] = []
    now = message().sent_at
    for number in range(count):
        now += timedelta(seconds=choose.choice([3, 20, 60, 400]))
        who = f"u{choose.randrange(6)}"
        notice = choose.random() < 0.05
        quoted = choose.choice(found[-30:]).id if found and choose.random() < 0.05 else None
        text = "".join(choose.choices(_WORDS, k=choose.randrange(1, 6)))
        if choose.random() < 0.1:
            text = f"@u{choose.randrange(6)} {text}"
        found.append(
            Message(
                f"m{number}",
                "g1",
                now,
                None if notice else who,
                "" if notice else who,
                "system" if notice else "text",
                text,
                quoted,
            )
        )
    return found


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10**6),
    more=st.integers(1, 300),
    own=st.integers(1, 120),
    later=st.integers(0, 60),
)
def test_neither_older_context_nor_what_comes_much_later_changes_a_link(
    seed: int, more: int, own: int, later: int
) -> None:
    chat = _chat(more + CONTEXT + own + AFTER + later, seed)
    first, end = more + CONTEXT, more + CONTEXT + own
    ids = {m.id for m in chat[first:end]}
    bounded = [link for link in links(chat[more : end + AFTER], CONTEXT) if link.message_id in ids]
    assert [link for link in links(chat, first) if link.message_id in ids] == bounded


@pytest.mark.parametrize("seed", range(6))
def test_the_part_of_the_context_that_is_looked_at_gives_what_all_of_it_gives(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = _chat(CONTEXT + 90, seed)
    part = links(chat, CONTEXT)
    monkeypatch.setattr(sys.modules["sediment.threads.links"], "_needed_from", lambda messages, start: 0)
    assert links(chat, CONTEXT) == part


def test_a_share_at_a_time_gives_what_one_go_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = _chat(900, 7)
    whole = links(chat)
    monkeypatch.setattr(sys.modules["sediment.threads.links"], "_SHARE", 250)
    assert links(chat) == whole


@given(seed=st.integers(0, 10**6), count=st.integers(0, 80))
def test_links_point_back_to_what_was_said_and_are_likely(seed: int, count: int) -> None:
    chat = _chat(count, seed)
    place = {m.id: number for number, m in enumerate(chat)}
    for link in links(chat):
        assert place[link.answers] < place[link.message_id]
        assert chat[place[link.answers]].sender is not None or link.why == "quote"
        assert 0 < link.score <= 1
        assert link.why


def test_a_quote_decides() -> None:
    old, *between = talk(("u1", "合同号是多少"), ("u2", "晚上吃啥"), ("u3", "火锅"), ("u2", "走"))
    answer = message("8080", at="10:20", sender="u4", reply_to=old)
    assert links([old, *between, answer], 4) == [
        type(links([old, *between, answer], 4)[0])(answer.id, old.id, 1.0, "quote")
    ]


def test_a_quote_of_what_is_not_there_does_not() -> None:
    chat = [
        *talk(("u1", "怎么退款"), ("u1", "昨天买的")),
        message("找客服退", at="10:02", sender="u2", reply_to="gone"),
    ]
    assert {link.answers for link in links(chat)} <= {m.id for m in chat}


def test_whoever_is_named_is_answered() -> None:
    chat = talk(
        ("u1", "这个插件怎么安装"), ("u2", "明天聚会几点"), ("u3", "下午两点"), ("u4", "地点改到滨江了"), ("u2", "收到"),
        ("u5", "@u1 先装依赖再装插件"),
    )  # fmt: skip
    assert [(link.answers, link.why.split(", ")[0]) for link in links(chat, 5)] == [(chat[0].id, "mention")]


def test_what_one_person_sends_in_pieces_goes_together() -> None:
    chat = talk(("u1", "服务器昨晚挂了"), ("u1", "重启之后日志是空的"), ("u1", "谁遇到过"))
    assert [(link.message_id, link.answers) for link in links(chat)] == [
        (chat[1].id, chat[0].id),
        (chat[2].id, chat[1].id),
    ]


def test_notices_answer_nothing() -> None:
    chat = [message("怎么退款"), message("小鱼加入了群聊", kind="system", sender=None, at="08:01")]
    assert links(chat) == []


def test_no_messages_have_no_links() -> None:
    assert links([]) == []


@pytest.mark.parametrize(("root_of_second", "answered"), [(0, [1, 2]), (1, [1])])
def test_a_second_message_is_answered_only_in_the_talk_of_the_first(root_of_second: int, answered: list[int]) -> None:
    root = np.full((1, CANDIDATES), 5)
    root[0, :2] = 0, root_of_second
    chances = np.zeros((1, CANDIDATES + 1), np.float32)
    chances[0, 1:3] = 0.5, 0.45
    window = SimpleNamespace(root=root)
    look = SimpleNamespace(window=window, chances=chances, chosen=np.array([1]))
    assert list(_picks(cast(Look, look))) == [answered]
