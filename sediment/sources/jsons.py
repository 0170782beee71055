"""JSON as it streams by: the elements of an array are cut out of a text of any size and decoded one by one.

Two ways lead to the same elements. Mostly, many whole elements are decoded from the buffer at once: a piece that starts with an element and
parses as a list ends with one, because JSON brackets and quotes must close. Where that fails (an element is broken, or longer than the buffer), a
scanner that knows strings and brackets cuts one element at a time, and picks up again at the next text that opens like an element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count, repeat
from typing import Any, TypeAlias

import msgspec

from sediment.sources.rows import LIMIT, Flaw, Row, Stretch

_START = re.compile(rb"[^\s,:]")
_TOKEN = re.compile(rb'[^"\[\]{}]*+(?:"(?:[^"\\]++|\\.)*+"|([\[{])|([\]}]))', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:"\[\]{}]++')
_BEHIND = re.compile(rb"\s*+(?:[,\]]|$)")
_ESCAPE = re.compile(
    rb"\\x([0-9A-Fa-f]{2})|\\u[Dd][89ABab]..\\u[Dd][C-Fc-f]..|(\\u[Dd][89A-Fa-f][0-9A-Fa-f]{2})|\\.", re.DOTALL
)
_STATEMENT = re.compile(rb";|(?:const|let|var)\b|\w+\.\w+\(")  # the next one of a script
_UNSTORABLE = re.compile(
    rb"\\u(?:0000|[Dd][89A-Fa-f])"
)  # a pair of surrogates is a character, but is looked at more closely
_SPACES = 1000  # between two values; more of them may hide a value behind the end of the buffer
_CUT = "the file ends in the middle of a record"

_Text: TypeAlias = bytes | msgspec.Raw
_Found: TypeAlias = tuple[str, Sequence[Any], _Text]
"""A path, one value and its text, or many values and the text of a list of them."""

_raws = msgspec.json.Decoder(list[msgspec.Raw]).decode
_whole = msgspec.json.Decoder(msgspec.Raw).decode
_any = msgspec.json.Decoder().decode


def json_values(
    chunks: Iterator[bytes], types: Mapping[str, Any], behind: bytes = b""
) -> Iterator[tuple[str, Iterable[Row[Any]]]]:
    """The values that stand at the paths (`meta`, `messages.item`, `chats.list.item.name`; a root array's elements are `item`), decoded as
    their msgspec types, in the order of the text: a path, and rows of one value or of many. A row's place is its number among the values of its
    type. A text that breaks off ends with a flaw. Where the JSON is part of a script, it is what follows the bytes `behind`."""
    decoders = {path: _Decoders(kind) for path, kind in types.items()}
    places = dict.fromkeys(types.values(), 0)
    scanner, path = _Scanner(_from(chunks, behind)), next(iter(types))
    rest = b""
    try:
        while True:
            before = sum(places.values())
            for path, values, text in _walk(scanner, "", decoders):
                first = places[types[path]] + 1
                places[types[path]] += len(values)
                yield path, zip(count(first), values, _raws_of(values, text, first), strict=False)
            is_read = sum(places.values()) > before
            if rest and not is_read:
                break
            rest = scanner.rest() if is_read else b""
            if not rest or (behind and _STATEMENT.match(rest)):
                return
            if rest[:1] not in b"[{":  # else another export, put behind this one
                break
        raise _Broken("text after the end of the JSON", rest)
    except Flaw as flaw:  # the structure is lost, or a value that is no element is too long
        yield path, [(places[types[path]] + 1, flaw, flaw.raw if isinstance(flaw, _Broken) else b"")]


def _from(chunks: Iterator[bytes], behind: bytes) -> Iterator[bytes]:
    """What follows the first `behind`."""
    held = b""
    while behind not in held and (chunk := next(chunks, b"")):
        held = held[-len(behind) :] + chunk
    if rest := held.partition(behind)[2] if behind else b"":
        yield rest
    yield from chunks


def reason(error: Exception) -> str:
    """Why a JSON text does not decode."""
    if isinstance(error, RecursionError):
        return "JSON is nested too deeply"
    if isinstance(error, UnicodeError):
        return f"JSON is not valid UTF-8: {error}"
    return str(error)


def decoder(kind: Any) -> Callable[[_Text | str], Any]:
    """What turns the text of a value into a msgspec type, or into a Flaw. Numbers may stand in quotes; escapes that JSON does not know are
    repaired."""
    decode = msgspec.json.Decoder(kind, strict=False).decode

    def decoded(text: _Text | str) -> Any:
        try:
            return decode(text)
        except (ValueError, RecursionError) as error:
            data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
            repaired = _repaired(data)
            return Flaw(reason(error)) if repaired == data else decoded(repaired)

    return decoded


def head_value(text: str) -> Any:
    """What the beginning of a JSON text says: the text is cut at its last comma and closed, or cut shorter where that gives no JSON because
    something in it is broken. None where it is not JSON."""
    data = text.encode("utf-8", "replace")
    while data:
        if (value := _try(_closed(data))) is not None:
            return value
        data = data[: len(data) // 2]
    return None


def _closed(data: bytes) -> bytes:
    stack, cut, closing = b"", 0, b""
    for token in re.finditer(rb'"(?:[^"\\]++|\\.)*+"|["\[\]{},]', data, re.DOTALL):
        mark = token[0]
        if mark == b'"':
            break
        if mark == b",":
            cut, closing = token.start(), stack
        elif mark in b"[{":
            stack = (b"]" if mark == b"[" else b"}") + stack[:512]
        elif mark in b"]}":
            stack = stack[1:]
            if not stack:
                return data[: token.end()]
    return data[:cut] + closing


class _Decoders:
    """Of one element, and of a list of them."""

    def __init__(self, kind: Any) -> None:
        self.one = decoder(kind)
        self.many: Callable[[bytes], list[Any]] = msgspec.json.Decoder(list[kind], strict=False).decode


class _Broken(Flaw):
    """The structure of the text is lost; `raw` is what is left of it."""

    def __init__(self, reason: str, raw: bytes = b"") -> None:
        super().__init__(reason)
        self.raw = raw


class _Scanner:
    """A text of which only the part that is looked at is held."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self.data, self.at = chunks, b"", 0
        self._taken = 0
        self._barren: tuple[bytes, int] = b"", 0  # what was looked for, and up to which byte of the text in vain

    def more(self, least: int = 1) -> bool:
        """Let go of what was read and take in the next chunk, or the next few when `least` bytes are wanted."""
        taken = [self.data[self.at :]]
        while least > 0 and (chunk := next(self._chunks, b"")):
            taken.append(chunk)
            least -= len(chunk)
            self._taken += len(chunk)
        self.data, self.at = b"".join(taken), 0
        return len(taken) > 1

    def peek(self) -> bytes:
        """The byte that the next value or closing bracket starts with, b"" at the end."""
        while True:
            found = _START.search(self.data, self.at)
            self.at = found.start() if found else len(self.data)
            if found or not self.more():
                return self.data[self.at : self.at + 1]

    def value(self) -> bytes:
        """The text of the next value. Raises Flaw, without moving, when it is too long, and _Broken when there is no whole value."""
        return self._pass(keep=True)

    def is_behind_value(self, length: int) -> bool:
        """Whether what follows the value of this length, which was just read, is what may follow one. It stays in the buffer."""
        while (found := _BEHIND.match(self.data, self.at)) and found.end() == len(self.data) < self.at + LIMIT:
            self.at -= length
            is_end = not self.more()
            self.at += length
            if is_end:
                break
        return found is not None

    def is_stray(self, opening: bytes) -> bool:
        """Whether another element, which opens like this, stands behind the closing bracket that comes next."""
        while len(self.data) - self.at < _SPACES + len(opening) and self.more():
            pass
        return re.compile(rb"[\]}]\s*+,?\s*+" + re.escape(opening)).match(self.data, self.at) is not None

    def skip(self) -> None:
        """Move behind the next value, of whatever length."""
        self._pass(keep=False)

    def rest(self) -> bytes:
        """What follows, up to the length of the longest row."""
        while len(self.data) - self.at < LIMIT and self.more(LIMIT):
            pass
        return self.data[self.at : self.at + LIMIT] if self.peek() else b""

    def ahead(self, opening: bytes) -> int:
        """Where, behind a comma and no farther than the longest row, the next value opens like this; -1 where none does. What lies between is held."""
        pattern = re.compile(rb",\s*+" + re.escape(opening))
        while True:
            first = self._taken - len(self.data)
            known = self._barren[1] - first if self._barren[0] == opening else 0
            if found := pattern.search(self.data, max(self.at + 1, known)):
                return found.start()
            self._barren = opening, first + len(self.data) - len(opening) - _SPACES
            if len(self.data) - self.at > LIMIT or not self.more(max(1, len(self.data) - self.at)):
                return -1

    def _pass(self, keep: bool) -> bytes:
        opening = self.peek()
        if opening in (b"]", b"}", b""):
            raise _Broken("a value is missing" if opening else _CUT, self.rest())
        return self._pass_structure(keep) if opening in b'"[{' else self._pass_scalar()

    def _pass_scalar(self) -> bytes:
        while True:
            found = _SCALAR.match(self.data, self.at)
            scalar = found[0] if found else b""
            if self.at + len(scalar) < len(self.data) or len(scalar) > LIMIT:
                self.at += len(scalar)
                return scalar
            if not self.more():
                raise _Broken(_CUT, scalar)

    def _pass_structure(self, keep: bool) -> bytes:
        depth = seen = 0
        while True:
            token = _TOKEN.match(self.data, self.at + seen)
            if keep and (token.end() if token else len(self.data)) - self.at > LIMIT:
                raise Flaw(f"longer than {LIMIT >> 20} MiB")
            if token is None:
                if not keep:
                    self._let_go(self.at + seen)
                    seen = 0
                # As much again as is held: a long string is looked through a few times, not once a chunk.
                if not self.more(max(1, len(self.data) - self.at)):
                    raise _Broken(_CUT, self.data[self.at :])
                continue
            depth += bool(token[1]) - bool(token[2])
            seen = token.end() - self.at
            if depth <= 0:
                self.at = token.end()
                return self.data[token.end() - seen : token.end()]
            if not keep:
                self.at, seen = token.end(), 0

    def _let_go(self, end: int) -> None:
        """Hold nothing but the state: inside a string (perhaps behind a backslash) or not."""
        _, quote, inside = self.data[end:].partition(b'"')
        odd = (len(inside) - len(inside.rstrip(b"\\"))) % 2
        self.data, self.at = quote + b"\\" * odd, 0


def _walk(scanner: _Scanner, here: str, wanted: Mapping[str, _Decoders]) -> Iterator[_Found]:
    """The values at the wanted paths, below the value that comes next."""
    opening, inside = scanner.peek(), f"{here}." if here else ""
    if here in wanted:
        text = scanner.value()
        yield here, [wanted[here].one(text)], text
    elif opening == b"{" and any(path.startswith(inside) for path in wanted):
        scanner.at += 1
        while (opening := scanner.peek()) != b"}":
            if opening != b'"':
                raise _Broken("a key is missing" if opening else _CUT, scanner.rest())
            key = _try(scanner.value())
            yield from _walk(scanner, f"{inside}{key}", wanted)
        scanner.at += 1
    elif opening == b"[" and any(path.startswith(f"{inside}item") for path in wanted):
        scanner.at += 1
        if decoders := wanted.get(f"{inside}item"):
            yield from ((f"{inside}item", *found) for found in _elements(scanner, decoders))
        else:
            while scanner.peek() != b"]":
                yield from _walk(scanner, f"{inside}item", wanted)
        scanner.at += 1
    else:
        scanner.skip()


def _elements(scanner: _Scanner, decoders: _Decoders) -> Iterator[tuple[list[Any], _Text]]:
    """The elements of the array that was just entered: one and its text, or many and the text of a list of them."""
    opening = b""  # what an element starts with, up to the colon behind its first key
    failed = b""  # the buffer that does not come apart at once
    while True:
        closing = scanner.peek()
        if closing in (b"]", b"}") and opening and scanner.is_stray(opening):
            scanner.at += 1
            yield [Flaw("a bracket closes the list before its end")], closing
            continue
        if closing == b"]":
            return
        if opening and scanner.data is not failed:
            if batch := _batch(scanner, opening, decoders):
                yield batch
                continue
            failed = scanner.data
        element = _element(scanner, opening)
        if isinstance(element, Flaw):
            yield [element], b""
            continue
        if not opening and isinstance(element, bytes) and element.startswith(b"{"):
            opening = element[: element.find(b":") + 1]
        yield [decoders.one(element)], element


def _batch(scanner: _Scanner, opening: bytes, decoders: _Decoders) -> tuple[list[Any], bytes] | None:
    """All whole elements in the buffer but the last, or None where that cannot be told in a few tries."""
    end = len(scanner.data)
    for _ in range(4):
        end = scanner.data.rfind(opening, scanner.at + 1, end)
        if end < 0:
            break
        piece = scanner.data[scanner.at : end].rstrip()
        if not piece.endswith(b","):
            continue
        text = b"[" + piece[:-1] + b"]"
        try:
            values = decoders.many(text)
        except (ValueError, RecursionError):
            try:
                values = [decoders.one(raw) for raw in _raws(text)]
            except (ValueError, RecursionError):
                continue
        scanner.at = end
        return values, text if len(values) > 1 else text[1:-1]
    return None


def _raws_of(values: Sequence[Any], text: _Text, first: int) -> Iterable[_Text | Stretch]:
    if len(values) == 1:
        return [text]
    assert isinstance(text, bytes), "a list was put together"
    cut = cache(lambda: _raws(text))
    return repeat(Stretch(lambda place: cut()[place - first], b"\\u" not in text or not _UNSTORABLE.search(text)))


def _element(scanner: _Scanner, opening: bytes) -> _Text | Flaw:
    try:
        raw = scanner.value()
        is_sound = scanner.is_behind_value(len(raw)) and _is_whole(raw)
        return raw if is_sound else _pick_up(scanner, scanner.at - len(raw), opening) or raw
    except Flaw as flaw:
        broken = _pick_up(scanner, scanner.at, opening)
        if 0 < len(broken) <= LIMIT:
            return broken
        if isinstance(flaw, _Broken):
            raise
        if not broken:
            scanner.skip()
        return flaw


def _pick_up(scanner: _Scanner, start: int, opening: bytes) -> bytes:
    """Of a broken element, the text up to where the next one seems to open; b"" when none does."""
    if not opening:
        return b""
    passed, scanner.at = scanner.at - start, start
    end, start = scanner.ahead(opening), scanner.at
    if end < 0:
        scanner.at += passed
        return b""
    scanner.at = end
    return scanner.data[start:end]


def _is_whole(raw: bytes) -> bool:
    try:
        _whole(raw)
    except (ValueError, RecursionError):
        return False
    return True


def _repaired(raw: bytes) -> bytes:
    """Telegram Desktop writes control characters as `\\x0B`; exporters in JavaScript cut texts in the middle of an emoji."""
    return _ESCAPE.sub(lambda found: b"\\u00" + found[1] if found[1] else b"\\ufffd" if found[2] else found[0], raw)


def _try(data: bytes) -> Any:
    for text in (data, _repaired(data)):
        try:
            return _any(text)
        except (ValueError, RecursionError):
            continue
    return None
