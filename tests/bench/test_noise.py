"""The bench of noise counts what was found, what was lost and what was mistaken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.noise import main


def _write(path: Path, *rows: object) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


def test_a_group_is_measured_by_class_with_its_misses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {
        "m1": ("早上好", "greeting"),
        "m2": ("退款要几天？", None),
        "m3": ("隔壁老王昨天又钓了一条大鱼回来", "chitchat"),
        "m4": ("三天", None),
    }
    said = {"sender": "u1", "name": "小鱼", "kind": "text"}
    times = {id: f"2026-04-08T{9 + number:02}:00:00+08:00" for number, id in enumerate(texts)}
    _write(
        tmp_path / "messages.jsonl",
        *({**said, "id": id, "time": times[id], "text": text} for id, (text, _) in texts.items()),
    )
    of_gold: dict[str, object] = {"conversation": None, "replies_to": [], "question": False, "answers": []}
    _write(tmp_path / "gold.jsonl", *({**of_gold, "id": id, "noise": noise} for id, (_, noise) in texts.items()))
    for name in ("conversations", "faq", "traps"):
        (tmp_path / f"{name}.json").write_text("[]", encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("", encoding="utf-8")
    assert main(["--data", str(tmp_path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)[tmp_path.name]
    assert figures["found of each class"]["greeting"] == "1/1"
    assert figures["noise P/R/F"][0] == 100.0
    assert figures["evidence messages lost"] == 0.0


def test_posts_are_measured_by_class_and_bad_against_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posts = tmp_path / "posts.jsonl"
    _write(
        posts,
        {"label": "欺诈", "text": "兼职刷单日结300，不收押金，有手机就能做"},
        {"label": "博彩", "text": "今天天气很好"},
        {"label": "不违规", "text": "设计思维是一个创造性的过程。"},
    )
    assert main(["--harm", str(posts), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[posts.name] == {
        "bad P/R/F": [100.0, 50.0, 66.7],
        "F1 of each class": {"欺诈": 100.0, "博彩": 0.0, "不违规": 66.7},
        "macro-F1": 55.6,
        "as noise": {"欺诈": 1},
    }
    assert main(["--harm", str(posts), "--show"]) == 0
    assert "博彩 → 不违规  今天天气很好" in capsys.readouterr().out
