"""Dates of three numbers whose order the export does not say: told from all of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from itertools import pairwise

from sediment.sources.rows import Flaw

Numbers = tuple[int, int, int]
Order = tuple[int, int, int]
"""Where year, month and day stand."""
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = (2, 1, 0), (2, 0, 1), (0, 1, 2)
_ORDERS: tuple[Order, ...] = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST, (0, 2, 1))


def likeliest(dates: Collection[Numbers], preferred: Order) -> Order:
    """The order in which all the dates exist, time runs on, and the chat is the shortest: it has days in a row sooner than one day a month.
    `preferred` where several are alike. `dates` are told once each, as they follow one another."""
    return min((preferred, *_ORDERS), key=lambda order: _unlikely([_in_order(numbers, order) for numbers in dates]))


@lru_cache(maxsize=1000)  # a chat has many messages a day
def ordered(numbers: Numbers, order: Order) -> date:
    """Raises Flaw."""
    found = _in_order(numbers, order)
    if found is None:
        raise Flaw("no such date")
    return found


def _unlikely(days: list[date | None]) -> tuple[int, int, int]:
    known = [day for day in days if day]
    steps = sum(later < earlier for earlier, later in pairwise(known))
    return len(days) - len(known), steps, (max(known) - min(known)).days if known else 0


def _in_order(numbers: Numbers, order: Order) -> date | None:
    year, month, day = (numbers[at] for at in order)
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
