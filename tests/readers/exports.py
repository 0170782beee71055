"""Exports of any number of messages, in every format: made from the samples, so that one record can be damaged and the others watched.

Each sample holds two equal messages, `好`; what lies between the two words is one period of the format, so a
sample can be made to hold any number of messages, told apart by their texts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sediment.sources import Format
from tests.readers.canon import DATA

NAME, _WORD = "09:30起床的人", "好"
"Who says the messages that an export is made to hold."
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Export:
    """A sample whose two equal messages were taken out."""

    reader: Format
    ending: str  # of the sample's name: .json .jsonl .js .csv .txt .mht
    head: str
    before: str  # of a record, up to its text
    after: str
    joint: str
    tail: str

    @property
    def is_json(self) -> bool:
        return self.ending.startswith(".js")

    def record(self, number: int, text: str) -> str:
        """With an id of its own, and `text` as this format writes it."""
        own = re.sub(r"(?<=[\d.]{6})0[45]\b", f"{number + 20}", f"{self.before}\0{self.after}")
        return own.replace(_WORD, "\0").replace("\0", self.written(text))

    def of(self, records: Sequence[str]) -> bytes:
        return as_bytes(self.head + self.joint.join(records) + self.tail)

    def written(self, text: str) -> str:
        if self.ending == ".mht" or self.before.endswith("<p>"):
            text = html.escape(text).replace("\n", "<br>")
        if self.is_json:
            for _ in range(2 if self.before.endswith('\\"') else 1):
                text = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):x}", json.dumps(text, ensure_ascii=False)[1:-1])
        elif self.before.endswith("'"):  # JavaScript
            text = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
        elif self.ending == ".csv" and (self.before.endswith('"') or re.search(r'[",\r\n]', text)):
            text = text.replace('"', '""')
            text = text if self.before.endswith('"') else f'"{text}"'
        return text


@cache
def export_of(reader: Format) -> Export:
    (path,) = DATA.glob(f"{reader.name}.*")
    text = utf8(reader).decode()
    first, second = text.index(_WORD), _second(text)
    period = text[first + len(_WORD) : second]  # after of the one, joint, before of the other
    end, start = _border(path.suffix, text, first + len(_WORD), second)
    before, after, joint = text[start:second], period[: end - first - len(_WORD)], text[end:start]
    return Export(
        reader, path.suffix, text[: first - len(before)], before, after, joint, text[second + len(_WORD) + len(after) :]
    )


def utf8(reader: Format) -> bytes:
    """The sample, whatever encoding and line ends it has."""
    (path,) = DATA.glob(f"{reader.name}.*")
    return as_text(path.read_bytes()).replace("\r\n", "\n").encode()


def as_text(data: bytes) -> str:
    return data.decode("gb18030" if data.startswith("消息记录".encode("gb18030")) else "utf-8-sig")


def as_bytes(text: str) -> bytes:
    """U+DC80 to U+DCFF are bytes that are no UTF-8, other surrogates are written as they are."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _second(text: str) -> int:
    """Where the text of the second of the two messages begins. Some formats say each text twice."""
    places = [found.start() for found in re.finditer(_WORD, text)]
    return places[len(places) // 2]


def _border(ending: str, text: str, first: int, second: int) -> tuple[int, int]:
    """Where the first of the two records ends, and where the second begins."""
    if ending not in (".json", ".js"):
        opening = {".mht": "<tr>", ".html": "{ "}.get(ending)
        start = text.index(opening, first) if opening else text.index("\n", first) + 1
        start = re.compile(r"\s*").match(text, start).end() if ending == ".txt" else start  # type: ignore[union-attr]
        return start, start
    for found in re.finditer(r"\{", text[first:second]):
        start = first + found.start()
        record, end = json.JSONDecoder().raw_decode(text, start)
        if end > second and isinstance(record, dict):
            return text.rindex("}", first, start) + 1, start
    raise AssertionError("the two messages are no elements of one list")
