"""Lines, blocks and CSV rows keep their numbers, and one that is broken or endless spoils no other."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sediment.sources.rows import LIMIT, Flaw, Row, Stretch, shown
from sediment.sources.texts import (
    Frame,
    Line,
    blocks,
    csv_rows,
    headers,
    json_lines,
    line_before,
    line_blocks,
    lines,
    mostly,
    stretches,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=60)


def numbered(text: str) -> list[tuple[int, str]]:
    return list(lines([text]))


@given(TEXT, st.integers(1, 20))
def test_only_line_ends_end_lines(text: str, size: int) -> None:
    expected = text.split("\n") if text else []

    found = list(lines(text[at : at + size] for at in range(0, len(text), size)))

    assert [line for _, line in found] == (expected[:-1] if expected and not expected[-1] else expected)
    assert [number for number, _ in found] == list(range(1, len(found) + 1))


def test_endless_line_comes_cut() -> None:
    found = list(lines(["a\n", *["b" * 1_000_000] * 20, "\nc\n"]))

    assert [(number, line[0], len(line)) for number, line in found] == [(1, "a", 1), (2, "b", LIMIT + 1), (3, "c", 1)]


def test_what_is_cut_is_no_record() -> None:
    long = "b" * (LIMIT + 5)
    found = list(csv_rows(lines([f"a,b\n1,{long}\n2,3\n"])))
    inline = list(blocks(lines([f"# {long}\n# c\n"]), re.compile("# .*"), lambda said: said[0], inline=True))

    assert [(number, isinstance(value, Flaw)) for number, value, _ in found] == [(1, False), (2, True), (3, False)]
    assert [(number, isinstance(value, Flaw)) for number, value, _ in inline] == [(1, True), (2, False)]


def test_blocks_gather_what_stands_below_a_header() -> None:
    text = "junk\n\n== frame\n\n# one\n\nbody\n\nmore\n\n# two\n== frame\nlost"
    header = re.compile(r"# (.*)")

    def starts(line: str, before: str) -> str | Frame | None:
        if found := header.fullmatch(line):
            return found[1]
        return Frame.LINE if line.startswith("==") else None

    found = [
        (place, str(value) if isinstance(value, Flaw) else value, raw)
        for place, value, raw in line_blocks(numbered(text), starts)
    ]

    assert found == [
        (1, "no header above this text", "junk"),
        (5, ("one", "body\n\nmore"), "# one\nbody\n\nmore"),
        (11, ("two", ""), "# two\n"),
        (12, "no header above this text", "== frame\nlost"),
    ]


@given(st.text("#=a \n\u200b\0\ud800", max_size=60), st.integers(1, 60), st.booleans())
def test_stretches_give_the_blocks_that_lines_give(text: str, size: int, inline: bool) -> None:
    def starts(line: str, before: str) -> str | Frame | None:
        return Frame.LINE if line.startswith("=") else line if line.startswith("#") and before != "a" else None

    def told(rows: Iterable[Row[tuple[str, str]]]) -> list[tuple[int, object, list[str]]]:
        return [
            (place, str(value) if isinstance(value, Flaw) else value, shown(raw, place).split())
            for place, value, raw in rows
        ]

    def found(lines: Iterable[Line], header: str) -> list[tuple[int, object, list[str]]]:
        pattern = re.compile(f"(?P<line>{header})")
        return told(blocks(lines, pattern, lambda said: starts(said["line"], line_before(said)), inline))

    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    in_stretches = found(stretches(chunks), "[#=].*")

    assert in_stretches == found(lines(chunks), ".*")
    assert inline or in_stretches == told(line_blocks(lines(chunks), starts))


@given(st.text("# a\n", max_size=40), st.integers(1, 40))
def test_headers_are_found_whatever_the_chunks(text: str, size: int) -> None:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    found = [(said["words"], line_before(said)) for said in headers(stretches(chunks), re.compile("#(?P<words>.*)"))]

    known = [(line[1:], before.strip()) for before, line in pairwise(["", *text.split("\n")]) if line.startswith("#")]
    assert found == known


def test_rows_of_a_stretch_are_known_to_be_storable() -> None:
    rows = [
        row
        for text in ("#a\nb\n#c\n#d", "#a\n\0\n#c\n#d")
        for row in blocks([(1, text)], re.compile("#.*"), lambda said: said)
    ]

    assert [(place, isinstance(raw, Stretch) and raw.is_storable, shown(raw, place)) for place, _, raw in rows] == [
        (1, True, "#a\nb"), (3, True, "#c"), (4, False, "#d\n"), (1, False, "#a\n\\x00"), (3, False, "#c"), (4, False, "#d\n"),
    ]  # fmt: skip


LINES = ['{"a": 1}', '{"a": "\\u0000"}', '{"a": {"b": 2}}', "", " ", "# c", '{"a": ', "x", '"\ud800"', "[1] [2]"]


@given(st.lists(st.sampled_from(LINES), max_size=8), st.integers(1, 30))
def test_json_lines_in_stretches_are_those_one_by_one(said: list[str], size: int) -> None:
    def told(rows: Iterable[Row[object]]) -> list[tuple[int, object, str]]:
        return [
            (place, str(value) if isinstance(value, Flaw) else value, shown(raw, place)) for place, value, raw in rows
        ]

    text = "\n".join(said)
    chunks = [text[at : at + size] for at in range(0, len(text), size)]

    assert told(json_lines(stretches(chunks), object)) == told(json_lines(lines(chunks), object))


def test_mostly_asks_about_lines_like_headers() -> None:
    text = "# a\nbody\n\n# b\nbody\n\n# c\n"

    assert mostly(text, re.compile("# .").fullmatch, lambda before, _: not before)
    assert not mostly(text.replace("\n\n# b", "\n# b"), re.compile("# .").fullmatch, lambda before, _: not before)


@given(st.lists(st.lists(TEXT, min_size=2, max_size=4), max_size=6))
def test_csv_rows_are_those_of_the_csv_module(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)

    assert [value for _, value, _ in csv_rows(numbered(out.getvalue()))] == rows


def test_csv_row_has_the_number_of_its_first_line() -> None:
    assert list(csv_rows(numbered('a,b\n"1\n\n2",3\n\nc,d\n'))) == [
        (1, ["a", "b"], "a,b"),
        (2, ["1\n\n2", "3"], '"1\n\n2",3'),
        (6, ["c", "d"], "c,d"),
    ]


def test_open_quote_spoils_its_own_line_only() -> None:
    found = list(csv_rows(numbered('a,b\n1,"open\n2,"fine"\n3,x\n')))

    assert [(place, value if isinstance(value, list) else None) for place, value, _ in found] == [
        (1, ["a", "b"]),
        (2, None),
        (3, ["2", "fine"]),
        (4, ["3", "x"]),
    ]
