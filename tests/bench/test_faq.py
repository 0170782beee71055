"""The bench of the FAQ counts what was found, what came twice, what was mixed and how the history compares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.faq import Entry, figures, main, total
from bench.labelled import ChatSet

_FEE = {
    "question": "手续费多少？", "ids": ["a1", "a2"], "status": "answered", "asked_by": ["q1", "q2"], "group": "fee",
    "history": [
        {"date": "2026-04-08", "ids": ["a1"], "relation": "first"},
        {"date": "2026-04-15", "ids": ["a2"], "relation": "supersedes"},
    ],
}  # fmt: skip
_PARKING = {"question": "能停车吗？", "ids": ["a3"], "status": "answered", "asked_by": ["q3"], "group": "parking"}
_SAME = {"question": "是同一家吗？", "ids": [], "status": "unanswered", "asked_by": ["q4"], "group": "same"}
_FIRST = ("2026-04-08", "first", frozenset({"a1"}))


def _figures(*entries: Entry) -> dict[str, object]:
    return figures(ChatSet(Path("set"), [], {}, [], [_FEE, _PARKING, _SAME], [], []), entries)


def test_a_faq_that_has_it_all_scores_all() -> None:
    steps = (_FIRST, ("2026-04-15", "supersedes", frozenset({"a2"})))
    fee = Entry("手续费多少？", frozenset({"q1", "q2"}), frozenset({"a2"}), steps)
    parking = Entry("能停车吗？", frozenset({"q3"}), frozenset({"a3"}), ())
    unanswered = Entry("是同一家吗？", frozenset({"q4"}), frozenset(), ())
    assert _figures(fee, parking, unanswered) == {
        "entries": 2,
        "gold groups found": "2/2",
        "entries that match a gold group": 100.0,
        "duplicate entries": 0,
        "entries of several gold questions": 0,
        "questions asked again that joined": "1/1",
        "unanswered ones kept open": "1/1",
        "steps of history found": "1/1",
        "steps told that are gold": "1/1",
    }


def test_twice_the_same_and_two_in_one_are_told() -> None:
    one = Entry("手续费多少？", frozenset({"q1", "q3"}), frozenset({"a1"}), (_FIRST,))
    again = Entry("手续费？", frozenset({"q2"}), frozenset({"a2"}), (("2026-04-15", "extends", frozenset({"a2"})),))
    found = _figures(one, again)
    assert found["duplicate entries"] == 1
    assert found["entries of several gold questions"] == 1
    assert found["questions asked again that joined"] == "0/1"
    assert (found["steps of history found"], found["steps told that are gold"]) == ("0/1", "0/1")
    assert total([found, found])["gold groups found"] == "2/4"


def test_a_set_is_read_day_by_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = [
        ("q1", "2026-04-08T10:00:00+08:00", "u1", "鲸付个人版收款手续费是多少？", None),
        ("a1", "2026-04-08T10:01:00+08:00", "u2", "个人版 0.6%，没有月费", "q1"),
    ]
    rows = [
        {"id": id, "time": time, "sender": who, "name": who, "kind": "text", "text": text, "reply_to": reply}
        for id, time, who, text, reply in said
    ]
    files = {"messages.jsonl": rows, "gold.jsonl": [{"id": row["id"]} for row in rows], "questions.jsonl": []}
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    for name, value in (("faq", [{**_FEE, "ids": ["a1"]}]), ("conversations", []), ("traps", [])):
        (tmp_path / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    assert main(["--data", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[tmp_path.name]["gold groups found"] == "1/1"
