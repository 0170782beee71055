"""The FAQ lives: the same question asked again joins its entry, a later answer confirms, extends, corrects or replaces the earlier one."""

import json
from dataclasses import replace

import pytest

from sediment.models import FaqEntry, Material, Message
from sediment.writers.faq import Faq
from tests.factories import conversation, link, material, message
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import fee_day


def asked_and_answered(question: str, answer: str, day: str, **more: object) -> Material:
    q = message(question, at="10:00", day=day, sender="lulu", name="小鹿")
    a = message(answer, at="10:02", day=day, sender="duan", name="老段")
    return material(q, a, links=[link(a, q)], **more)  # type: ignore[arg-type]


def written(given: Material, known: tuple[FaqEntry, ...] = ()) -> tuple[FaqEntry, ...]:
    return Faq().write(replace(given, faq=known), FakeEmbedder(), None).faq


def test_an_answered_question_becomes_an_entry_in_the_words_of_whoever_asked() -> None:
    (entry,) = written(asked_and_answered("请问鲸付个人版收款手续费是多少？", "个人版 0.6%，没有月费", "2026-04-08"))
    assert entry.question == "鲸付个人版收款手续费是多少？"
    assert [claim.text for claim in entry.answer] == ["老段：个人版 0.6%，没有月费"]
    assert [change.relation for change in entry.history] == ["first"]


def test_asked_again_and_changed_it_is_one_entry_with_two_wordings() -> None:
    known = written(asked_and_answered("鲸付个人版收款手续费是多少？", "个人版 0.6%，没有月费", "2026-04-08"))
    again = asked_and_answered("鲸付个人版收款手续费现在是多少？", "4月15号起个人版手续费调到 0.8%", "2026-04-15")
    (entry,) = written(again, known)
    assert [wording.quote for wording in entry.wordings] == [
        "鲸付个人版收款手续费是多少？",
        "鲸付个人版收款手续费现在是多少？",
    ]
    assert [change.relation for change in entry.history] == ["first", "supersedes"]
    assert [claim.text for claim in entry.answer] == ["老段：4月15号起个人版手续费调到 0.8%"]


def test_the_same_numbers_confirm_and_leave_the_answer_alone() -> None:
    known = written(asked_and_answered("鲸付个人版收款手续费是多少？", "个人版 0.6%，没有月费", "2026-04-08"))
    (entry,) = written(
        asked_and_answered("鲸付个人版收款手续费多少？", "0.6%，我上个月就是按 0.6% 扣的", "2026-04-09"), known
    )
    assert [change.relation for change in entry.history] == ["first", "confirms"]
    assert entry.answer == known[0].answer


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("应该能跑，速度没测过", "open"),
        ("不确定诶", "open"),
        ("我那台一秒 12 个字，别的不清楚", "answered"),
        ("能跑，一秒 12 个字左右，够用", "answered"),
    ],
)
def test_a_question_that_only_meets_doubts_stays_open(said: str, status: str) -> None:
    (entry,) = written(asked_and_answered("有人用 32G 的 Mac 跑过 14B 模型吗，一秒能出多少字？", said, "2026-04-08"))
    assert entry.status == status


def announced(text: str, day: str = "2026-04-13") -> Material:
    return material(message(text, at="15:00", day=day, sender="duan", name="老段"))


FEE = asked_and_answered("鲸付个人版收款手续费是多少？", "个人版 0.6%，没有月费", "2026-04-08")


def test_news_that_nobody_asked_for_changes_the_answer_that_it_speaks_of() -> None:
    known = written(FEE)
    day = announced("鲸付个人版收款手续费4月15号起调到 0.8%，没有月费照旧")
    (entry,) = written(day, known)
    assert [change.relation for change in entry.history] == ["first", "supersedes"]
    assert [claim.text for claim in entry.answer] == ["老段：鲸付个人版收款手续费4月15号起调到 0.8%，没有月费照旧"]
    assert len(entry.wordings) == 1
    assert written(day, (entry,)) == (entry,)


@pytest.mark.parametrize(
    "text",
    [
        "聚会地点改到河畔创客空间302，时间不变",
        "鲸付个人版收款手续费没有月费，放心用",  # tells no change
        "鲸付个人版收款手续费是不是改了？",
    ],
)
def test_other_news_and_what_is_no_news_change_nothing(text: str) -> None:
    (known,) = written(FEE)
    after = [entry for entry in written(announced(text), (known,)) if entry.answer]
    assert [(entry.answer, entry.history) for entry in after] == [(known.answer, known.history)]


def test_what_the_asker_did_about_it_is_no_news() -> None:
    q = message("鲸付密码被盗了怎么办？", at="10:00", sender="lulu", name="小鹿")
    a = message("立刻改密码，再开两步验证，打 95188 挂失", at="10:02", sender="duan", name="老段")
    done = message("鲸付密码改了，两步验证也开了，9 点挂失的", at="11:00", sender="lulu", name="小鹿")
    other = message("鲸付密码被盗 两步验证 挂失 密码改了", at="11:05", sender="pi", name="皮皮虾")
    given = material(q, a, done, other, links=[link(a, q)])
    (entry,) = [entry for entry in written(given) if entry.answer]
    assert [change.relation for change in entry.history] == ["first"]


def test_news_from_before_an_answer_does_not_replace_it() -> None:
    known = written(FEE)
    assert written(announced("鲸付个人版收款手续费调到 0.6%，月费取消", day="2026-04-07"), known) == known


def test_another_product_is_another_entry() -> None:
    known = written(asked_and_answered("鲸付手续费是多少？", "个人版 0.6%，没有月费", "2026-04-08"))
    assert len(written(asked_and_answered("飞燕推送免费额度是多少？", "累计 2 万台设备免费", "2026-04-09"), known)) == 2


def test_the_same_day_twice_changes_nothing() -> None:
    once = written(fee_day())
    assert written(fee_day(), once) == once


def test_a_question_without_answer_is_kept_open_until_someone_answers() -> None:
    question = message("改了包名以后原来的评分还在吗？", at="10:00", sender="gua", name="南瓜")
    known = written(material(question))
    assert [entry.status for entry in known] == ["open"]
    answer = message("运营回复了，评分会保留，要先发工单申请迁移", at="18:00", sender="yun", name="云台")
    (entry,) = written(material(question, answer, links=[link(answer, question)]), known)
    assert (entry.id, entry.status, entry.history[0].relation) == (known[0].id, "answered", "first")


def test_what_lays_out_or_only_exclaims_asks_nothing() -> None:
    announced = "时间：4月18号下午2点\n地点：梧桐里咖啡\n费用：60\n主题：第一个100块是怎么赚到的"
    assert written(asked_and_answered(announced, "18号我上午要去市场结账，下午应该赶得到，费用 60", "2026-04-08")) == ()
    story = "段落笔记最早是买断，怎么定价想了很久，" * 8 + "手续费要不要算进去也看你自己。"
    assert written(asked_and_answered(story, "手续费不用算进去，定价按成本，0.6%", "2026-04-08")) == ()
    first = message("鲸付个人版手续费涨到 2% 了", at="09:58", sender="pi", name="皮皮虾")
    gasp = message("啊？？真的假的", at="10:00", sender="lulu", name="小鹿")
    told = message("假的，4月15号起个人版手续费调到 0.8%", at="10:02", sender="duan", name="老段")
    assert written(material(first, gasp, told, links=[link(gasp, first), link(told, gasp)])) == ()


@pytest.mark.parametrize(
    "text",
    [
        "段子手？老段他儿子？",
        "3个工作日？我交第9天了",
        "一天才涨 2%我还做什么",
        "看看子账号里有没有多出来的人",
        "但服饰类目标题还是6月1号",
        "有税务代理的可以往后延，延多久看年份，最好问税代",
    ],
)
def test_what_has_the_form_of_a_question_and_asks_nobody_is_no_entry(text: str) -> None:
    assert entries_about(text) == []
    assert entries_about("服饰类目的标题哪天改？") == ["服饰类目的标题哪天改？"]


def entries_about(text: str) -> list[str]:
    first = message("K站标题规则改了，200字符缩到120，7月1号起", at="09:58", sender="pi", name="皮皮虾")
    said = message(text, at="10:00", sender="lulu", name="小鹿")
    told = message("7月1号起统一按120字符截断，服饰类目提前到6月1号", at="10:02", sender="duan", name="老段")
    return [e.question for e in written(material(first, said, told, links=[link(said, first), link(told, said)]))]


def test_what_is_asked_back_to_whoever_came_with_a_trouble_is_no_entry() -> None:
    trouble = message("让模型返回json 老有解析失败的，怎么治", at="10:00", sender="ju", name="橘猫")
    back = message("max_tokens 参数设了多少？", at="10:01", sender="la", name="lambda")
    said = message("设的是 512，一直没动过这个参数", at="10:02", sender="ju", name="橘猫")
    cure = message("太小了，截断了，max_tokens 改到 2048 就好", at="10:03", sender="la", name="lambda")
    links = [link(back, trouble), link(said, back), link(cure, trouble)]
    assert [entry.question for entry in written(material(trouble, back, said, cure, links=links))] == [
        "让模型返回json 老有解析失败的，怎么治"
    ]


def test_an_answer_that_was_denied_is_not_the_answer() -> None:
    entry = next(e for e in written(fee_day()) if "手续费" in e.question)
    assert [claim.text for claim in entry.answer] == ["老段：不对，2%是跨境收款，个人版是0.6%，没有月费"]


def test_answered_entries_come_before_open_ones() -> None:
    assert [section.part for section in Faq().write(fee_day(), FakeEmbedder(), None).sections] == ["answer", "open"]


def test_a_model_finds_questions_and_only_what_it_proves_is_kept() -> None:
    reply = {
        "questions": [
            {
                "question": "鲸付个人版手续费是多少？",
                "asked": ["m1"],
                "answer": [{"text": "老段：个人版是0.6%", "ids": ["m3"]}],
            },
            {"question": "谁最帅？", "asked": ["m77"], "answer": []},
            {
                "question": "鲸付企业版手续费是多少？",
                "asked": ["m1"],
                "answer": [{"text": "老段：企业版是0.4%", "ids": ["m3"]}],
            },
        ]
    }
    model = FakeChatModel(lambda request: json.dumps(reply, ensure_ascii=False))
    draft = Faq().write(fee_day(), FakeEmbedder(), model)
    first = draft.faq[0]
    assert (first.question, [c.text for c in first.answer]) == ("鲸付个人版手续费是多少？", ["老段：个人版是0.6%"])
    assert "谁最帅？" not in {e.question for e in draft.faq}
    assert draft.account.dropped == {"number": 1}


def asked_twice() -> tuple[Material, FakeChatModel]:
    """Two days, one message that asks two things, and a model that finds them; and a third question whose heading says too much."""
    both = message("上架必须要软著吗？办一个多久？", at="10:00", sender="you", name="柚子茶")
    must = message("必须有登记号", at="10:01", sender="gua", name="南瓜")
    days = message("正常30个工作日", at="10:02", sender="gua", name="南瓜")
    questions = [
        {"question": "上架必须要软著吗？", "asked": ["m1"], "answer": [{"text": "南瓜：必须有登记号", "ids": ["m2"]}]},
        {"question": "办软著要多久？", "asked": ["m1"], "answer": [{"text": "正常30个工作日", "ids": ["m2"]}]},
        {"question": "找陈工 7 天包过吗？", "asked": ["m1"], "answer": []},
    ]
    replies = {"faq": {"questions": questions}, "audit": {"wrong": []}, "same": {"same": []}}
    model = FakeChatModel(lambda request: json.dumps(replies[request.name], ensure_ascii=False))
    return material(both, must, days, links=[link(must, both), link(days, both)]), model


def test_one_message_may_ask_two_things() -> None:
    given, model = asked_twice()
    once = Faq().write(given, FakeEmbedder(), model).faq
    assert [(e.question, [c.text for c in e.answer]) for e in once[:2]] == [
        ("上架必须要软著吗？", ["南瓜：必须有登记号"]),
        ("办软著要多久？", ["南瓜：正常30个工作日"]),
    ]
    assert len({entry.id for entry in once}) == len(once)
    assert Faq().write(replace(given, faq=once), FakeEmbedder(), model).faq == once


def test_a_question_that_says_more_than_the_chat_is_put_in_the_askers_words() -> None:
    given, model = asked_twice()
    assert not any("7" in entry.question for entry in Faq().write(given, FakeEmbedder(), model).faq)


def test_a_model_writes_better_what_was_only_quoted_before() -> None:
    given, model = asked_twice()
    quoted = written(given)
    told = Faq().write(replace(given, faq=quoted), FakeEmbedder(), model).faq
    assert {entry.id for entry in quoted} <= {entry.id for entry in told}
    assert all(claim.origin == "model" for entry in told for claim in entry.answer)


def test_what_the_model_answers_wrongly_is_quoted_instead() -> None:
    given = asked_and_answered("用户用了两个月要退款该不该退？", "不退，平台超过14天也不会强制", "2026-04-14")
    found = {"question": "该不该退？", "asked": ["m1"], "answer": [{"text": "老段说超过30天不退", "ids": ["m2"]}]}
    replies = {"faq": {"questions": [found]}}
    (entry,) = Faq().write(given, FakeEmbedder(), FakeChatModel(lambda r: json.dumps(replies[r.name]))).faq
    assert [claim.text for claim in entry.answer] == ["老段：不退，平台超过14天也不会强制"]


def test_a_model_may_say_that_an_answer_corrects() -> None:
    known = written(asked_and_answered("飞燕推送免费版一天能推多少？", "2万条一天", "2026-04-09"))
    again = asked_and_answered("飞燕免费版一天能推多少？", "那个2万是累计设备数", "2026-04-13", faq=known)
    claim = {"text": "老段更正：2万是累计设备数", "ids": ["m2"]}
    found = {"question": "飞燕推送免费版一天能推多少？", "asked": ["m1"], "answer": [claim]}
    replies = {"faq": {"questions": [found]}, "audit": {}, "same": {"same": [1]}}
    (entry,) = Faq().write(again, FakeEmbedder(), FakeChatModel(lambda r: json.dumps(replies[r.name]))).faq
    assert [change.relation for change in entry.history] == ["first", "corrects"]
    assert [claim.text for claim in entry.answer] == ["老段更正：2万是累计设备数"]


def test_the_model_judges_where_vectors_leave_it_in_doubt() -> None:
    known = written(asked_and_answered("鲸付个人版收款手续费是多少？", "个人版 0.6%，没有月费", "2026-04-08"))
    again = asked_and_answered("鲸付收钱要扣多少？", "0.6%", "2026-04-15", faq=known)
    question = {"question": "鲸付收钱要扣多少？", "asked": ["m1"], "answer": [{"text": "老段：0.6%", "ids": ["m2"]}]}

    def entries(same: list[int]) -> tuple[FaqEntry, ...]:
        replies = {"faq": {"questions": [question]}, "audit": {}, "same": {"same": same}}
        model = FakeChatModel(lambda request: json.dumps(replies[request.name], ensure_ascii=False))
        told = Faq().write(again, FakeEmbedder(), model).faq
        asked = [request.shared for request in model.requests if request.name == "same"]
        assert asked == ["1. 鲸付个人版收款手续费是多少？ ｜ 鲸付收钱要扣多少？"]
        return told

    assert [len(entry.wordings) for entry in entries([1])] == [2]
    assert [len(entry.wordings) for entry in entries([])] == [1, 1]


def test_an_answer_that_the_audit_takes_for_a_joke_leaves_the_question_open() -> None:
    question = message("W-8BEN 的地址写中文还是拼音？", at="10:00", sender="ye", name="夜航船")
    joke = message("写「地球村」", at="10:01", sender="hu", name="胖虎")
    found = {"question": question.text, "asked": ["m1"], "answer": [{"text": "胖虎说写「地球村」", "ids": ["m2"]}]}
    replies = {"faq": {"questions": [found]}, "audit": {"wrong": [{"n": 2, "why": "joke"}]}}
    model = FakeChatModel(lambda request: json.dumps(replies[request.name], ensure_ascii=False))
    draft = Faq().write(material(question, joke, links=[link(joke, question)]), FakeEmbedder(), model)
    assert [(entry.status, entry.history) for entry in draft.faq] == [("open", ())]
    assert draft.account.dropped == {"joke": 1}


def test_follow_ups_of_one_person_belong_to_his_question() -> None:
    q = message("群帆是不是要涨价了？", at="10:00", sender="leo", name="Leo")
    a = message("嗯，四月开始涨", at="10:01", sender="wang", name="小汪")
    more = message("涨多少", at="10:02", sender="leo", name="Leo")
    b = message("标准版 3980 涨到 4980 一年", at="10:03", sender="wang", name="小汪")
    day = material(
        q, a, more, b, links=[link(a, q), link(more, a), link(b, more)], conversations=[conversation(q, a, more, b)]
    )
    (entry,) = written(day)
    assert cited(entry, (a, b)) == [True, True]


def test_an_answer_whose_link_is_not_sure_is_an_answer() -> None:
    q = message("英国VAT二到四月这个季度几号截止？", at="10:00", sender="liu", name="石榴")
    a = message("季度结束后一个月加7天，就是6月7号，申报和付款同一天", at="10:01", sender="lily", name="Lily")
    (entry,) = written(material(q, a, links=[link(a, q, score=0.3)]))
    assert cited(entry, (a,)) == [True]


def test_a_question_of_one_word_needs_an_answer_that_tells_much() -> None:
    def about(answer: str) -> list[str]:
        opening = message("聚会改到河畔创客空间302，周日下午", at="10:00", sender="yan", name="阿岩")
        q = message("能停车吗", at="10:01", sender="yu", name="卖鱼的")
        a = message(answer, at="10:02", sender="yan", name="阿岩")
        day = material(opening, q, a, links=[link(q, opening), link(a, q)])
        return [entry.question.rpartition("：")[2] for entry in written(day)]

    assert about("地下一层停，前2小时免费，之后每小时10元，要提前登记车牌，不然进不去") == ["能停车吗"]
    assert about("能停") == []


def test_a_conversation_tells_how_its_answer_came_to_be() -> None:
    q = message("英国VAT这个季度几号截止？", at="10:00", sender="liu", name="石榴")
    wrong = message("5月31号吧，我都是月底前交", at="10:01", sender="chuan", name="老船长")
    right = message("不对，是季度结束后一个月再加7天，6月7号", at="10:02", sender="lily", name="Lily")
    yes = message("对的，我们税代也这么说", at="10:03", sender="nan", name="阿楠")
    more = message("而且今年7号是周日，钱要提前到，建议5号前付，否则算晚付", at="10:05", sender="xia", name="小夏")
    links = [link(wrong, q), link(right, wrong), link(yes, right), link(more, q)]
    (entry,) = written(material(q, wrong, right, yes, more, links=links))
    assert [(change.relation, [c.text for c in change.claims]) for change in entry.history] == [
        ("first", ["老船长：5月31号吧，我都是月底前交"]),
        ("corrects", ["Lily：不对，是季度结束后一个月再加7天，6月7号"]),
        ("confirms", ["阿楠：对的，我们税代也这么说"]),
        ("extends", ["小夏：而且今年7号是周日，钱要提前到，建议5号前付，否则算晚付"]),
    ]
    assert cited(entry, (wrong, right, yes, more)) == [False, True, False, True]


def test_a_cry_asks_nothing() -> None:
    told = message("手续费下月调到 0.8%，老商户六月底前不变", at="10:00", sender="wang", name="小汪")
    cry = message("啊？？真的假的", at="10:01", sender="lulu", name="小鹿")
    more = message("真的，后台有公告，4月15日起默认 0.8%，之前是 0.6%", at="10:02", sender="wang", name="小汪")
    assert written(material(told, cry, more, links=[link(cry, told), link(more, cry)])) == ()


def test_reading_a_day_again_puts_right_what_it_gave_before() -> None:
    q = message("鲸付个人版收款手续费是多少？", at="10:00", sender="lulu", name="小鹿")
    wrong = message("群帆标准版 3980 一年，五个员工账号", at="10:01", sender="wang", name="小汪")
    right = message("个人版 0.6%，没有月费", at="10:02", sender="duan", name="老段")
    before = written(material(q, wrong, right, links=[link(wrong, q)]))
    (entry,) = written(material(q, wrong, right, links=[link(right, q)]), before)
    assert [claim.text for claim in entry.answer] == ["老段：个人版 0.6%，没有月费"]
    assert [change.relation for change in entry.history] == ["first"]


def test_what_other_days_told_stays_when_a_day_is_read_again() -> None:
    day = asked_and_answered("鲸付个人版收款手续费是多少？", "个人版 0.6%，没有月费", "2026-04-08")
    again = asked_and_answered("鲸付个人版收款手续费现在是多少？", "4月15号起个人版手续费调到 0.8%", "2026-04-15")
    known = written(again, written(day))
    assert written(day, known) == known


def test_what_a_model_wrote_stays_when_the_day_is_read_without_one() -> None:
    given, model = asked_twice()
    told = Faq().write(given, FakeEmbedder(), model).faq
    again = {entry.id: entry for entry in written(given, told)}
    assert [again[entry.id].answer for entry in told] == [entry.answer for entry in told]


def cited(entry: FaqEntry, messages: tuple[Message, ...]) -> list[bool]:
    ids = {e.message_id for claim in entry.answer for e in claim.evidence}
    return [m.id in ids for m in messages]
