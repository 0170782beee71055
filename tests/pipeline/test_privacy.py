"""Personal data stays in the database: neither a model nor a reader of what is published meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sediment.models import Request
from sediment.pipeline import Home, approve, import_chat, privacy, publish, write, writing
from tests.fakes import FakeChatModel
from tests.pipeline.exports import export, row
from tests.pipeline.test_writing import Note

PHONE = "13912345678"


def test_a_model_is_asked_without_personal_data(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    model = FakeChatModel(["{}"])
    monkeypatch.setattr(privacy, "chat_model", lambda *_: model)
    discreet = privacy.discreet_model(home, "any")
    assert discreet is not None
    discreet.reply(Request("digest", f"m1 A:我电话 {PHONE}", f"谁的电话是 {PHONE}"))
    assert [(asked.shared, asked.task) for asked in model.requests] == [
        ("m1 A:我电话 〔手机号〕", "谁的电话是 〔手机号〕")
    ]


def test_what_is_published_holds_no_personal_data(monkeypatch: pytest.MonkeyPatch, home: Home, tmp_path: Path) -> None:
    monkeypatch.setattr(writing, "WRITERS", (Note(),))
    import_chat(home, [export(tmp_path / "群.jsonl", [row(f"报名找我，电话 {PHONE}")])])
    draft = write(home, "note", "群")
    publish(home, approve(home, draft.id).id, "folder", tmp_path / "out")
    for page in (tmp_path / "out").rglob("*.*"):
        text = page.read_text(encoding="utf-8")
        assert PHONE not in text
        assert "〔手机号〕" in text
