"""The samples of WeChat's, QQ's and other Chinese exporters with other names, days and zones give the same conversation with those."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from sediment.models import BadRecord, ReadMessage
from sediment.readers import READERS, reader_for
from sediment.sources import Format, Source
from tests.readers.canon import DATA, ZONE, comparable, expected

EXPORTERS = (
    "chatlog", "wechatmsg", "pywxdump", "weflow", "weclone", "echotrace", "qq", "qce", "onebot", "wechat", "feishu", "dingtalk",
)  # fmt: skip
READ = [reader for reader in READERS if reader.name.startswith(EXPORTERS)]
every_reader = pytest.mark.parametrize("reader", READ, ids=lambda reader: reader.name)

NAME = "小周(深圳)"
NAMES = (
    "周", "😀🧧", "👨‍👩‍👧 一家", "a: b", "时间: 12:00:00", "[早]起", "「引」号", "Kim Ji-woo", "김지우", "שלום עולם", "10086", "2025", "周（备注）", "$1 \\n",
    "wxid_abc", "《书》", "我们", "撤回了一条消息的人", "—————", "===", "甲、乙", "#1", "*星*", "x@example.org", "群主",
)  # fmt: skip
DAYS = (-5000, -370, -31, 1, 9, 59, 333, 2000)
_DATE = re.compile(r"(?<!\d)(2025)([-/])(\d\d?)\2(\d\d?)(?!\d)|(?<!\d)(\d\d?)/(\d\d?)/(2025)(?!\d)")
_SECONDS = re.compile(r"(?<!\d)(173[89]\d{6})(000)?(?!\d)")


@every_reader
@pytest.mark.parametrize("name", NAMES)
def test_names(reader: Format, name: str, tmp_path: Path) -> None:
    written = _written_as(reader, name)
    read = _read(reader, lambda text: text.replace(_written_as(reader, NAME), written), tmp_path)

    assert read == [_renamed(message, name) for message in expected(reader.losses)]


@every_reader
@pytest.mark.parametrize("days", DAYS)
def test_days(reader: Format, days: int, tmp_path: Path) -> None:
    read = _read(reader, lambda text: _shifted(text, days), tmp_path)

    assert read == [
        replace(message, sent_at=message.sent_at + timedelta(days), text=_shifted(message.text, days))
        for message in expected(reader.losses)
    ]


@every_reader
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "UTC"])
def test_zones(reader: Format, zone: str, tmp_path: Path) -> None:
    """What an export calls noon is noon in the zone that is set; an instant stays what it is."""
    there = ZoneInfo(zone)
    wanted = [
        message.sent_at.replace(tzinfo=there) if "zone" in reader.losses else message.sent_at
        for message in expected(reader.losses)
    ]

    assert [message.sent_at for message in _read(reader, str, tmp_path, there)] == wanted


def _read(reader: Format, altered: Callable[[str], str], folder: Path, zone: ZoneInfo = ZONE) -> list[ReadMessage]:
    (sample,) = DATA.glob(f"{reader.name}.*")
    path = folder / sample.name
    path.write_text(
        altered(sample.read_bytes().decode(Source(sample, ZONE).encoding or "")), encoding="utf-8", newline=""
    )
    source = Source(path, zone)
    items = list(reader_for(source).read(source))
    assert not [item for item in items if isinstance(item, BadRecord)]
    return comparable([item for item in items if isinstance(item, ReadMessage)], reader.losses)


def _written_as(reader: Format, name: str) -> str:
    (sample,) = DATA.glob(f"{reader.name}.*")
    return name.replace("\\", "\\\\") if sample.suffix in (".json", ".jsonl", ".js", ".html") else name


def _renamed(message: ReadMessage, name: str) -> ReadMessage:
    return replace(
        message,
        name=message.name.replace(NAME, name),
        sender=message.sender and message.sender.replace(NAME, name),
        text=message.text.replace(NAME, name),
    )


def _shifted(text: str, days: int) -> str:
    text = _SECONDS.sub(lambda found: f"{int(found[1]) + days * 86400}{found[2] or ''}", text)
    return _DATE.sub(lambda found: _day(found, days), text)


def _day(found: re.Match[str], days: int) -> str:
    """In the form that it had."""
    year, sign, month, number, us_month, us_day, us_year = found.groups()
    day = date(int(year or us_year), int(month or us_month), int(number or us_day)) + timedelta(days)
    if us_year:
        return f"{day.month}/{day.day}/{day.year}"
    width = len(month) if len(month) == len(number) == 2 else 1
    return f"{day.year}{sign}{day.month:0{width}}{sign}{day.day:0{width}}"
