"""The bench of digests counts what is told, what comes twice and what a digest falls for; its page shows claims beside their messages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bench.digest import Day, Told, figures, main, traps
from bench.digest_page import page
from bench.labelled import ChatSet

ROWS = [
    {"id": "m1", "time": "2026-04-08T09:30:00+08:00", "name": "老段", "kind": "text", "text": "手续费是千分之六"},
    {"id": "m2", "time": "2026-04-08T09:31:00+08:00", "name": "<b>", "kind": "text", "text": "聚会在周六"},
    {"id": "m3", "time": "2026-04-09T09:31:00+08:00", "name": "阿岩", "kind": "text", "text": "聚会改到周日"},
]
FEE = {"id": "c1", "importance": 3, "points": [{"text": "手续费千分之六", "ids": ["m1"]}]}
MEETING = {"id": "c2", "importance": 2, "points": [{"text": "聚会改到周日", "ids": ["m3"]}]}
MOVED = {"type": "reversed_decision", "ids": ["m2", "m3"], "expect": "周日"}
UNTOLD = {"type": "misattribution_bait", "ids": ["m1"], "expect": "老段说的"}
DATA = ChatSet(
    Path("set"),
    ROWS,
    {row["id"]: {"conversation": c, "noise": None} for row, c in zip(ROWS, ("c1", "c2", "c2"), strict=True)},
    [FEE, MEETING],
    [],
    [],
    [MOVED, UNTOLD],
)
SATURDAY = Told("聚会在周六", frozenset({"m2"}), False)
FIRST = Day(date(2026, 4, 8), (("lead", ()), ("聚会", (SATURDAY,))), {})


def second(*claims: Told) -> Day:
    return Day(date(2026, 4, 9), (("lead", ()), ("聚会", claims)), {"number": 1})


def test_what_is_told_twice_or_in_vain_is_counted() -> None:
    fee = Told("老段说手续费是千分之六", frozenset({"m1"}), True)
    told = figures(DATA, [second(fee, fee)], ["千分之六"])

    assert {name: told[name] for name in told if "importance" not in name} == {
        "cited noise": 0.0,
        "hostile messages cited": 0,
        "of": 0,
        "points' words told": 45.5,
        "passed the gate": 66.7,
        "dropped": "number:1",
        "duplicates": 1,
        "traps respected": "1/1",
        "personal data told": 2,
        "characters": 22,
        "claims": 2,
        "cited messages": 1,
    }
    assert told["importance 3 covered"] == "1/1"


def test_what_changed_later_is_no_trap_yet() -> None:
    assert traps(DATA, [FIRST]) == [(MOVED, []), (UNTOLD, None)]
    assert traps(DATA, [FIRST, second(SATURDAY)])[0] == (MOVED, [SATURDAY])
    assert traps(DATA, [second(SATURDAY, Told("聚会改到周日", frozenset({"m3"}), False))])[0] == (MOVED, [])


def test_the_page_shows_claims_beside_messages_and_what_is_missing() -> None:
    shown = page([(DATA, [FIRST])], {"set": {"claims": 1}}, {"set": traps(DATA, [FIRST])})

    assert '<p class="extract">聚会在周六</p><p class="said">m2 09:31 &lt;b&gt;：聚会在周六</p>' in shown
    assert "<p>3: 手续费千分之六</p>" in shown
    assert "to be judged: misattribution_bait" in shown


def test_a_set_is_measured_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    rows: list[dict[str, object]] = [row | {"sender": row["name"], "reply_to": None, "mentions": []} for row in ROWS]
    gold = [{"id": id} | value for id, value in DATA.gold.items()]
    for name, lines in (("messages", rows), ("gold", gold), ("questions", [])):
        (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    for name, value in (("conversations", DATA.conversations), ("faq", []), ("traps", DATA.traps)):
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")

    assert main(["--data", str(tmp_path), "--page", str(tmp_path / "page.html"), "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["set"]["calls"] == 0
    assert "<h2>2026-04-09</h2>" in (tmp_path / "page.html").read_text(encoding="utf-8")
