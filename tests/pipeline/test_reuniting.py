"""What a later file tells of names makes one of messages that were stored twice, and nothing that led to either is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from sediment.models import Message
from sediment.pipeline import Home, groups, import_chat, judged, members, message, search, settle
from tests.pipeline.exports import export, row

TEXTS = ("用编号做主键，别用自增序号", "[图片]", "收到", "收到", "端口是 8080")
TIMES = ("08:00:05", "08:01:10", "08:02:20", "08:02:20", "08:03:30")
ACCOUNTS = ("wxid_1", "wxid_2", "wxid_2", "wxid_2", "wxid_1")
NICKS = {"wxid_1": "木子", "wxid_2": "小满"}
CARDS = {"wxid_1": "木子|运营", "wxid_2": "【北京】满"}


def shown(text: str, **more: str) -> dict[str, object]:
    return row("", kind="image", **more) if text == "[图片]" else row(text, **more)


def mail(folder: Path) -> Path:
    """Nicknames and minutes."""
    said = zip(ACCOUNTS, TIMES, TEXTS, strict=True)
    blocks = (f"{NICKS[account]}  {at[:5]}\n\n{text}\n\n" for account, at, text in said)
    path = folder / "mail.txt"
    path.write_text("—————  2026-04-08  —————\n\n" + "".join(blocks), encoding="utf-8")
    return path


def table(folder: Path) -> Path:
    """Accounts and cards."""
    said = zip(ACCOUNTS, TIMES, TEXTS, strict=True)
    rows = [shown(text, at=at, sender=account) | {"name": CARDS[account]} for account, at, text in said]
    return export(folder / "table.jsonl", rows)


def cards(folder: Path) -> Path:
    """Cards and seconds, without accounts."""
    said = zip(ACCOUNTS, TIMES, TEXTS, strict=True)
    return export(folder / "cards.jsonl", [shown(text, at=at, sender=CARDS[account]) for account, at, text in said])


def lab(folder: Path) -> Path:
    """Accounts, cards and nicknames, and ids."""
    head = {"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": {"name": "群", "platform": "wechat"}}
    rows = [
        {
            "_type": "message", "platformMessageId": str(73 * 10**17 + number), "sender": account, "accountName": NICKS[account],
            "groupNickname": CARDS[account], "timestamp": 1775606400 + 60 * int(at[3:5]) + int(at[6:]), "type": int(text == "[图片]"), "content": text,
        }
        for number, (account, at, text) in enumerate(zip(ACCOUNTS, TIMES, TEXTS, strict=True))
    ]  # fmt: skip
    path = folder / "lab.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in [head, *rows]), encoding="utf-8")
    return path


def stored(home: Home) -> list[Message]:
    settle(home)
    return [one.message for one in judged(home, groups(home)[0].group.id)]


FILES = (mail, table, lab, cards)


@pytest.mark.parametrize("order", [*permutations(range(3)), *permutations((1, 2, 3)), (0, 1), (1, 0), (3, 1), (1, 3)])
def test_any_exports_in_any_order_are_one_history(home: Home, tmp_path: Path, order: Sequence[int]) -> None:
    paths = [FILES[number](tmp_path) for number in order]
    reports = [import_chat(home, [path], group="群") for path in paths]
    assert [(m.sender, m.sent_at.strftime("%H:%M:%S"), m.kind) for m in stored(home)] == [
        (account, at, "image" if text == "[图片]" else "text")
        for account, at, text in zip(ACCOUNTS, TIMES, TEXTS, strict=True)
    ]
    assert [report.imported + report.duplicates for report in reports] == [len(TEXTS)] * len(order)
    assert [import_chat(home, [path], group="群").imported for path in paths] == [0] * len(order)


def test_both_ids_lead_to_the_one_message_and_so_do_quotes_and_words(home: Home, tmp_path: Path) -> None:
    import_chat(home, [mail(tmp_path)], group="群")
    import_chat(
        home,
        [export(tmp_path / "1.jsonl", [row("端口是 8080", at=TIMES[4], sender="wxid_1", id="a") | {"name": "甲"}])],
        group="群",
    )
    import_chat(home, [export(tmp_path / "2.jsonl", [row("谢谢", at="08:04:00", id="b", reply_to="a")])], group="群")
    twice = [m for m in stored(home) if m.text == "端口是 8080"]
    assert len(twice) == 2
    named = [row("在", at="09:00:00", sender="wxid_1") | {"name": "木子"}]
    import_chat(home, [export(tmp_path / "3.jsonl", named)], group="群")
    assert {message(home, m.id).text for m in twice} == {"端口是 8080"}
    (one,) = [m for m in stored(home) if m.text == "端口是 8080"]
    assert {message(home, m.id) for m in twice} == {one}
    assert [m.reply_to for m in stored(home) if m.text == "谢谢"] == [one.id]
    assert [found.message.id for found in search(home, "8080") if "8080" in found.message.text] == [one.id]
    assert [link.message_id for j in judged(home, "群") for link in j.answers if link.answers == one.id]


def test_two_people_who_say_the_same_once_stay_two(home: Home, tmp_path: Path) -> None:
    import_chat(
        home,
        [export(tmp_path / "1.jsonl", [row("收到", sender="小明"), row("早", at="08:05:00", sender="小明")])],
        group="群",
    )
    others = [row("收到", sender="u9") | {"name": "老王"}, row("走了", at="08:05:00", sender="u9") | {"name": "老王"}]
    import_chat(home, [export(tmp_path / "2.jsonl", others)], group="群")
    assert [(m.id, m.messages) for m in members(home, "群")] == [("u9", 2), ("小明", 2)]


def test_a_name_whose_export_holds_the_account_already_is_somebody_else(home: Home, tmp_path: Path) -> None:
    copied = "接龙：周六爬山报名，缺司机两名"
    bare = [row("早", sender="老王"), row(copied, at="08:05:00", sender="小明")]
    import_chat(home, [export(tmp_path / "1.jsonl", bare)], group="群")
    known = [row("早", sender="u9") | {"name": "老王"}, row(copied, at="08:05:00", sender="u9") | {"name": "老王"}]
    import_chat(home, [export(tmp_path / "2.jsonl", known)], group="群")
    assert [(m.id, m.messages) for m in members(home, "群")] == [("u9", 2), ("小明", 1)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_mail_address_of_qq_is_the_number_that_was_called_so(
    home: Home, tmp_path: Path, order: Sequence[int]
) -> None:
    files = [
        [row("好", sender="10001") | {"name": "阿泰"}, row("行", at="08:01:00", sender="10001") | {"name": "阿泰"}],
        [row("好", sender="a@example.org") | {"name": "阿泰"}],
    ]
    for number in order:
        import_chat(home, [export(tmp_path / f"{number}.jsonl", files[number])], group="群")
    assert [m.sender for m in stored(home)] == ["10001", "10001"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row("[早安]"), row("", kind="sticker")),
        (row("Chroma 文档"), row("", kind="share")),
        (row("Chroma 文档", kind="link"), row("", kind="share")),
        (
            row("恭喜发财", kind="red_packet"),
            row("我发了一个“口令红包”，升级手机QQ版本就可以拆啦！", kind="red_packet"),
        ),
        (row("早", sender="【管理员】小满"), row("早", sender="小满")),
    ],
)
def test_what_exporters_of_qq_write_in_different_ways_is_one(
    home: Home, tmp_path: Path, one: dict[str, object], other: dict[str, object]
) -> None:
    for number, said in enumerate((one, other)):
        import_chat(home, [export(tmp_path / f"{number}.jsonl", [said])], group="群")
    assert len(stored(home)) == 1
