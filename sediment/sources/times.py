"""Times as exports write them, made aware."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from sediment.sources.rows import Flaw

_FIRST, _LAST = 1990, 2199  # exporters write 0 for a time that they do not know
_LONGEST = 60  # characters
_SECONDS = 10**11  # not before the year 5138: what is larger counts milli-, micro- or nanoseconds
_QUARTER = 900
_STEPS = tuple(
    timedelta(seconds=seconds) for seconds in range(_QUARTER)
)  # adding one is five times faster than making one
_DATE_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(.+)", re.ASCII)
_ZONE = re.compile(r"\s+(?P<offset>UTC|[+-]\d\d:?\d\d)$", re.ASCII)
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"(R\d{1,2}|\d{4})[-/.年년] ?(\d{1,2})[-/.月월] ?(\d{1,2})[.日일]?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_IN_WORDS = re.compile(r"([A-Z][a-z]{2})[a-z]{0,6} (\d{1,2}), (\d{4})", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REIWA = 2018  # the year before the first of the era
HALF_OF_DAY = r"上午|下午|午前|午後|오전|오후|凌晨|早上|晚上|[AaPp]\.?[^\S\n]?[Mm]\.?|ص|م"
"""What stands before or behind a clock of twelve hours."""
_CLOCK = re.compile(
    rf"(?P<before>{HALF_OF_DAY})?\s*(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?\s*(?P<after>{HALF_OF_DAY})?"
)
_AFTERNOON = ("p", "下午", "午後", "오후", "晚上", "م")


def moment(value: str | int | float, zone: tzinfo) -> datetime:
    """From ISO 8601, `2024/3/15 9:00`, or seconds (milliseconds …) since 1970. `zone` is taken where the value names none. Raises Flaw."""
    if isinstance(value, int) and value < _SECONDS and (quarter := _quarter(value // _QUARTER, zone)):
        return quarter + _STEPS[value % _QUARTER]
    if isinstance(value, int) and value % 1000 == 0 and _SECONDS <= value < _SECONDS * 1000:
        return moment(value // 1000, zone)  # whole seconds in milliseconds, as QQ's and many others are
    if isinstance(value, str) and value[:9].isdecimal() and _NUMBER.fullmatch(value):
        value = float(value)
    at = _from_text(value.strip(), zone) if isinstance(value, str) else _from_seconds(value, zone)
    if not _FIRST <= at.year <= _LAST:
        raise Flaw(f"not a time of this age: {at.isoformat()}")
    # Not `replace`, which is five times slower.
    return at if at.tzinfo is not None else datetime.combine(at.date(), at.time(), zone)


@lru_cache(maxsize=1000)  # a chat has many messages a day
def day(text: str) -> date:
    """From `2024-3-15`, `2024年3月15日`, `R6/03/15` of the Japanese era, `Mar 15, 2024`, or `3/15/2024` (`15/3/2024` where no month can be meant).
    Raises Flaw."""
    try:
        said = date(*_numbers(text.strip()))
    except ValueError as error:
        raise Flaw(f"not a date: {text[:40]!r}") from error
    if not _FIRST <= said.year <= _LAST:
        raise Flaw(f"not a time of this age: {said.isoformat()}")
    return said


def clock(text: str) -> time:
    """From `9:00`, `20:43:38`, `8:43:38 PM` or `下午 8:43`. Raises Flaw."""
    padded = text.zfill(8)
    if len(padded) == 8 and padded[2] == padded[5] == ":":
        try:
            return time.fromisoformat(padded)
        except ValueError:
            pass
    return _clock(text)


@lru_cache(maxsize=2000)  # a day has 1,440 minutes
def _clock(text: str) -> time:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise Flaw(f"not a time of day: {text[:40]!r}")
    hour = int(found["hour"])
    half = (found["before"] or found["after"] or "").lower()
    if half:
        # 12 AM is midnight, 12 PM is noon; 13 PM is seen where a 24-hour clock is labelled too.
        hour = hour % 12 + 12 * half.startswith(_AFTERNOON) if hour <= 12 else hour
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError as error:
        raise Flaw(f"not a time of day: {text[:40]!r}") from error


def _numbers(text: str) -> tuple[int, int, int]:
    """Year, month and day. Raises ValueError."""
    if found := _DATE.fullmatch(text):
        year, month, number = found.groups()
        return _REIWA + int(year[1:]) if year[0] == "R" else int(year), int(month), int(number)
    if found := _YEAR_LAST.fullmatch(text):
        first, second, last = (int(number) for number in found.groups())
        return (last, second, first) if first > 12 else (last, first, second)
    if found := _IN_WORDS.fullmatch(text):
        return int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2])
    raise ValueError("no order of numbers that is known")


def _from_text(text: str, zone: tzinfo) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found = _DATE_TIME.fullmatch(text[: _LONGEST + 1])
    if found is None or len(text) > _LONGEST:
        raise Flaw(f"not a time: {text[:40]!r}")
    if apart := _ZONE.search(text):
        return _from_text(text.removesuffix(apart[0]) + apart["offset"].replace("UTC", "Z"), zone)
    return datetime.combine(day("-".join(found.group(1, 2, 3))), clock(found[4]), zone)


@lru_cache(maxsize=1000)
def _quarter(number: int, zone: tzinfo) -> datetime | None:
    """When this quarter of an hour since 1970 began; None where it is not of this age or the clocks of the zone are changed in it."""
    if not 0 <= number < _SECONDS / _QUARTER:
        return None
    first, last = (datetime.fromtimestamp(number * _QUARTER + seconds, zone) for seconds in (0, _QUARTER - 1))
    is_even = last - first == _STEPS[-1] and not first.fold and not last.fold
    return first if is_even and first.year >= _FIRST and last.year <= _LAST else None


def _from_seconds(value: int | float, zone: tzinfo) -> datetime:
    if not 0 <= value < _SECONDS * 10**9:
        raise Flaw(f"not a time in seconds: {str(value)[:40]}")
    while value >= _SECONDS:
        value /= 1000
    return datetime.fromtimestamp(value, zone)
