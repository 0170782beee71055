"""Lectures are recognised with all their parts, and ordinary chat is not one. All of them are made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.labelled import chat_folders, chat_messages, chat_set, irc
from sediment import noise
from sediment.models import Kind, Lecture, Message
from sediment.threads import links
from sediment.threads.lectures import lectures
from tests.factories import message

PARAGRAPHS = (
    "很多人做封面图只想着好看，其实第一件事是缩略图里能不能认出主体。手机上一屏有八张图，每张只有拇指那么大，字超过六个就看不清了。",
    "我自己的做法是先把图缩到两厘米宽，站远一点看，认不出来就重做。这个方法土，但是三年来点击率从百分之二做到了百分之七。",
    "第二件事是标题和封面不要说同一句话。封面负责让人停下来，标题负责让人点进去，两个位置重复等于浪费了一个。",
    "举个例子，上个月有个卖咖啡豆的朋友，封面写现磨咖啡，标题也写现磨咖啡，我让他把封面换成一勺豆子倒进罐子的瞬间。",
    "第三件事是固定版式。同一个号的封面要有同一个位置的色块，老读者在信息流里扫一眼就知道是你，这是慢慢攒出来的。",
    "版式不用复杂，左上角一个四分之一圆就够了。颜色从头像里取，一年之内不要换，换一次前面攒的就清零一次。",
    "最后说说工具。别一上来就学专业软件，在线模板改三处就能用：底图、主色、字号。把时间花在选题上更划算。",
    "还有一个坑是版权。网图和字体都会被找上门，免费可商用的字体有几款，等会儿我把名单发在群公告里，大家自己存一份。",
)

_SENTENCES = (
    "We used to hold the review a month later, and by then nobody remembered what the graphs had shown",
    "So the first rule became: two days after the incident, the timeline is on the table, however rough",
    "A timeline is only times and what people saw, with a link to the graph or the log line",
    "The second rule is that nobody says should have, because at that minute they did not know the end",
    "Instead we ask what made this look like the right thing to do, and the answers are surprisingly good",
    "Once it turned out that two dashboards used the same colour for opposite things",
    "Another time the runbook named a host that had been switched off a year before",
    "You will never find that if you look for the person who pressed the button",
    "The third rule is about size: five actions at most, each with one owner and one date",
    "Lists of thirty actions feel thorough and nothing on them is ever done",
    "Now some numbers from last year, because managers ask for them every quarter",
    "We had forty reviews, a hundred and fifty actions, and four out of five were finished in time",
    "Repeat incidents went down by half, and pages at night by a third",
    "The cost is about three hours of work for each review, mostly for the timeline",
    "If you want to start small, pick the next outage that hurt nobody and practise on it",
    "And read the timeline aloud, because silence shows where something is missing",
)


def _chat(*lines: str, day: str = "2026-04-08") -> list[Message]:
    """`20:01 王老师 大家好`, one line a message; a text `<voice>` or `<image>` is one."""
    found: list[Message] = []
    for line in lines:
        at, sender, text = line.split(" ", 2)
        kind: Kind = "voice" if text == "<voice>" else "image" if text == "<image>" else "text"
        found.append(
            message("" if kind != "text" else text, at=at, day=day, sender=sender, kind=kind, id=f"m{len(found)}")
        )
    return found


def _found(chat: Sequence[Message]) -> tuple[Lecture, ...]:
    known = links(chat)
    return lectures(chat, known, noise.marks(chat, known))


def _texts(chat: Sequence[Message], ids: Sequence[str]) -> list[str]:
    by_id = {message.id: message.text or f"<{message.kind}>" for message in chat}
    return [by_id[id] for id in ids]


def test_an_announced_lecture_with_questions_afterwards() -> None:
    talk = [f"20:{3 + 4 * n:02} 王老师 {text}" for n, text in enumerate(PARAGRAPHS)]
    chat = _chat(
        "19:55 小助手 今晚8点王老师的微课马上开始，主题是封面图怎么做",
        "20:00 小助手 下面有请王老师，大家掌声欢迎",
        "20:00 小鱼 👏👏👏",
        "20:01 王老师 大家晚上好，今天给大家分享做封面图的三件事",
        *talk[:4],
        "20:16 阿钟 学到了",
        *talk[4:],
        "20:32 王老师 我的分享就到这里",
        "20:32 老周 👏👏",
        "20:33 小助手 现在进入提问环节，大家有问题可以提问",
        "20:34 小鱼 请问色块放右上角可以吗？",
        "20:35 王老师 右上角会被平台的角标挡住，所以放左上角",
        "20:36 阿钟 多久换一次底图比较合适？",
        "20:37 王老师 每篇都换，不换的只有色块和字号",
        "20:38 老周 感谢老师[玫瑰]",
    )
    (lecture,) = _found(chat)
    assert (lecture.speaker, f"{lecture.started_at:%H:%M}", f"{lecture.ended_at:%H:%M}") == ("王老师", "20:01", "20:37")
    assert _texts(chat, lecture.talk) == [
        "大家晚上好，今天给大家分享做封面图的三件事", *PARAGRAPHS, "我的分享就到这里",
    ]  # fmt: skip
    assert [(_texts(chat, [question])[0], _texts(chat, ids)) for question, ids in lecture.questions] == [
        ("请问色块放右上角可以吗？", ["右上角会被平台的角标挡住，所以放左上角"]),
        ("多久换一次底图比较合适？", ["每篇都换，不换的只有色块和字号"]),
    ]
    assert _texts(chat, lecture.reactions) == ["学到了", "👏👏", "感谢老师[玫瑰]"]


def test_a_lecture_spoken_and_shown() -> None:
    chat = _chat(
        "19:30 班长 今晚七点半李姐直播讲报税",
        "19:32 李姐 大家好，今天跟大家聊聊个体户怎么报税",
        *(f"19:{33 + n} 李姐 {'<image>' if n % 4 == 3 else '<voice>'}" for n in range(20)),
        "19:53 小鱼 666",
        "19:54 李姐 今天就讲到这里",
    )
    (lecture,) = _found(chat)
    assert lecture.speaker == "李姐"
    assert len(lecture.talk) == 22
    assert (lecture.questions, _texts(chat, lecture.reactions)) == ((), ["666"])


def test_a_lecture_that_nobody_announced() -> None:
    told = [text[turn:] + text[:turn] for turn in (0, 7, 17, 27) for text in PARAGRAPHS]
    lines = [f"21:{n:02} 老周 {text}" for n, text in enumerate(told)]
    chat = _chat(*lines[:9], "21:09 小鱼 然后呢", *lines[9:17], "21:17 阿钟 记下了", *lines[17:])
    (lecture,) = _found(chat)
    assert lecture.speaker == "老周"
    assert len(lecture.talk) == len(told)


def test_a_guest_answers_the_questions_of_many() -> None:
    asked = [
        ("小鱼", "没有编制的设计师怎么报价？", "按天报，一天八百起，先收三成定金，改稿超过两轮另外算钱"),
        ("阿钟", "客户一直不付尾款怎么办？", "源文件不要先给，只给带水印的预览图，合同里写清楚付清才交付"),
        ("老周", "自学的话先学什么软件？", "先别学软件，先把一百张好海报临摹下来，软件两个星期就够了"),
        ("大刘", "四十岁转行还来得及吗？", "我身边有三个四十岁转行的，共同点是都留着原来行业的客户"),
        ("青青", "接单平台哪个靠谱？", "平台只用来攒前十个案例，之后全部靠老客户介绍，别在平台上压价"),
        ("阿美", "要不要注册公司？", "年流水三十万以下个体户就够，开票找税务局代开也行"),
    ]
    lines = ["20:00 小助手 今晚8点设计师老何来群里AMA，大家有什么想问的可以开始提问了"]
    for n, ((who, question, answer), more) in enumerate(zip(asked, PARAGRAPHS, strict=False)):
        lines += [f"20:{3 * n + 1:02} {who} {question}", f"20:{3 * n + 2:02} 老何 @{who} {answer}"]
        lines += [f"20:{3 * n + 3:02} 老何 {more}"]
    chat = _chat(*lines, "20:22 小鱼 谢谢老何🌹")
    (lecture,) = _found(chat)
    assert (lecture.speaker, lecture.talk) == ("老何", ())
    assert [_texts(chat, ids)[0] for _, ids in lecture.questions] == [f"@{who} {answer}" for who, _, answer in asked]
    assert all(len(ids) == 2 for _, ids in lecture.questions)
    assert _texts(chat, lecture.reactions) == ["谢谢老何🌹"]


def test_a_talk_in_english_with_a_question_in_between() -> None:
    chat = _chat(
        "17:58 host Please welcome Dana, her talk on incident reviews starts now",
        "18:00 dana Thanks for having me. Tonight I want to talk about how we run incident reviews without blame",
        *(f"18:{n + 1:02} dana {text}" for n, text in enumerate(_SENTENCES[:10])),
        "18:13 lee who writes the first draft?",
        "18:14 dana @lee the person who was on call, within two days, and somebody else edits it",
        *(f"18:{n + 15} dana {text}" for n, text in enumerate(_SENTENCES[10:])),
        "18:23 dana That's all from me, thank you for listening",
        "18:23 lee 👏 great talk, thank you",
        "18:24 host any questions?",
        "18:25 kim how do you deal with managers who want a name?",
        "18:26 dana I show them the timeline and ask which alarm the name would have fixed",
    )
    (lecture,) = _found(chat)
    assert (lecture.speaker, len(lecture.talk)) == ("dana", 18)
    assert [(_texts(chat, [question])[0], _texts(chat, ids)) for question, ids in lecture.questions] == [
        ("who writes the first draft?", ["@lee the person who was on call, within two days, and somebody else edits it"]),
        ("how do you deal with managers who want a name?", ["I show them the timeline and ask which alarm the name would have fixed"]),
    ]  # fmt: skip
    assert _texts(chat, lecture.reactions) == ["👏 great talk, thank you"]


def test_a_guest_answers_in_english_without_a_host() -> None:
    asked = [
        ("lee", "how did you find your first ten customers?"),
        ("kim", "did you ever think of giving up?"),
        ("pat", "what would you outsource first?"),
        ("ray", "do you still write code yourself?"),
        ("lee", "which metric do you look at in the morning?"),
    ]
    lines = ["10:00 sam Hi all, I run a small bakery with an online shop. AMA for the next hour, drop your questions"]
    for n, (who, question) in enumerate(asked):
        lines += [f"10:{4 * n + 2:02} {who} {question}"]
        lines += [f"10:{4 * n + 3 + k:02} sam {text}" for k, text in enumerate(_SENTENCES[3 * n : 3 * n + 3])]
    chat = _chat(*lines, "10:23 kim thank you so much")
    (lecture,) = _found(chat)
    assert _texts(chat, lecture.talk) == [chat[0].text]
    assert [len(answers) for _, answers in lecture.questions] == [3] * 5
    assert _texts(chat, lecture.reactions) == ["thank you so much"]


def test_two_lectures_of_an_evening() -> None:
    chat = _chat(
        "19:00 小助手 今晚两位老师分享，下面有请王老师",
        *(f"19:{1 + n:02} 王老师 {text}" for n, text in enumerate((*PARAGRAPHS, *PARAGRAPHS))),
        "19:26 小助手 接下来有请赵老师",
        *(f"19:{27 + n:02} 赵老师 {text}" for n, text in enumerate((*PARAGRAPHS, *PARAGRAPHS))),
    )
    assert [lecture.speaker for lecture in _found(chat)] == ["王老师", "赵老师"]


def test_an_outburst_is_no_lecture() -> None:
    lines = [f"21:{n:02} 老周 {PARAGRAPHS[n % 8]}" for n in range(10)]
    assert _found(_chat(*lines, "21:11 小鱼 消消气")) == ()


def test_a_long_talk_of_two_is_no_lecture() -> None:
    chat = _chat(*(f"21:{n:02} {'老周' if n % 2 else '小鱼'} {PARAGRAPHS[n % 8]}" for n in range(50)))
    assert _found(chat) == ()


def test_somebody_who_writes_all_day_gives_no_lecture() -> None:
    chat = _chat(*(f"{8 + n // 2:02}:{30 * (n % 2):02} 老周 {PARAGRAPHS[n % 8]}" for n in range(24)))
    assert _found(chat) == ()


def test_ordinary_groups_have_none(shared: Path) -> None:
    for folder in chat_folders(shared / "bench" / "group_chat"):
        assert _found(chat_messages(chat_set(folder))) == ()
    for log in irc(shared / "bench" / "data" / "irc" / "dev.jsonl"):
        assert lectures(log.messages, (), {}) == ()


_TEXTS = st.sampled_from(
    [*PARAGRAPHS, "👏👏", "学到了", "请问这个怎么收费？", "可以的", "现在进入提问环节", "今晚8点老师分享", "我的分享就到这里"]
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("王王王王小阿"), st.integers(0, 4), _TEXTS), max_size=60))
def test_the_parts_are_in_order_and_apart(lines: list[tuple[str, int, str]]) -> None:
    start, chat = message(at="19:30").sent_at, []
    for number, (sender, minutes, text) in enumerate(lines):
        start += timedelta(minutes=minutes)
        chat.append(message(text, at=f"{start:%H:%M}", day=f"{start:%Y-%m-%d}", sender=sender, id=f"{number:03}"))
    before = ""
    for lecture in lectures(chat, links(chat), {}):
        asked = [question for question, _ in lecture.questions]
        answering = {id for _, ids in lecture.questions for id in ids}
        assert not lecture.questions or all(min(ids, default="999") > question for question, ids in lecture.questions)
        for ids in (lecture.talk, asked, lecture.reactions, *(ids for _, ids in lecture.questions)):
            assert list(ids) == sorted(set(ids))
        parts = [*lecture.talk, *asked, *answering, *lecture.reactions]
        assert len(parts) == len(set(parts))
        assert not lecture.talk or lecture.talk[0] > before
        before = max(parts)
        assert {chat[int(id)].sender for id in lecture.talk} <= {lecture.speaker}
        assert lecture.speaker not in {chat[int(id)].sender for id in (*asked, *lecture.reactions)}
