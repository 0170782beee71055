"""Importing adds up, can be repeated, and loses nothing that it took."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.kill import dump
from sediment.errors import ReadError, StoreError, UnknownFormat, UsageError
from sediment.models import ImportReport, Quarantined
from sediment.pipeline import Home, groups, import_chat, importing, judged, message, open_home, quarantine
from sediment.pipeline.history import Added, History, Line
from tests.pipeline.exports import FORMAT, export, row


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.seen, report.imported, report.duplicates, report.quarantined, report.ignored


def texts(home: Home) -> list[str]:
    return [text for (text,) in home.db.execute("SELECT text FROM messages ORDER BY pk")]


def test_what_was_seen_adds_up_and_bad_records_are_named(home: Home, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), "{broken", row("到")])
    report = import_chat(home, [path])
    assert counts(report) == (3, 2, 0, 1, 0)
    assert [(bad.file, bad.line) for bad in report.bad] == [(str(path), 2)]
    assert [summary.group.name for summary in groups(home)] == ["群"]


def test_of_many_bad_records_some_are_told_and_all_are_kept(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BAD_TOLD", 2)
    path = export(tmp_path / "群.jsonl", [row("早"), *(f"{{broken {i}" for i in range(5))])
    report = import_chat(home, [path], format=FORMAT)
    assert (report.quarantined, [bad.line for bad in report.bad], len(quarantine(home))) == (5, [2, 3], 5)


def test_long_bad_records_fill_a_batch_too(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_CHARACTERS", 100)
    told: list[str] = []
    path = export(tmp_path / "群.jsonl", [row("早"), *("{broken" + "x" * 100 for _ in range(3))])
    import_chat(home, [path], format=FORMAT, progress=lambda stage, *_: told.append(stage))
    assert told == ["import"] * 3


def test_importing_twice_adds_nothing(home: Home, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("早"), row("早"), row("早", sender="u2"), row("有id", id="7"), "{broken"])
    import_chat(home, [path])
    before = list(home.db.iterdump())
    assert counts(import_chat(home, [path])) == (5, 0, 4, 1, 0)
    assert list(home.db.iterdump()) == before


def test_an_overlapping_export_adds_only_what_is_new(home: Home, tmp_path: Path) -> None:
    rows = [row(f"第{i}条", at=f"08:00:{i:02}") for i in range(10)]
    import_chat(home, [export(tmp_path / "a.jsonl", rows[:7])], group="群")
    report = import_chat(home, [export(tmp_path / "b.jsonl", rows[4:])], group="群")
    assert counts(report) == (6, 3, 3, 0, 0)
    assert texts(home) == [f"第{i}条" for i in range(10)]


def test_an_id_that_was_given_to_another_message_is_told(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "a.jsonl", [row("早", id="1")])], group="群")
    again = [row("早啊", id="1"), row("另一天", at="09:00:00", id="1"), row("到", id="2")]
    path = export(tmp_path / "b.jsonl", again)
    for imported, known in ((1, 1), (0, 2)):
        report = import_chat(home, [path], group="群")
        assert counts(report) == (3, imported, known, 1, 0)
        assert report.bad == (Quarantined(str(path), 2, "its id 1 belongs to another message"),)
    assert texts(home) == ["早", "到"]
    assert len(quarantine(home)) == 1


def test_equal_messages_in_one_second_are_all_kept(home: Home, tmp_path: Path) -> None:
    path = export(tmp_path / "群.jsonl", [row("1"), row("1"), row("2"), row("1")])
    assert counts(import_chat(home, [path])) == (4, 4, 0, 0, 0)


def test_a_reply_points_at_the_message_it_quotes(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "群.jsonl", [row("问", id="1"), row("答", id="2", reply_to="1")])])
    assert message(home, "2").reply_to == message(home, "1").id


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_recall_marks_what_it_recalls_whichever_comes_first(home: Home, tmp_path: Path, order: Sequence[int]) -> None:
    rows = [row("说错了", id="1"), row("u1 撤回了一条消息", id="2", kind="recall", reply_to="1")]
    for i in order:
        import_chat(home, [export(tmp_path / f"{i}.jsonl", [rows[i]])], group="群")
    assert [message(home, id).recalled for id in ("1", "2")] == [True, False]


def test_an_asked_group_is_the_known_one_of_that_name(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "运维群.jsonl", [row("早")])])
    import_chat(home, [export(tmp_path / "other.jsonl", [row("到")])], group="运维群")
    assert [(summary.group.name, summary.messages) for summary in groups(home)] == [("运维群", 2)]


def test_an_asked_group_takes_a_chat_that_was_renamed_but_not_two_chats(home: Home, tmp_path: Path) -> None:
    def header(name: str, number: str) -> str:
        return f'{{"_type": "header", "meta": {{"name": "{name}", "platform": "qq", "groupId": "{number}"}}}}'

    def said(text: str) -> str:
        return f'{{"_type": "message", "sender": "u1", "timestamp": 1710464401, "type": 0, "content": "{text}"}}'

    renamed = export(tmp_path / "a.jsonl", [header("旧名", "1"), said("早"), header("新名", "1"), said("到")])
    two = export(tmp_path / "b.jsonl", [header("甲", "1"), said("好"), header("乙", "2"), said("嗯")])
    import_chat(home, [renamed], group="群")
    with pytest.raises(ReadError, match="several chats"):
        import_chat(home, [two], group="群")
    assert texts(home) == ["早", "到"]


def test_a_file_name_that_is_no_text_does_no_harm(home: Home, tmp_path: Path) -> None:
    report = import_chat(home, [export(tmp_path / "群\udcff.jsonl", [row("早"), "{broken"])])
    assert report.bad[0].file == str(tmp_path / "群\\udcff.jsonl")


def test_an_unknown_file_is_refused_before_anything_is_imported(home: Home, tmp_path: Path) -> None:
    good, unknown = export(tmp_path / "群.jsonl", [row("早")]), export(tmp_path / "x.txt", ["什么都不是"])
    with pytest.raises(UnknownFormat):
        import_chat(home, [good, unknown])
    assert groups(home) == []


def test_a_folder_may_hold_files_that_nothing_reads(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "导出"
    folder.mkdir()
    export(folder / "群.jsonl", [row("早")])
    readme = export(folder / "说明.txt", ["看这里"])
    assert import_chat(home, [folder]).bad == (Quarantined(str(readme), 1, "no reader recognises this file"),)
    assert texts(home) == ["早"]


def test_an_export_without_messages_is_told_and_the_others_are_imported(home: Home, tmp_path: Path) -> None:
    empty = export(tmp_path / "1.csv", ["time,sender,text"])
    report = import_chat(
        home, [export(tmp_path / "0.jsonl", [row("早")]), empty, export(tmp_path / "2.jsonl", [row("到")])]
    )
    assert report.bad == (Quarantined(str(empty), 1, "no message in the whole export"),)
    assert counts(report) == (3, 2, 0, 1, 0)


def test_a_group_of_two_names_is_asked_back(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "a.jsonl", [row("早")])], group="群一")
    import_chat(home, [export(tmp_path / "b.jsonl", [row("早")])], group="群二")
    with pytest.raises(UsageError, match="several groups: 群一"):
        list(judged(home, "群"))


def test_a_full_disk_is_told_and_importing_again_completes(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 50)
    rows = [row(f"第{i}条" * 50, at=f"08:{i // 60:02}:{i % 60:02}") for i in range(600)]
    path = export(tmp_path / "群.jsonl", rows)

    def import_into_little_room() -> None:
        with open_home(home.path) as full:
            full.db.execute("PRAGMA max_page_count = 80")
            import_chat(full, [path])

    with pytest.raises(StoreError, match="disk is full"):
        import_into_little_room()
    kept = len(texts(home))
    assert 0 < kept < 600
    assert counts(import_chat(home, [path])) == (600, 600 - kept, kept, 0, 0)


def test_progress_is_told_only_what_is_kept(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    path = export(tmp_path / "群.jsonl", [row(str(i), at=f"08:{i:02}:00") for i in range(5)])
    told: list[tuple[str, bool, bool]] = []

    def progress(stage: str, done: int, total: int | None) -> None:
        told.append((stage, done <= (total or 0), home.db.in_transaction))

    import_chat(home, [path], progress=progress)
    assert told == [("import", True, False)] * 3


rows = st.one_of(
    st.builds(
        row,
        st.text("早到1 ", max_size=2),
        at=st.sampled_from(["08:00:00", "08:00:01"]),
        sender=st.sampled_from(["u1", "u2"]),
        id=st.sampled_from([None, "1", "2"]),
    ),
    st.sampled_from(["{broken", "[]", '{"time": "never", "sender": "u1", "text": "早"}']),
)


@given(st.lists(rows, max_size=12), st.data())
def test_any_file_adds_up_and_importing_it_in_overlapping_parts_is_importing_it_whole(
    lines: list[dict[str, Any] | str], data: st.DataObject
) -> None:
    lines = [row("开头", at="07:00:00"), *lines]
    cut = data.draw(st.integers(1, len(lines)))
    with tempfile.TemporaryDirectory() as folder:
        whole, start = export(Path(folder) / "a.jsonl", lines), export(Path(folder) / "b.jsonl", lines[:cut])
        with open_home(Path(folder) / "once") as once, open_home(Path(folder) / "twice") as twice:
            reports = [
                import_chat(once, [whole], group="群", format=FORMAT),
                import_chat(twice, [start], group="群", format=FORMAT),
                import_chat(twice, [whole], group="群", format=FORMAT),
            ]
            kept = [
                list(home.db.execute("SELECT id, text, recalled FROM messages ORDER BY pk")) for home in (once, twice)
            ]
            assert len(quarantine(once)) == reports[0].quarantined
    for report in reports:
        assert report.seen == report.imported + report.duplicates + report.quarantined + report.ignored
    assert reports[0].seen == len(lines)
    assert kept[0] == kept[1]


def test_one_file_of_a_folder_that_cannot_be_read_does_not_keep_the_others_out(home: Home, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("木子(wxid_1) 03-15 09:00:01\n早\n\n", encoding="utf-8")  # no year, nor in its name
    (tmp_path / "b.jsonl").write_text(
        '{"time": "2024-03-15T09:00:01+08:00", "name": "阿泰", "text": "早"}\n', encoding="utf-8"
    )
    report = import_chat(home, [tmp_path])
    assert (report.imported, report.quarantined) == (1, 1)
    assert Path(report.bad[0].file).name == "a.txt"


def test_an_import_that_was_cut_short_goes_on_and_ends_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 5)  # one of them the chat itself
    lines: list[dict[str, Any] | str] = [
        row("开头", id="m1"),
        row("嗯"),
        "{broken",
        row("嗯"),
        row("好", at="08:01:00", reply_to="m1"),
        row("嗯"),
    ]
    lines += [row(str(i), at=f"09:0{i}:00") for i in range(6)]
    path = export(tmp_path / "群.jsonl", lines)
    with open_home(tmp_path / "calm") as calm, open_home(tmp_path / "cut") as cut:
        import_chat(calm, [path])
        with pytest.raises(KeyboardInterrupt):
            import_chat(cut, [path], progress=interrupt)
        compared = list[str]()
        add = History.add

        def noted(history: History, number: int, read: Sequence[Line]) -> Added:
            compared.extend(message.text for _, message in read)
            return add(history, number, read)

        monkeypatch.setattr(History, "add", noted)
        report = import_chat(cut, [path])
    assert compared == ["好", "嗯", *map(str, range(6))]
    assert (*counts(report), report.kept) == (12, 8, 3, 1, 0, 3)
    assert dump(tmp_path / "cut") == dump(tmp_path / "calm")


@pytest.mark.parametrize("change", ["group", "version", "finished"])
def test_what_is_imported_another_way_or_again_is_compared_whole(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    path = export(tmp_path / "群.jsonl", [row("一"), row("二", at="09:00:00")])
    with pytest.raises(KeyboardInterrupt):
        import_chat(home, [path], progress=interrupt)
    if change == "finished":
        assert import_chat(home, [path]).kept == 1
    if change == "version":
        monkeypatch.setattr(importing, "__version__", "9")
    report = import_chat(home, [path], group="别的群" if change == "group" else None)
    assert (report.seen, report.kept) == (2, 0)
    assert len(texts(home)) == (3 if change == "group" else 2)


def test_what_was_withdrawn_is_not_passed_over(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    path = export(tmp_path / "群.jsonl", [row(str(i), at=f"08:0{i}:00") for i in range(4)])
    with pytest.raises(KeyboardInterrupt):
        import_chat(home, [path], progress=interrupt)
    with monkeypatch.context() as broken:
        broken.setattr(History, "add", refuse)
        with pytest.raises(ReadError):
            import_chat(home, [path])
    assert import_chat(home, [path]).kept == 0
    assert texts(home) == ["0", "1", "2", "3"]


def interrupt(stage: str, done: int, total: int | None) -> None:
    """As a key or a signal would, once the first batch is kept."""
    raise KeyboardInterrupt


def refuse(*_: object) -> None:
    raise ReadError("not to be asked")
