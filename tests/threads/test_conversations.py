"""Links into conversations."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sediment.models import Link
from sediment.threads import conversation_of
from tests.factories import link, talk

A, B, C = talk(("u1", "怎么退款"), ("u2", "聚会几点"), ("u3", "找客服"))


def test_a_message_without_a_link_starts_a_conversation_named_after_it() -> None:
    assert conversation_of([A, B], [], {}) == {A.id: f"c{A.id}", B.id: f"c{B.id}"}


def test_the_best_link_decides() -> None:
    found = conversation_of([A, B, C], [link(C, B, 0.4), link(C, A, 0.6)], {})
    assert found == {A.id: f"c{A.id}", B.id: f"c{B.id}", C.id: f"c{A.id}"}


def test_earlier_conversations_go_on() -> None:
    assert conversation_of([C], [link(C, A)], {A.id: "cold"}) == {C.id: "cold"}


def test_a_link_to_what_is_not_known_is_passed_over() -> None:
    assert conversation_of([B, C], [Link(C.id, "gone", 0.9), link(C, B, 0.3)], {}) == {
        B.id: f"c{B.id}",
        C.id: f"c{B.id}",
    }


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40), st.integers(0, 40))
def test_no_message_is_lost_and_days_join_as_one_go(targets: list[int], cut: int) -> None:
    messages = talk(*((f"u{n}", f"第{n}句") for n in range(len(targets))))
    found = [link(m, messages[t]) for m, t in zip(messages, targets, strict=True) if t < messages.index(m)]
    whole = conversation_of(messages, found, {})
    before = conversation_of(messages[:cut], found, {})
    assert {**before, **conversation_of(messages[cut:], found, before)} == whole
    assert list(whole) == [m.id for m in messages]
