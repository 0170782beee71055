"""Records that could not be read: shown, and read once more, when the reader has learnt to or a person has put them right."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sediment.errors import ReadError, UsageError
from sediment.models import BadRecord, ChatInfo, Held, ReadMessage, Retried
from sediment.pipeline.home import Home, quiet
from sediment.pipeline.identity import shown_path
from sediment.pipeline.importing import import_chat, import_record
from sediment.protocols import Progress
from sediment.sources import Source, sources_in
from sediment.store import quarantine as kept

_UNKNOWN = "unknown"
_ONE = "Write it as a whole file of its format would hold it, header and brackets included, or name another format with --format."


def quarantine(home: Home, *, after: int = 0, count: int | None = None) -> list[Held]:
    """Those held, in the order in which they were met: `count` of them, from behind number `after` on."""
    return kept.held(home.db, after=after, count=count)


def quarantine_counts(home: Home) -> list[tuple[str, str, int]]:
    """(file, reason, how many are held)."""
    return kept.counts(home.db)


def quarantined(home: Home, number: int) -> Held:
    """Also one that has left. Raises UsageError."""
    found = kept.record(home.db, number)
    if found is None:
        raise UsageError(f"There is no record {number} in quarantine.", hint="`sediment quarantine` lists them.")
    return found


def retry(home: Home, numbers: Sequence[int] = (), *, file: str | None = None, progress: Progress = quiet) -> Retried:
    """Read records once more: these, those of `file`, or all. What can be read now is imported, and leaves.

    A file that is as it was is imported again as a whole. One that has changed is so only if it is named, and its records that it no longer holds leave;
    else, and where it is gone, each record is read by itself. Raises UsageError for an unknown number, Locked."""
    with home.writing():
        chosen = [_held(home, number) for number in numbers] if numbers else kept.held(home.db, file=file)
        by_reading: dict[tuple[str, str | None, str, str | None], list[Held]] = {}
        for record in chosen:
            by_reading.setdefault((record.file, record.sha256, record.format, record.asked), []).append(record)
        for records in by_reading.values():
            _read_again(home, records, is_named=file is not None, progress=progress)
        return _retried(home, chosen)


def retry_as(home: Home, number: int, text: str, *, format: str | None = None) -> Retried:
    """Read a record as the text that a person made of it, in its own format or another. Raises UsageError, ReadError where it cannot be read, Locked."""
    with home.writing():
        record = _held(home, number)
        _read_alone(home, record, text, format)
        return _retried(home, [record])


def _held(home: Home, number: int) -> Held:
    record = quarantined(home, number)
    if record.left_at:
        raise UsageError(f"Record {number} left quarantine on {record.left_at:%Y-%m-%d}.")
    return record


def _retried(home: Home, chosen: Sequence[Held]) -> Retried:
    now = [quarantined(home, record.number) for record in chosen]
    held = tuple(record for record in now if not record.left_at)
    return Retried(len(now), len(now) - len(held), held)


def _read_again(home: Home, records: Sequence[Held], *, is_named: bool, progress: Progress) -> None:
    """All of one file."""
    first = records[0]
    path, source = _place(home, first)
    is_same = first.sha256 is None or (source is not None and source.sha256() == first.sha256)
    if path and (is_same or is_named):
        format = None if first.format == _UNKNOWN else first.format
        try:
            report = import_chat(home, [path], group=first.asked, format=format, progress=progress)
        except ReadError:
            return
        if not is_same and report.imported + report.duplicates:
            # A record that the file still holds has gone over to the import of its new content.
            now = [quarantined(home, record.number) for record in records]
            kept.let_go(home.db, [record.number for record in now if record.import_number == first.import_number])
        return
    for record in records:
        try:
            _read_alone(home, record, record.raw, None)
        except ReadError:
            continue


def _place(home: Home, record: Held) -> tuple[Path | None, Source | None]:
    """The file or the archive that the record came from, and its text there, as far as they still exist."""
    file = Path(record.file)
    path = next((path for path in (file, *file.parents) if path.exists()), None)
    if path is None or (path != file and path.is_dir()):
        return None, None
    try:
        return path, next((s for s in sources_in(path, home.config.zone) if shown_path(s.path) == record.file), None)
    except ReadError:
        return path, None


def _read_alone(home: Home, record: Held, text: str, format: str | None) -> None:
    """Import this text as the record. Raises ReadError."""
    from sediment.readers import reader_for

    if record.import_number is None:
        raise ReadError(f"{record.file} holds no record that could be read.", hint="Import it again.")
    known = None if record.format == _UNKNOWN else record.format
    flaw = ""
    for whole in (text,) if format else _framed(text, _place(home, record)[1]):
        data = whole.encode()
        source = Source(Path(record.file), home.config.zone, opened=partial(io.BytesIO, data), size=len(data))
        try:
            reader = reader_for(source, format or known)
            items = list(reader.read(source))
        except ReadError as error:
            flaw = flaw or str(error)
            continue
        read = [item for item in items if isinstance(item, ReadMessage)]
        bad = [item.reason for item in items if isinstance(item, BadRecord)]
        if len(read) == 1 and not bad:
            own = next((item for item in items if isinstance(item, ChatInfo)), None)
            return import_record(home, record, reader, record.chat or own, read[0])
        flaw = flaw or (bad[0] if bad else f"{len(read)} messages, not one")
    raise ReadError(f"Record {record.number}: {flaw}", hint=_ONE)


def _framed(text: str, original: Source | None) -> Iterator[str]:
    """The text of a record by itself, below the header of its file, and in the place of each list of the JSON around it."""
    yield text
    if original is None:
        return
    yield f"{original.head_lines[0] if original.head_lines else ''}\n{text}"
    try:
        value = json.loads(text)
    except ValueError:
        return
    for whole in _with_only(value, original.head_json):
        yield json.dumps(whole, ensure_ascii=False)


def _with_only(value: Any, around: Any) -> Iterator[Any]:
    """Copies of the JSON around a record in which it takes the place of all elements of one list of objects."""
    if isinstance(around, list):
        if around and all(isinstance(element, dict) for element in around):
            yield [value]
    elif isinstance(around, dict):
        for key, inner in around.items():
            for whole in _with_only(value, inner):
                yield {**around, key: whole}
