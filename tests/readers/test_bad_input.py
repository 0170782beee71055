"""Whatever a file holds: each reader tells every record that it can read, keeps the others as bad records with place and reason, and raises
nothing but ReadError."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sediment.errors import ReadError, UnknownFormat
from sediment.models import BadRecord, ChatInfo, ReadItem, ReadMessage
from sediment.readers import READERS, reader_for
from sediment.sources import Format, Source
from tests.readers.canon import DATA, ZONE, sample

every_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)

Damage = Callable[[bytes], bytes]
DEEP = 100_000
VALUE = re.compile(r'"(?:[^"\\]|\\.)*"(?!\s*:)|\b\d+\b|true|false|null|\[\]')


def _is_json(reader: Format) -> bool:
    (path,) = DATA.glob(f"{reader.name}.*")
    return path.suffix in (".json", ".jsonl")


EMPTY: dict[str, Damage] = {
    "nothing": lambda _: b"",
    "white space": lambda _: b" \n\t\r\n \n",
    "byte order marks": lambda _: b"\xef\xbb\xbf\xef\xbb\xbf",
    "only a UTF-16 mark": lambda _: b"\xff\xfe",
}
OTHER: dict[str, Damage] = {
    "web page": lambda _: (
        b"<!DOCTYPE html><html><head><title>Login</title><script>var a = [{}];</script></head></html>"
    ),
    "PDF": lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "picture": lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "noise": lambda _: bytes(i * i * 7919 % 251 for i in range(5000)),
    "zeros": lambda _: bytes(5000),
    "deep list": lambda _: b"[" * DEEP,
    "deep objects": lambda _: b'{"messages":' * DEEP,
    "deep element": lambda _: b'[{"time": ' + b"[" * DEEP + b"]" * DEEP + b"}]",
    "number of 5,000 digits": lambda _: b'[{"time": ' + b"9" * 5000 + b"}]",
    "list of scalars": lambda _: b'[1, "two", null, NaN, -0, 1e999]',
    "training data": lambda _: b'[{"conversations": [{"from": "human", "value": "hi"}]}]',
    "nothing but brackets": lambda _: b"]}][}{,:" * 50,
}
DAMAGED: dict[str, Damage] = {
    "CRLF": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    "UTF-16": lambda data: _text(data).encode("utf-16"),
    "UTF-16 big-endian, no mark": lambda data: _text(data).encode("utf-16-be"),
    "GB18030": lambda data: _text(data).encode("gb18030"),
    "UTF-8 with mark": lambda data: _text(data).encode("utf-8-sig"),
    "mojibake": lambda data: _text(data).encode("utf-8").decode("latin-1").encode("utf-8"),
    "mixed encodings": lambda data: (
        data[: len(data) // 2] + _text(data)[len(_text(data)) // 2 :].encode("gb18030", "replace")
    ),
    "bytes that are no text": lambda data: data.replace("好".encode(), b"\xff\xfe\x80"),
    "NUL": lambda data: data.replace("好".encode(), b"\0"),
    "escaped NUL": lambda data: data.replace("好".encode(), b"\\u0000"),
    "lone surrogate": lambda data: data.replace("好".encode(), b"\\ud800"),
    "raw surrogate": lambda data: data.replace("好".encode(), b"\xed\xa0\x80"),
    "NaN": lambda data: data.replace(b"1738339200", b"NaN"),
    "milliseconds": lambda data: data.replace(b"1738339200", b"1738339200000"),
    "huge number": lambda data: data.replace(b"1738339200", b"9" * 400),
    "other years": lambda data: data.replace(b"2025", b"0000").replace(b"1738", b"0000"),
    "impossible times": lambda data: data.replace(b"00:00:00", b"99:99:99").replace(b"02-01", b"13-45"),
    "trailing garbage": lambda data: data + b"\n}}] <end> \x01",
    "twice": lambda data: data + data,
    "reversed": lambda data: data[::-1],
    "other quotes": lambda data: data.replace(b'"', b"'"),
    "no quotes": lambda data: data.replace(b'"', b""),
    "null for text": lambda data: data.replace('"好"'.encode(), b"null"),
    "number for text": lambda data: data.replace('"好"'.encode(), b"7"),
    "list for text": lambda data: data.replace('"好"'.encode(), b"[[1, {}]]"),
    "empty names": lambda data: data.replace("09:30起床的人".encode(), b""),
    "line and paragraph separators": lambda data: data.replace("好".encode(), "\u2028\u0085\x0b\x0c".encode()),
    "a run of spaces": lambda data: data.replace("好".encode(), b" " * 300_000 + b"x"),
    "a run of spaces in a name": lambda data: data.replace("09:30起床的人".encode(), b" " * 300_000 + b"x"),
    "a run of brackets": lambda data: data.replace("好".encode(), "[文件:[(<".encode() * 50_000),
    "a run of signs": lambda data: data.replace(
        "好".encode(), b"@ <title> <div style=float:left> \\u2022 > 1:" * 10_000
    ),
    "a run of digits": lambda data: data.replace("好".encode(), b"2" * 300_000),
    "an open quote": lambda data: data.replace("好".encode(), b'"'),
}


@every_reader
@pytest.mark.parametrize("damage", EMPTY | OTHER, ids=str)
def test_what_is_no_export_is_refused_or_kept(reader: Format, damage: str, tmp_path: Path) -> None:
    source = _written(tmp_path, (EMPTY | OTHER)[damage](b""))

    with pytest.raises(UnknownFormat):
        reader_for(source)
    assert not [item for item in _read(reader, source) if isinstance(item, ReadMessage)]


@every_reader
@pytest.mark.parametrize("damage", DAMAGED, ids=str)
def test_damage_raises_nothing_but_read_error(reader: Format, damage: str, tmp_path: Path) -> None:
    items = _read(reader, _written(tmp_path, DAMAGED[damage](_utf8(reader))))

    assert all(item.reason and item.line >= 1 for item in items if isinstance(item, BadRecord))
    assert all(_is_storable(item) for item in items)


@every_reader
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_encodings_and_line_ends_change_nothing(reader: Format, encoding: str, end: str, tmp_path: Path) -> None:
    text = _utf8(reader).decode()
    source = _written(tmp_path, text.replace("\n", end).encode(encoding))

    assert list(reader_for(source).read(source)) == list(reader.read(sample(reader.name)))


@every_reader
def test_cut_off_anywhere_keeps_what_stands_before(reader: Format, tmp_path: Path) -> None:
    data = _utf8(reader)
    whole = _messages(list(reader.read(_written(tmp_path, data))))

    for cut in range(0, len(data), max(1, len(data) // 64)):
        messages = _messages(_read(reader, _written(tmp_path, data[:cut])))
        # A text may be cut short without a trace; what stands before the last message may not.
        assert messages[:-1] == whole[: max(0, len(messages) - 1)]
        assert len(messages) <= len(whole)


@pytest.mark.parametrize("name", ["chatlog-json", "chatlab-json"])
def test_json_that_breaks_off_says_so(name: str, tmp_path: Path) -> None:
    reader = next(reader for reader in READERS if reader.name == name)
    data = _utf8(reader)
    items = _read(reader, _written(tmp_path, data[: data.rindex("加入了群聊".encode())]))

    assert len(_messages(items)) == 11
    assert isinstance(bad := items[-1], BadRecord)
    assert bad.line == 12
    assert "ends in the middle" in bad.reason


@pytest.mark.parametrize("name", ["jsonl", "chatlab-jsonl", "csv"])
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_one_bad_line_spoils_no_other(name: str, where: str, tmp_path: Path) -> None:
    reader = reader_for(sample(name))
    head, *lines = _utf8(reader).decode().rstrip("\n").split("\n")
    place = {"first": 0, "middle": len(lines) // 2, "last": len(lines)}[where]
    lines.insert(place, '{"sender": "a", "text": "cut' if reader.name != "csv" else 'm1,2025-01-31T23:58:07,a,"cut')
    items = _read(reader, _written(tmp_path, "\n".join([head, *lines]).encode()))

    assert _without_places(_messages(items)) == _without_places(_messages(list(reader.read(sample(reader.name)))))
    assert len([item for item in items if isinstance(item, BadRecord)]) == 1


@pytest.mark.parametrize(
    "broken", ['{"x": "un"quoted"}', '{"x": [}', '{"x": 1', '{"x": tru}', '"open', "{]", '{"\\x0b": 1}']
)
def test_broken_element_spoils_no_other(broken: str, tmp_path: Path) -> None:
    reader = reader_for(sample("chatlog-json"))
    text = _utf8(reader).decode()
    opening = text.index('{"seq": 1738339200004')
    items = _read(reader, _written(tmp_path, f"{text[:opening]}{broken}, {text[opening:]}".encode()))

    assert _without_places(_messages(items)) == _without_places(_messages(list(reader.read(sample(reader.name)))))
    assert [item.raw for item in items if isinstance(item, BadRecord)] == [broken]


@pytest.mark.parametrize("name", ["chatlog-json", "jsonl", "csv", "qq-txt"])
def test_memory_does_not_grow_with_a_line(name: str, tmp_path: Path) -> None:
    """32 MB without a line end, in the place of a text, and as the whole file: JSON, lines, tables and blocks."""
    reader = reader_for(sample(name))
    text = _utf8(reader).replace("好".encode(), b"a" * 32_000_000)
    for data in (text, b"a" * 32_000_000, b'[{"text": "' + b"\\" * 32_000_001):
        source = _written(tmp_path, data)
        del data
        tracemalloc.start()
        try:
            count = sum(isinstance(item, ReadMessage) for item in _lazily(reader, source))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 60_000_000
        assert count <= 13


@every_reader
@settings(max_examples=20)
@given(data=st.binary(max_size=400))
def test_any_bytes(reader: Format, data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    _read(reader, _written(tmp_path_factory.getbasetemp(), data))


@every_reader
@settings(max_examples=40)
@given(st.data())
def test_any_change_of_the_sample(
    reader: Format, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    changed = bytearray(_utf8(reader))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(changed)))
        end = min(len(changed), start + data.draw(st.integers(0, 30)))
        changed[start:end] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b'"', b"\\", b"{", b"]", b"\n", b"\0", b"9" * 30, b"null"])
        )
    items = _read(reader, _written(tmp_path_factory.getbasetemp(), bytes(changed)))

    assert all(_is_storable(item) for item in items)


@pytest.mark.parametrize("reader", [r for r in READERS if _is_json(r)], ids=lambda reader: reader.name)
@settings(max_examples=60)
@given(st.data())
def test_any_value_in_the_place_of_another(
    reader: Format, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = _utf8(reader).decode()
    place = data.draw(st.sampled_from(list(VALUE.finditer(text))))
    value = data.draw(
        st.sampled_from(
            ["null", "true", "-1", "0", "1e300", "9" * 30, '""', '"x"', "[]", "[[1]]", "{}", '{"x": []}', "[null, {}]"]
        )
    )
    changed = text[: place.start()] + value + text[place.end() :]
    items = _read(reader, _written(tmp_path_factory.getbasetemp(), changed.encode()))

    assert all(_is_storable(item) for item in items)


def _read(reader: Format, source: Source) -> list[ReadItem]:
    assert reader.recognises(source) in (True, False)
    items = list(_lazily(reader, source))
    assert not items or isinstance(items[0], ChatInfo)
    return items


def _lazily(reader: Format, source: Source) -> list[ReadItem]:
    items: list[ReadItem] = []
    try:
        for item in reader.read(source):
            items.append(item)
    except ReadError:
        pass
    return items


def _written(folder: Path, data: bytes) -> Source:
    path = folder / DATA.name / "export"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return Source(path, ZONE)


def _utf8(reader: Format) -> bytes:
    """The sample, whatever encoding and line ends it has."""
    (path,) = DATA.glob(f"{reader.name}.*")
    return _text(path.read_bytes()).replace("\r\n", "\n").encode()


def _text(data: bytes) -> str:
    source_encoding = "gb18030" if data.startswith("消息记录".encode("gb18030")) else "utf-8-sig"
    return data.decode(source_encoding)


def _messages(items: list[ReadItem]) -> list[ReadMessage]:
    return [item for item in items if isinstance(item, ReadMessage)]


def _without_places(messages: list[ReadMessage]) -> list[tuple[object, ...]]:
    return [(m.sent_at, m.sender, m.kind, m.text, m.native_id, m.reply_to, m.mentions) for m in messages]


def _is_storable(item: ReadItem) -> bool:
    """As UTF-8, without NUL."""
    written = repr(item).encode("utf-8")
    texts = [value for name in item.__slots__ if isinstance(value := getattr(item, name), str)]
    return bool(written) and all("\0" not in text and text.encode("utf-8") is not None for text in texts)
