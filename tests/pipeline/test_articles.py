"""What an article is about: a lecture that was held, or a week."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sediment.errors import UsageError
from sediment.pipeline import Home, import_chat, write
from tests.pipeline.exports import export, row
from tests.threads.test_lectures import PARAGRAPHS


@pytest.fixture
def home(home: Home, tmp_path: Path) -> Home:
    """Two lectures in one week, and a question on the Monday after."""
    rows = []
    for day in ("2026-04-07", "2026-04-09"):
        rows.append(row("今晚8点王老师的微课马上开始", at="19:55:00", day=day, sender="小助手"))
        rows += [
            row(f"{text}（{day}）", at=f"20:{3 * number:02}:00", day=day, sender="王老师")
            for number, text in enumerate(("大家好，今天给大家分享做封面图的三件事", *PARAGRAPHS))
        ]
    rows.append(row("鲸付个人版的手续费是多少啊", at="09:00:00", day="2026-04-13", sender="小鹿"))
    import_chat(home, [export(tmp_path / "chat.jsonl", rows)], group="群")
    return home


def test_the_last_lecture_is_recorded_or_that_of_the_day(home: Home) -> None:
    last = write(home, "article", "群", lecture=True)
    other = write(home, "article", "群", lecture=True, since=date(2026, 4, 7), until=date(2026, 4, 7))
    assert [(d.since, d.until, d.version) for d in (last, other)] == [
        (date(2026, 4, 9), date(2026, 4, 9), 1),
        (date(2026, 4, 7), date(2026, 4, 7), 1),
    ]
    assert last.title == "做封面图的三件事（王老师 分享，20:00–20:24）"
    assert last.draft.account.messages == 1 + len(PARAGRAPHS)
    assert write(home, "article", "群", lecture=True) == last


def test_a_day_without_a_lecture_is_told(home: Home) -> None:
    with pytest.raises(UsageError, match="has no lecture from 2026-04-13 to 2026-04-13"):
        write(home, "article", "群", lecture=True, since=date(2026, 4, 13), until=date(2026, 4, 13))


def test_a_week_goes_from_monday_to_sunday(home: Home) -> None:
    last = write(home, "article", "群", week=True)
    before = write(home, "article", "群", week=True, until=date(2026, 4, 8))
    assert [(d.since, d.until) for d in (last, before)] == [
        (date(2026, 4, 13), date(2026, 4, 19)),
        (date(2026, 4, 6), date(2026, 4, 12)),
    ]
    assert before.title == "群 一周精选（2026-04-06 至 2026-04-12）"
