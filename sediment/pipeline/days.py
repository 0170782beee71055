"""Local days: the unit in which chat is settled and written about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)


def day_of(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Its first moment and the first of the next day. A day with a change of clocks has 23 or 25 hours."""
    return start_of(day, zone), start_of(day + _DAY, zone)


def start_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def group_days(moments: Iterable[tuple[str, datetime]], zone: tzinfo) -> set[tuple[str, date]]:
    """The (group id, day) that these (group id, moment) fall on."""
    found: set[tuple[str, date]] = set()
    day, start, end = date.min, datetime.max.replace(tzinfo=zone), datetime.min.replace(tzinfo=zone)
    for group_id, moment in moments:
        # Neighbours mostly share their day, and comparing is cheaper than converting.
        if not start <= moment < end:
            day = day_of(moment, zone)
            start, end = bounds(day, zone)
        found.add((group_id, day))
    return found
