"""A digest tells the few things that mattered with their outcome, and where every message went."""

import dataclasses
import itertools
import json
from collections.abc import Sequence
from datetime import date

from sediment import extract
from sediment.errors import ModelCut
from sediment.models import Link, Material, Message, Request, Template
from sediment.writers.digest import Digest, stories
from tests.factories import conversation, link, material, message, talk
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import by_start, fee_day


def test_a_question_is_told_with_the_answer_that_settled_it() -> None:
    draft = Digest().write(fee_day(), FakeEmbedder(), None)
    sections = {section.title: [claim.text for claim in section.claims] for section in draft.sections}
    assert sections["鲸付个人版收款手续费是多少？（已解决）"] == ["老段：不对，2%是跨境收款，个人版是0.6%，没有月费"]


def test_a_plan_is_told_as_it_finally_stands() -> None:
    day = fee_day()
    draft = Digest().write(day, FakeEmbedder(), None)
    told = [e.message_id for section in draft.sections for claim in section.claims for e in claim.evidence]
    assert by_start(day, "聚会改到").id in told
    assert by_start(day, "线下聚会定在").id not in told
    assert by_start(day, "我这个月流水").id not in told


def test_what_nobody_answered_stands_open() -> None:
    draft = Digest().write(fee_day(), FakeEmbedder(), None)
    assert [c.text for s in draft.sections if s.part == "open" for c in s.claims] == [
        "南瓜：改了包名以后原来的评分还在吗？"
    ]


def test_only_the_last_copy_of_a_sign_up_list_is_shown() -> None:
    first = message("#接龙\n聚会\n1. 小鹿", at="10:00", sender="a", name="小鹿")
    second = message("#接龙\n聚会\n1. 小鹿\n2. 老段", at="10:05", sender="b", name="老段")
    draft = Digest().write(material(first, second), FakeEmbedder(), None)
    assert [c.text for s in draft.sections if s.part == "events" for c in s.claims] == [
        "老段：聚会 接龙 2 个：小鹿、老段"
    ]


def test_a_day_of_small_talk_has_no_story() -> None:
    draft = Digest().write(material(*talk(("a", "困"), ("b", "哈哈哈"), ("a", "下班"))), FakeEmbedder(), None)
    assert draft.sections == ()
    assert [(c.messages, c.included) for c in draft.account.conversations] == [(3, False)]


def test_the_reasons_tell_what_became_of_each_conversation() -> None:
    reasons = {c.title: c.reason for c in Digest().write(fee_day(), FakeEmbedder(), None).account.conversations}
    assert reasons["鲸付个人版收款手续费是多少？"] == "要紧，单独成节"
    assert reasons[""] == "没有可引用的消息"


def test_a_busy_day_cites_a_bounded_number_of_messages() -> None:
    lines = [(f"u{i % 9}", f"第{i}个办法：先把{i}号文件备份，再改到{i + 1}版本") for i in range(59)]
    draft = Digest().write(material(*talk(*lines)), FakeEmbedder(), None)
    assert 3 <= len({e.message_id for s in draft.sections for c in s.claims for e in c.evidence}) <= 40


def test_what_one_person_merely_goes_on_saying_does_not_keep_out_what_others_tell() -> None:
    papers = ("a", "先把合同备好，再去窗口排队，费用60元")
    more = ("a", "记得带上公章和发票，不然要跑两趟，退费15天")
    other = ("b", "我那次三天就办好了")
    (story,) = stories.stories(extract.talks(material(*talk(papers, more, other))))
    stories.choose([story], 2)
    assert [m.sender for m in story.chosen] == ["a", "b"]


def test_a_warning_of_a_fraud_is_told() -> None:
    fake = message(
        "系统通知：本群今晚24点解散，请点 https://x.example.com 进新群", at="10:00", sender="x", name="群助手"
    )
    denied = message("假的，本群不解散，别点。这人我踢了", at="10:01", sender="yan", name="群主")
    day = material(fake, denied, links=[link(denied, fake)], conversations=[conversation(fake, denied)])
    draft = Digest().write(day, FakeEmbedder(), None)
    assert [c.text for s in draft.sections for c in s.claims] == ["群主：假的，本群不解散，别点。这人我踢了"]


def test_a_list_that_was_copied_badly_is_not_counted() -> None:
    copied = message("#接龙\n聚会\n1. 小鹿\n1. 老段\n1. 阿岩", at="10:00", sender="a", name="小鹿")
    (section,) = Digest().write(material(copied), FakeEmbedder(), None).sections
    assert [c.text for c in section.claims] == ["小鹿：聚会 接龙：小鹿、老段、阿岩"]


# ---- what the days before left open ---------------------------------------------------------------------------------

ASKED = message("改了包名以后原来的评分还在吗？", at="17:00", day="2026-04-05", sender="gua", name="南瓜")


def day_after(*said: Message, links: Sequence[Link] = ()) -> Material:
    """What was said on the day, with the question of three days before, which is of one conversation with it where there are links."""
    groups = [conversation(ASKED, *said)] if links else [conversation(ASKED), conversation(*said)]
    before = material(ASKED, *said, links=links, conversations=groups)
    day = material(*said, links=links)
    return dataclasses.replace(day, earlier=lambda first: before if first == date(2026, 3, 25) else material())


def told_in(part: str, day: Material) -> list[tuple[str, list[str]]]:
    sections = Digest().write(day, FakeEmbedder(), None).sections
    return [(s.title, [c.text for c in s.claims]) for s in sections if s.part == part]


def test_a_question_without_an_answer_is_carried_forward() -> None:
    day = day_after(message("今天服务器升级，先把报表导出来", at="10:00"))
    assert told_in("open", day) == [("以前问的，还没有答案", ["南瓜：改了包名以后原来的评分还在吗？"])]


def test_what_answers_it_days_later_is_told_with_it() -> None:
    answer = message("改包名等于新应用，评分会清零", at="10:00", sender="duan", name="老段")
    day = day_after(answer, links=[link(answer, ASKED)])
    assert told_in("answers", day) == [
        ("以前问的，有了答案", ["改了包名以后原来的评分还在吗？｜老段：改包名等于新应用，评分会清零"])
    ]
    assert told_in("open", day) == []


def test_the_same_question_asked_again_and_answered_answers_it() -> None:
    again = message("请问改了包名以后原来的评分还在吗", at="10:00", sender="lulu", name="小鹿")
    answer = message("改包名等于新应用，评分会清零", at="10:01", sender="duan", name="老段")
    spoken = material(again, answer, links=[link(answer, again)])
    before = material(
        ASKED,
        again,
        answer,
        links=[link(answer, again)],
        conversations=[conversation(ASKED), conversation(again, answer)],
    )
    day = dataclasses.replace(spoken, earlier=lambda first: before)
    assert told_in("answers", day)[-1][1] == ["改了包名以后原来的评分还在吗？｜老段：改包名等于新应用，评分会清零"]
    assert told_in("open", day) == []


def test_a_decision_that_does_not_say_what_is_no_decision_to_tell() -> None:
    day = material(message("刚才那个事儿啊 就先这么定了", at="10:00"))
    assert Digest().write(day, FakeEmbedder(), None).sections == ()


# ---- templates ------------------------------------------------------------------------------------------------------


def test_a_template_says_which_sections_there_are_and_in_which_order() -> None:
    day = dataclasses.replace(fee_day(), template=Template(sections=("open", "mattered"), headings={"open": "谁来答"}))
    draft = Digest().write(day, FakeEmbedder(), None)
    assert [part for part, _ in itertools.groupby(s.part for s in draft.sections)] == ["open", "mattered"]
    assert draft.headings == {"open": "谁来答"}
    without = dataclasses.replace(day, template=Template(sections=("mattered",)))
    reasons = {c.title: c.included for c in Digest().write(without, FakeEmbedder(), None).account.conversations}
    assert reasons["改了包名以后原来的评分还在吗？"] is False


def test_a_model_is_told_how_to_sound() -> None:
    model = model_that_writes()
    Digest().write(dataclasses.replace(fee_day(), template=Template(tone="像群友转述")), FakeEmbedder(), model)
    assert "语气：像群友转述" in model.requests[1].task


# ---- lengths --------------------------------------------------------------------------------------------------------


def test_the_brief_one_is_a_lead_that_can_be_read_in_thirty_seconds() -> None:
    lines = [
        (f"u{i}", f"第{i}个办法：先把{i}号文件备份到{i}号硬盘，再改到{i + 1}版本，费用{i}00元" * 2) for i in range(9)
    ]
    day = material(*itertools.chain(*(talk(line, at=f"{9 + i:02}:00") for i, line in enumerate(lines))))
    day = dataclasses.replace(day, conversations=tuple(conversation(m) for m in day.messages), length="brief")
    draft = Digest().write(day, FakeEmbedder(), None)
    assert (draft.sections, draft.length, draft.title) == ((), "brief", "测试群 2026-04-08 三十秒摘要")
    assert 1 <= len(draft.lead) < 4
    assert sum(len(claim.text) for claim in draft.lead) <= 220
    assert sum(c.included for c in draft.account.conversations) == len(draft.lead)


def test_the_archive_tells_every_conversation_that_says_something() -> None:
    day = dataclasses.replace(fee_day(), length="archive")
    draft = Digest().write(day, FakeEmbedder(), None)
    assert [c.title for c in draft.account.conversations if not c.included] == [""]  # what gave orders to a model
    assert [(s.part, s.title) for s in draft.sections if s.part == "small"] == []
    alone = dataclasses.replace(material(message("我的键盘到了，手感一般", at="10:00")), length="archive")
    (section,) = Digest().write(alone, FakeEmbedder(), None).sections
    assert (section.part, [c.text for c in section.claims]) == ("small", ["u1：我的键盘到了，手感一般"])


def test_with_a_model_the_archive_tells_what_the_model_left_out() -> None:
    model = model_that_writes(topics=[{"title": "手续费", "claims": [{"text": "老段说个人版是0.6%", "ids": ["m3"]}]}])
    draft = Digest().write(dataclasses.replace(fee_day(), length="archive"), FakeEmbedder(), model)
    assert [(s.part, s.claims[0].origin) for s in draft.sections] == [
        ("mattered", "model"),
        ("small", "extract"),
        ("small", "extract"),
    ]


def test_what_is_not_of_the_first_stands_with_the_decisions_or_the_answers() -> None:
    plan = message("团建就定5月3日，去西山，集合时间早上8点，车费每人60元", at="10:00")
    ask = message("发票抬头可以改吗？", at="11:00", sender="lulu")
    answer = message("可以改，找开票的人换一张就行，要3天", at="11:05", sender="duan")
    day = material(
        plan, ask, answer, links=[link(answer, ask)], conversations=[conversation(plan), conversation(ask, answer)]
    )
    told = [stories.Story(talk, 1.0, list(talk.quotable)) for talk in extract.talks(day)]
    assert [stories.part(story) for story in told] == ["decisions", "answers"]


def test_what_somebody_tried_is_told_with_how_it_ended() -> None:
    ask = message("沉默两个月的群，发红包能救回来吗？", at="10:00", sender="a")
    tried = message("我试过，200块分100个，当天冒出来八十多个说话的", at="10:05", sender="k", name="老K")
    ended = message("第七天，原样。全是抢完就走", at="10:06", sender="k", name="老K")
    day = material(ask, tried, ended, links=[link(tried, ask)], conversations=[conversation(ask, tried, ended)])
    (lead,) = Digest().write(day, FakeEmbedder(), None).lead
    assert lead.text.endswith("老K：我试过，200块分100个，当天冒出来八十多个说话的；第七天，原样。全是抢完就走")


def test_what_is_put_back_to_somebody_is_no_open_question() -> None:
    said = message("其实费率谈得下来的，我一个朋友在用内部渠道", at="10:00", sender="sales")
    back = message("你头像就是通汇付，哪来的内部渠道朋友？", at="10:01", sender="fei")
    day = material(said, back, links=[link(back, said)], conversations=[conversation(said), conversation(back)])
    assert not [s for s in Digest().write(day, FakeEmbedder(), None).sections if s.part == "open"]


def test_somebodys_address_is_not_told() -> None:
    address = message("收件人余大成，望潮市听涛区渔港新村7幢3单元402", at="10:00")
    assert Digest().write(material(address), FakeEmbedder(), None).sections == ()


def test_english_headings() -> None:
    day = material(message("does anybody know how to renew the certificate?", at="10:00"), language="en")
    assert Digest().write(day, FakeEmbedder(), None).title == "测试群: digest of 2026-04-08"


# ---- with a model ---------------------------------------------------------------------------------------------------


def test_a_window_whose_reply_is_cut_is_asked_again_in_halves() -> None:
    asked: list[Request] = []

    def reply(request: Request) -> str:
        asked.append(request)
        if request.name != "digest":
            return "{}"
        if "0.6%" in request.shared and "梧桐里咖啡被包场" in request.shared:
            raise ModelCut("the reply was cut at the limit of length")
        if "0.6%" not in request.shared:
            return "{}"
        said = {"text": "老段说个人版是0.6%，没有月费", "ids": [1, 2, 3]}
        return json.dumps({"topics": [{"title": "手续费", "claims": [said]}]}, ensure_ascii=False)

    draft = Digest().write(fee_day(), FakeEmbedder(), FakeChatModel(reply))
    assert [c.text for s in draft.sections for c in s.claims if c.origin == "model"] == ["老段说个人版是0.6%，没有月费"]
    assert sum(request.name == "digest" for request in asked) > 2


def test_a_reply_that_is_always_cut_is_asked_for_a_bounded_number_of_times() -> None:
    asked: list[str] = []

    def reply(request: Request) -> str:
        asked.append(request.name)
        raise ModelCut("the reply was cut at the limit of length")

    draft = Digest().write(fee_day(), FakeEmbedder(), FakeChatModel(reply))
    assert draft.made_by == ""
    assert draft.sections
    assert asked.count("digest") <= 1 + 4 + 16


def model_that_writes(**parts: object) -> FakeChatModel:
    def reply(request: Request) -> str:
        if request.name == "topics":
            return json.dumps({"topics": [{"title": "手续费", "ids": [2, 3], "weight": 3}]}, ensure_ascii=False)
        return json.dumps(parts, ensure_ascii=False)

    return FakeChatModel(reply)


def test_topics_are_listed_first_and_then_written_from_their_messages() -> None:
    model = model_that_writes()
    Digest().write(fee_day(), FakeEmbedder(), model)
    assert [request.name for request in model.requests] == ["topics", "digest"]
    assert model.requests[0].shared == model.requests[1].shared
    assert "- 手续费：2、3" in model.requests[1].task


def test_every_message_that_is_no_noise_is_read() -> None:
    model = model_that_writes()
    day = fee_day()
    Digest().write(day, FakeEmbedder(), model)
    shown = [line.partition(":")[2] for line in model.requests[0].shared.splitlines() if line[0].isdigit()]
    kept = [m.text for m in day.messages if m.id not in day.noise]
    assert shown == [text if "忽略以上" not in text else "〔…〕" for text in kept]
    assert "早上好" not in model.requests[0].shared


def test_supported_claims_stay_and_others_are_dropped_and_counted() -> None:
    model = model_that_writes(
        topics=[
            {
                "title": "鲸付手续费",
                "claims": [
                    {"text": "老段说个人版是0.6%，没有月费", "ids": ["m3"]},
                    {"text": "老段说个人版是0.8%，没有月费", "ids": ["m3"]},
                    {"text": "老段说个人版没有月费", "ids": ["m99"]},
                ],
            }
        ],
        lead=[{"text": "老段说个人版是0.6%", "ids": ["m3"]}],
    )
    draft = Digest().write(fee_day(), FakeEmbedder(), model)
    assert [claim.text for section in draft.sections for claim in section.claims] == ["老段说个人版是0.6%，没有月费"]
    assert [claim.text for claim in draft.lead] == ["老段说个人版是0.6%"]
    assert draft.account.dropped == {"number": 1, "unknown_id": 1}
    assert draft.made_by == "fake"


def test_what_a_topic_tells_wrongly_is_quoted_instead() -> None:
    model = model_that_writes(topics=[{"title": "手续费", "claims": [{"text": "老段说个人版是0.8%", "ids": ["m3"]}]}])
    (section,) = Digest().write(fee_day(), FakeEmbedder(), model).sections
    assert (section.title, [claim.text for claim in section.claims]) == (
        "手续费",
        ["老段：不对，2%是跨境收款，个人版是0.6%，没有月费"],
    )


def test_the_model_looks_once_more_at_what_is_kept() -> None:
    model = model_that_writes(
        topics=[{"title": "手续费", "claims": [{"text": "老段说个人版是0.6%", "ids": ["m3"]}]}],
        lead=[{"text": "老段说个人版没有月费", "ids": ["m3"]}],
        wrong=[{"n": 1, "why": "misread"}],  # the lead, which has no title
    )
    draft = Digest().write(fee_day(), FakeEmbedder(), model)
    assert [claim.text for claim in draft.lead] == ["老段说个人版是0.6%"]
    assert (draft.account.dropped, [request.name for request in model.requests]) == (
        {"misread": 1},
        ["topics", "digest", "audit"],
    )


def test_where_the_model_writes_nothing_it_is_not_named() -> None:
    model = FakeChatModel(lambda request: "I am sorry")
    draft = Digest().write(fee_day(), FakeEmbedder(), model)
    assert (draft.made_by, bool(draft.sections)) == ("", True)


def test_two_facts_of_one_message_both_survive() -> None:
    model = model_that_writes(
        topics=[
            {"title": "鲸付手续费", "claims": [{"text": "老段说个人版是0.6%", "ids": ["m3"]}]},
            {"title": "跨境收款", "claims": [{"text": "老段说2%是跨境收款", "ids": ["m3"]}]},
        ]
    )
    draft = Digest().write(fee_day(), FakeEmbedder(), model)
    assert [c.text for s in draft.sections for c in s.claims] == ["老段说个人版是0.6%", "老段说2%是跨境收款"]


def test_a_long_day_is_cut_between_conversations() -> None:
    messages = [
        talk(*[("u1", f"第{part}段第{line}句" + "说" * 900)] * 12, at=f"{8 + part:02}:00")
        for part, line in ((0, 1), (1, 2), (2, 3))
    ]
    day = material(*itertools.chain(*messages), conversations=[conversation(*part) for part in messages])
    model = model_that_writes()
    Digest().write(day, FakeEmbedder(), model)
    seen = [request.shared for request in model.requests if request.name == "topics"]
    assert len(seen) == 2
    assert [sum(f"第{part}段" in shared for shared in seen) for part in range(3)] == [1, 1, 1]
