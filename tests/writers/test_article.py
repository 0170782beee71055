"""An article tells one topic in order of time, in the members' own words unless a model writes."""

import json
from dataclasses import replace

from sediment.writers.article import Article
from tests.factories import conversation, link, material, message
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import fee_day


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
    given = material(q, a, other, links=[link(a, q), link(other, a)], topic="鲸付手续费")
    draft = Article().write(given, FakeEmbedder(), None)
    assert {e.message_id for s in draft.sections for c in s.claims for e in c.evidence} == {a.id}


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
    draft = Article().write(
        fee_day(), FakeEmbedder(), FakeChatModel(lambda request: json.dumps(reply, ensure_ascii=False))
    )
    assert (draft.title, draft.made_by) == ("手续费到底多少", "fake")
    assert [section.title for section in draft.sections] == ["费率", "小结"]


def test_the_shortest_chat_is_an_article_too() -> None:
    only = message("今天起标准版 3980 涨到 4980 元一年", at="10:00", sender="lan", name="小蓝")
    draft = Article().write(material(only, conversations=[conversation(only)]), FakeEmbedder(), None)
    assert [claim.text for section in draft.sections for claim in section.claims] == [
        "小蓝：今天起标准版 3980 涨到 4980 元一年"
    ]
