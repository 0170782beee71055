"""Names in text exports that put a name, a mark and the words on one line, where a name may hold the mark itself."""

from __future__ import annotations

from collections import Counter

_LONGEST = 200  # characters of a line that are looked at
_MANY = 200  # different beginnings of what somebody says: then they are no part of a name


class Speakers:
    """Who speaks in an export, learnt from all its lines. `甲: 产品` in `甲: 产品: 早` is told from `甲` who says `产品: 早` by the other lines: where
    a second mark follows in each of them, and what stands between the two comes again and again, it belongs to the name."""

    def __init__(self, mark: str) -> None:
        """`mark` stands between a name and the words, such as `: `."""
        self._mark = mark
        self._lines = Counter[str]()  # that begin with this
        self._parts: dict[str, Counter[str]] = {}  # what stands behind it, before another mark

    def learn(self, line: str) -> None:
        """`line` begins with the name."""
        name, *parts = line[:_LONGEST].split(self._mark)
        if len(parts) == 1:
            self._lines[name] += 1
            return
        for more in range(len(parts), 0, -1):
            self._lines[name] += 1
            known = self._parts.setdefault(name, Counter())
            if more == 1 or len(known) > _MANY:
                return
            known[parts[-more]] += 1
            name += self._mark + parts[-more]

    def split(self, line: str) -> tuple[str, str] | None:
        """The name and the words; None where no name begins the line."""
        name, mark, words = line.partition(self._mark)
        if not mark:
            return None
        while mark in words and self._goes_on(name):
            part, _, words = words.partition(mark)
            name += mark + part
        return name, words

    def _goes_on(self, name: str) -> bool:
        known, lines = self._parts.get(name, Counter()), self._lines[name]
        return known.total() == lines >= 2 * len(known) > 0
