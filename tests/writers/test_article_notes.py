"""The operator's own paragraphs stand in an article letter for letter, each where it belongs."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sediment.models import Section
from sediment.writers.article import Article
from sediment.writers.article.notes import notes, woven
from tests.factories import claim, message, section
from tests.fakes import FakeEmbedder
from tests.writers.materials import fee_day

FEES = section(claim("老段：手续费是0.6%", message("手续费是0.6%")), part="part", title="手续费是多少")
PARTY = section(claim("阿岩：聚会改到19号", message("聚会改到19号")), part="part", title="聚会在哪天")


def own(sections: list[Section]) -> dict[str, list[str]]:
    return {s.title: [c.text for c in s.claims if c.origin == "human"] for s in sections}


def test_each_paragraph_and_bullet_goes_where_it_is_spoken_of() -> None:
    text = "我们**也**在用，手续费 一样。\n\n- 聚会我去\n- 谢谢大家\n\n## 聚会在哪天\n带伞\n\n## 联系\n发邮件"
    assert own(woven(text, [FEES, PARTY], "zh")) == {
        "手续费是多少": ["我们**也**在用，手续费 一样。"],
        "聚会在哪天": ["- 聚会我去", "带伞"],
        "编者的话": ["- 谢谢大家"],
        "联系": ["发邮件"],
    }


@given(text=st.text(alphabet="手续费聚会19 \n-`*。", max_size=80))
def test_no_word_is_lost_or_changed(text: str) -> None:
    found = [note.text for note in notes(text)]
    shown = [c.text for s in woven(text, [FEES, PARTY], "zh") for c in s.claims if c.origin == "human"]
    assert sorted(shown) == sorted(found)
    assert [line for note in found for line in note.split("\n") if line.strip()] == [
        line for line in text.split("\n") if line.strip()
    ]


def test_notes_stand_in_an_article_whoever_wrote_it() -> None:
    draft = Article().write(replace(fee_day(), topic="手续费", notes="手续费以官网为准。"), FakeEmbedder(), None)
    told = [c for s in draft.sections for c in s.claims if c.origin == "human"]
    assert [(c.text, c.evidence) for c in told] == [("手续费以官网为准。", ())]
