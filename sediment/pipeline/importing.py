"""Exports into the database: streaming, one transaction a batch, as often as one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from msgspec.structs import replace

from sediment import __version__
from sediment.errors import ReadError, UnknownFormat
from sediment.models import (
    BadRecord,
    ChatInfo,
    Group,
    Held,
    IgnoredRecord,
    ImportReport,
    Message,
    Quarantined,
    ReadItem,
    ReadMessage,
)
from sediment.pipeline.days import group_days
from sediment.pipeline.history import History
from sediment.pipeline.home import Home, quiet
from sediment.pipeline.identity import Naming, shown_path
from sediment.pipeline.members import resolve
from sediment.pipeline.senders import MINUTE
from sediment.protocols import Progress, Reader
from sediment.sources import Source, sources_in
from sediment.store import messages, quarantine, settled
from sediment.store.schema import transaction

BATCH = 10_000
"Records of one transaction: the ids fall all over their index, and large batches write each of its pages less often (4,000 take a quarter longer)."
_CHARACTERS = 4_000_000  # of one transaction
BAD_TOLD = 1000
"So many bad records are told one by one; all are in quarantine, and counted."


def import_chat(
    home: Home,
    paths: Sequence[Path],
    *,
    group: str | None = None,
    format: str | None = None,
    progress: Progress = quiet,
) -> ImportReport:
    """Add what is new in these files and folders. `group` names the group that they belong to, `format` the reader.

    What `progress` was told is kept whatever happens next; running it again completes it. A path that holds no message is a bad record. Raises
    UnknownFormat before anything is imported, ReadError, Locked."""
    exports = [_exports(path, home.config.zone, format) for path in paths]
    tally = _Tally()
    with home.writing():
        for path, export in zip(paths, exports, strict=True):
            before = tally.records
            for source, reader in export:
                naming = Naming(home, source.path, group, reader)
                _import_file(home, source, reader, naming, tally, progress, is_alone=len(export) == 1)
            if tally.records == before:
                with transaction(home.db):
                    nothing = BadRecord(1, "no message in the whole export", "")
                    _set_apart(home, None, shown_path(path), group, [(nothing, None)], tally)
            else:
                quarantine.let_go_empty(home.db, shown_path(path), group)
    return tally.report()


def import_record(home: Home, record: Held, reader: Reader, chat: ChatInfo | None, read: ReadMessage) -> None:
    """Store what a record in quarantine says after all, and let it go. Raises ReadError where its id belongs to another message."""
    assert record.import_number is not None, "it stood in a file"
    naming, history, tally = Naming(home, Path(record.file), record.asked, reader), History(home, reader), _Tally()
    if chat:
        naming.enter(chat)
    with transaction(home.db):
        _store(home, record.file, record.import_number, [replace(read, line=record.line)], naming, history, tally)
        if tally.bad:
            raise ReadError(tally.bad[0].reason)
        _settle_names(home, history, tally)
        quarantine.let_go(home.db, [record.number])


@dataclass
class _Tally:
    """seen == imported + duplicates + quarantined + ignored after every batch."""

    count: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    formats: dict[str, None] = field(default_factory=dict)
    groups: dict[str, None] = field(default_factory=dict)
    bad: list[Quarantined] = field(default_factory=list)
    kept: int = 0

    @property
    def records(self) -> int:
        return self.count.total() - self.count["ignored"]

    def report(self) -> ImportReport:
        return ImportReport(
            tuple(self.files),
            ", ".join(self.formats),
            tuple(self.groups),
            seen=self.count.total(),
            imported=self.count["imported"],
            duplicates=self.count["duplicates"],
            quarantined=self.count["quarantined"],
            ignored=self.count["ignored"],
            bad=tuple(self.bad),
            kept=self.kept,
        )


def _exports(path: Path, zone: tzinfo, format: str | None) -> list[tuple[Source, Reader | None]]:
    """The files at `path` with what reads them. A folder or an archive may hold files that nothing reads, but not only such."""
    from sediment.readers import reader_for  # their patterns take a tenth of the start of every other command

    found: list[tuple[Source, Reader | None]] = []
    refused: list[UnknownFormat] = []
    for source in sources_in(path, zone):
        try:
            found.append((source, reader_for(source, format)))
        except UnknownFormat as error:
            found.append((source, None))
            refused.append(error)
    if len(refused) == len(found):
        raise refused[0] if refused else ReadError(f"{path} holds no text file.", hint="Is it what the exporter wrote?")
    return found


def _import_file(
    home: Home,
    source: Source,
    reader: Reader | None,
    naming: Naming,
    tally: _Tally,
    progress: Progress,
    *,
    is_alone: bool,
) -> None:
    file, format, sha256 = shown_path(source.path), reader.name if reader else "unknown", source.sha256()
    tally.files.append(file)
    tally.formats[format] = None
    with transaction(home.db):
        way = f"{__version__} {home.config.zone} {naming.asked or ''}"
        number, kept = messages.add_import(home.db, file, sha256, source.size, format, way)
        if not kept:
            quarantine.start_reading(home.db, number, naming.asked)
    records, history = 0, History(home, reader)
    if kept:
        history.go_on(number)
    try:
        for batch in _batches(_items(reader, source, is_alone=is_alone)):
            records += len(batch)
            with transaction(home.db):
                if records <= kept:
                    _pass_over(home, file, number, batch, naming, history, tally)
                else:
                    _store(home, file, number, batch, naming, history, tally)
                    messages.note_progress(home.db, number, records)
            progress("import", source.bytes_read, source.size)
    except ReadError:
        with transaction(home.db):
            messages.withdraw(home.db, history.newest)
        raise
    with transaction(home.db):
        _settle_names(home, history, tally)
        if history.groups:
            quarantine.let_go_unmet(home.db, number, naming.asked)
            quarantine.let_go_corrected(home.db, number, naming.asked, history.groups)
        messages.finish_import(home.db, number)


def _items(reader: Reader | None, source: Source, *, is_alone: bool) -> Iterator[ReadItem]:
    """What the reader yields. A file that breaks off ends with a bad record: what stands before it counts. One that cannot be read at all is a bad record
    among others; alone it raises ReadError."""
    if reader is None:
        yield BadRecord(1, "no reader recognises this file", source.head[:200])
        return
    line = 0
    try:
        for item in reader.read(source):
            line = line if isinstance(item, ChatInfo) else item.line
            yield item
    except ReadError as error:
        if not line and is_alone:
            raise
        yield BadRecord(line + 1, str(error), "")


def _batches(items: Iterable[ReadItem]) -> Iterator[list[ReadItem]]:
    batch: list[ReadItem] = []
    characters = 0
    for item in items:
        is_full = len(batch) >= BATCH or characters >= _CHARACTERS
        # A minute stays whole: its order tells which messages of another export it holds.
        if is_full and not (
            len(batch) < 2 * BATCH and characters < 2 * _CHARACTERS and _is_in_minute_of(item, batch[-1])
        ):
            yield batch
            batch, characters = [], 0
        batch.append(item)
        if isinstance(item, ReadMessage):
            characters += len(item.text)
        elif isinstance(item, BadRecord):
            characters += len(item.raw)
    if batch:
        yield batch


def _is_in_minute_of(item: ReadItem, last: ReadItem) -> bool:
    if not (isinstance(item, ReadMessage) and isinstance(last, ReadMessage)):
        return False
    return item.sent_at.timestamp() // MINUTE == last.sent_at.timestamp() // MINUTE


def _store(
    home: Home,
    file: str,
    number: int,
    batch: Sequence[ReadItem],
    naming: Naming,
    history: History,
    tally: _Tally,
) -> None:
    read: list[tuple[int, Message]] = []
    bad: list[tuple[BadRecord, ChatInfo | None]] = []
    ignored = 0
    for item in batch:
        if isinstance(item, ReadMessage):
            message = naming.message(item)
            read.append((item.line, message))
            if item.account_name and item.account_name != item.name and item.sender:
                history.know(message.group_id, item.sender, item.account_name, item.sent_at)
        elif isinstance(item, ChatInfo):
            naming.enter(item)
        elif isinstance(item, IgnoredRecord):
            ignored += 1
        else:
            bad.append((item, naming.chat))
    tally.groups |= dict.fromkeys(naming.keep_groups([message for _, message in read]))
    added = history.add(number, read)
    settled.add_pending(home.db, group_days(added.touched, home.config.zone), changed=True)
    bad += [
        (
            BadRecord(line, f"its id {message.native_id or message.id} belongs to another message", _told(message)),
            naming.chat,
        )
        for line, message in added.clashes
    ]
    _set_apart(home, number, file, naming.asked, bad, tally)
    tally.count += Counter(imported=added.new, duplicates=len(read) - added.new - len(added.clashes), ignored=ignored)


def _pass_over(
    home: Home,
    file: str,
    number: int,
    batch: Sequence[ReadItem],
    naming: Naming,
    history: History,
    tally: _Tally,
) -> None:
    """What an import that was cut short kept of this file is read for what follows it, but not compared again."""
    bad: list[tuple[BadRecord, ChatInfo | None]] = []
    groups: dict[str, Group] = {}
    for item in batch:
        if isinstance(item, ReadMessage):
            group = naming.pass_over(item)
            groups[group.id] = group
        elif isinstance(item, ChatInfo):
            naming.enter(item)
        elif isinstance(item, BadRecord):
            bad.append((item, naming.chat))
    history.pass_over(groups)
    tally.groups |= dict.fromkeys(group.name for group in groups.values())
    _set_apart(home, number, file, naming.asked, bad, tally)
    kinds = Counter(type(item) for item in batch)
    tally.count += Counter(duplicates=kinds[ReadMessage], ignored=kinds[IgnoredRecord])
    tally.kept += kinds[ReadMessage]


def _settle_names(home: Home, history: History, tally: _Tally) -> None:
    """What the file tells of who is who, once it is read."""
    added = history.reunite()
    settled.add_pending(home.db, group_days(added.touched, home.config.zone), changed=True)
    tally.count += Counter(imported=added.new, duplicates=-added.new)
    for group_id in history.groups:
        resolve(home, group_id)


def _set_apart(
    home: Home,
    number: int | None,
    file: str,
    asked: str | None,
    bad: Sequence[tuple[BadRecord, ChatInfo | None]],
    tally: _Tally,
) -> None:
    quarantine.add(home.db, number, file, asked, bad)
    room = BAD_TOLD - len(tally.bad)
    tally.bad += [Quarantined(file, record.line, record.reason) for record, _ in bad[:room]]
    tally.count["quarantined"] += len(bad)


def _told(message: Message) -> str:
    return f"{message.sent_at.isoformat()} {message.name}: {message.text}"
