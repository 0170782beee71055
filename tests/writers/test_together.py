"""Digests of several groups become one: what matters most first, the same news once, every message counted."""

from collections import Counter
from dataclasses import replace

from sediment.models import Account, Accounted, Claim, Document, Group, Length, Section
from sediment.writers.digest.together import together
from tests.factories import claim, document, message, section
from tests.fakes import FakeEmbedder

MAKERS, SELLERS = Group("g1", "独立开发者", "wechat"), Group("g2", "卖家群", "qq")
NAMES = {"g1": "独立开发者", "g2": "卖家群"}
FEE = claim("老段：鲸付4月15日起手续费涨到0.8%", message("鲸付4月15日起手续费涨到0.8%", sender="duan"))
FEE_TOO = claim(
    "老林：鲸付4月15日起手续费涨到0.8%", message("鲸付4月15日起手续费涨到0.8%", sender="lin", group_id="g2")
)
PARTY = claim("阿岩：聚会改到19号下午两点", message("聚会改到19号下午两点", sender="yan"))
SHIP = claim("小陈：快船明天起每公斤9.6", message("快船明天起每公斤9.6", sender="chen", group_id="g2"))
OPEN = claim("豆芽：官方仓额度怎么砍了", message("官方仓额度怎么砍了", sender="dou", group_id="g2"))


def story(title: str, *claims: Claim) -> Section:
    return Section("mattered", title, claims, (f"c{title}",))


def digest(group: Group, weight: float, *sections: Section, length: Length = "full") -> Document:
    by_hour = tuple(7 if hour == 9 else 0 for hour in range(24))
    account = Account(7, {"greeting": 2}, (Accounted("c1", "一", 5, True, "要紧"),), 3, by_hour, {"number": 1})
    told = document(*sections, lead=sections[0].claims[:1], account=account, group=group, length=length)
    return replace(told, draft=replace(told.draft, weight=weight))


def both(length: Length = "full") -> list[Document]:
    return [
        digest(MAKERS, 3.0, story("聚会改期", PARTY), story("鲸付手续费涨价", FEE), length=length),
        digest(
            SELLERS,
            5.0,
            story("快船报价", SHIP),
            story("鲸付手续费涨价", FEE_TOO),
            section(OPEN, part="open"),
            length=length,
        ),
    ]


def test_the_group_with_more_that_matters_comes_first_and_the_same_news_is_told_once() -> None:
    draft = together(both(), NAMES, FakeEmbedder())
    assert [(s.part, s.title, s.claims) for s in draft.sections] == [
        ("group 卖家群", "快船报价", (SHIP,)),
        ("group 卖家群", "鲸付手续费涨价", (FEE_TOO, FEE)),
        ("group 独立开发者", "聚会改期", (PARTY,)),
        ("open", "卖家群", (OPEN,)),
    ]
    assert (draft.title, draft.lead) == ("2 个群 2026-04-08 合并摘要", (SHIP, PARTY))


def test_a_story_is_told_by_how_it_begins_and_ends_and_in_an_archive_wholly() -> None:
    long = story("手续费", FEE, PARTY, FEE, PARTY, OPEN)
    full, archive = (
        together([digest(MAKERS, 1.0, long, length=length)], NAMES, FakeEmbedder()) for length in ("full", "archive")
    )
    assert [s.claims for s in (*full.sections, *archive.sections)] == [(FEE, OPEN), long.claims]


def test_the_brief_one_is_a_lead_alone() -> None:
    draft = together(both("brief"), NAMES, FakeEmbedder())
    assert (draft.sections, draft.lead, draft.length) == ((), (SHIP, PARTY), "brief")


def test_the_account_is_the_sum_of_all() -> None:
    account = together(both(), NAMES, FakeEmbedder()).account
    assert account == Account(
        messages=14,
        noise={"greeting": 4},
        conversations=(
            Accounted("", "卖家群", 5, True, "各群，详见各群的摘要"),
            Accounted("", "独立开发者", 5, True, "各群，详见各群的摘要"),
        ),
        people=6,
        by_hour=tuple(14 if hour == 9 else 0 for hour in range(24)),
        dropped={"number": 2},
    )


def test_of_many_groups_each_tells_less() -> None:
    names = {f"g{n}": f"群{n}" for n in range(30)}
    many = [
        digest(
            Group(id, name, "qq"),
            1.0,
            *(story(f"{name}第{n}件", claim(f"甲：{id}{n}", message(f"{id}{n}"))) for n in range(6)),
        )
        for id, name in names.items()
    ]
    draft = together(many, names, FakeEmbedder())
    told = Counter(section.part for section in draft.sections)
    assert told.keys() == {f"group {name}" for name in names.values()}
    assert max(told.values()) == 2
