"""Dates that lie ahead, and sign-up lists (接龙) with the state they ended in.

`#接龙⏎杭州线下聚会（29号）⏎1. 小鱼⏎2. 阿May` is a list; each member copies it with one more line, so the last copy holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sediment.extract.cues import bare
from sediment.models import Message

_DAY = re.compile(
    r"(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?|(?<![\d月])(?P<only>\d{1,2})[号日](?!楼|线|店|机|位|库)"
    r"|(?P<near>今晚|明天|明晚|后天)|(?P<next>下)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)
_NEAR = {"今晚": 0, "明天": 1, "明晚": 1, "后天": 2}
_WEEKDAYS = "一二三四五六日"
_LIST = re.compile(r"^\s*#?\s*接龙")
_ENTRY = re.compile(r"^\s*(\d{1,3})[.、．)）]\s*(\S.*)$", re.MULTILINE)


def days_named(message: Message) -> list[date]:
    """The days that a message names, by the day on which it was sent. A day without a year that is more than half a year gone is taken as next year's."""
    return days_in(message.text, message.sent_at.date())


def days_in(text: str, sent: date) -> list[date]:
    """The days that words said on the day `sent` name."""
    return [day for match in _DAY.finditer(text) if (day := _day(match, sent))]


def is_ahead(message: Message) -> bool:
    """Whether a message names a day after the one on which it was sent."""
    return any(day > message.sent_at.date() for day in days_named(message))


def is_list(message: Message) -> bool:
    """Whether a message is a copy of a sign-up list."""
    return bool(_LIST.match(message.text)) and bool(_ENTRY.search(message.text))


def entries(message: Message) -> list[str]:
    """The lines that people signed up with."""
    return [text.strip() for _, text in _ENTRY.findall(message.text)]


def is_numbered(message: Message) -> bool:
    """Whether the last line bears the number of lines, as it does unless somebody copied badly."""
    numbers = [int(number) for number, _ in _ENTRY.findall(message.text)]
    return bool(numbers) and numbers[-1] == len(numbers)


def list_title(message: Message) -> str:
    """What the list is for: its first line that is not an entry."""
    lines = (re.sub(r"^\s*#?\s*接龙\s*", "", line).strip() for line in message.text.splitlines())
    return next((line for line in lines if line and not _ENTRY.match(line)), "")


def final_lists(messages: Sequence[Message]) -> list[Message]:
    """The last copy of each list, in order."""
    last: list[Message] = []
    for message in messages:
        if is_list(message):
            last = [m for m in last if not _same_list(m, message)] + [message]
    return last


def superseded_lists(messages: Sequence[Message]) -> Iterator[tuple[Message, Message]]:
    """(copy, final copy) for each copy that is not the last."""
    finals = final_lists(messages)
    for message in messages:
        if is_list(message) and message not in finals:
            yield message, next(m for m in finals if _same_list(m, message) or m.sent_at >= message.sent_at)


def _same_list(one: Message, other: Message) -> bool:
    """A later copy repeats the first people; the title may have changed with the date."""
    first, second = entries(one), entries(other)
    shared = {bare(text)[:3] for text in first} & {bare(text)[:3] for text in second}
    return len(shared) >= max(1, min(len(first), len(second)) // 2)


def _day(match: re.Match[str], sent: date) -> date | None:
    if near := match["near"]:
        return sent + timedelta(_NEAR[near])
    if weekday := match["weekday"]:
        ahead = (_WEEKDAYS.index(weekday.replace("天", "日")) - sent.weekday()) % 7
        return sent + timedelta(ahead + (7 if match["next"] and ahead == 0 else 0))
    month = int(match["month"] or sent.month)
    try:
        day = date(sent.year, month, int(match["day"] or match["only"]))
        return day if (sent - day).days < 180 else day.replace(year=day.year + 1)
    except ValueError:
        return None
