"""Names in text exports that put a name, a mark and the words on one line, where a name may hold the mark itself."""

from __future__ import annotations

_LONGEST = 200  # characters of a line that are looked at


class Speakers:
    """Who speaks in an export, learnt from all its lines: what stands between the first mark and the words in every line of somebody who speaks
    more than once belongs to the name. `甲: 产品` in `甲: 产品: 早` is told from `甲` who says `产品: 早` by the other lines of the two."""

    def __init__(self, mark: str) -> None:
        """`mark` stands between a name and the words, such as `: `."""
        self._mark = mark
        self._common: dict[str, list[str]] = {}
        self._again: set[str] = set()

    def learn(self, line: str) -> None:
        """`line` begins with the name."""
        name, *parts = line[:_LONGEST].split(self._mark)
        if not parts:
            return
        known = self._common.get(name)
        if known is None:
            self._common[name] = parts[:-1]
        else:
            self._again.add(name)
            self._common[name] = known[: _alike(known, parts[:-1])]

    def split(self, line: str) -> tuple[str, str] | None:
        """The name and the words; None where no name begins the line."""
        name, mark, words = line.partition(self._mark)
        if not mark:
            return None
        more = self._common.get(name, []) if name in self._again else []
        belongs = "".join(part + mark for part in more)
        return (mark.join((name, *more)), words.removeprefix(belongs)) if words.startswith(belongs) else (name, words)


def _alike(one: list[str], other: list[str]) -> int:
    """How many elements the two begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
