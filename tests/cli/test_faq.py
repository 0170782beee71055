"""`sediment faq`: what is asked is listed, decided about by hand, and taken out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.running import Runner
from tests.pipeline.exports import export, row

ROWS = [
    row("旺旺保温杯的退货地址是哪里？", at="08:00:00", sender="u1"),
    row("退货地址是杭州市文一路 120 号仓库", at="08:01:00", sender="u2", reply_to="m1"),
    row("下周六的聚会几点开始？", at="12:00:00", sender="u3"),
    row("聚会下午两点开始", at="12:02:00", sender="u2", reply_to="m3"),
]
ROWS = [{**one, "id": f"m{number}"} for number, one in enumerate(ROWS, 1)]


@pytest.fixture
def ids(run: Runner, tmp_path: Path) -> list[str]:
    """Entries about the address and about the party."""
    run("import", str(export(tmp_path / "群.jsonl", ROWS)))
    run("faq", "--group", "群", "--model", "none")
    return [one["id"] for one in run("faq", "list", "--group", "群", "--json").json]


def questions(run: Runner, *options: str) -> list[str]:
    return [one["question"] for one in run("faq", "list", "--all", "--json", *options).json]


ADDRESS, PARTY = ROWS[0]["text"], ROWS[2]["text"]


def test_an_entry_tells_who_asked_and_who_answered(run: Runner, ids: list[str]) -> None:
    told = run("faq", "show", ids[0], "--json").json
    known = {key: told[key] for key in ("question", "status", "asked", "askers", "groups", "answered_by", "proposed")}
    assert known == {
        "question": ADDRESS, "status": "answered", "asked": 1, "askers": 1, "groups": ["群"], "answered_by": ["u2"], "proposed": None,
    }  # fmt: skip
    assert run("faq", "show", ids[0]).out == (
        f"{ids[0]}  已有答案  ×1  {ADDRESS}\n    u2：退货地址是杭州市文一路 120 号仓库\n  1. {ADDRESS}\n"
    )


def test_marks_are_kept_by_later_runs_and_taken_back(run: Runner, ids: list[str]) -> None:
    assert questions(run) == [ADDRESS, PARTY]
    run("faq", "pin", ids[1])
    assert questions(run) == [PARTY, ADDRESS]
    run("faq", "retire", ids[0])
    run("faq", "--group", "群", "--model", "none")
    assert questions(run) == [PARTY]
    assert questions(run, "--retired") == [PARTY, ADDRESS]
    run("faq", "restore", ids[0])
    run("faq", "undo", ids[1])
    assert questions(run) == [ADDRESS, PARTY]


def test_an_edit_stands_and_what_a_run_finds_is_proposed_beside_it(run: Runner, ids: list[str], tmp_path: Path) -> None:
    run("faq", "edit", ids[0], "--question", "退货寄到哪里？", "--answer", "寄到文一路仓库。")
    moved = {**row("更正：退货地址改成滨江路 9 号了", at="18:00:00", sender="u2", reply_to="m1"), "id": "m5"}
    run("import", str(export(tmp_path / "群.jsonl", [*ROWS, moved])))
    run("faq", "--group", "群", "--model", "none")
    told = run("faq", "show", ids[0], "--json").json
    assert (told["question"], told["answer"][0]["text"], told["edited"]) == ("退货寄到哪里？", "寄到文一路仓库。", True)
    assert "滨江路 9 号" in " ".join(told["proposed"]["answer"])
    assert [one["id"] for one in run("faq", "proposals", "--json").json] == [ids[0]]
    run("faq", "accept", ids[0])
    assert run("faq", "proposals", "--json").json == []
    assert "滨江路 9 号" in run("faq", "show", ids[0]).out


def test_entries_are_merged_and_split(run: Runner, ids: list[str]) -> None:
    assert run("faq", "merge", *ids, "--json").json["asked"] == 2
    assert questions(run) == [ADDRESS]
    assert len(run("faq", "split", ids[0], "2", "--json").json) == 2
    assert questions(run) == [ADDRESS, PARTY]


def test_every_format_tells_the_same_without_names_and_personal_data(run: Runner, ids: list[str]) -> None:
    run("faq", "edit", ids[1], "--answer", "两点，找 13812345678。")
    out = {
        name: run("faq", "export", "--all", "--format", name).out for name in ("markdown", "json", "csv", "qa-jsonl")
    }
    assert "13812345678" not in "".join(out.values())
    told = json.loads(out["json"])
    assert [one["answer"] for one in told] == ["退货地址是杭州市文一路 120 号仓库", "两点，找 〔手机号〕。"]
    pairs = [json.loads(line) for line in out["qa-jsonl"].splitlines()]
    table = list(csv.DictReader(io.StringIO(out["csv"].removeprefix("\ufeff"))))
    for rows in (told, pairs, table):
        assert [one["question"] for one in rows] == [ADDRESS, PARTY]
        assert [one["answer"] for one in rows] == [one["answer"] for one in told]
    assert [line for line in out["markdown"].splitlines() if line.startswith("## ")] == [f"## {ADDRESS}", f"## {PARTY}"]


def test_all_groups_are_listed_where_none_is_named(run: Runner, ids: list[str]) -> None:
    assert [one["id"] for one in run("faq", "list", "--json").json] == ids
    assert [one["id"] for one in run("faq", "list", "--all", "--json").json] == ids


def test_an_unknown_entry_is_told_in_the_readers_language(run: Runner, ids: list[str]) -> None:
    failed = run("faq", "show", "nope")
    assert (failed.code, failed.err) == (2, "sediment: 没有条目 'nope'。\n  `sediment faq list --all` 列出有哪些。\n")
