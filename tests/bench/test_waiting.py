"""The bench of waiting passages searches a home three ways, the last with every vector."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.waiting import main

_SAID = ["收款二维码的手续费是多少", "个人版千分之六，没有月费", "明晚八点直播讲怎么报税", "链接到时候发在群公告里"]
_ASKED: list[dict[str, object]] = [
    {"q": "二维码收款要付多少费用", "type": "fact", "ids": ["m1"]},
    {"q": "报税的直播几点", "type": "fact", "ids": ["m2"]},
]


def _lines(rows: list[dict[str, object]]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_with_every_vector_the_answers_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chat = tmp_path / "data" / "a"
    chat.mkdir(parents=True)
    rows: list[dict[str, object]] = [
        {"id": f"m{i}", "time": f"2026-03-12T{9 + i:02}:00:00+08:00", "sender": f"u{i}", "name": f"名{i}", "kind": "text", "text": text}
        for i, text in enumerate(_SAID)
    ]  # fmt: skip
    (chat / "messages.jsonl").write_text(_lines(rows))
    (chat / "gold.jsonl").write_text(_lines([{"id": row["id"], "conversation": None} for row in rows]))
    (chat / "questions.jsonl").write_text(_lines(_ASKED))
    for name in ("conversations", "faq", "traps"):
        (chat / f"{name}.json").write_text("[]")
    log = {"id": "log", "messages": [["09:00", "anna", "how do I mount an ntfs drive?", 0]], "links": [[0, 0]]}
    (tmp_path / "train.jsonl").write_text(json.dumps(log))
    assert main(["--data", str(tmp_path / "data"), "--among", str(tmp_path / "train.jsonl"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["words", "words and rough vectors", "vectors of all"]
    assert found["vectors of all"]["any@5"] == 100.0
