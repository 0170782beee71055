"""What people decide about the FAQ lies over what runs find: it can be taken back, and no run overwrites it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.errors import UsageError
from sediment.models import Evidence, FaqChange, FaqEdit, FaqEntry, FaqStanding, Message
from sediment.pipeline import (
    Home,
    edit_faq,
    faq,
    faq_entry,
    import_chat,
    mark_faq,
    merge_faq,
    split_faq,
    undo_faq,
    write,
)
from sediment.pipeline.faq_decisions import decided
from tests.factories import GROUP, claim, message
from tests.pipeline.exports import export, row

FEE = ("鲸付个人版收款手续费是多少？", "个人版 0.6%，没有月费，退款的时候不退手续费")
PUSH = ("飞燕推送免费额度是多少？", "累计 2 万台设备免费，超过以后 49 元一个月")


def chat(home: Home, folder: Path, *pairs: tuple[str, str], day: str = "2026-04-08", hour: int = 9) -> None:
    """A day on which each question gets its answer, and the FAQ after it."""
    rows = []
    for number, (question, answer) in enumerate(pairs):
        asked = row(question, sender="lulu", at=f"{hour + number:02}:00:00", day=day, id=f"{day}-{number}")
        rows += [asked, row(answer, sender="duan", at=f"{hour + number:02}:01:00", day=day, reply_to=asked["id"])]
    import_chat(home, [export(folder / f"{day}.jsonl", rows)], group="群")
    write(home, "faq", "群")


def told(standing: FaqStanding) -> tuple[str, list[str]]:
    return standing.entry.question, [claim.text for claim in standing.entry.answer]


def test_a_question_and_an_answer_by_hand_stay_whatever_a_run_finds(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, FEE)
    (first,) = faq(home, "群")
    edited = edit_faq(home, first.entry.id[:6], question="鲸付怎么收费？", answer="个人版千分之六。\n没有月费。")
    assert told(edited) == ("鲸付怎么收费？", ["个人版千分之六。", "没有月费。"])
    assert {c.origin for c in edited.entry.answer} == {"human"}
    assert edited.proposed is None
    chat(home, tmp_path, (FEE[0], "4月15号起个人版手续费调到 0.8%，老商户六月底前不变"), day="2026-04-15")
    (after,) = faq(home, "群")
    assert told(after) == told(edited)
    assert after.proposed is not None
    assert [c.text for c in after.proposed.answer] == ["duan：4月15号起个人版手续费调到 0.8%，老商户六月底前不变"]
    assert [change.relation for change in after.entry.history] == ["first", "supersedes"]


def test_a_proposal_is_accepted_or_the_own_words_kept(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, FEE)
    id = edit_faq(home, faq(home, "群")[0].entry.id, answer="千分之六。").entry.id
    chat(home, tmp_path, (FEE[0], "4月15号起个人版手续费调到 0.8%，老商户六月底前不变"), day="2026-04-15")
    assert mark_faq(home, id, "keep").proposed is None
    assert told(faq_entry(home, id))[1] == ["千分之六。"]
    assert undo_faq(home, id).proposed is not None
    accepted = mark_faq(home, id, "accept")
    assert (told(accepted)[1], accepted.edited, accepted.proposed) == (
        ["duan：4月15号起个人版手续费调到 0.8%，老商户六月底前不变"],
        False,
        None,
    )
    with pytest.raises(UsageError, match="Nothing is proposed"):
        mark_faq(home, id, "accept")


def test_what_is_pinned_comes_first_and_stays_as_it_is(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, FEE, PUSH)
    _, push = faq(home, "群")
    mark_faq(home, push.entry.id, "pin")
    assert [(s.entry.question, s.pinned) for s in faq(home, "群")] == [(PUSH[0], True), (FEE[0], False)]
    chat(home, tmp_path, (PUSH[0], "改了，4月15号起免费额度降到 1 万台设备"), day="2026-04-15")
    first = faq(home, "群")[0]
    assert told(first) == told(push)
    assert first.proposed is not None
    page = write(home, "faq", "群").draft
    assert [section.title for section in page.sections] == [PUSH[0], FEE[0]]
    assert [s.pinned for s in (mark_faq(home, push.entry.id, "unpin"),)] == [False]
    assert told(faq_entry(home, push.entry.id))[1] != told(push)[1]


def test_what_is_retired_is_on_no_page_until_it_is_restored(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, FEE, PUSH)
    fee, push = faq(home, "群")
    mark_faq(home, fee.entry.id, "retire")
    assert [entry.id for entry in write(home, "faq", "群").draft.faq] == [push.entry.id]
    mark_faq(home, fee.entry.id, "restore")
    assert [entry.id for entry in write(home, "faq", "群").draft.faq] == [fee.entry.id, push.entry.id]


def test_merged_entries_are_one_with_both_wordings_and_can_be_parted(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, FEE, PUSH)
    before = faq(home, "群")
    fee, push = (standing.entry.id for standing in before)
    one = merge_faq(home, fee, push)
    assert [w.quote for w in one.entry.wordings] == [FEE[0], PUSH[0]]
    assert [change.relation for change in one.entry.history] == ["first", "first"]
    write(home, "faq", "群")
    assert [s.entry.id for s in faq(home, "群")] == [fee]
    assert [s.entry.id for s in split_faq(home, fee)] == [fee, push]
    assert faq(home, "群") == before
    with pytest.raises(UsageError, match="Nothing was merged"):
        split_faq(home, fee)
    with pytest.raises(UsageError, match="one entry already"):
        merge_faq(home, fee, fee)


def test_a_wording_that_a_run_joined_wrongly_is_parted_with_what_was_said_to_it(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, FEE)
    chat(home, tmp_path, (FEE[0], "4月15号起个人版手续费调到 0.8%，老商户六月底前不变"), day="2026-04-15")
    (before,) = faq(home, "群")
    old, new = split_faq(home, before.entry.id, ["2"])
    assert told(old) == (FEE[0], ["duan：个人版 0.6%，没有月费，退款的时候不退手续费"])
    assert told(new) == (FEE[0], ["duan：4月15号起个人版手续费调到 0.8%，老商户六月底前不变"])
    write(home, "faq", "群")
    assert [s.entry.id for s in faq(home, "群")] == [old.entry.id, new.entry.id]
    undo_faq(home, old.entry.id)
    assert faq(home, "群") == [before]
    for wrong in (["9"], ["1", "2"]):
        with pytest.raises(UsageError):
            split_faq(home, before.entry.id, wrong)


def test_unknown_and_ambiguous_entries_are_told(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, FEE, PUSH)
    with pytest.raises(UsageError, match="There is no entry 'nope'"):
        faq_entry(home, "nope")
    with pytest.raises(UsageError, match="Several entries start with 'f'"):
        faq_entry(home, "f")
    with pytest.raises(UsageError, match="Nobody decided"):
        undo_faq(home, faq(home, "群")[0].entry.id)
    with pytest.raises(UsageError, match="no new question"):
        edit_faq(home, faq(home, "群")[0].entry.id, answer=" ")


_ASKED = [message(f"问题{n}？", at=f"1{n}:00", sender="lulu") for n in range(4)]
_SAID = [message(f"答案{n}", at=f"1{n}:05", sender="duan") for n in range(4)]


def _entry(asked: Message, said: Message) -> FaqEntry:
    answer = (claim(said.text, said),)
    wordings = (Evidence(asked.id, asked.text),)
    return FaqEntry(f"f{asked.id}", GROUP.id, asked.text, wordings, answer, (FaqChange(said.sent_at, "first", answer),))


_ENTRIES = [_entry(q, a) for q, a in zip(_ASKED, _SAID, strict=True)]
_IDS = st.sampled_from([entry.id for entry in _ENTRIES])


@given(
    st.lists(
        st.one_of(
            st.tuples(_IDS, st.sampled_from(["pin", "unpin", "retire", "restore", "keep", "accept"]), st.just("")),
            st.tuples(_IDS, st.just("merge"), _IDS),
            st.tuples(_IDS, st.just("split"), st.sampled_from([m.id for m in _ASKED])),
            st.tuples(_IDS, st.sampled_from(["question", "answer"]), st.just("人写的")),
        ).filter(lambda edit: edit[0] != edit[2])
    )
)
def test_no_decision_loses_a_wording_or_shows_one_twice(edits: list[tuple[str, str, str]]) -> None:
    by_id = {entry.id: entry for entry in _ENTRIES}
    given = [
        FaqEdit(n, id, action, text, by_id[id], _SAID[0].sent_at)  # type: ignore[arg-type]
        for n, (id, action, text) in enumerate(edits)
    ]
    standings = decided(_ENTRIES, given, {m.id: m for m in _ASKED})
    asked = sorted(w.message_id for standing in standings for w in standing.entry.wordings)
    assert asked == sorted(m.id for m in _ASKED)
