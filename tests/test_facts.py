"""Numbers, dates, times, links and names in a sentence, in every way of writing them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sediment.facts import stated, unfounded
from sediment.numerals import arabic, value
from tests.factories import ZONE

SAID_AT = datetime(2026, 4, 8, 9, 30, tzinfo=ZONE)  # a Wednesday


def beyond(claim: str, *said: str, at: datetime = SAID_AT) -> str | None:
    return unfounded(claim, stated([(text, at) for text in said]))


HELD = [
    ("0.3，月流水要5万刀往上。", "0.3，月流水要5万刀往上"),
    ("手续费是 0.8%", "百分之0.8"),
    ("手续费是百分之零点八", "0.8%"),
    ("手续费 0.6%", "千分之六"),
    ("预算 10000 元", "预算1万"),
    ("预算一万元", "10,000"),
    ("预算 1.5 万", "15000"),
    ("预算1.8万", "1万8"),
    ("新号送 50 万 token", "新号送50w token"),
    ("120 条就够", "一百二十条就够"),
    ("占八成", "80%左右"),
    ("约 80%", "八成吧"),
    ("三天内回复", "3 天内"),
    ("至少要三个人", "三个人才开"),
    ("降到 4-5 天", "四五天"),
    ("三月底截止", "3月底"),
    ("4月18日周六下午两点", "四月十八号 周六 14:00"),
    ("4月18日", "4/18 见"),
    ("4月18日", "4.18 见"),
    ("2026年4月18日", "4月18号"),
    ("2026-04-18", "4月18号"),
    ("4月18日", "18号截止"),
    ("4月9日", "明天上线"),
    ("4月8日", "今晚发版"),
    ("4月7日", "昨天就这样了"),
    ("4月11日", "周六见"),
    ("4月18日", "下周六见"),
    ("周六", "4月11日"),
    ("周日", "这周末"),
    ("5月", "下个月再说"),
    ("4月底", "月底前"),
    ("20:00 开始", "晚上八点开始"),
    ("晚上8点", "20点"),
    ("下午 1 点半", "13:30"),
    ("9:15", "九点一刻"),
    ("14:00", "2点"),
    ("at 3 pm", "15:00"),
    ("on April 18", "18 April works"),
    ("on Apr 9", "tomorrow then"),
    ("three people", "3 people"),
    ("锁 3.1.4", "先锁到 3.1.4"),
    ("v3.1.4", "3.1.4 可以"),
    ("见 https://example.com/a", "https://www.example.com/a/。"),
    ("网址是 example.com", "看 http://example.com/guide?a=1"),
    ("用 flash-attn", "pip install flash_attn"),
    ("显存 8GB", "8G 显存"),
    ("关掉 proxy_buffering", "location 里 proxy_buffering off"),
    ("Nginx 的缓冲", "是nginx缓冲"),
    ("RAG tokens", "rag 的 token"),
    ("统一处理，一起看看，十分方便", "放一块弄"),
    ("三方都同意", "三方都说行"),
    ("每人每周一条", "每周三发，一人只发一条"),
    ("见 https://example.com/v3，v2 别用", "https://example.com/v3 用这份，v2 别用"),
    ("模板（https://example.com/v3）", "https://example.com/v3"),
]

BEYOND = [
    ("手续费是 0.6%", "0.8%", "number"),
    ("手续费是百分之六", "0.6%", "number"),
    ("预算 1.2 万", "12,400 元", "number"),
    ("要二十个人", "十二个人", "number"),
    ("锁 3.1.5", "3.1.4 没问题", "number"),
    ("192.168.1.2", "192.168.1.3", "number"),
    ("4月19日", "4月18日", "date"),
    ("每周一", "每周三发，一人一条", "date"),
    ("4月10日", "明天上线", "date"),
    ("2025年4月18日", "4月18日", "date"),
    ("5月8日", "今天", "date"),
    ("6月", "5月", "date"),
    ("周日", "周六", "date"),
    ("明天上线", "今天上线", "date"),
    ("21:00", "晚上八点", "date"),
    ("上午8点", "晚上八点", "date"),
    ("at 4 pm", "15:00", "date"),
    ("on May 18", "April 18", "date"),
    ("见 https://evil.example/a", "https://example.com/a", "link"),
    ("网址是 evil.example.com", "https://example.com/a", "link"),
    ("用 Redis", "用 MySQL", "name"),
    ("Bob uses PostgreSQL", "bob uses mysql", "name"),
    ("The team met in Paris", "the team met", "name"),
]


@pytest.mark.parametrize(("claim", "said"), HELD)
def test_what_a_message_holds_in_other_words(claim: str, said: str) -> None:
    assert beyond(claim, said) is None


@pytest.mark.parametrize(("claim", "said", "kind"), BEYOND)
def test_what_no_message_holds(claim: str, said: str, kind: str) -> None:
    assert beyond(claim, said) == kind


def test_a_time_in_utc_may_be_any_local_day() -> None:
    late = datetime(2026, 4, 8, 17, 0, tzinfo=UTC)

    assert beyond("4月10日", "明天", at=late) is None
    assert beyond("4月12日", "明天", at=late) == "date"


def test_facts_may_come_from_several_messages() -> None:
    assert beyond("4月18日 60 元", "4月18日", "60") is None


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("二百五", 250),
        ("二〇二六", 2026),
        ("零点八", "0.8"),
        ("一万二", 12000),
        ("一百零五", 105),
        ("三百二十万", 3200000),
        ("一亿两千万", 120000000),
    ],
)
def test_numerals_have_values(numeral: str, number: int | str) -> None:
    assert value(numeral) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("下午两点半", "下午2点半"),
        ("一个人统一处理", "一个人统一处理"),
        ("万一不行千万别急", "万一不行千万别急"),
        ("十分好", "十分好"),
        ("周三三点", "周三3点"),
        ("两三天", "两三天"),
    ],
)
def test_only_what_counts_becomes_digits(text: str, digits: str) -> None:
    assert arabic(text) == digits
