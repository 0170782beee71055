"""Windows of conversations."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sediment.threads.passages import CHARACTERS, MESSAGES, passages
from tests.factories import conversation, message, talk


def test_a_passage_says_who_and_when() -> None:
    chat = talk(("阿钟", "货到了吗"), ("小鱼", "到了"), ("小鱼", "下午送"), at="09:04")
    (passage,) = passages(conversation(*chat), {m.id: m for m in chat})
    assert passage.text == "2026-04-08 09:04\n阿钟：货到了吗\n小鱼：到了\n下午送"
    assert passage.message_ids == tuple(m.id for m in chat)


def test_what_is_left_out_by_the_caller_is_not_in_it() -> None:
    chat = talk(("阿钟", "货到了吗"), ("小鱼", "哈哈"), ("小鱼", "到了"))
    (passage,) = passages(conversation(*chat), {m.id: m for m in chat if m.text != "哈哈"})
    assert passage.message_ids == (chat[0].id, chat[2].id)


def test_a_long_message_stands_alone_in_pieces_cut_at_sentences() -> None:
    long = message("这是一句话，说的是同一件事情。" * 60, at="09:01")
    chat = [message("说两句", at="09:00"), long, message("学到了", at="09:02")]
    found = passages(conversation(*chat), {m.id: m for m in chat})
    pieces = [passage for passage in found if passage.message_ids == (long.id,)]
    assert len(pieces) == 3
    assert all(piece.text.endswith("。") for piece in pieces)
    assert len({passage.id for passage in found}) == 5


def test_another_content_is_another_passage() -> None:
    chat = talk(("阿钟", "货到了吗"), ("小鱼", "到了"))
    known = {m.id: m for m in chat}
    assert passages(conversation(chat[0]), known)[0].id != passages(conversation(*chat), known)[0].id
    assert passages(conversation(*chat), known) == passages(conversation(*chat), known)


@given(st.lists(st.text("一二三。 \n", max_size=900), min_size=1, max_size=50))
def test_every_text_is_in_a_passage_of_bounded_size(texts: list[str]) -> None:
    chat = [message(text, at=f"{8 + n // 60:02}:{n % 60:02}", sender=f"u{n % 3}") for n, text in enumerate(texts)]
    found = passages(conversation(*chat), {m.id: m for m in chat})
    assert {id for passage in found for id in passage.message_ids} == {m.id for m in chat if m.text.strip()}
    for passage in found:
        assert len(passage.message_ids) <= MESSAGES
        assert len(passage.text) <= CHARACTERS + len("2026-04-08 09:04\nu0：")
