"""Bad files and impossible paths through the whole import: every record is counted and kept, and nothing hangs, grows, or leaves the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import long_line
from sediment.errors import ReadError
from sediment.models import ChatInfo, ImportReport, ReadMessage
from sediment.pipeline import Home, import_chat, quarantine
from sediment.readers import READERS
from sediment.sources import Format, archives
from tests.pipeline.bad_paths import LINE, READ, REFUSED, archive
from tests.readers.bad_files import JSON_RECORDS, NAMES, RECORDS, TEXTS, TIMES
from tests.readers.exports import NAME, export_of
from tests.readers.reading import read

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_all_kinds_of_bad_record_in_one_file_are_accounted_for(reader: Format, home: Home, tmp_path: Path) -> None:
    """Sums are right, what is bad stands in quarantine with its text, and importing it again changes nothing."""
    path = tmp_path / "导出"
    path.write_bytes(_every_kind(reader))
    items = [item for item in read(reader, path.read_bytes()) if not isinstance(item, ChatInfo)]
    report = import_chat(home, [path], format=reader.name)

    assert report.seen == len(items) == _sum(report)
    assert report.imported + report.duplicates >= len(items) // 3
    assert report.imported == home.db.execute("SELECT count(*) FROM messages").fetchone()[0]
    held = quarantine(home)
    assert 0 < len(held) <= report.quarantined  # what is the same twice is kept once
    assert all(record.file and record.line and record.reason for record in held)

    stored = {text for (text,) in home.db.execute("SELECT text FROM messages")}
    read_as = {item.text for item in items if isinstance(item, ReadMessage)}
    assert {f"话{number}" for number in range(5)} <= stored & read_as

    before = _kept(home)
    again = import_chat(home, [path], format=reader.name)
    assert (again.seen, again.imported) == (report.seen, 0)
    assert _sum(again) == again.seen
    assert _kept(home) == before


def _kept(home: Home) -> tuple[list[tuple[str, str]], int]:
    return list(home.db.execute("SELECT id, text FROM messages ORDER BY id")), len(quarantine(home))


def _every_kind(reader: Format) -> bytes:
    made = export_of(reader)
    sound = [made.record(70 + number, f"话{number}") for number in range(5)]
    texts = [made.record(number % 60, f"头{text}尾") for number, text in enumerate(TEXTS.values()) if len(text) < 5_000]
    names = [sound[0].replace(NAME, made.written(name)) for name in NAMES.values() if len(name) < 5_000]
    mishaps = {**TIMES, **RECORDS, **(JSON_RECORDS if made.is_json else {})}
    del mishaps["bracket that closes"]
    damaged = [mishap(made.record(number % 60, "头尾")) for number, mishap in enumerate(mishaps.values())]
    return made.of([record for i, bad in enumerate([*texts, *names, *damaged]) for record in (bad, sound[i % 5])])


def _sum(report: ImportReport) -> int:
    return report.imported + report.duplicates + report.quarantined + report.ignored


# ---- paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", REFUSED)
def test_an_impossible_path_is_refused_with_a_hint_and_nothing_is_imported(
    kind: str, home: Home, tmp_path: Path
) -> None:
    made, words = REFUSED[kind]
    with pytest.raises(ReadError, match=words) as refused:
        import_chat(home, [made(tmp_path / "p")])
    assert refused.value.hint
    assert home.db.execute("SELECT count(*) FROM messages").fetchone() == (0,)


@pytest.mark.parametrize("kind", READ)
def test_a_strange_path_is_read(kind: str, home: Home, tmp_path: Path) -> None:
    made, (imported, quarantined) = READ[kind]
    folder = tmp_path / "in" / "side"
    folder.mkdir(parents=True)
    report = import_chat(home, [made(folder / "p")], group="群")
    assert (report.imported, report.quarantined) == (imported, quarantined)
    assert report.seen == _sum(report)
    assert [path.name for path in folder.iterdir()] == ["p"]
    assert [path.name for path in folder.parent.iterdir()] == ["side"]


@pytest.mark.parametrize("change", [b"", LINE[:40], LINE * 9], ids=["emptied", "cut", "grown"])
def test_a_file_that_changes_while_it_is_read_is_accounted_for(change: bytes, home: Home, tmp_path: Path) -> None:
    path = tmp_path / "群.jsonl"
    path.write_bytes(b"".join(LINE.replace(b"\xe6\x97\xa9", str(number).encode()) for number in range(20_000)))

    def progress(stage: str, done: int, total: int | None) -> None:
        path.write_bytes(change)  # the same file, open for reading

    report = import_chat(home, [path], progress=progress)
    assert report.seen == _sum(report)
    assert 10_000 <= report.imported <= 20_000


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    monkeypatch.setattr(archives, "_MEMBERS", 2)
    with pytest.raises(ReadError, match="3 files, more than 2"):
        import_chat(home, [archive(tmp_path / "p", dict.fromkeys("abc", LINE))])


# ---- memory ---------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_a_line() -> None:
    """64 MiB without a line end in the place of a text: it is set apart, what stands around it is read. The bench takes a gigabyte."""
    assert long_line.main(["--size", "64", "--reader", "chatlog-json", "--reader", "csv"]) == 0
