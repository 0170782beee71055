"""Text as it streams by: lines, blocks that begin with a header, rows of CSV, JSON values one a line."""

from __future__ import annotations

import csv
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache
from itertools import count, pairwise, repeat
from typing import Any, TypeVar, cast

import msgspec

from sediment.sources.jsons import decoder
from sediment.sources.rows import LIMIT, UNKEPT, Flaw, Row, Stretch, is_storable

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
Line = tuple[int, str]

INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060"
csv.field_size_limit(1 << 20)  # the module's own limit is 128 Ki characters; it holds four bytes for each, twice over

HEADER = 1000
"""Longest header in characters. Longer lines are text: no pattern is tried on them, since some take quadratic time."""

_ANYTHING = re.compile(r"\n(?P<line>[\s\S]*)")
_TOO_LONG = f"longer than {LIMIT >> 20} Mi characters"


def stretches(chunks: Iterable[str], end: str = "\n") -> Iterator[Line]:
    """Texts of one or more whole lines, without the last one's end, and the 1-based number of the first. A line over LIMIT comes alone, cut to
    LIMIT + 1 characters, so that its length tells."""
    number, carry, cut = 1, "", ""
    for chunk in chunks:
        whole, found, carry = (carry + chunk).rpartition(end)
        if found and (cut or len(whole) > LIMIT):
            first, *rest = whole.split(end)
            for line in (cut or first, *rest):
                yield number, line if len(line) <= LIMIT else line[: LIMIT + 1]
                number += 1
            cut = ""
        elif found:
            yield number, whole
            number += whole.count(end) + 1
        if cut or len(carry) > LIMIT:
            cut, carry = cut or carry[: LIMIT + 1], ""
    if cut or carry:
        yield number, cut or carry


def lines(chunks: Iterable[str], end: str = "\n") -> Iterator[Line]:
    """1-based numbers and lines without their ends (the decoder has turned the others into `\n`), long ones cut as `stretches` does it."""
    for number, text in stretches(chunks, end):
        yield from enumerate(text.split(end), number)


class Frame(Enum):
    LINE = "a line around the messages: it ends the one above and begins none"


def blocks(
    lines: Iterable[Line],
    header: re.Pattern[str],
    starts: Callable[[re.Match[str]], T | Frame | None],
    inline: bool = False,
) -> Iterator[Row[tuple[T, str]]]:
    """Lines, which come in stretches, gathered under those that `header` matches from end to end. `starts(match)` gives what a header says, or
    None for a line that goes on with what came before; it may ask for the `line_before`. A row holds the header and the lines below it, without
    empty ones around them; before them too, unless the text begins on the header's line (`inline`). Text under no header is a flaw.

    `header` is searched for in many lines at once: no part of it may match a line's end."""
    found_in = _anchored(header, inline).finditer
    place, head, top, below, size, last = 1, cast(T | Frame, Frame.LINE), "", list[str](), 0, ""
    for number, text in lines:
        stretch, heads = _stretch(number, text)
        # Where what is not read yet begins, and the open block; 0 when that began in an earlier stretch.
        text, at, begin = f"{last}\n{text}", len(last) + 1, 0
        for said in found_in(text, len(last)):
            if (found := starts(said)) is None:
                continue
            start, end = said.span()
            number += text.count("\n", at, start + 1)
            heads.append(number)
            if begin and not isinstance(head, Frame):  # the block stands in this stretch, as nearly all do
                yield place, (head, text[at:start].rstrip("\n") if inline else text[at:start].strip("\n")), stretch
            else:
                if begin:
                    top, size = text[begin : at - 1], at - begin - 1
                size += start + 1 - at
                if start >= at and size <= LIMIT:
                    below.append(text[at:start])
                if row := _block(place, head, top, below, size, inline):
                    yield row
                below = []
            place, head, begin, at = number, found, start + 1, end + 1
            number += 1
        if begin:
            top, size = text[begin : at - 1], at - begin - 1
        size += max(0, len(text) - at + 1)
        if at <= len(text) and size <= LIMIT:
            below.append(text[at:])
        last = _last_line(text)
    if row := _block(place, head, top, below, size, inline):
        yield row


def line_blocks(lines: Iterable[Line], starts: Callable[[str, str], T | Frame | None]) -> Iterator[Row[tuple[T, str]]]:
    """As `blocks`, of lines that come one by one: `starts` is asked about every line, without marks that are not seen before it."""

    def tells(said: re.Match[str]) -> T | Frame | None:
        return starts(said["line"].lstrip(INVISIBLE), line_before(said)) if len(said[0]) <= HEADER + 1 else None

    return blocks(lines, _ANYTHING, tells)


def headers(lines: Iterable[Line], header: re.Pattern[str], inline: bool = False) -> Iterator[re.Match[str]]:
    """What `blocks` would ask about of the same lines."""
    found_in, last = _anchored(header, inline).finditer, ""
    for _, text in lines:
        text = f"{last}\n{text}"
        yield from found_in(text, len(last))
        last = _last_line(text)


def line_before(header: re.Match[str]) -> str:
    """The stripped line before a match that `blocks` or `headers` gives, as far as it may be a header."""
    text, end = header.string, header.start()
    return "" if text.startswith("\n", end - 1) else text[text.rfind("\n", 0, end) + 1 : end].strip()


def mostly(head: str, header: Callable[[str], T | None], is_so: Callable[[str, T], bool], share: float = 0.75) -> bool:
    """Whether something holds for this share of the lines that look like a header: then it tells true headers from false ones. `is_so` is asked
    about the stripped line before and what `header` says of the line."""
    lines = ["", *head.lstrip(INVISIBLE).split("\n")]
    short = ((before.strip(), line) for before, line in pairwise(lines) if len(line) <= HEADER)
    answers = [is_so(before, found) for before, line in short if (found := header(line)) is not None]
    return sum(answers) >= len(answers) * share


def json_lines(lines: Iterable[Line], kind: Any) -> Iterator[Row[Any]]:
    """Each of the lines, which come one by one or in stretches, that is neither empty nor a `#` comment, decoded as a msgspec type."""
    decode, decode_all = decoder(kind), msgspec.json.Decoder(kind, strict=False).decode_lines
    for number, text in lines:
        count_of_lines = text.count("\n") + 1
        is_plain = text.startswith("{") and text.count("\n{") + 1 == count_of_lines and len(text) <= LIMIT
        try:
            values = decode_all(text) if is_plain else []
        except (ValueError, RecursionError):
            values = []
        if len(values) == count_of_lines:  # else something is wrong with a line
            yield from zip(count(number), values, repeat(_of_lines(number, text)), strict=False)
            continue
        for place, line in enumerate(text.split("\n"), number):
            if line and not line.isspace() and not line.startswith("#"):
                yield place, decode(line) if len(line) <= LIMIT else Flaw(_TOO_LONG), line


def _of_lines(number: int, text: str) -> Stretch:
    split = cache(lambda: text.split("\n"))
    return Stretch(lambda place: split()[place - number], "\\u" not in text)


def csv_rows(lines: Iterable[Line]) -> Iterator[Row[list[str]]]:
    """Rows of CSV with the number of the line that they start on. A quote that is never closed spoils the line that it is in, no other."""
    feed = _Feed(lines)
    rows = csv.reader(feed, strict=True)
    while True:
        feed.taken.clear()
        value: list[str] | Flaw
        try:
            value = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            value = Flaw(f"not CSV: {error}")
            feed.give_back()
        if any(len(line) > LIMIT for _, line in feed.taken):
            value = Flaw(_TOO_LONG)
        number = feed.taken[0][0]
        if isinstance(value, Flaw) or len(value) > 1 or "".join(value).strip():  # else a blank line
            yield number, value, "\n".join(line for _, line in feed.taken)


def table(lines: Iterable[Line], kind: type[S]) -> Iterator[Row[S]]:
    """Rows of CSV as a msgspec Struct, whose fields are found in the header row, in any case and order; an empty cell leaves the default. Raises
    Flaw when a field without a default has no column."""
    rows = csv_rows(lines)
    columns = [name.strip().lower() for name in next((row for _, row, _ in rows if isinstance(row, list)), [])]
    fields = {field.encode_name.lower(): field for field in msgspec.structs.fields(kind)}
    if missing := [field.encode_name for name, field in fields.items() if field.required and name not in columns]:
        raise Flaw(f"no header row with {', '.join(missing)}")
    names = [fields[column].encode_name if column in fields else "" for column in columns]
    for number, cells, raw in rows:
        value: Any
        try:
            if isinstance(cells, Flaw):
                value = cells
            elif len(cells) != len(columns):
                value = Flaw(f"{len(cells)} columns, the header has {len(columns)}")
            else:
                said = {name: cell for name, cell in zip(names, cells, strict=True) if name and cell}
                value = msgspec.convert(said, kind, strict=False)
        except UnicodeError:
            value = Flaw(UNKEPT)
        except msgspec.ValidationError as error:
            value = Flaw(str(error))
        yield number, value, raw


@cache
def _anchored(header: re.Pattern[str], inline: bool) -> re.Pattern[str]:
    """The header behind a line's end and what is not seen. A text on the header's line may be of any length."""
    if header is _ANYTHING:
        return header
    length = "" if inline else rf"(?=.{{0,{HEADER}}}(?:\n|\Z))"
    return re.compile(rf"\n{length}[{INVISIBLE}]*+(?:{header.pattern})(?=\n|\Z)", header.flags)


def _last_line(text: str) -> str:
    start = text.rfind("\n") + 1
    return text[start : start + HEADER]


def _block(
    place: int, head: T | Frame, top: str, below: list[str], size: int, inline: bool
) -> Row[tuple[T, str]] | None:
    body = "\n".join(below).rstrip("\n")
    body = body if inline else body.lstrip("\n")
    if size > LIMIT:
        return place, Flaw(_TOO_LONG), f"{top}\n{body}"
    if not isinstance(head, Frame):
        return place, (head, body), f"{top}\n{body}"
    if body.strip(INVISIBLE + " \t\n"):
        return place, Flaw("no header above this text"), f"{top}\n{body}".lstrip("\n")
    return None


def _stretch(number: int, text: str) -> tuple[Stretch, list[int]]:
    """Of the text whose first line has this number; and the lines where its blocks begin, to be filled in."""
    heads: list[int] = []
    split = cache(lambda: text.split("\n"))
    return Stretch(
        lambda place: "\n".join(split()[place - number : heads[bisect(heads, place)] - number]).rstrip("\n"),
        is_storable(text),
    ), heads


class _Feed:
    """Lines for csv.reader, which can be given back when a row turns out not to end."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines, self._again = iter(lines), list[Line]()
        self.taken: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line = self._again.pop() if self._again else next(self._lines)
        self.taken.append((number, line))
        return line + "\n"

    def give_back(self) -> None:
        """All lines of the row but its first."""
        self._again.extend(reversed(self.taken[1:]))
        del self.taken[1:]
