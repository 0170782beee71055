"""An export file as bytes, lines, blocks, CSV rows and JSON values with their places: streaming, in memory that does not grow with the file."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, tzinfo
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import msgspec

from sediment.errors import ReadError
from sediment.sources import jsons, texts
from sediment.sources.encodings import MARKED, encoding_of
from sediment.sources.rows import Flaw, Row
from sediment.sources.times import day

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
HEAD = 64 << 10
_CHUNK = 256 << 10
_DAY = re.compile(r"\d{4}-\d\d?-\d\d?", re.ASCII)


class Source:
    """One file of an export, or one member of a zip archive. It can be read any number of times."""

    def __init__(
        self,
        path: Path,
        zone: tzinfo,
        *,
        opened: Callable[[], IO[bytes]] | None = None,
        size: int | None = None,
        found: Callable[[Path], Source | None] | None = None,
    ) -> None:
        """`opened` gives the bytes, and `found` another file of the export, where they do not lie in the file system. Raises ReadError."""
        if opened is None and not path.is_file():
            what = "not a file" if path.exists() else "no such file"
            raise ReadError(f"{path}: {what}", hint="Name a file, a folder or a zip archive.")
        self.path, self.zone = path, zone
        self._opened = opened or (lambda: path.open("rb"))
        self._found = found or (lambda path: Source(path, zone) if path.is_file() else None)
        self.size = path.stat().st_size if size is None else size
        self.bytes_read = 0  # by the latest reading, for progress

    def beside(self, name: str) -> Source | None:
        """Another file of the same export, by its path from the folder of this one; None where there is none."""
        return self._found(Path(os.path.normpath(self.path.parent / name)))

    @cached_property
    def head_bytes(self) -> bytes:
        return next(self._bytes(HEAD), b"")

    @cached_property
    def encoding(self) -> str | None:
        """A codec name, None for binary content."""
        return encoding_of(self.head_bytes)

    @cached_property
    def head(self) -> str:
        """The first 64 KiB as text with `\\n` line ends, "" for binary content."""
        text = self.head_bytes.decode(self.encoding, "ignore") if self.encoding else ""
        return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def head_lines(self) -> list[str]:
        """The lines of the head that are not blank, each as far as it can be a header."""
        return [line[: texts.HEADER] for line in self.head.split("\n") if line and not line.isspace()]

    @cached_property
    def head_json(self) -> Any:
        """What the head says as JSON, cut where it breaks off and closed; None where it is not JSON."""
        return jsons.head_value(self.head) if self.head.lstrip()[:1] in ("{", "[") else None

    def head_keys(self, path: str = "") -> set[str]:
        """The keys of the first JSON objects at a path such as `messages.item` (`item` in a root list), as far as the head shows them."""
        values = [self.head_json]
        for step in path.split(".") if path else ():
            values = [inner for value in values for inner in _inside(value, step)][:20]
        return {key for value in values if isinstance(value, dict) for key in value}

    @cached_property
    def head_columns(self) -> list[str]:
        """The first line as cells of CSV."""
        rows = texts.csv_rows(enumerate(self.head_lines[:1], 1))
        return next((row for _, row, _ in rows if isinstance(row, list)), [])

    @cached_property
    def head_rows(self) -> list[dict[str, Any]]:
        """The JSON objects that stand one a line in the head; empty unless most lines are such."""
        lines = list(texts.json_lines(enumerate(self.head.split("\n")[:200]), object))
        values = [value for _, value, _ in lines]
        if lines and isinstance(values[-1], Flaw):  # the head may end in the middle of it
            values[-1] = jsons.head_value(str(lines[-1][2]))
        rows = [value for value in values if isinstance(value, dict)]
        return rows if len(rows) * 2 >= len(values) - 1 else []

    @cached_property
    def named_day(self) -> date | None:
        """The first day in the name of the file, for exports whose times have none: `群_2024-03-15.txt`."""
        named = _DAY.search(self.path.name)
        try:
            return day(named[0]) if named else None
        except Flaw:
            return None

    def sha256(self) -> str:
        """Of the whole content."""
        digest = hashlib.sha256()
        for chunk in self._bytes():
            digest.update(chunk)
        return digest.hexdigest()

    def stretches(self) -> Iterator[texts.Line]:
        """Many lines at once, see `texts.stretches`."""
        return texts.stretches(self._text())

    def lines(self, end: str = "\n") -> Iterator[texts.Line]:
        """1-based numbers and lines, or what lies between other ends. One over 8 Mi characters comes cut, one character over that limit."""
        return texts.lines(self._text(), end)

    def blocks(
        self,
        header: re.Pattern[str],
        starts: Callable[[re.Match[str]], T | texts.Frame | None],
        inline: bool = False,
    ) -> Iterator[Row[tuple[T, str]]]:
        """Lines gathered under their headers, see `texts.blocks`."""
        return texts.blocks(self.stretches(), header, starts, inline)

    def headers(self, header: re.Pattern[str], inline: bool = False) -> Iterator[re.Match[str]]:
        """All that looks like a header, for what must be learnt from a whole file, see `texts.headers`."""
        return texts.headers(self.stretches(), header, inline)

    def table(self, kind: type[S]) -> Iterator[Row[S]]:
        """Rows of CSV as a msgspec Struct, see `texts.table`. Raises ReadError when columns are missing."""
        try:
            yield from texts.table(self.lines(), kind)
        except Flaw as flaw:
            raise ReadError(f"{self.path.name}: {flaw}", hint="Is it the whole file, in CSV with commas?") from flaw

    def json_lines(self, kind: Any) -> Iterator[Row[Any]]:
        """One JSON value a line, decoded as the msgspec type, which may be a union."""
        return texts.json_lines(self.stretches(), kind)

    def json_items(self, path: str, kind: type[T], behind: str = "") -> Iterator[Row[T]]:
        """The elements of the array at a path such as `messages.item` (`item` when the root is an array), each decoded as the msgspec type; of
        the JSON that follows the text `behind` in a script. Raises ReadError when there is no such array."""
        found = 0
        for _, rows in self.json_values({path: kind}, behind):
            found += 1
            yield from rows
        if not found and not behind and not self._has_list(path):
            raise ReadError(
                f"{self.path.name}: no list at {path.removesuffix('item').rstrip('.') or 'the root'} of the JSON"
            )

    def json_value(self, path: str, kind: type[T], behind: str = "") -> T | None:
        """The value at a path such as `meta`; None where it is missing or not of that type."""
        value = next((value for _, rows in self.json_values({path: kind}, behind) for _, value, _ in rows), None)
        return cast(T, value) if not isinstance(value, Exception) else None

    def json_values(self, kinds: Mapping[str, Any], behind: str = "") -> Iterator[tuple[str, Iterable[Row[Any]]]]:
        """Values of several paths in the order of the text, see `jsons.json_values`."""
        return jsons.json_values(self._utf8(), kinds, behind.encode())

    def _has_list(self, path: str) -> bool:
        return self.json_value(path.removesuffix("item").rstrip("."), list[Any]) is not None

    def _bytes(self, size: int = _CHUNK) -> Iterator[bytes]:
        self.bytes_read = 0
        try:
            with self._opened() as stream:
                while chunk := stream.read(size):
                    self.bytes_read += len(chunk)
                    yield chunk
        except OSError as error:
            raise ReadError(f"{self.path}: {error.strerror or error}", hint="Can you open it yourself?") from error

    def _text(self) -> Iterator[str]:
        """Decoded, every line end turned into `\\n`."""
        if self.encoding is None:
            raise ReadError(f"{self.path.name}: binary content, not a text export")
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(self.encoding)(MARKED), translate=True)
        for chunk in self._bytes():
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def _utf8(self) -> Iterator[bytes]:
        """As UTF-8 without a byte order mark."""
        if self.encoding == "utf-8":
            yield from self._bytes()
            return
        for text in self._text():
            yield text.encode("utf-8", "surrogatepass")


def _inside(value: Any, step: str) -> list[Any]:
    if step == "item":
        return value if isinstance(value, list) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
