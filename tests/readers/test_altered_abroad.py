"""The samples of chats abroad, altered: other people, days, clocks and zones. What is read must change in the same way and in no other."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sediment.models import BadRecord, ReadMessage
from tests.readers.altering import read
from tests.readers.canon import DATA, ZONE

ABROAD = (
    "telegram-json", "discord-json", "slack-json", "whatsapp-txt", "line-txt", "kakaotalk-txt", "kakaotalk-csv", "meta-json", "element-json", "zulip-json",
)  # fmt: skip
SPEAKERS = ("小周(深圳)", "阿May：产品", "09:30起床的人")
NAMES = (
    "Jane Doe", "김철수", "שרה כהן", "محمد", "🦊👩‍🚀", "甲: 产品", "[管理] 乙", "<b>丙</b>", "O'Neil \"Jr\"", "1/2/24", "甲，乙", "a:b", "x - y",
    "-", "12:30", "C\\n",
)  # fmt: skip
FIRST, SECOND = date(2025, 1, 31), date(2025, 2, 1)
DAYS = (
    date(1999, 12, 31),
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2026, 3, 28),
    date(2031, 5, 4),
    date(2025, 12, 12),
)

every_sample = pytest.mark.parametrize("name", ABROAD)


def sample(name: str) -> str:
    (path,) = DATA.glob(f"{name}.*")
    return path.read_text(encoding="utf-8-sig")


def told(content: str, zone: ZoneInfo = ZONE) -> list[ReadMessage]:
    items = read(content, zone=zone)
    assert not [item for item in items if isinstance(item, BadRecord)]
    return [replace(item, line=0) for item in items if isinstance(item, ReadMessage)]


def renamed(name: str, new: tuple[str, ...]) -> tuple[str, list[ReadMessage]]:
    """The sample with other names, and what it says."""
    content, messages = sample(name), told(sample(name))
    for old, other in zip(SPEAKERS, new, strict=True):
        # Zulip's names are text, its messages are HTML.
        content = content.replace(
            f'"sender_full_name": "{old}"', f'"sender_full_name": {json.dumps(other, ensure_ascii=False)}'
        )
        content = content.replace(old, written(name, other))
        messages = [
            replace(
                message,
                sender=other if message.sender == old else message.sender,
                name=message.name.replace(old, other),
                text=message.text.replace(old, other),
                mentions=tuple(mention.replace(old, other) for mention in message.mentions),
            )
            for message in messages
        ]
    return content, messages


def written(name: str, text: str) -> str:
    if name == "zulip-json":
        text = html.escape(text, quote=False)
    if name == "slack-json":
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if name == "kakaotalk-csv":
        return text.replace('"', '""')
    return json.dumps(text, ensure_ascii=False)[1:-1] if name.endswith("json") else text


def without_mentions(messages: list[ReadMessage]) -> list[ReadMessage]:
    """Text alone does not say where the name of somebody who is mentioned ends."""
    return [replace(message, mentions=()) for message in messages]


@every_sample
@pytest.mark.parametrize("new", NAMES)
def test_other_names(name: str, new: str) -> None:
    content, expected = renamed(name, (new, f"{new}2", f"{new} 3"))
    assert without_mentions(told(content)) == without_mentions(expected)


@every_sample
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(
        st.text("aZ 7é漢ﾊ한ש🦊()<>&'\"|_*~`.,!?：，", min_size=1, max_size=12), min_size=3, max_size=3, unique=True
    )
)
def test_any_names(name: str, names: list[str]) -> None:
    assume(all(new == new.strip(" ~") and new not in SPEAKERS for new in names))
    content, expected = renamed(name, tuple(names))
    assert without_mentions(told(content)) == without_mentions(expected)


@every_sample
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_other_days(name: str, day: date) -> None:
    expected = [replace(message, sent_at=message.sent_at + (day - FIRST)) for message in told(sample(name))]
    messages = told(dated(sample(name), day))
    if name == "slack-json":  # whose ids are times
        expected, messages = (
            [replace(message, native_id=None, reply_to=None) for message in said] for said in (expected, messages)
        )
    assert messages == expected


def dated(content: str, day: date) -> str:
    """The sample as of another day, and the one after it."""
    for old, new in ((FIRST, day), (SECOND, day + timedelta(days=1))):
        for form in FORMS:
            content = content.replace(form(old), f"\0{form(new)}")
    shift = (day - FIRST).total_seconds()
    numbers = r"(?<![\d.])1738[23]\d{5}(?=[^\d]|000\b)"
    content = re.sub(numbers, lambda found: str(int(int(found[0]) + shift)), content)
    return content.replace("\0", "")


FORMS: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day:%Y-%m-%d}T",
    lambda day: f"\n{day:%Y-%m-%d} ",
    lambda day: f"{day:%d/%m/%Y}, ",
    lambda day: f"\n{day:%Y/%m/%d}（",
    lambda day: f"- {day.year}년 {day.month}월 {day.day}일 ",
)


@every_sample
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Europe/London"])
def test_other_zones(name: str, zone: str) -> None:
    there, here = told(sample(name), ZoneInfo(zone)), told(sample(name))
    if name in ("whatsapp-txt", "line-txt", "kakaotalk-txt", "kakaotalk-csv"):
        assert [message.sent_at.replace(tzinfo=None) for message in there] == [
            message.sent_at.replace(tzinfo=None) for message in here
        ]
        assert {str(message.sent_at.tzinfo) for message in there} == {zone}
    else:
        assert [message.sent_at for message in there] == [message.sent_at for message in here]


@pytest.mark.parametrize(
    "change", ["{h12}:{minute}\u202f{half}", "{h12}:{minute} {dotted}", "{chinese}{h12}:{minute}", "{hour:02}.{minute}"]
)
def test_whatsapp_with_other_clocks(change: str) -> None:
    def clock(found: re.Match[str]) -> str:
        hour = int(found[1])
        half, dotted, chinese = ("PM", "p. m.", "下午") if hour > 11 else ("AM", "a. m.", "上午")
        return change.format(hour=hour, h12=hour % 12 or 12, minute=found[2], half=half, dotted=dotted, chinese=chinese)

    content = re.sub(r"(?<=\d{4}, )(\d\d):(\d\d)(?= - )", clock, sample("whatsapp-txt"))
    assert told(content) == told(sample("whatsapp-txt"))


@pytest.mark.parametrize("name", ["line-txt", "kakaotalk-txt"])
def test_clocks_of_24_hours(name: str) -> None:
    def clock(found: re.Match[str]) -> str:
        hour = int(found["hour"]) % 12 + 12 * (found["half"] in ("下午", "오후 "))
        return f"{hour:02}:{found['minute']}"

    content = re.sub(r"(?P<half>[上下]午|오[전후] )(?P<hour>\d+):(?P<minute>\d\d)", clock, sample(name))
    assert told(content) == told(sample(name))
