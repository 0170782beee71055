"""Lectures of a group, found evening by evening."""

from __future__ import annotations

from pathlib import Path

from sediment.pipeline import Home, import_chat, lectures, topics
from tests.factories import talk
from tests.pipeline.exports import export, row
from tests.threads.test_lectures import PARAGRAPHS


def test_a_lecture_past_midnight_is_one(home: Home, tmp_path: Path) -> None:
    said = [*PARAGRAPHS, *(text[9:] + text[:9] for text in PARAGRAPHS)]
    rows = [row("今晚王老师的微课马上开始", at="23:48:00", sender="小助手")]
    for number, text in enumerate(said):
        minute = 50 + 2 * number
        day, at = ("2026-04-08", f"23:{minute}:00") if minute < 60 else ("2026-04-09", f"00:{minute - 60:02}:00")
        rows.append(row(text, at=at, day=day, sender="王老师"))
    import_chat(home, [export(tmp_path / "chat.jsonl", [row("早上好", at="09:00:00"), *rows])], group="群")
    ((lecture, messages),) = lectures(home, "群")
    assert (f"{lecture.started_at:%d %H:%M}", f"{lecture.ended_at:%d %H:%M}") == ("08 23:50", "09 00:20")
    assert [messages[id].text for id in lecture.talk] == said


def test_topics_hold_every_message_in_order(home: Home) -> None:
    chat = talk(*(("阿钟", text) for text in PARAGRAPHS))
    assert [message for part in topics(home, chat) for message in part] == chat
    assert topics(home, []) == []
