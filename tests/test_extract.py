"""What the words of a message do, and what is made of a conversation without a model."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment import extract
from sediment.config import IndexConfig
from sediment.errors import VectorError
from sediment.extract import events
from sediment.extract.meaning import Topic, fits, same_meaning
from sediment.index import embedder as bundled_embedder
from sediment.models import Message
from sediment.protocols import Embedder
from tests.factories import conversation, link, material, message, talk
from tests.fakes import FakeEmbedder


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("那就定了：3月29日（周日）14:00", "settled"),
        ("聚会改到周日", "change"),
        ("不对，旗舰版也调", "correction"),
        ("我们群活跃率300%，每人一天骂老板三次", "joke"),
        ("真大方，提前八分钟呢[旺柴]", "joke"),
        ("想要的私我，名额不多", "promo"),
        ("降到 3.1.4 好了！！", "result"),
        ("先停服务，再还原备份", "reason"),
        ("标准版 4980 元", "money"),
        ("入群欢迎语SOP_v3.2.xlsx", "link"),
        ("128提前交还是现场", "question"),
        ("明白了 谢谢段老师", "ack"),
    ],
)
def test_a_cue_is_seen(text: str, cue: str) -> None:
    assert cue in extract.cues(text)


@pytest.mark.parametrize(
    "text",
    ["有税务代理的可以往后延，延多久看年份，最好问税代", "加了，还是没有", "激活了，在前面呢", "你这么说是不对的"],
)
def test_a_question_word_does_not_make_a_question(text: str) -> None:
    assert "question" not in extract.cues(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("@小白求带 不是环境的事", "不是环境的事"),
        ("@A-获客系统-小刘  看群规", "看群规"),
        ("我也想这么跟老板说哈哈", "我也想这么跟老板说"),
        ("还真是[捂脸]", "还真是"),
        ("时间：3月28日\n地点：城西", "时间：3月28日；地点：城西"),
        ("[图片]", ""),
    ],
)
def test_words_are_trimmed_for_reading(text: str, clean: str) -> None:
    assert extract.cleaned(text) == clean


@given(st.text(max_size=200))
def test_spans_stand_in_the_text(text: str) -> None:
    assert all(span in text for span in extract.spans(text))


def test_a_long_message_is_cut_to_its_telling_sentences() -> None:
    text = "说下我的做法。" + "今天天气还行。" * 20 + "第一步先把近90天的退货原因拉出来，再一条条归类。"
    assert "第一步先把近90天的退货原因拉出来，再一条条归类。" in extract.spans(text)
    assert sum(map(len, extract.spans(text))) < len(text) / 2


def test_what_one_person_says_in_a_row_is_one_claim_with_its_evidence() -> None:
    said = talk(("jason", "过200人就不让扫码了"), ("jason", "只能群里的人一个个邀请"), ("dou", "那换企微吧"))
    claims = extract.claims(said, "zh")
    assert [claim.text for claim in claims] == ["jason：过200人就不让扫码了；只能群里的人一个个邀请", "dou：那换企微吧"]
    assert [e.quote for e in claims[0].evidence] == ["过200人就不让扫码了", "只能群里的人一个个邀请"]


def test_a_link_keeps_its_end() -> None:
    said = talk(("yan", "模板 https://doc.example.com/p/v3"), ("yan", "v2 别用了"))
    assert extract.claims(said, "zh")[0].text == "yan：模板 https://doc.example.com/p/v3 ；v2 别用了"


# ---- titles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ([("a", "早呀各位 请教个事"), ("a", "这个活跃率是不是太低了"), ("b", "活跃率3%算正常")], "活跃率是不是太低了"),
        ([("a", "群帆是不是要涨价了？我后台弹了个通知没看清就关了"), ("b", "四月开始涨价")], "群帆是不是要涨价了"),
        ([("a", "哈哈哈"), ("b", "困")], ""),
    ],
)
def test_a_title_is_a_readable_clause(said: list[tuple[str, str]], title: str) -> None:
    (judged,) = extract.talks(material(*talk(*said)))
    assert extract.title(judged) == title


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=60)), min_size=1, max_size=5))
def test_a_title_is_short(said: list[tuple[str, str]]) -> None:
    (judged,) = extract.talks(material(*talk(*said)))
    assert sum(0.5 if character.isascii() else 1 for character in extract.title(judged)) <= 20


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "各位群友好，租金有调整，4090 今天起每小时 1.79 元，已下单的不受影响",
            "租金有调整，4090 今天起每小时 1.79 元",
        ),
    ],
)
def test_a_title_joins_clauses_that_say_together_what_it_is_about(text: str, title: str) -> None:
    (judged,) = extract.talks(material(message(text, at="10:00")))
    assert extract.title(judged) == title


def test_what_has_no_title_is_called_by_what_it_holds() -> None:
    def label(*said: Message, language: str = "zh") -> str:
        (judged,) = extract.talks(material(*said))
        return extract.label(judged, language)

    picture, video = message("[图片]", at="10:00", kind="image"), message("[视频] 00:09", at="10:01", kind="video")
    assert label(message("活跃率是不是太低了", at="09:00"), picture) == "活跃率是不是太低了"
    assert (label(picture), label(picture, video)) == ("图片", "图片、视频")
    assert label(picture, video, language="en") == "picture, video"
    assert label(message("叫我吗", at="10:02")) == "叫我吗"
    assert label(picture, message("我的手机 13900001111", at="10:03")) == ""


def test_a_title_of_letters_holds_a_whole_question() -> None:
    (judged,) = extract.talks(material(*talk(("a", "Does anyone know why the deploy fails?"), ("b", "out of memory"))))
    assert extract.title(judged) == "Does anyone know why the deploy fails?"


# ---- talks ----------------------------------------------------------------------------------------------------------


def test_an_answer_weighs_more_than_thanks_and_jokes() -> None:
    q, a, joke, thanks = talk(
        ("a", "流式接口一下子全吐出来怎么办？"),
        ("b", "Nginx 的 proxy_buffering 关掉就行"),
        ("c", "关掉电脑更快[旺柴]"),
        ("a", "谢谢"),
    )
    (judged,) = extract.talks(material(q, a, joke, thanks, links=[link(a, q), link(joke, q), link(thanks, a)]))
    assert max(judged.weights, key=lambda i: judged.weights[i]) == a.id
    assert judged.weights[a.id] > 0 > judged.weights[thanks.id]


def test_a_correction_hits_what_it_answers() -> None:
    q, wrong, right = talk(("a", "什么时候截止？"), ("b", "5月31吧"), ("c", "不是月底，是季度结束后一个月再加7天"))
    (judged,) = extract.talks(material(q, wrong, right, links=[link(wrong, q), link(right, wrong)]))
    assert judged.corrected == {wrong.id: right.id}
    assert judged.answers == {q.id: (wrong.id, right.id)}


def test_who_was_wrong_takes_back_his_own_words_and_not_those_he_answers() -> None:
    q, wrong, right, sorry = talk(
        ("a", "一次性吐出来怎么办？"),
        ("b", "worker 加到 4 就好了"),
        ("c", "是 Nginx 缓冲，关掉它"),
        ("b", "我上面说的当我没说，误导了"),
    )
    (judged,) = extract.talks(
        material(q, wrong, right, sorry, links=[link(wrong, q), link(right, q), link(sorry, right)])
    )
    assert judged.corrected == {wrong.id: sorry.id}


def test_a_change_in_another_conversation_replaces_the_announcement() -> None:
    first = message("通知：本周五（4月10日）晚 20:00 群内线上分享", at="12:00", sender="mai")
    moved = message("那就定 4月11日（周六）15:00 分享，周五的取消", at="17:00", sender="mai")
    judged = extract.talks(material(first, moved, conversations=[conversation(first), conversation(moved)]))
    assert [t.corrected for t in judged] == [{first.id: moved.id}, {}]


def test_a_deadline_is_not_replaced_by_the_day_itself() -> None:
    deadline = message("3月20号晚上12点截止报名哈", at="11:00", sender="yu")
    day = message("那就定了：改到3月29日（周日）14:00 聚会", at="17:00", sender="yu")
    (judged,) = extract.talks(material(deadline, day))
    assert judged.corrected == {}


def test_personal_data_and_what_shall_stay_private_may_not_be_quoted() -> None:
    said = talk(
        ("a", "我手机 13700001234 微信同号"), ("b", "别外传，我到手9300"), ("b", "存款吃到17万"), ("c", "第一年都这样")
    )
    (judged,) = extract.talks(material(*said))
    assert [m.text for m in judged.quotable] == ["第一年都这样"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [("跟实重比，谁大按谁", False), ("什么便宜买什么", False), ("谁知道按谁的算？", True), ("按谁的算", True)],
)
def test_whoever_and_whatever_ask_nothing(text: str, asks: bool) -> None:
    ask = message("运费按什么算", sender="a")
    said = message(text, sender="b", at="08:05")
    (talk,) = extract.talks(material(ask, said))
    assert (said in talk.questions) == asks


def test_a_trouble_that_opens_a_conversation_is_a_question() -> None:
    trouble, answer = talk(("a", "ragkit升到0.9.0 以后炸了"), ("b", "改地方了，from ragkit.sparse import 就行"))
    (judged,) = extract.talks(material(trouble, answer, links=[link(answer, trouble)]))
    (asked,) = extract.asked(judged)
    assert (asked.question, asked.answers) == (trouble, (answer,))


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (
            [("a", "群要不要发红包激活？"), ("b", "别发，当天冒泡第七天原样"), ("c", "不同意，下单截图才发就有用")],
            "disputed",
        ),
        ([("a", "码扫不进去怎么办？"), ("b", "过200人就只能邀请"), ("a", "好了，换成活码了")], "solved"),
        ([("a", "码扫不进去怎么办？"), ("b", "过200人就只能邀请"), ("a", "明白了")], "solved"),
        ([("a", "32G 的机器跑 14B 一秒多少字？"), ("b", "蹲")], "open"),
        ([("a", "那就定了，周日下午三点分享")], "decided"),
        ([("a", "今天读完了一本讲社群的书")], "told"),
    ],
)
def test_how_a_conversation_ended(said: list[tuple[str, str]], outcome: str) -> None:
    messages = talk(*said)
    links = [link(later, messages[0]) for later in messages[1:] if later.sender != messages[0].sender]
    (judged,) = extract.talks(material(*messages, links=links))
    assert extract.outcome(judged) == outcome


@pytest.mark.parametrize(
    "text", ["内存带宽决定的，别看算力", "@阿远 改了4个，重启了，还是一口气出来", "按条款切 0.61 → 0.74"]
)
def test_what_causes_or_was_tried_settles_nothing(text: str) -> None:
    assert "settled" not in extract.cues(text)


def test_a_question_after_which_others_tell_something_is_not_called_open() -> None:
    ask = message("证书过期了 客户打不开页面 怎么办", at="10:00", sender="fish")
    told = message("安全组里放开 80 端口就行", at="10:02", sender="zhou")
    idle = message("没遇到过，不清楚", at="10:02", sender="zhou")
    judged = [*extract.talks(material(ask, told)), *extract.talks(material(ask, idle))]
    assert [extract.is_waiting(asked) for talk in judged for asked in extract.asked(talk)] == [False, True]


def test_a_question_whose_asker_is_content_is_not_called_open() -> None:
    ask = message("证书过期了 客户打不开页面 怎么办", at="10:00", sender="fish")
    (judged,) = extract.talks(material(ask, message("好了！续上了", at="10:30", sender="fish")))
    assert [extract.is_waiting(asked) for asked in extract.asked(judged)] == [False]


def test_whoever_asked_and_tells_that_it_works_is_worth_quoting() -> None:
    ask = message("流式接口上服务器之后一下子全吐出来，怎么回事？", at="10:00", sender="hou")
    failed = message("改了4个，重启了，还是不行", at="10:10", sender="hou")
    works = message("好了，一个字一个字往外蹦了", at="10:30", sender="hou")
    (judged,) = extract.talks(material(ask, failed, works))
    assert judged.weights[works.id] > judged.weights[failed.id] + 1


# ---- events ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("改到4月19日下午2点", ["2026-04-19"]),
        ("20号晚上截止", ["2026-04-20"]),
        ("明天见", ["2026-04-09"]),
        ("周日不来", ["2026-04-12"]),
        ("9月1日开学", ["2026-09-01"]),
        ("2号楼3位同学", []),
        ("13月40日", []),
    ],
)
def test_days_are_named_from_the_day_of_the_message(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in events.days_named(message(text, day="2026-04-08"))] == days


def test_the_last_copy_of_a_list_holds_even_under_a_new_title() -> None:
    first = message("#接龙\n杭州聚会\n1. 小鱼\n2. 阿May", at="10:00")
    last = message("#接龙\n杭州聚会（29号）\n1. 小鱼\n2. 阿May\n3. 阿泽", at="17:00")
    other = message("#接龙\n奶茶\n1. 七七", at="11:00")
    assert events.final_lists([first, other, last]) == [other, last]
    assert events.entries(last) == ["小鱼", "阿May", "阿泽"]
    assert events.list_title(last) == "杭州聚会（29号）"


# ---- meaning --------------------------------------------------------------------------------------------------------

_DIFFERENT = [
    ("Claude封号讨论", "Claude额度讨论"),
    ("Python安装报错", "Python安装教程"),
    ("iPhone 15 降价", "iPhone 16 降价"),
]
_SAME = [("退款流程", "怎么申请退钱"), ("如何配置代理", "代理配置教程"), ("群规更新通知", "群规修改公告")]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The bundled embedder, which knows meaning; characters alone cannot tell these titles apart."""
    try:
        found: Embedder = bundled_embedder(IndexConfig(), Path(tmp_path_factory.mktemp("embedder")))
        found.queries(["试一下"])
    except VectorError as error:
        pytest.skip(f"needs the bundled embedder: {error}")
    return found


def test_titles_are_merged_by_meaning_never_by_characters(real: Embedder) -> None:
    titles = [title for pair in (*_SAME, *_DIFFERENT) for title in pair]
    groups = same_meaning([Topic(title) for title in titles], real)
    assert groups == [[0, 1], [2, 3], [4, 5], *([i] for i in range(6, 12))]


@pytest.mark.parametrize("pair", [*_SAME, *_DIFFERENT])
def test_two_titles_alone_are_judged_the_same_way(pair: tuple[str, str], real: Embedder) -> None:
    assert len(same_meaning([Topic(title) for title in pair], real)) == (1 if pair in _SAME else 2)


def test_the_same_trouble_in_other_words_is_one_topic(real: Embedder) -> None:
    topics = [
        Topic("App备案一般几天能下来", "平台初审 1-2 天，管局 10 到 15 个工作日"),
        Topic("备案卡管局一周了正常吗", "各省差很多，10到15个工作日是平均"),
        Topic("安卓签名文件丢了怎么办", "没开托管签名就没救，只能换新签名"),
    ]
    assert same_meaning(topics, real) == [[0, 1], [2]]


def test_opposite_words_part_questions_and_chance_characters_do_not(real: Embedder) -> None:
    assert len(same_meaning([Topic("群帆涨价了吗"), Topic("群帆降价了吗")], real)) == 2
    fee = [Topic("鲸付个人版收款手续费是多少", "千分之六"), Topic("鲸付账单里那个服务费按啥比例扣", "千分之六")]
    assert len(same_meaning(fee, real)) == 1


def test_settled_topics_stay_apart_and_new_ones_join_them() -> None:
    topics = [Topic("退款要几天"), Topic("退款要几天"), Topic("退款要几天")]
    assert same_meaning(topics, FakeEmbedder(), settled=2) == [[0, 2], [1]]


def test_no_topics_make_no_groups() -> None:
    assert same_meaning([], FakeEmbedder()) == []


@given(
    st.lists(st.sampled_from(["退款流程", "怎么退款", "几点开始", "证书过期", "价格 15 元", "价格 16 元"]), max_size=6)
)
def test_every_topic_is_in_exactly_one_group(texts: list[str]) -> None:
    groups = same_meaning([Topic(text) for text in texts], FakeEmbedder())
    assert sorted(i for group in groups for i in group) == list(range(len(texts)))


def test_an_answer_fits_the_question_that_it_is_nearest_to() -> None:
    questions = ["手续费怎么收", "聚会在哪里办", "手续费怎么收"]
    answers = ["手续费收千分之六", "手续费收千分之六", "聚会在梧桐里办"]
    assert fits(questions, answers, FakeEmbedder()) == [True, False, False]
    assert fits(questions[:1], answers[2:], FakeEmbedder()) == [True]
    assert fits([], [], FakeEmbedder()) == []


def test_of_a_long_message_its_best_sentences_are_quoted() -> None:
    said = message("昨晚折腾到两点总算弄完了。关键是先停服务再还原备份，否则新数据会混进来。周末见。", name="老段")
    assert extract.quoted(said, "zh", longest=12).text == "老段：关键是先停服务再还原备份，否则新数据会混进来。"
    assert extract.quoted(said, "zh").text == f"老段：{said.text}"
