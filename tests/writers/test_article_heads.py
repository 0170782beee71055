"""What stands over an article: three to five titles, and a summary that an official account takes."""

import json

from hypothesis import given

from sediment.models import Draft, Material
from sediment.writers.article import Article
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import fee_day
from tests.writers.test_article import lecture_evening
from tests.writers.test_conformance import days


def written(reply: dict[str, object], day: Material | None = None) -> Draft:
    model = FakeChatModel(lambda request: json.dumps(reply, ensure_ascii=False) if request.name == "article" else "{}")
    return Article().write(day or fee_day(), FakeEmbedder(), model)


RATE = {"title": "费率", "claims": [{"text": "老段说个人版是0.6%，没有月费", "ids": ["m3"]}]}


def test_the_first_title_that_holds_is_used_and_the_others_are_offered() -> None:
    reply = {"titles": ["手续费涨到9%", "个人版0.6%，没有月费", "手续费到底多少"], "sections": [RATE]}
    draft = written(reply)
    assert draft.title == "个人版0.6%，没有月费"
    assert draft.titles[:2] == ("个人版0.6%，没有月费", "手续费到底多少")
    assert 3 <= len(draft.titles) <= 5


def test_no_heading_revives_what_was_put_right_nor_names_a_member() -> None:
    fee = {"text": "老段说个人版是0.6%", "ids": [3]}
    empty = {"text": "老段：本文将介绍鲸付个人版是0.6%", "ids": [3]}
    draft = written(
        {
            "titles": ["手续费好像是2%", "老段教你省手续费", "手续费0.6%"],
            "lead": [empty],
            "sections": [{"title": "个人版好像是2%", "claims": [fee]}],
        }
    )
    assert (draft.title, draft.lead) == ("手续费0.6%", ())
    assert [section.title for section in draft.sections] == ["老段说个人版是0.6%"]
    assert "好像是2%" not in " ".join(draft.titles)


def test_a_summary_stands_on_messages_and_is_cut_at_a_clause() -> None:
    long = "老段说个人版是0.6%，没有月费，" * 9
    draft = written({"titles": ["手续费"], "summary": {"text": long, "ids": ["m3"]}, "sections": [RATE]})
    cut = draft.summary.removesuffix("…")
    assert (len(draft.summary) <= 120, long.startswith(f"{cut}，"), len(cut) > 90) == (True, True, True)
    invented = written({"summary": {"text": "老段说手续费是9%", "ids": ["m3"]}, "sections": [RATE]})
    assert "9%" not in invented.summary


def test_titles_of_a_lecture_are_about_its_subject() -> None:
    draft = Article().write(lecture_evening(), FakeEmbedder(), None)
    assert draft.titles == (
        "做封面图的三件事（王老师 分享，20:00–20:12）",
        "做封面图的三件事：颜色",
        "做封面图的三件事：3 位群友怎么说",
        "关于做封面图的三件事，群里说清的 3 件事",
        "群聊整理：做封面图的三件事",
    )


@given(day=days())
def test_heads_are_never_too_long_nor_alike(day: Material) -> None:
    draft = Article().write(day, FakeEmbedder(), None)
    assert len(draft.summary) <= 120
    assert len(set(draft.titles)) == len(draft.titles) <= 5
    assert draft.titles[:1] == ((draft.title,) if draft.sections else ())
