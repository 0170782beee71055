"""Names on the page of an article: none, and the same letter for the same person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.config import DigestConfig
from sediment.models import Document, Message
from sediment.pipeline import Home, approve, import_chat, presentable, publish, record_consent, write
from sediment.pipeline.pseudonyms import under_pseudonyms
from sediment.store import messages
from tests.factories import claim, document, message, section
from tests.pipeline.exports import export, row

ASKED = message("@老段 手续费多少？Tina 也想知道", at="09:00", sender="u2", name="小鹿")
SAID = message("0.6%，小鹿你问卖鱼的也行", at="09:05", sender="u1", name="🐳老段-鲸付")
KNOWN = {"u1": {"🐳老段-鲸付", "老段", "wxid_duan"}, "u2": {"小鹿"}, "u3": {"卖鱼的"}, "u4": {"Tina"}, "u5": {"好"}}


def shown(*claims: tuple[str, Message], title: str = "手续费") -> tuple[Document, dict[str, Message]]:
    written = document(section(*(claim(text, m) for text, m in claims), title=title), kind="article", title=title)
    return under_pseudonyms(written, {m.id: m for m in (ASKED, SAID)}, KNOWN)


def test_names_are_replaced_at_the_start_after_at_and_within_sentences() -> None:
    told, cited = shown((f"小鹿：{ASKED.text}", ASKED), (f"🐳老段-鲸付：{SAID.text}", SAID), title="老段说手续费")
    assert [c.text for c in told.draft.sections[0].claims] == [
        "群友A：@群友B 手续费多少？群友C 也想知道",
        "群友B：0.6%，群友A你问群友D也行",
    ]
    assert (told.title, told.draft.title, told.draft.sections[0].title) == ("群友B说手续费",) * 3
    assert [m.name for m in cited.values()] == ["群友A", "群友B"]
    assert [c.evidence[0].quote for c in told.draft.sections[0].claims] == [m.text for m in cited.values()]


def test_a_name_that_is_a_word_is_replaced_only_where_it_calls_somebody() -> None:
    told, _ = shown(("好：好的，@好 你看", ASKED))
    assert told.draft.sections[0].claims[0].text == "群友B：好的，@群友B 你看"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("🐳老段-鲸付", "老段"),
        ("老段", "段老师"),
        ("小鹿Lulu", "小鹿"),
        ("Kiki在改bug", "Kiki"),
        ("陈工（备案找我）", "陈工"),
        ("流量变现-小七", "小七"),
    ],
)
def test_the_short_form_of_a_name_is_replaced_too(name: str, called: str) -> None:
    said = message("知道了", sender="u8", name=name)
    written = document(section(claim(f"{name}：谢谢，{called}说得对", said)), kind="article")
    told, _ = under_pseudonyms(written, {said.id: said}, {})
    assert told.draft.sections[0].claims[0].text == "群友A：谢谢，群友A说得对"


@pytest.mark.parametrize(("name", "text"), [("十一", "十一放假"), ("小鹿Lulu", "Luluru"), ("老段-鲸付", "鲸付涨价")])
def test_other_words_are_left_alone(name: str, text: str) -> None:
    said = message(text, sender="u8", name=name)
    told, _ = under_pseudonyms(document(section(claim(text, said)), kind="article"), {said.id: said}, {})
    assert told.draft.sections[0].claims[0].text == text


def test_a_latin_name_is_replaced_as_a_whole_word() -> None:
    told, _ = shown(("小鹿：Tina在用Tinazone", ASKED))
    assert told.draft.sections[0].claims[0].text == "群友A：群友B在用Tinazone"


def test_of_two_people_with_one_name_a_sentence_means_the_one_it_cites() -> None:
    other = message("我也是小鹿", at="09:06", sender="u9", name="小鹿")
    written = document(section(claim("小鹿：手续费多少", ASKED), claim("小鹿：我也是", other)), kind="article")
    told, cited = under_pseudonyms(written, {m.id: m for m in (ASKED, other)}, KNOWN)
    assert [c.text for c in told.draft.sections[0].claims] == ["群友A：手续费多少", "群友B：我也是"]
    assert [m.name for m in cited.values()] == ["群友A", "群友B"]


@given(st.lists(st.sampled_from(["老段", "小鹿", "Tina", "卖鱼的", "wxid_duan", "说", "，", " ", "@"]), max_size=12))
def test_no_telling_name_is_left_whatever_stands_around_it(pieces: list[str]) -> None:
    told, _ = shown(("，".join(pieces) or "空", ASKED))
    text = told.draft.sections[0].claims[0].text
    assert not any(name in text for name in ("老段", "小鹿", "Tina", "卖鱼的", "wxid_duan"))


def test_after_26_people_come_two_letters() -> None:
    told = [message(f"第{n}条经验", at=f"10:{n:02}", sender=f"u{n}", name=f"成员{n}号") for n in range(28)]
    written = document(section(*(claim(f"{m.name}：{m.text}", m) for m in told)), kind="article")
    _, cited = under_pseudonyms(written, {m.id: m for m in told}, {})
    assert [m.name for m in cited.values()][24:] == ["群友Y", "群友Z", "群友AA", "群友AB"]


@pytest.fixture
def home(home: Home, tmp_path: Path) -> Home:
    rows = [
        row("鲸付个人版的手续费是多少啊", at="09:00:00", sender="小鹿"),
        row("@小鹿 个人版手续费 0.6%，没有月费", at="09:01:00", sender="老段"),
    ]
    import_chat(home, [export(tmp_path / "收款群.jsonl", rows)])
    return home


def test_an_article_is_published_under_pseudonyms_unless_names_are_wanted(home: Home, tmp_path: Path) -> None:
    record_consent(home, "收款群", None, agrees=True)
    written = approve(home, write(home, "article", "收款群", topic="鲸付手续费").id)
    page = Path(publish(home, written.id, "folder", tmp_path / "out").remote_id).read_text(encoding="utf-8")
    assert "**群友A**：" in page
    assert not any(name in page for name in ("小鹿", "老段"))
    named = Path(publish(home, written.id, "folder", tmp_path / "named", names=True).remote_id)
    assert "**老段**：" in named.read_text(encoding="utf-8")


def test_other_documents_keep_their_names(home: Home) -> None:
    written = write(home, "digest", "收款群")
    assert presentable(home, written)[0] == written


def test_a_digest_hides_names_where_the_settings_of_its_group_say_so(home: Home) -> None:
    written = write(home, "digest", "收款群", model="none")
    name = messages.groups(home.db)[0].name
    hidden = replace(home.config, digest=DigestConfig(groups={name: {"names": False}}))
    told, cited = presentable(replace(home, config=hidden), written)
    assert {m.name[:2] for m in cited.values()} == {"群友"}
    assert told != written
