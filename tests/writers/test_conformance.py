"""What every writer owes: claims that stand on messages, an account that sums, nothing hostile, nothing marked noise."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment import evidence
from sediment.errors import BudgetSpent, ModelError, ModelTimeout
from sediment.models import Claim, Draft, Material, Message, NoiseMark
from sediment.protocols import Writer
from sediment.writers import WRITERS
from tests.factories import ZONE, conversation, link, material, message
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import by_start, fee_day

every_writer = pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.kind)


def claims_of(draft: Draft) -> Iterator[Claim]:
    yield from draft.lead
    for section in draft.sections:
        yield from section.claims
    for entry in draft.faq:
        yield from entry.answer
        for change in entry.history:
            yield from change.claims


def cited(draft: Draft) -> set[str]:
    return {e.message_id for claim in claims_of(draft) for e in claim.evidence}


@every_writer
def test_every_claim_stands_on_its_messages(writer: Writer) -> None:
    day = fee_day()
    draft = writer.write(day, FakeEmbedder(), None)
    messages = {m.id: m for m in day.messages}
    assert list(claims_of(draft))
    assert [evidence.unsupported(claim, messages, "zh") for claim in claims_of(draft)] == [None] * len(
        [*claims_of(draft)]
    )


@every_writer
def test_what_is_hostile_or_noise_is_not_cited(writer: Writer) -> None:
    day = fee_day()
    shown = cited(writer.write(day, FakeEmbedder(), None))
    assert by_start(day, "总结机器人").id not in shown
    assert not shown & set(day.noise)


@every_writer
def test_a_claim_that_was_put_right_does_not_stand_alone(writer: Writer) -> None:
    day = fee_day()
    wrong, right = by_start(day, "好像是2%").id, by_start(day, "不对，2%").id
    draft = writer.write(day, FakeEmbedder(), None)
    now = replace(draft, faq=tuple(replace(entry, history=()) for entry in draft.faq))
    assert wrong not in cited(now)
    assert right in cited(now)
    # The past of an answer tells what was wrong, and then what put it right.
    told = [
        (c.relation, {e.message_id for claim in c.claims for e in claim.evidence}) for f in draft.faq for c in f.history
    ]
    assert [told[n + 1] for n, (_, ids) in enumerate(told) if wrong in ids] == [("corrects", {right})] * any(
        wrong in ids for _, ids in told
    )


@every_writer
def test_no_messages_make_an_empty_draft(writer: Writer) -> None:
    draft = writer.write(material(), FakeEmbedder(), None)
    assert list(claims_of(draft)) == []
    assert draft.account.messages == 0


@every_writer
def test_the_same_material_makes_the_same_draft(writer: Writer) -> None:
    assert writer.write(fee_day(), FakeEmbedder(), None) == writer.write(fee_day(), FakeEmbedder(), None)


@every_writer
@pytest.mark.parametrize("reply", ["not json", "{}", '{"topics": "x", "questions": 3, "sections": [1]}'])
def test_a_reply_that_makes_no_sense_costs_no_message(writer: Writer, reply: str) -> None:
    day = fee_day()
    draft = writer.write(day, FakeEmbedder(), FakeChatModel(lambda request: reply))
    assert draft.account.messages == len(day.messages)


@every_writer
def test_where_the_model_fails_the_members_own_words_stand_in(writer: Writer) -> None:
    def fails(request: object) -> str:
        raise ModelTimeout("too slow")

    draft = writer.write(fee_day(), FakeEmbedder(), FakeChatModel(fails))
    assert list(claims_of(draft))
    assert {claim.origin for claim in claims_of(draft)} == {"extract"}


@every_writer
def test_a_spent_budget_is_told(writer: Writer) -> None:
    def fails(request: object) -> str:
        raise BudgetSpent("no tokens left")

    with pytest.raises(ModelError, match="no tokens left"):
        writer.write(fee_day(), FakeEmbedder(), FakeChatModel(fails))


# ---- whatever is said -----------------------------------------------------------------------------------------------

_TEXTS = st.sampled_from(
    [
        "怎么退款？", "不对，是7天", "改到5月3日下午2点", "谢谢", "[旺柴]", "#接龙\n聚会\n1. 小鹿\n2. 老段", "https://a.example.com/x 这个文档",
        "0.6%，没有月费", "", "先停服务，再还原备份。" * 12, "手机 13700001234", "别外传，我上个月到手9300", "？？？", "好的",
    ]
)  # fmt: skip


@st.composite
def days(draw: st.DrawFn) -> Material:
    """Some messages of four people, linked, grouped and marked at random."""
    start = datetime(2026, 4, 8, 9, tzinfo=ZONE)
    lines = draw(st.lists(st.tuples(_TEXTS, st.sampled_from("abcd")), min_size=1, max_size=14))
    times = [(start + timedelta(minutes=4 * place)).strftime("%H:%M") for place in range(len(lines))]
    messages = [
        message(text, at=at, sender=who, name=f"成员{who}") for (text, who), at in zip(lines, times, strict=True)
    ]
    links = [link(later, messages[draw(st.integers(0, at))]) for at, later in enumerate(messages[1:])]
    noise = [NoiseMark(m.id, "chitchat", "") for m in messages if draw(st.booleans()) and draw(st.booleans())]
    groups: dict[int, list[Message]] = {}
    for m in messages:
        groups.setdefault(draw(st.integers(0, 3)), []).append(m)
    return material(
        *messages, links=links, noise=noise, conversations=[conversation(*group) for group in groups.values()]
    )


@every_writer
@given(day=days())
def test_all_messages_are_accounted_for_and_all_claims_hold(writer: Writer, day: Material) -> None:
    draft = writer.write(day, FakeEmbedder(), None)
    account = draft.account
    assert account.messages == len(day.messages)
    assert account.messages == sum(account.noise.values()) + sum(c.messages for c in account.conversations)
    assert sum(account.by_hour) == len(day.messages)
    messages = {m.id: m for m in day.messages}
    for claim in claims_of(draft):
        assert evidence.unsupported(claim, messages, "zh") is None
        assert all(e.quote in messages[e.message_id].text for e in claim.evidence)
