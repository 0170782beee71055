"""Whatever a file holds: each reader tells every record that it can read, keeps the others as bad records with place and reason, and raises
nothing but ReadError. The kinds of bad file stand in `bad_files`; each is tried on every reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from sediment.errors import UnknownFormat
from sediment.models import BadRecord, ChatInfo, ReadItem
from sediment.readers import READERS, reader_for
from sediment.sources import Format
from sediment.sources.rows import LIMIT
from tests.readers.bad_files import (
    JSON_RECORDS,
    NAMES,
    NO_EXPORT,
    RECORDS,
    TEXTS,
    TIMES,
    UNCHANGED,
    WHOLE,
)
from tests.readers.canon import CANON
from tests.readers.exports import NAME, export_of, utf8
from tests.readers.reading import LAST, Outcome, befallen, lost, messages, read, source

every_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
SAME = next(message.sent_at for message in CANON if message.text == "好")

UNSTORABLE = ("NUL", "lone surrogate", "pair in the wrong order")
NO_TIMES = (
    "impossible", "zero", "1970", "9999", "before the Common Era", "400 digits", "infinite", "in words", "empty", "null",
)  # fmt: skip
THE_SAME_TIME = ("milliseconds", "microseconds", "nanoseconds", "without a zone", "in UTC", "14 hours ahead")
TORN = "bracket that closes"  # ends the list in JSON: what follows is kept as one bad record


def test_the_catalogue_is_large() -> None:
    kinds = [*NO_EXPORT, *UNCHANGED, *WHOLE, *TEXTS, *NAMES, *TIMES, *RECORDS, *JSON_RECORDS]
    assert len(kinds) >= 190


@pytest.mark.parametrize("kind", NO_EXPORT)
def test_what_is_no_export_is_refused_with_a_hint(kind: str) -> None:
    with pytest.raises(UnknownFormat) as refused:
        reader_for(source(NO_EXPORT[kind]))
    assert refused.value.hint


@pytest.mark.parametrize("kind", NO_EXPORT)
def test_what_is_no_export_holds_no_message_for_any_reader(kind: str) -> None:
    assert {reader.name: found for reader in READERS if (found := messages(read(reader, NO_EXPORT[kind])))} == {}


@every_reader
@pytest.mark.parametrize("kind", UNCHANGED)
def test_encodings_and_line_ends_change_nothing(reader: Format, kind: str) -> None:
    changed = source(UNCHANGED[kind](utf8(reader)))
    assert list(reader_for(changed).read(changed)) == read(reader, utf8(reader))


@pytest.mark.parametrize("kind", WHOLE)
def test_damage_to_all_of_a_file_loses_no_word_in_silence(kind: str) -> None:
    """A file may be refused as a whole; one of which anything is taken must be told to the last word."""
    harm = {}
    for reader in READERS:
        export = export_of(reader)
        damaged = WHOLE[kind](export.of([export.record(number, f"话{number}") for number in range(5)]))
        items = read(reader, damaged)
        is_utf8 = source(damaged).encoding == "utf-8"  # words in two encodings are kept, but as what they are not
        if messages(items) and is_utf8 and (missing := lost([damaged.decode("utf-8", "replace")], items)):
            harm[reader.name] = missing
    assert harm == {}


@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_is_taken_for_structure(kind: str) -> None:
    """The message that says it is read as one, between its first and its last word; what cannot be stored is set apart."""

    def is_wrong(reader: Format, outcome: Outcome) -> bool:
        if kind == "header of another message" and export_of(reader).ending in (".txt", ".mht"):
            return False  # nobody can tell
        # Exporters cut texts in the middle of an emoji: JSON can say so, and is repaired.
        is_bad = kind == "NUL" or (kind in UNSTORABLE and not export_of(reader).is_json)
        message = outcome.message
        is_whole = message is not None and message.text.endswith(LAST)
        return len(outcome.bad) != is_bad or is_whole == is_bad

    assert _harm(lambda reader: befallen(reader, TEXTS[kind]), is_wrong) == {}


@pytest.mark.parametrize("kind", NAMES)
def test_no_name_is_taken_for_structure(kind: str) -> None:
    def named(reader: Format) -> Outcome | None:
        return befallen(reader, mishap=lambda record: record.replace(NAME, export_of(reader).written(NAMES[kind])))

    assert _harm(named) == {}


@pytest.mark.parametrize("kind", TIMES)
def test_no_time_is_made_up(kind: str) -> None:
    def is_wrong(reader: Format, outcome: Outcome) -> bool:
        if (message := outcome.message) is None:
            return kind in THE_SAME_TIME and not (outcome.bad or export_of(reader).ending in (".txt", ".mht"))
        is_same = abs(message.sent_at - SAME) < timedelta(seconds=1)
        return kind in NO_TIMES or (kind in THE_SAME_TIME and not is_same) or not 1990 <= message.sent_at.year < 2200

    assert _harm(lambda reader: befallen(reader, mishap=TIMES[kind]), is_wrong) == {}


@pytest.mark.parametrize("kind", RECORDS | JSON_RECORDS)
def test_one_bad_record_spoils_no_other(kind: str) -> None:
    assert _harm(lambda reader: befallen(reader, mishap=(RECORDS | JSON_RECORDS)[kind]), may_spoil=kind == TORN) == {}


@pytest.mark.parametrize(
    "reader", {export_of(reader).ending: reader for reader in READERS}.values(), ids=lambda r: r.name
)
def test_a_record_that_is_too_long_is_set_apart(reader: Format) -> None:
    outcome = befallen(reader, "长" * (LIMIT + 1))
    assert outcome is not None
    assert (outcome.spoilt, outcome.message, len(outcome.bad)) == ([], None, 1)
    assert "longer than" in outcome.bad[0].reason or "too long" in outcome.bad[0].reason


@pytest.mark.parametrize("reader", [r for r in READERS if export_of(r).is_json], ids=lambda r: r.name)
def test_any_value_in_the_place_of_another_costs_that_record_at_most(reader: Format) -> None:
    """Every value of a record, at any depth, is left out and replaced by ones of every type: all in one file."""
    export = export_of(reader)
    record = json.loads(export.record(0, "话"))
    ending = "\n" * export.ending.endswith("l")
    variants = [json.dumps(changed, ensure_ascii=False) + ending for changed in _variants(record)]
    sound = [export.record(number, f"话{number}") for number in range(5)]
    items = read(
        reader, export.of([record for i, variant in enumerate(variants) for record in (variant, sound[i % 5])])
    )

    kept = [message.text for message in messages(items)]
    assert [kept.count(f"话{number}") for number in range(5)] == [len(variants[number::5]) for number in range(5)]
    assert _records(items) == len(variants) * 2 + _records(read(reader, export.of([])))


@pytest.mark.parametrize("between", ["", "\n", ", ", " x "])
@pytest.mark.parametrize("reader", [r for r in READERS if export_of(r).ending == ".json"], ids=lambda r: r.name)
def test_what_stands_behind_the_end_of_json_is_read_or_told(reader: Format, between: str) -> None:
    """Two exports in one file are both read; other text is told."""
    items = read(reader, utf8(reader) + between.encode() + utf8(reader))
    said = [(message.text, message.native_id) for message in messages(items)]  # names may be known by then
    whole = [(message.text, message.native_id) for message in messages(read(reader, utf8(reader)))]
    bad = [item.raw for item in items if isinstance(item, BadRecord)]

    assert said == (whole if "x" in between else whole * 2)
    assert bad == ([f"x {utf8(reader).decode()}"] if "x" in between else [])


@every_reader
def test_cut_off_anywhere_keeps_what_stands_before(reader: Format) -> None:
    data = utf8(reader)
    whole = messages(read(reader, data))

    for cut in range(0, len(data), max(1, len(data) // 64)):
        left = messages(read(reader, data[:cut]))
        # A text may be cut short without a trace; what stands before the last message may not.
        assert left[:-1] == whole[: max(0, len(left) - 1)]
        assert len(left) <= len(whole)


@pytest.mark.parametrize("name", ["chatlog-json", "chatlab-json"])
def test_json_that_breaks_off_says_so(name: str) -> None:
    reader = reader_for(source(utf8(_called(name))))
    data = utf8(reader)
    items = read(reader, data[: data.rindex("加入了群聊".encode())])

    assert len(messages(items)) == 11
    assert isinstance(bad := items[-1], BadRecord)
    assert bad.line == 12
    assert "ends in the middle" in bad.reason


@pytest.mark.parametrize("name", ["jsonl", "chatlab-jsonl", "csv"])
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_one_bad_line_spoils_no_other(name: str, where: str) -> None:
    reader = _called(name)
    head, *lines = utf8(reader).decode().rstrip("\n").split("\n")
    place = {"first": 0, "middle": len(lines) // 2, "last": len(lines)}[where]
    lines.insert(place, '{"sender": "a", "text": "cut' if reader.name != "csv" else 'm1,2025-01-31T23:58:07,a,"cut')
    items = read(reader, "\n".join([head, *lines]).encode())

    assert messages(items) == messages(read(reader, utf8(reader)))
    assert len([item for item in items if isinstance(item, BadRecord)]) == 1


@pytest.mark.parametrize(
    "broken", ['{"x": "un"quoted"}', '{"x": [}', '{"x": 1', '{"x": tru}', '"open', "{]", '{"\\x0b": 1}']
)
def test_broken_element_spoils_no_other(broken: str) -> None:
    reader = _called("chatlog-json")
    text = utf8(reader).decode()
    opening = text.index('{"seq": 1738339200004')
    items = read(reader, f"{text[:opening]}{broken}, {text[opening:]}".encode())

    assert messages(items) == messages(read(reader, utf8(reader)))
    assert [item.raw for item in items if isinstance(item, BadRecord)] == [broken]


def _harm(
    befall: Callable[[Format], Outcome | None],
    is_wrong: Callable[[Format, Outcome], object] = lambda *_: False,
    *,
    may_spoil: bool = False,
) -> dict[str, Outcome]:
    """Reader → what came of it, where a word is lost, another message spoilt, or something else wrong. It must concern some reader."""
    outcomes = {reader: outcome for reader in READERS if (outcome := befall(reader))}
    assert outcomes
    return {
        reader.name: outcome
        for reader, outcome in outcomes.items()
        if outcome.lost or (outcome.spoilt and not may_spoil) or is_wrong(reader, outcome)
    }


_VALUES: tuple[object, ...] = (None, True, -1, 0, 1e300, 10**30, "", "x", [], [[1]], {}, {"x": []}, [None, {}])


def _variants(value: object) -> Iterator[object]:
    """`value` with each value inside it left out, and replaced by each of _VALUES."""
    if isinstance(value, dict | list):
        for key, inner in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
            yield _with(value, key, None, leave_out=True)
            for changed in (*_VALUES, *_variants(inner)):
                yield _with(value, key, changed)


def _with(value: dict[str, object] | list[object], key: object, changed: object, leave_out: bool = False) -> object:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    left = [(place, changed if place == key else inner) for place, inner in pairs if not (leave_out and place == key)]
    return dict(left) if isinstance(value, dict) else [inner for _, inner in left]


def _records(items: Sequence[ReadItem]) -> int:
    return sum(not isinstance(item, ChatInfo) for item in items)


def _called(name: str) -> Format:
    return next(reader for reader in READERS if reader.name == name)
