"""The bench of tokens tells what the usual transcript of a chat costs, and what ours does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import tokens
from sediment.evidence import estimate_tokens
from tests.factories import message


def test_the_usual_transcript_dates_and_names_every_line() -> None:
    shown = tokens.usual_transcript(
        [message("0.6%", at="09:30:05", name="老段"), message("", name="小鹿", kind="image")]
    )
    assert shown == "[2026-04-08 09:30:05] 老段: 0.6%\n[2026-04-08 08:00:00] 小鹿: [image]"


def test_both_transcripts_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    said = ["早上好", "鲸付个人版收款手续费是多少？", "个人版是 0.6%，没有月费"]
    rows: list[dict[str, object]] = [
        {"id": str(n), "time": f"2026-04-08T09:30:0{n}+08:00", "sender": f"u{n}", "name": f"群友{n}", "kind": "text"}
        | {"text": text, "reply_to": None, "mentions": []}
        for n, text in enumerate(said)
    ]
    lines: dict[str, list[dict[str, object]]] = {
        "messages": rows,
        "gold": [{"id": str(n)} for n in range(3)],
        "questions": [],
    }
    for name, values in lines.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(v) for v in values), encoding="utf-8")
    for name in ("conversations", "faq", "traps"):
        (tmp_path / f"{name}.json").write_text("[]", encoding="utf-8")

    assert tokens.main(["--data", str(tmp_path), "--json"]) == 0

    figures = json.loads(capsys.readouterr().out)
    (row,) = figures["sets"]
    assert (figures["counted_by"], row["messages"], row["noise"]) == ("estimate_tokens", 3, 1)
    assert row["text"] == estimate_tokens(said[1]) + estimate_tokens(said[2]) < row["kept"] < row["all"] < row["usual"]
    assert row["ratio_kept"] == round(row["kept"] / row["usual"], 3)
