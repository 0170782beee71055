"""Random bytes, random changes of an export, random damage to one record: `bench/fuzz.py` looks further, for as long as one likes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import fuzz
from sediment.models import BadRecord
from sediment.readers import READERS
from sediment.sources import Format
from tests.readers.exports import export_of, utf8
from tests.readers.reading import befallen

every_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
NASTY = [
    b'"',
    b"\\",
    b"{",
    b"]",
    b"},",
    b"\n",
    b"\r\n\r\n",
    b"\0",
    b"9" * 30,
    b"null",
    b"\xff",
    b"</tr>",
    b"<msg>",
    "：".encode(),
]
PIECES = [piece.decode("utf-8", "surrogateescape") for piece in NASTY]


@every_reader
@settings(max_examples=10)
@given(data=st.binary(max_size=400))
def test_any_bytes(reader: Format, data: bytes) -> None:
    fuzz.check(reader, data)


@every_reader
@settings(max_examples=15)
@given(st.data())
def test_any_change_of_an_export(reader: Format, data: st.DataObject) -> None:
    """Cut, put in, doubled, moved: no error, and the same whatever the size of the chunks."""
    changed = bytearray(utf8(reader))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(changed)))
        end = min(len(changed), start + data.draw(st.integers(0, 300)))
        piece = bytes(changed[start:end])
        changed[start:end] = data.draw(
            st.binary(max_size=8) | st.sampled_from([*NASTY, piece + piece, piece[::-1], utf8(reader)[:300]])
        )
    fuzz.check(reader, bytes(changed))


@every_reader
@settings(max_examples=15)
@given(st.data())
def test_any_order_of_lines(reader: Format, data: st.DataObject) -> None:
    lines = utf8(reader).split(b"\n")
    fuzz.check(reader, b"\n".join(data.draw(st.lists(st.sampled_from(lines), max_size=40))))


@every_reader
@settings(max_examples=15)
@given(st.data())
def test_any_damage_to_one_record_loses_nothing_and_spoils_no_other(reader: Format, data: st.DataObject) -> None:
    def damage(record: str) -> str:
        start = data.draw(st.integers(0, len(record) - 1))
        end = min(len(record), start + data.draw(st.integers(0, 20)))
        # A bracket that closes ends the list of messages: what follows is kept as one bad record.
        pieces = [piece for piece in PIECES if not (export_of(reader).is_json and set(piece) & set("]}"))]
        return record[:start] + data.draw(st.sampled_from(["", *pieces])) + record[end:]

    if (outcome := befallen(reader, mishap=damage)) is None:
        return
    if not _is_json(outcome.text):  # else a key or a type may have got another name
        assert outcome.lost == []
    assert outcome.spoilt == []


def _is_json(record: str) -> bool:
    try:
        json.loads(record)
    except ValueError:
        return False
    return True


FOUND: list[tuple[str, Callable[[bytes], bytes]]] = [
    # An invalid byte in a column of numbers: UnicodeEncodeError out of msgspec.
    ("wechatmsg-csv", lambda data: data.replace(b",1738339200,", b",17383\xff9200,")),
    ("wechatmsg-html", lambda data: data.replace(b"timestamp:1738339200", b"timestamp:'x'")),
]


@pytest.mark.parametrize(("name", "damage"), FOUND, ids=[str(number) for number in range(len(FOUND))])
def test_what_fuzzing_found(name: str, damage: Callable[[bytes], bytes]) -> None:
    reader = next(reader for reader in READERS if reader.name == name)
    assert damage(utf8(reader)) != utf8(reader)
    assert [item for item in fuzz.check(reader, damage(utf8(reader))) if isinstance(item, BadRecord)]
