"""Times as exports write them, made aware."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from sediment.sources.rows import Flaw

_FIRST, _LAST = 1990, 2199  # exporters write 0 for a time that they do not know
_LONGEST = 60  # characters
_SECONDS = 1e11  # not before the year 5138: what is larger counts milli-, micro- or nanoseconds
_DATE_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(.+)", re.ASCII)
_ZONE = re.compile(r"\s+(?P<offset>UTC|[+-]\d\d:?\d\d)$", re.ASCII)
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_CLOCK = re.compile(
    r"(?P<before>上午|下午|午前|午後|오전|오후|[AaPp][Mm])?\s*(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?\s*"
    r"(?P<after>[AaPp]\.?\s?[Mm]\.?)?"
)
_AFTERNOON = ("p", "下午", "午後", "오후")


def moment(value: str | int | float, zone: tzinfo) -> datetime:
    """From ISO 8601, `2024/3/15 9:00`, or seconds (milliseconds …) since 1970. `zone` is taken where the value names none. Raises Flaw."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    at = _from_text(value.strip(), zone) if isinstance(value, str) else _from_seconds(value, zone)
    if not _FIRST <= at.year <= _LAST:
        raise Flaw(f"not a time of this age: {at.isoformat()}")
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


@lru_cache(maxsize=1000)  # a chat has many messages a day
def day(text: str) -> date:
    """From `2024-3-15`, `2024/03/15` or `3/15/2024`. Raises Flaw."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise Flaw(f"not a date: {text[:40]!r}")
    year, month, number, us_month, us_day, us_year = found.groups()
    try:
        return date(int(year or us_year), int(month or us_month), int(number or us_day))
    except ValueError as error:
        raise Flaw(f"not a date: {text[:40]!r}") from error


def clock(text: str) -> time:
    """From `9:00`, `20:43:38`, `8:43:38 PM` or `下午 8:43`. Raises Flaw."""
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


def _from_seconds(value: int | float, zone: tzinfo) -> datetime:
    if not 0 <= value < _SECONDS * 1e9:
        raise Flaw(f"not a time in seconds: {str(value)[:40]}")
    while value >= _SECONDS:
        value /= 1000
    return datetime.fromtimestamp(value, zone)
