"""Who is who: names lead to accounts where they can, a person may correct it, and can take that back."""

from __future__ import annotations

from pathlib import Path

import pytest

from sediment.errors import UsageError
from sediment.pipeline import Home, import_chat, judged, members, merge_members, settle, split_member
from sediment.pipeline.members import find_member
from sediment.store import settled
from tests.pipeline.exports import export, row


def said(name: str, text: str = "早", account: str | None = None, **more: str) -> dict[str, object]:
    return row(text, sender=account or name, **more) | {"name": name}


def chat(home: Home, folder: Path, *rows: dict[str, object]) -> None:
    import_chat(home, [export(folder / "群.jsonl", rows)], group="群")
    settle(home)


def told(home: Home) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [(m.id, m.name, m.messages, m.merged) for m in members(home, "群")]


def senders(home: Home) -> list[str | None]:
    settle(home)
    return [one.message.sender for one in judged(home, "群")]


def test_one_member_of_many_names_is_one_and_has_the_last(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, *(said(f"名{day}", account="u1", day=f"2026-04-0{day}") for day in (3, 1, 2)))
    (member,) = members(home, "群")
    assert (member.account, member.name, member.messages) == ("u1", "名3", 3)
    assert [(name.name, name.first == name.last) for name in member.names] == [
        ("名3", True),
        ("名2", True),
        ("名1", True),
    ]


def test_two_members_of_one_name_stay_two(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, said("小明", account="u1"), said("小明", account="u2"), said("小明", "到"))
    assert [member[0] for member in told(home)] == ["u1", "u2", "小明"]


def test_a_bare_name_is_the_account_that_was_called_so(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, said("小周", "到", at="09:00:00"))
    assert senders(home) == ["小周"]
    import_chat(home, [export(tmp_path / "2.jsonl", [said("小周", account="u1", at="08:00:00")])], group="群")
    assert settled.is_behind(home.db, settled_group(home))
    assert senders(home) == ["u1", "u1"]
    assert told(home) == [("u1", "小周", 2, ("小周",))]


def settled_group(home: Home) -> str:
    group_id: str = home.db.execute("SELECT id FROM groups").fetchone()[0]
    return group_id


def test_of_two_accounts_a_bare_name_is_the_one_that_was_called_so_then(home: Home, tmp_path: Path) -> None:
    rows = [said("群主", account=account, day=day) for account, day in (("u1", "2026-04-01"), ("u2", "2026-04-08"))]
    chat(home, tmp_path, *rows, said("群主", account="u2", day="2026-04-10"), said("群主", "到", day="2026-04-09"))
    assert senders(home) == ["u1", "u2", "u2", "u2"]


def test_mentions_mean_the_person_too(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, said("甲"), said("乙"), said("丙", "@乙 在吗") | {"mentions": ["乙"]})
    merge_members(home, "群", "甲", "乙")
    settle(home)
    assert [one.message.mentions for one in judged(home, "群")][-1] == ("甲",)


def test_what_is_merged_by_hand_can_be_split_again(home: Home, tmp_path: Path) -> None:
    chat(
        home,
        tmp_path,
        said("小周", account="u1"),
        said("周工", "到", account="u2", at="08:01:00"),
        said("丙", at="08:02:00"),
    )
    before, state = told(home), senders(home)
    merged = merge_members(home, "群", "小周", "周工")
    assert (merged.id, merged.messages, merged.merged) == ("u1", 2, ("u2",))
    assert [name.name for name in merged.names] == ["周工", "小周"]
    assert settled.is_behind(home.db, settled_group(home))
    assert senders(home) == ["u1", "u1", "丙"]
    assert split_member(home, "群", "周工").id == "u2"
    assert (told(home), senders(home)) == (before, state)
    assert merge_members(home, "群", "u2", "u1").merged == ("u1",)


def test_what_names_tell_wrongly_is_split_and_stays_so(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, said("小周", account="u1"), said("小周", "到", at="08:01:00"))
    assert senders(home) == ["u1", "u1"]
    split_member(home, "群", "小周")
    chat(home, tmp_path, said("小周", "嗯", at="08:02:00"))
    assert senders(home) == ["u1", "小周", "小周"]


def test_who_was_merged_takes_along_who_counts_as_them(home: Home, tmp_path: Path) -> None:
    chat(home, tmp_path, said("甲"), said("乙", at="08:01:00"), said("丙", at="08:02:00"))
    merge_members(home, "群", "乙", "丙")
    assert merge_members(home, "群", "甲", "丙").merged == ("丙", "乙")
    assert split_member(home, "群", "乙").merged == ("丙",)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("谁", "u1", "no member '谁'"),
        ("小明", "u3", "could be several members: 小明 \\(u1\\); 小明 \\(u2\\)"),
        ("u3", "丙", "one member already"),
    ],
)
def test_who_cannot_be_merged_is_said(home: Home, tmp_path: Path, one: str, other: str, told: str) -> None:
    chat(
        home,
        tmp_path,
        *(said(name, account=account) for name, account in (("小明", "u1"), ("小明", "u2"), ("丙", "u3"))),
    )
    with pytest.raises(UsageError, match=told):
        merge_members(home, "群", one, other)
    with pytest.raises(UsageError, match="Nothing is merged under"):
        split_member(home, "群", one)


def test_the_beginning_of_a_name_finds_who_alone_has_it(home: Home, tmp_path: Path) -> None:
    names = ("海哥（群主）", "海盐", "Jason 企微服务", "杭州-小鱼-母婴私域")
    chat(home, tmp_path, *(said(name, account=f"u{place}") for place, name in enumerate(names)))
    known = members(home, "群")
    assert [find_member(known, who).id for who in ("海哥", "jason", "海盐")] == ["u0", "u2", "u1"]
    for who, hint in (
        ("小鱼", "Is one of these meant? 杭州-小鱼-母婴私域 (u3)."),
        ("Jasn", "Is one of these meant? Jason 企微服务 (u2)."),
        ("谁", "`sediment members GROUP` lists them."),
        ("", "`sediment members GROUP` lists them."),
    ):
        with pytest.raises(UsageError, match="no member") as refused:
            find_member(known, who)
        assert refused.value.hint == hint
    with pytest.raises(UsageError, match=r"could be several members: 海哥（群主） \(u0\); 海盐 \(u1\)"):
        find_member(known, "海")
