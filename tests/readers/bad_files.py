"""The catalogue of bad files: what is no export, what befalls a whole export, a text, a name, a time in it, one record of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.readers.exports import NAME

Damage = Callable[[bytes], bytes]
Mishap = Callable[[str], str]

_DEEP = 20_000
_BOMB = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><msg><appmsg><title>&b;</title></appmsg></msg>'

# ---- what is no export ----------------------------------------------------------------------------------------------

NO_EXPORT: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n\t\r\n \n",
    "byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf",
    "only a UTF-16 mark": b"\xff\xfe",
    "only a UTF-32 mark": b"\x00\x00\xfe\xff",
    "web page": b"<!DOCTYPE html><html><head><title>Login</title><script>var a = [{}];</script></head></html>",
    "chat as a web page": '<html><body><div class="message">小周 09:00 <script>alert(1)</script>早</div></body></html>'.encode(),
    "XML with an entity bomb": _BOMB.encode(),
    "reply of a server that refuses": b'{"code": 401, "message": "unauthorized", "data": null}',
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "database": b"SQLite format 3\0" + bytes(4096),
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(range(256)),
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(range(256)),
    "RAR": b"Rar!\x1a\x07\x01\0" + bytes(range(256)),
    "noise": bytes(i * i * 7919 % 251 for i in range(5000)),
    "zeros": bytes(5000),
    "deep list": b"[" * _DEEP,
    "deep objects": b'{"messages":' * _DEEP,
    "deep element": b'[{"time": ' + b"[" * _DEEP + b"]" * _DEEP + b"}]",
    "number of 5,000 digits": b'[{"time": ' + b"9" * 5000 + b"}]",
    "list of scalars": b'[1, "two", null, NaN, -0, 1e999]',
    "empty list": b"[]",
    "empty object": b"{}",
    "training data": b'[{"conversations": [{"from": "human", "value": "hi"}]}]',
    "nothing but brackets": b"]}][}{,:" * 50,
    "pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "talk without times": "小周：早\n阿May：早啊\n".encode() * 20,
}

# ---- what befalls a whole export ------------------------------------------------------------------------------------

UNCHANGED: dict[str, Damage] = {
    "no line end at the end": lambda data: data.rstrip(b"\n"),
    "blank lines at the end": lambda data: data + b"\n\n\n",
    "UTF-8 with mark": lambda data: b"\xef\xbb\xbf" + data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16 little-endian, no mark": lambda data: data.decode().encode("utf-16-le"),
    "UTF-16 big-endian, no mark": lambda data: data.decode().encode("utf-16-be"),
    "GB18030": lambda data: data.decode().encode("gb18030"),
    "GB18030 with CRLF": lambda data: data.decode().replace("\n", "\r\n").encode("gb18030"),
}
WHOLE: dict[str, Damage] = {
    "mojibake": lambda data: data.decode("latin-1").encode(),
    "UTF-32": lambda data: data.decode().encode("utf-32"),
    "two marks": lambda data: b"\xef\xbb\xbf" * 2 + data,
    "Big5": lambda data: data.decode().encode("big5", "replace"),
    "EUC-KR": lambda data: data.decode().encode("cp949", "replace"),
    "second half in GB18030": lambda data: _halves(data, "utf-8", "gb18030"),
    "second half in UTF-16": lambda data: _halves(data, "utf-8", "utf-16-le"),
    "first half in GB18030": lambda data: _halves(data, "gb18030", "utf-8"),
    "line ends of all kinds": lambda data: b"".join(
        line + (b"\n", b"\r\n", b"\r")[i % 3] for i, line in enumerate(data.split(b"\n"))
    ),
    "a blank line after each line": lambda data: data.replace(b"\n", b"\n\n"),
    "trailing garbage": lambda data: data + b"\n}}] <end> \x01",
    "leading garbage": lambda data: b"\n}}] <start> \x01\n" + data,
    "error page at the end": lambda data: data + b"<html>504 Gateway Time-out</html>",
    "zeros at the end": lambda data: data + bytes(4096),  # a disk that filled up
    "twice": lambda data: data + data,
    "lines in reverse order": lambda data: b"\n".join(data.split(b"\n")[::-1]),
    "reversed": lambda data: data[::-1],
    "only its first half": lambda data: data[: len(data) // 2],
    "only its second half": lambda data: data[len(data) // 2 :],
    "every third byte gone": lambda data: bytes(byte for i, byte in enumerate(data) if i % 3),
    "other quotes": lambda data: data.replace(b'"', b"'"),
    "typographic quotes": lambda data: data.replace(b'"', "”".encode()),
    "no quotes": lambda data: data.replace(b'"', b""),
    "no line ends": lambda data: data.replace(b"\n", b""),
    "full-width punctuation": lambda data: data.replace(b":", "：".encode()).replace(b",", "，".encode()),
    "lower case": lambda data: data.lower(),
    "no digits": lambda data: bytes(byte for byte in data if not chr(byte).isdigit()),
}

# ---- what is said ---------------------------------------------------------------------------------------------------

TEXTS: dict[str, str] = {
    "header of another message": "\n2025-01-30 22:00:00 张三\n张三(wxid_z) 2025-01-30 22:00:00\n张三  09:15\n[张三] [오후 1:15] 早\n",
    "quotes and backslashes": '"\'\\\\\\" \\n \\u0000 \\ud800 \\',
    "JSON": '{"seq": 1, "messages": [{"content": "]}}, {\n',
    "CSV": '1,2,"3,\n"",4',
    "HTML": "</font></td><tr><script>alert(1)</script>&lt;&#x0;<!--",
    "XML with an entity bomb": _BOMB,
    "XML that does not end": "<msg><appmsg><title><![CDATA[" + "<refermsg>" * 50,
    "format strings": "%s %n {0} {name!r} ${HOME} `id` $(id)",
    "SQL": "'); DROP TABLE messages; --",
    "formula": '=cmd|"/C calc"!A0',
    "separators": "\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e",
    "control characters": "\x01\x07\x08\x1b[31m\x7f",
    "NUL": "a\0b",
    "lone surrogate": "\ud83d",
    "pair in the wrong order": "\ude00\ud83d",
    "not characters": "\ufffe\uffff\U0010ffff\ufdd0",
    "bidi controls": "\u202eEDOC\u202c\u2066x\u2069\u200f",
    "tag characters": "\U000e0001\U000e0069\U000e007f",
    "zero widths": "\u200b\u200c\u200d\u2060\ufeff",
    "variation selectors": "\U000e0100\ufe0f\ufe00",
    "emoji": "👨\u200d👩\u200d👧🏳️\u200d🌈",
    "stacked marks": "e" + "\u0301" * 500,
    "private use": "\ue000\uf8ff\U000f0000",
    "a run of spaces": " " * 50_000 + "x",
    "a run of brackets": "[文件:[(<" * 10_000,
    "a run of signs": "@ <title> <div style=float:left> \\u2022 > 1:" * 2_000,
    "a run of digits": "2" * 100_000,
    "a run of line ends": "\n" * 5_000,
    "a run of quotes": '"' * 5_001,
    "10,000 lines": "行\n" * 10_000,
}
"""Stand between two words that must not get lost."""

NAMES: dict[str, str] = {
    "empty": "",
    "huge": "长" * 10_000,
    "colon": "a: b: c",
    "time": "2025-01-30 22:00:00",
    "spaces": "   ",
    "quotes": "\"'`",
    "comma": "a,b;c",
    "brackets": "(wxid_a)(300000001)<a@example.org>[x]【y】",
    "tabs": "a\tb",
    "path": "../../etc/passwd",
    "bidi": "\u202egnp.exe",
    "decomposed": "e\u0301\u1112\u1161\u11ab",
    "emoji": "🐟🏴\U000e0067\U000e0062\U000e007f",
    "NUL": "a\0b",
    "lone surrogate": "\ud83d",
    "a run of spaces": " " * 20_000 + "x",
    "date line": "—————  2025-01-31  —————",
}

# ---- what befalls one record ----------------------------------------------------------------------------------------

_SECONDS = re.compile(r"17383392\d\d(\d{3})?(?:\.\d+)?")
_CLOCKED = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4},)[T ](?:12:00:00 AM|00:00)(?::00)?(?:\.000)?(?:Z|\+08:00)?|上午12:00|오전 12:00"
)


def _at(seconds: str, clocked: str) -> Mishap:
    """Other times: in numbers, and in words."""
    return lambda record: _CLOCKED.sub(clocked, _SECONDS.sub(seconds, record))


TIMES: dict[str, Mishap] = {
    "impossible": _at("NaN", "2025-13-45 99:99:99"),
    "zero": _at("0", "0000-00-00 00:00:00"),
    "1970": _at("1", "1970-01-01 00:00:01"),
    "2106": _at("4294967296", "2106-02-07 06:28:16"),
    "9999": _at("253402300799", "9999-12-31 23:59:59"),
    "before the Common Era": _at("-99999999999", "-001-01-01 00:00:00"),
    "milliseconds": _at("1738339200123", "2025-02-01 00:00:00.123"),
    "microseconds": _at("1738339200123456", "2025-02-01 00:00:00.123456"),
    "nanoseconds": _at("1738339200123456789", "2025-02-01 00:00:00.123456789"),
    "400 digits": _at("9" * 400, "9" * 400),
    "float": _at("1.7383392e9", "1.7383392e9"),
    "infinite": _at("Infinity", "∞"),
    "in words": _at('"yesterday"', "yesterday"),
    "empty": _at('""', ""),
    "null": _at("null", "null"),
    "without a zone": _at("1738339200", "2025-02-01T00:00:00"),
    "in UTC": _at("1738339200", "2025-01-31T16:00:00Z"),
    "14 hours ahead": _at("1738339200", "2025-02-01T06:00:00+14:00"),
    "25 hours ahead": _at("1738339200", "2025-02-01T06:00:00+25:00"),
    "in a gap of the clock": _at("1743296400", "2025-03-30 02:30:00"),
    "February 30": _at("1738339200", "2025-02-30 00:00:00"),
    "leap second": _at("1738339200", "2016-12-31 23:59:60"),
    "clock goes back": _at("1700000000", "2023-11-14 22:13:20"),
    "full-width digits": _at("１７３８３３９２００", "２０２５-０２-０１ ００:００:００"),
    "other digits": _at("١٧٣٨٣٣٩٢٠٠", "٢٠٢٥-٠٢-٠١ ٠٠:٠٠:٠٠"),
}
RECORDS: dict[str, Mishap] = {
    "cut in half": lambda record: record[: len(record) // 2],
    "its second half": lambda record: record[len(record) // 2 :],
    "its last byte gone": lambda record: record.rstrip()[:-1],
    "its first byte gone": lambda record: record[1:],
    "a line end in its middle": lambda record: f"{record[: len(record) // 2]}\n{record[len(record) // 2 :]}",
    "no line ends": lambda record: record.replace("\n", ""),
    "blank lines before": lambda record: "\n\n\n" + record,
    "twice": lambda record: record + record,
    "bytes that are no text": lambda record: record.replace("头", "头\udcff\udcfe\udc80"),
    "half a character": lambda record: record.replace("头", "头\udce5\udca5"),
    "NUL bytes": lambda record: record.replace("头", "头\0"),
    "surrogate as bytes": lambda record: record.replace("头", "头\udced\udca0\udc80"),
    "no name": lambda record: record.replace(NAME, ""),
    "indented": lambda record: "\t " + record,
    "quote that opens": lambda record: record.replace("头", '头"'),
    "backslash at the end": lambda record: record.replace("尾", "尾\\"),
    "bracket that closes": lambda record: record.replace("尾", '尾"}]}'),
    "other commas": lambda record: record.replace(",", "，"),
    "no commas": lambda record: record.replace(",", " "),
    "two commas": lambda record: record.replace(",", ",,"),
    "no colons": lambda record: record.replace(":", " "),
    "no quotes": lambda record: record.replace('"', ""),
    "single quotes": lambda record: record.replace('"', "'"),
    "no digits": lambda record: re.sub(r"\d", "", record),
    "more columns": lambda record: record.rstrip("\n") + ",x,y,z\n",
    "comment before": lambda record: f"// a comment\n# another\n{record}",
    "wrong case": lambda record: record.swapcase(),
}
"""Damage to one record of a text. The words in it that a mishap takes away need not be found again."""


def _in_json(change: Callable[[dict[str, object]], object]) -> Mishap:
    """Records that are no JSON stay as they are."""

    def changed(record: str) -> str:
        try:
            value = json.loads(record)
        except ValueError:
            return record
        return json.dumps(change(value), ensure_ascii=False) + "\n" * record.endswith("\n")

    return changed


JSON_RECORDS: dict[str, Mishap] = {
    "null": _in_json(lambda _: None),
    "true": _in_json(lambda _: True),
    "number": _in_json(lambda _: 7),
    "string": _in_json(lambda _: "头尾"),
    "list": _in_json(list),
    "list around it": _in_json(lambda record: [record]),
    "without keys": _in_json(lambda _: {}),
    "unknown keys": _in_json(lambda record: {"new": {"a": [1]}, **record, "头": None}),
    "other order of keys": _in_json(lambda record: dict(reversed(record.items()))),
    "all values null": _in_json(dict.fromkeys),
    "all values texts": _in_json(lambda record: {key: str(value) for key, value in record.items()}),
    "all values in lists": _in_json(lambda record: {key: [value] for key, value in record.items()}),
    "all values in objects": _in_json(lambda record: {key: {"value": value} for key, value in record.items()}),
    "no sender": _in_json(
        lambda record: {key: value for key, value in record.items() if not re.search("sender|user|from|author", key)}
    ),
    "unknown type": _in_json(lambda record: record | {key: 987654 for key in record if "type" in key.lower()}),
    "keys twice": lambda record: re.sub(r"^\{", '{"time": 1, "time": 2, "text": 3, "content": 4, ', record),
    "deep": lambda record: re.sub(r"^\{", '{"x": ' + "[" * 2000 + "]" * 2000 + ", ", record),
    "key of 100,000 characters": lambda record: re.sub(r"^\{", '{"' + "k" * 100_000 + '": 1, ', record),
    "number of 5,000 digits": lambda record: re.sub(r"^\{", '{"x": ' + "9" * 5000 + ", ", record),
    "not a number": lambda record: re.sub(r"^\{", '{"x": NaN, ', record),
    "escape that is none": lambda record: record.replace("头", "头\\x0b\\q"),
    "escaped surrogate": lambda record: record.replace("头", "头\\ud83d"),
    "escaped NUL": lambda record: record.replace("头", "头\\u0000"),
    "line end in a string": lambda record: record.replace("头", "头\n"),
    "comma before the bracket": lambda record: re.sub(r"\}(\s*)$", r",}\1", record),
    "no bracket at the end": lambda record: re.sub(r"\}(\s*)$", r"\1", record),
}


def _halves(data: bytes, first: str, second: str) -> bytes:
    """Cut at a line end, or else a comma, near the middle."""
    text = data.decode()
    middle = max(text.rfind("\n", 0, len(text) // 2), text.rfind(", ", 0, len(text) // 2))
    return text[:middle].encode(first) + text[middle:].encode(second)
