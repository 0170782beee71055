"""`sediment noise` and what corrects it, from the command to the next digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Runner
from tests.pipeline.exports import export, row

ROWS = [
    row("打卡 day 3", at="08:00:00", sender="u1"),
    row("端口改成 8080 了，旧的月底停用", at="09:00:00", sender="u2"),
    row("早上好", at="10:00:00", sender="u3"),
]

TEXTS = [str(one["text"]) for one in ROWS]  # in order of time


@pytest.fixture
def classes(run: Runner, tmp_path: Path) -> dict[str, str]:
    """Id of each message by its text, imported as the group 群."""
    run("import", str(export(tmp_path / "群.jsonl", ROWS)))
    ids = [one["id"] for one in run("noise", "--group", "群", "--json").json]
    return dict(zip(TEXTS, ids, strict=True))


def noise(run: Runner) -> dict[str, tuple[str, str]]:
    judged = run("noise", "--group", "群", "--json").json
    return {text: (m["noise"], m["reason"]) for text, m in zip(TEXTS, judged, strict=True) if m["noise"]}


BY_RULE = {"打卡 day 3": ("checkin", "checkin"), "早上好": ("greeting", "greeting")}


def test_a_group_keeps_a_class_until_it_is_reset(run: Runner, classes: dict[str, str]) -> None:
    assert noise(run) == BY_RULE
    assert run("noise", "set", "--group", "群", "--keep", "checkin", "--drop", "chitchat").out == (
        "打卡 (checkin)  保留\n闲聊附和 (chitchat)  去掉\n"
    )
    assert noise(run) == {"早上好": ("greeting", "greeting")}
    assert run("noise", "set", "--group", "群", "--json").json == {"checkin": "keep", "chitchat": "drop"}
    assert run("noise", "set", "-g", "群", "--reset", "checkin", "--reset", "chitchat", "--json").json == {}
    assert run("noise", "set", "-g", "群").err == "没有手工决定的类别，都按规则判断。\n"
    assert noise(run) == BY_RULE


def test_single_messages_are_kept_and_dropped_for_ever(run: Runner, classes: dict[str, str]) -> None:
    hello, port = classes["早上好"], classes["端口改成 8080 了，旧的月底停用"]
    kept = f"{hello}  2026-04-08 10:00 u3：早上好  ← "
    assert run("noise", "keep", hello, hello).out == f"{kept}寒暄 → 不是噪音\n1 条改了，0 条原来就是这样\n"
    assert run("noise", "keep", hello).out == f"{kept}不是噪音\n0 条改了，1 条原来就是这样\n"
    run("noise", "drop", port)
    decided = {"打卡 day 3": ("checkin", "checkin"), "端口改成 8080 了，旧的月底停用": ("dropped", "hand")}
    assert noise(run) == decided
    run("rebuild")
    assert noise(run) == decided
    assert "8080" not in run("digest", "--group", "群", "--day", "2026-04-08", "--model", "none").out
    back = [(m["id"], m["was"], m["noise"]) for m in run("noise", "reset", hello, port, "--json").json]
    assert back == [(hello, None, "greeting"), (port, "dropped", None)]
    assert noise(run) == BY_RULE


def test_an_unknown_message_is_refused_and_nothing_decided(run: Runner, classes: dict[str, str]) -> None:
    ran = run("noise", "keep", classes["早上好"], "nichts")
    assert (ran.code, "sediment noise --group 群名" in ran.err) == (2, True)
    assert noise(run) == BY_RULE


def test_one_class_is_listed_with_as_many_samples_as_asked_for(run: Runner, classes: dict[str, str]) -> None:
    assert run("noise", "list", "--group", "群", "--class", "greeting", "--limit", "1").out == (
        f"3 条消息，其中噪音 2 条\n\n寒暄 (greeting)  1\n  {classes['早上好']}  2026-04-08 10:00 u3：早上好  ← 只有问候\n"
    )
    assert run("noise", "-g", "群", "--class", "checkin", "--limit", "0").out.endswith(
        "\n  ……还有 1 条，用 --limit 1 全部列出\n"
    )
    assert run("noise", "-g", "群", "--class", "ad").out == "3 条消息，其中噪音 2 条\n其中没有这一类：广告\n"
    only = run("noise", "-g", "群", "--class", "checkin", "--json").json
    assert [m["id"] for m in only] == [classes["打卡 day 3"]]


def test_a_class_is_not_decided_twice_at_once(run: Runner, classes: dict[str, str]) -> None:
    ran = run("noise", "set", "--group", "群", "--keep", "checkin", "--reset", "checkin")
    assert (ran.code, ran.err) == (2, "sediment: 同一类在 --keep、--drop、--reset 里写了两次。\n  只写在其中一个里。\n")
    assert run("noise", "set", "--group", "群", "--json").json == {}
