"""What a model says about doubtful links counts where it is a plain choice among what it was shown before, and nothing else it says does."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest

from sediment.errors import BudgetSpent, ModelError, ModelRefused
from sediment.models import Kind, Link, Message, Request
from sediment.threads import judge_of_links, links
from sediment.threads.judging import Doubt, can_be_judged
from tests.factories import ZONE, message, talk
from tests.fakes import FakeChatModel

*CHAT, LATER = talk(
    ("u1", "怎么退款"), ("u2", "聚会几点"), ("u3", "找客服退"), ("u4", "七点"), ("u5", "我也想问"), ("u1", "退了")
)
TO_REFUND, TO_PARTY = Link(CHAT[4].id, CHAT[2].id, 0.4, "near"), Link(CHAT[4].id, CHAT[3].id, 0.3, "next")
DOUBT = Doubt(CHAT[4].id, (TO_REFUND, TO_PARTY))


def _verdicts(reply: str | Exception) -> object:
    return judge_of_links(FakeChatModel([reply, reply]), ZONE)([*CHAT, LATER], [DOUBT])


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ('{"5": "4"}', TO_PARTY),
        ('{"5": "3"}', TO_REFUND),
        ('{"5": "new"}', None),
        ('{"5": 4}', TO_PARTY),
        ('{"5": "4", "x": 1}', TO_PARTY),
        ('{"5": "1"}', Link(CHAT[4].id, CHAT[0].id, 0.0)),
    ],
)
def test_a_choice_among_what_was_before_holds_offered_or_not(reply: str, verdict: Link | None) -> None:
    assert _verdicts(reply) == {CHAT[4].id: verdict}


@pytest.mark.parametrize(
    "reply",
    [
        "{}", "我觉得是 3", "[]", '{"5": "5"}', '{"5": "6"}', '{"5": "0"}',
        '{"5": 3.0}', '{"5": true}', '{"5": null}', '{"5": ["3"]}', '{"4": "3"}',
        '{"answers": {"5": "3"}}', ModelError("late"), ModelRefused("no key"), BudgetSpent("spent"),
    ],
)  # fmt: skip
def test_anything_else_is_no_verdict(reply: str | Exception) -> None:
    assert _verdicts(reply) == {}


def test_the_model_sees_a_numbered_transcript_and_the_doubts() -> None:
    model = FakeChatModel(["{}"])
    judge_of_links(model, ZONE)(CHAT, [DOUBT])
    (asked,) = model.requests
    assert "3C:找客服退" in asked.shared
    assert "\n5: 3 4 new\n" in asked.task


def test_what_went_before_is_shown_though_nothing_of_it_is_an_option() -> None:
    chat = talk(*((f"u{n % 3}", f"第{n}句") for n in range(200)))
    model = FakeChatModel(['{"61": "1"}'])
    far = judge_of_links(model, ZONE)(chat, [Doubt(chat[100].id, (Link(chat[100].id, chat[99].id, 0.5),))])
    assert far == {chat[100].id: Link(chat[100].id, chat[40].id, 0.0)}


def test_many_doubts_go_in_batches() -> None:
    chat = talk(*((f"u{n % 3}", f"第{n}句") for n in range(100)))
    doubts = [Doubt(m.id, (Link(m.id, chat[n].id, 0.5),)) for n, m in enumerate(chat[1:])]
    model = FakeChatModel(_always_new)
    assert judge_of_links(model, ZONE)(chat, doubts) == {m.id: None for m in chat[1:]}
    assert 1 < len(model.requests) < 10


def test_only_what_is_in_doubt_is_asked_and_a_quote_never() -> None:
    asked: list[str] = []

    def judge(messages: Sequence[Message], doubts: Sequence[Doubt]) -> dict[str, Link | None]:
        asked.extend(doubt.message_id for doubt in doubts)
        return {doubt.message_id: doubt.options[-1] for doubt in doubts}

    chat = talk(*((f"u{n % 4}", ("接口报错", "聚会几点", "发票呢", "好的", "在吗")[n % 5]) for n in range(40)))
    alone, judged = links(chat), links(chat, judge=judge)
    sure = [link for link in alone if link.message_id not in asked]
    assert 0 < len(asked) < len(chat)
    assert [link for link in judged if link.message_id not in asked] == sure
    assert {link.message_id for link in judged if link.why == "model"} <= set(asked)
    assert set(asked) <= {link.message_id for link in judged}


@pytest.mark.parametrize(
    ("kind", "text", "can"),
    [
        ("text", "退了", True),
        ("text", "好的", True),
        ("text", "早，昨天的退款到了吗", True),
        ("voice", "我上周也退过一单", True),
        ("image", "这里报错", True),
        ("text", "早上好", False),
        ("text", "打卡", False),
        ("text", "[呲牙]👍", False),
        ("voice", "", False),
        ("image", "[图片]", False),
        ("sticker", "我太难了", False),
        ("poke", "胖虎拍了拍木木", False),
    ],
)
def test_only_words_can_be_judged(kind: Kind, text: str, can: bool) -> None:
    assert can_be_judged(message(text, kind=kind)) is can


def test_nobody_is_asked_about_greetings_and_stickers() -> None:
    asked: list[str] = []

    def judge(messages: Sequence[Message], doubts: Sequence[Doubt]) -> dict[str, Link | None]:
        asked.extend(doubt.message_id for doubt in doubts)
        return {}

    chat = talk(*((f"u{n % 4}", ("接口报错", "早上好", "发票呢", "[呲牙]", "在吗")[n % 5]) for n in range(40)))
    links(chat, judge=judge)
    texts = {m.text for m in chat if m.id in asked}
    assert texts
    assert not texts & {"早上好", "[呲牙]"}


def test_a_judge_that_knows_nothing_changes_nothing() -> None:
    chat = talk(*((f"u{n % 4}", ("接口报错", "聚会几点", "发票呢", "好的", "在吗")[n % 5]) for n in range(40)))
    assert links(chat, judge=lambda messages, doubts: {}) == links(chat)


def _always_new(request: Request) -> str:
    return json.dumps(dict.fromkeys(re.findall(r"^(\d+):", request.task, re.MULTILINE), "new"))
