"""An article tells one topic in order of time, in the members' own words unless a model writes."""

import json
from dataclasses import replace

from hypothesis import given

from sediment import evidence
from sediment.models import Draft, Lecture, Material, NoiseMark
from sediment.writers.article import Article
from tests.factories import conversation, link, material, message
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import fee_day
from tests.writers.test_conformance import days


def test_a_conversation_with_several_questions_has_a_section_for_each() -> None:
    q1 = message("证书过期了怎么办？", at="10:00", sender="yu", name="卖鱼的")
    a1 = message("跑一下 renew --dry-run 看报什么错，多半是 80 端口被关了", at="10:02", sender="duan", name="老段")
    q2 = message("放开 80 端口安全吗？", at="10:05", sender="yu", name="卖鱼的")
    a2 = message("安全组里放开 80 就行，跳转到 443 不影响安全", at="10:07", sender="zhou", name="老周")
    end = message("好了！续上了，到7月9号", at="10:20", sender="yu", name="卖鱼的")
    links = [link(a1, q1), link(q2, a1), link(a2, q2), link(end, a2)]
    draft = Article().write(material(q1, a1, q2, a2, end, links=links), FakeEmbedder(), None)
    assert [section.title for section in draft.sections] == ["证书过期了怎么办？", "放开 80 端口安全吗？"]
    assert [claim.text.split("：")[0] for section in draft.sections for claim in section.claims] == [
        *("卖鱼的", "老段"),
        *("卖鱼的", "老周", "卖鱼的"),
    ]


def test_only_conversations_on_the_topic_are_told() -> None:
    draft = Article().write(replace(fee_day(), topic="手续费"), FakeEmbedder(), None)
    assert draft.title == "手续费"
    told = " ".join(claim.text for section in draft.sections for claim in section.claims)
    assert "0.6%" in told
    assert "聚会" not in told


def test_what_a_mixed_conversation_says_of_other_things_is_left_out() -> None:
    q = message("鲸付手续费是多少？", at="10:00", sender="lu", name="小鹿")
    a = message("个人版 0.6%，没有月费", at="10:01", sender="duan", name="老段")
    other = message("聚会改到 4月18日下午两点，梧桐里咖啡，AA 60 元", at="10:02", sender="yan", name="阿岩")
    mixed = material(q, a, other, links=[link(a, q), link(other, a)], topic="鲸付手续费")
    draft = Article().write(mixed, FakeEmbedder(), None)
    assert {e.message_id for s in draft.sections for c in s.claims for e in c.evidence} == {q.id, a.id}


def test_what_shall_stay_in_the_chat_stays_there() -> None:
    secret = message("别截图别外传啊", at="10:00", sender="echo", name="Echo")
    income = message("上个月税后到手 9,300，存款从 23 万吃到 17 万", at="10:01", sender="echo", name="Echo")
    advice = message("第一年都这样，我第14个月才打平，先把固定成本降到2000", at="10:02", sender="moss", name="Moss")
    draft = Article().write(material(secret, income, advice), FakeEmbedder(), None)
    assert {e.message_id for s in draft.sections for c in s.claims for e in c.evidence} == {advice.id}


def test_a_model_writes_and_what_it_invents_is_dropped() -> None:
    reply = {
        "title": "手续费到底多少",
        "lead": [{"text": "老段说个人版是0.6%", "ids": ["m3"]}],
        "sections": [
            {"title": "费率", "claims": [{"text": "老段说个人版是0.6%，没有月费", "ids": ["m3"]}]},
            {"title": "空话", "claims": [{"text": "这将改变行业", "ids": ["m3"]}]},
        ],
        "closing": [{"text": "小鹿明白了", "ids": ["m4"]}],
    }
    model = FakeChatModel(lambda request: json.dumps(reply, ensure_ascii=False))
    draft = Article().write(fee_day(), FakeEmbedder(), model)
    assert (draft.title, draft.made_by) == ("手续费到底多少", "fake")
    assert [section.title for section in draft.sections] == ["费率", "小结"]


def test_who_goes_on_speaking_is_named_once() -> None:
    said = ["老段说个人版是0.6%，没有月费。", "他还说2%是跨境收款。", "2%是跨境收款。"]
    claims = [{"text": text, "ids": [3]} for text in said]
    reply = json.dumps({"sections": [{"title": "费率", "claims": claims}]}, ensure_ascii=False)
    model = FakeChatModel(lambda request: reply if request.name == "article" else "{}")
    draft = Article().write(fee_day(), FakeEmbedder(), model)
    assert [c.text for s in draft.sections for c in s.claims] == [said[0] + said[1], f"老段：{said[2]}"]


def test_the_shortest_chat_is_an_article_too() -> None:
    only = message("今天起标准版 3980 涨到 4980 元一年", at="10:00", sender="lan", name="小蓝")
    draft = Article().write(material(only, conversations=[conversation(only)]), FakeEmbedder(), None)
    assert [claim.text for section in draft.sections for claim in section.claims] == [
        "小蓝：今天起标准版 3980 涨到 4980 元一年"
    ]


def lecture_evening(*, language: str = "zh") -> Material:
    """A talk of three counted points, an applause, a question that is answered and one that is not."""
    lines = (
        ("20:00", "wang", "王老师", "大家好，今天给大家分享做封面图的三件事"),
        ("20:02", "wang", "王老师", "第一，颜色。一张图最多三种颜色，背景要暗，文字要亮"),
        ("20:04", "wang", "王老师", "手机上缩到两厘米宽，看不看得清，一试就知道"),
        ("20:06", "wang", "王老师", "第二，留白。四周留出十分之一，平台的角标才不会挡住文字"),
        ("20:10", "yu", "小鱼", "色块放右上角可以吗？"),
        ("20:11", "wang", "王老师", "右上角会被平台的角标挡住，放左边"),
        ("20:12", "zhong", "阿钟", "用什么软件做最快？"),
    )
    told = [message(text, at=at, sender=who, name=name) for at, who, name, text in lines]
    held = Lecture(
        speaker="wang",
        started_at=told[0].sent_at,
        ended_at=told[-1].sent_at,
        talk=tuple(m.id for m in told[:4]),
        questions=((told[4].id, (told[5].id,)), (told[6].id, ())),
        reactions=(),
    )
    return replace(material(*told, links=[link(told[5], told[4])], language=language), lecture=held)


def shape(draft: Draft) -> list[tuple[str, str, list[str]]]:
    return [(s.part, s.title, [claim.text for claim in s.claims]) for s in draft.sections]


def test_a_lecture_is_recorded_by_its_points_then_what_was_asked() -> None:
    draft = Article().write(lecture_evening(), FakeEmbedder(), None)
    assert draft.title == "做封面图的三件事（王老师 分享，20:00–20:12）"
    assert shape(draft) == [
        ("part", "做封面图的三件事", ["王老师：大家好，今天给大家分享做封面图的三件事"]),
        (
            "part",
            "颜色",
            [
                "王老师：第一，颜色。一张图最多三种颜色，背景要暗，文字要亮；手机上缩到两厘米宽，看不看得清，一试就知道",
            ],
        ),
        ("part", "留白", ["王老师：第二，留白。四周留出十分之一，平台的角标才不会挡住文字"]),
        (
            "asked",
            "色块放右上角可以吗？",
            ["小鱼：色块放右上角可以吗？", "王老师：右上角会被平台的角标挡住，放左边"],
        ),
        ("open", "还没有答案的问题", ["阿钟：用什么软件做最快？"]),
    ]
    assert draft.account.messages == 7


def test_a_greeting_that_names_the_subject_opens_the_talk() -> None:
    evening = lecture_evening()
    opening, thanks = evening.messages[:2]
    noise = {m.id: NoiseMark(m.id, "greeting", "大家好") for m in (opening, thanks)}
    draft = Article().write(replace(evening, noise=noise), FakeEmbedder(), None)
    told = {e.message_id for s in draft.sections for c in s.claims for e in c.evidence}
    assert (opening.id in told, thanks.id in told) == (True, False)
    assert draft.title.startswith("做封面图的三件事（")


def test_a_talk_without_points_is_cut_where_the_speaker_pauses() -> None:
    evening = lecture_evening()
    at = [*(f"20:{minute:02}" for minute in range(4)), *(f"20:{minute}" for minute in range(20, 24))]
    told = [
        message(f"第{n}张图的背景用深蓝色，文字用白色", at=at[n - 1], sender="wang", name="王老师") for n in range(1, 9)
    ]
    held = replace(evening.lecture, talk=tuple(m.id for m in told), questions=()) if evening.lecture else None
    draft = Article().write(replace(material(*told), lecture=held), FakeEmbedder(), None)
    assert [{e.message_id for c in s.claims for e in c.evidence} for s in draft.sections] == [
        {m.id for m in told[:4]},
        {m.id for m in told[4:]},
    ]


def test_a_model_tells_the_talk_and_the_answers_stay_in_the_members_words() -> None:
    reply = {
        "title": "封面图",
        "sections": [{"title": "颜色", "claims": [{"text": "王老师说最多三种颜色", "ids": ["m1"]}]}],
    }
    model = FakeChatModel(lambda request: json.dumps(reply, ensure_ascii=False))
    draft = Article().write(lecture_evening(), FakeEmbedder(), model)
    assert [(s.part, [c.origin for c in s.claims]) for s in draft.sections] == [
        ("part", ["model"]),
        ("asked", ["extract", "extract"]),
        ("open", ["extract"]),
    ]
    assert "小鱼" not in model.requests[0].shared


def test_what_a_speaker_wants_kept_quiet_is_not_recorded() -> None:
    evening = lecture_evening()
    hush = message("以上内容别截图别外传", at="20:08", sender="wang", name="王老师")
    told = (*evening.messages[:4], hush, *evening.messages[4:])
    draft = Article().write(replace(material(*told), lecture=evening.lecture), FakeEmbedder(), None)
    assert {e.message_id for s in draft.sections for c in s.claims for e in c.evidence} <= {
        m.id for m in told if m.sender != "wang"
    }


def test_an_answer_in_confidence_hides_itself_not_the_talk() -> None:
    evening = lecture_evening()
    for wish, hidden in (("这个别外传哈，大概够交房租", 1), ("今晚讲的别外传哈", 5)):
        told = tuple(replace(m, text=wish) if m.text.startswith("右上角") else m for m in evening.messages)
        draft = Article().write(replace(evening, messages=told), FakeEmbedder(), None)
        shown = {e.message_id for s in draft.sections for c in s.claims for e in c.evidence}
        assert len({m.id for m in told if m.sender == "wang"} - shown) == hidden


def test_a_week_is_a_selection_in_order_of_time_with_what_was_shared() -> None:
    pairs = []
    for n in range(1, 11):
        asked = message(f"第{n}种证书怎么续期？要花多少钱", at="10:00", day=f"2026-04-{5 + n:02}", sender=f"a{n}")
        advice = f"跑一下 renew 就行，{n}0 元一年，因为 80 端口要放开" * (1 + n % 3)
        answer = message(advice, at="10:02", day=f"2026-04-{5 + n:02}", sender=f"b{n}")
        pairs.append((asked, answer))
    shared = message("整理了文档 https://dev.example/renew，看第三节", at="11:00", day="2026-04-07", sender="c")
    told = sorted([m for pair in pairs for m in pair] + [shared], key=lambda m: m.sent_at)
    of_week = material(
        *told,
        links=[link(answer, asked) for asked, answer in pairs],
        conversations=[*(conversation(*pair) for pair in pairs), conversation(shared)],
    )
    draft = Article().write(replace(of_week, week=True), FakeEmbedder(), None)
    parts = [s.part for s in draft.sections]
    assert parts == ["part"] * (len(parts) - 1) + ["resources"]
    assert 5 <= len(parts) - 1 <= 8
    starts = [s.conversation_ids[0] for s in draft.sections[:-1]]
    assert starts == [c.id for c in of_week.conversations if c.id in starts]
    assert [c.text for c in draft.sections[-1].claims] == ["c：整理了文档 https://dev.example/renew，看第三节"]
    assert draft.title == "测试群 一周精选（2026-04-06 至 2026-04-15）"


@given(day=days())
def test_all_that_a_selection_says_stands_on_messages(day: Material) -> None:
    draft = Article().write(replace(day, week=True), FakeEmbedder(), None)
    messages = {m.id: m for m in day.messages}
    claims = [claim for section in draft.sections for claim in section.claims]
    assert [evidence.unsupported(claim, messages, "zh") for claim in claims] == [None] * len(claims)
    account = draft.account
    assert account.messages == sum(account.noise.values()) + sum(c.messages for c in account.conversations)
