"""A record that could not be read is in quarantine or among the messages, never in both and never in neither."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment import readers
from sediment.errors import ReadError, UsageError
from sediment.models import BadRecord, ChatInfo, ReadItem, ReadMessage
from sediment.pipeline import Home, groups, import_chat, open_home, quarantine, quarantined, retry, retry_as
from sediment.readers import plain
from sediment.sources import Format, Source
from tests.pipeline.exports import export, row
from tests.readers.canon import DATA


@pytest.fixture
def weak(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The reader of plain JSON lines as an older version might have been: it cannot read `到`. Undone, it is the one of today."""

    def read(source: Source) -> Iterator[ReadItem]:
        for item in plain.JSONL.read(source):
            if isinstance(item, ReadMessage) and item.text == "到":
                yield BadRecord(item.line, "not a word of this", json.dumps(row("到")))
            else:
                yield item

    def older(source: Source, name: str | None = None) -> Format:
        return Format("jsonl", "", (), plain.JSONL.recognises, read)

    monkeypatch.setattr(readers, "reader_for", older)
    return monkeypatch


def texts(home: Home) -> list[str]:
    return [text for (text,) in home.db.execute("SELECT text FROM messages ORDER BY sent_at, pk")]


def held(home: Home) -> list[tuple[int, str]]:
    return [(record.line, record.reason) for record in quarantine(home)]


def test_a_record_is_kept_with_where_it_stood(home: Home, tmp_path: Path) -> None:
    header = '{"_type": "header", "meta": {"name": "甲", "platform": "qq", "groupId": "1"}}'
    path = export(
        tmp_path / "a.jsonl", [header, '{"_type": "message", "timestamp": "gone", "type": 0, "sender": "u1"}']
    )
    import_chat(home, [path], group="群")
    (record,) = quarantine(home)
    assert (record.file, record.line, record.format, record.asked) == (str(path), 2, "chatlab-jsonl", "群")
    assert record.chat == ChatInfo("甲", "qq", "1")
    assert record.reason == "not a time: 'gone'"
    assert record.raw == '{"_type": "message", "timestamp": "gone", "type": 0, "sender": "u1"}'
    assert quarantined(home, record.number) == record


def test_what_a_better_reader_reads_leaves(home: Home, tmp_path: Path, weak: pytest.MonkeyPatch) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), row("到"), "{broken"])
    import_chat(home, [path])
    assert (texts(home), [line for line, _ in held(home)]) == (["早"], [2, 3])
    still = retry(home)
    assert (still.tried, still.read, [record.line for record in still.held]) == (2, 0, [2, 3])
    number = quarantine(home)[0].number
    weak.undo()
    done = retry(home, [number])
    assert (done.tried, done.read, done.held) == (1, 1, ())
    assert (texts(home), [line for line, _ in held(home)]) == (["早", "到"], [3])
    assert quarantined(home, number).left_at
    with pytest.raises(UsageError, match=f"Record {number} left quarantine on"):
        retry(home, [number])


def test_importing_again_lets_go_too_and_for_good(home: Home, tmp_path: Path, weak: pytest.MonkeyPatch) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), row("到")])
    import_chat(home, [path])
    weak.undo()
    import_chat(home, [path])
    assert (texts(home), held(home)) == (["早", "到"], [])
    assert import_chat(home, [path]).duplicates == 2


def test_two_equal_messages_stay_two_when_one_was_in_quarantine(
    home: Home, tmp_path: Path, weak: pytest.MonkeyPatch
) -> None:
    lines = [row("到"), row("早"), row("到")]
    import_chat(home, [export(tmp_path / "群.jsonl", lines)])
    weak.undo()
    assert retry(home).read == 2
    assert sorted(texts(home)) == ["到", "到", "早"]


def test_a_record_put_right_by_hand_goes_where_it_stood(home: Home, tmp_path: Path) -> None:
    path = export(
        tmp_path / "甲.jsonl", [row("早"), '{"time": "2026-04-08T08:01:00+08:00", "sender": "u1", "text": "到"']
    )
    import_chat(home, [path], group="群")
    path.unlink()
    (record,) = quarantine(home)
    with pytest.raises(ReadError, match=f"Record {record.number}: "):
        retry_as(home, record.number, record.raw)
    assert retry_as(home, record.number, record.raw + "}").read == 1
    assert (texts(home), held(home)) == (["早", "到"], [])
    assert [summary.group.name for summary in groups(home)] == ["群"]


@pytest.mark.parametrize(
    "name", ["chatlog-json", "chatlog-csv", "chatlab-json", "weflow-json", "qce-json", "onebot-history", "csv"]
)
def test_the_text_of_a_record_is_read_inside_what_stands_around_it(home: Home, tmp_path: Path, name: str) -> None:
    """Of a file that is an array or has a header, a person corrects the record alone."""
    (sample,) = DATA.glob(f"{name}.*")
    good = sample.read_text(encoding="utf-8-sig")
    word = "会议纪要, 第 2 版"
    found = next(stamp for stamp in ("1738368120", "2025-02-01T08:02:00", "2025-02-01 08:02:00") if stamp in good)
    path = tmp_path / sample.name
    path.write_text(good.replace(found, "不知道"), encoding="utf-8")
    report = import_chat(home, [path])
    (record,) = quarantine(home)
    before = len(texts(home))
    assert report.quarantined == 1
    assert retry_as(home, record.number, record.raw.replace("不知道", found)).read == 1
    assert len(texts(home)) == before + 1
    assert any(word in text for text in texts(home))
    assert len(groups(home)) == 1


def test_a_corrected_file_counts_when_it_is_named(home: Home, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), "{broken", "{lost"])
    import_chat(home, [path])
    export(path, [row("早"), row("到", at="08:01:00"), "{lost"])
    assert retry(home).read == 0
    done = retry(home, file=str(path))
    assert (done.tried, done.read, [record.line for record in done.held]) == (2, 1, [3])
    assert texts(home) == ["早", "到"]


def test_a_record_of_a_zip_is_read_again(home: Home, tmp_path: Path, weak: pytest.MonkeyPatch) -> None:
    from zipfile import ZipFile

    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("群.jsonl", "".join(json.dumps(line) + "\n" for line in (row("早"), row("到"))))
    import_chat(home, [tmp_path / "a.zip"])
    weak.undo()
    assert retry(home).read == 1
    assert texts(home) == ["早", "到"]


def test_what_names_a_taken_id_stays(home: Home, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早", id="1"), "{broken"])
    import_chat(home, [path])
    before = list(home.db.iterdump())
    with pytest.raises(ReadError, match="its id 1 belongs to another message"):
        retry_as(home, quarantine(home)[0].number, json.dumps(row("别的", at="09:00:00", id="1")))
    assert list(home.db.iterdump()) == before


def test_a_folder_that_held_nothing_is_let_go_once_it_does(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "空.jsonl"
    path.write_text('{"_type": "header", "meta": {"name": "群"}}\n', encoding="utf-8")
    import_chat(home, [path])
    assert held(home) == [(1, "no message in the whole export")]
    path.write_text(json.dumps(row("早")) + "\n", encoding="utf-8")
    assert retry(home).read == 1
    assert held(home) == []


def test_an_unknown_number_is_told(home: Home) -> None:
    with pytest.raises(UsageError, match="There is no record 7 in quarantine"):
        quarantined(home, 7)


@given(st.lists(st.sampled_from(["早", "到", "{broken", "[1]"]), min_size=1, max_size=8))
def test_every_record_is_in_one_place(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder) / "home") as home:
        path = export(Path(folder) / "群.jsonl", [row(text) if len(text) == 1 else text for text in lines])
        path.write_text(path.read_text(encoding="utf-8") + json.dumps(row("尾")) + "\n", encoding="utf-8")
        for _ in range(2):
            import_chat(home, [path], format="jsonl")
            retry(home)
            assert len(texts(home)) + len(quarantine(home)) == len(lines) + 1


def test_a_file_under_two_groups_is_held_for_both(home: Home, tmp_path: Path, weak: pytest.MonkeyPatch) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), row("到")])
    for group in ("甲", "乙"):
        import_chat(home, [path], group=group)
    assert [(record.asked, record.line) for record in quarantine(home)] == [("甲", 2), ("乙", 2)]
    weak.undo()
    import_chat(home, [path], group="乙")
    assert [record.asked for record in quarantine(home)] == ["甲"]
    assert retry(home).held == ()
    assert [(summary.group.name, summary.messages) for summary in groups(home)] == [("甲", 2), ("乙", 2)]


def test_what_was_put_right_in_the_file_leaves_when_it_is_imported(home: Home, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), "{broken", "{worse"])
    import_chat(home, [path])
    export(path, [row("早"), row("到", at="08:01:00"), "{worse"])
    import_chat(home, [path])
    assert [record.raw for record in quarantine(home)] == ["{worse"]
    assert texts(home) == ["早", "到"]


def test_another_export_in_the_same_place_puts_nothing_right(home: Home, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), "{broken"])
    import_chat(home, [path])
    export(path, [row("晚安", at="22:00:00")])
    import_chat(home, [path])
    assert [record.raw for record in quarantine(home)] == ["{broken"]
