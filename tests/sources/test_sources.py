"""Encodings, times, words around messages, folders and archives."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.errors import ReadError
from sediment.models import Kind
from sediment.sources import Flaw, Source, caption, clock, day, is_recall, labelled, mentioned, moment, sources_in
from sediment.sources.encodings import encoding_of
from sediment.sources.wechat import wechat_kind

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2024, 3, 15, 12, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("早上好".encode(), "utf-8"),
        ("早上好".encode()[:-1], "utf-8"),
        ("早上好".encode("utf-8-sig"), "utf-8-sig"),
        ("早上好".encode("gb18030"), "gb18030"),
        ("早上好 hello".encode("utf-16"), "utf-16"),
        ("hello".encode("utf-16-le"), "utf-16-le"),
        ("hello".encode("utf-16-be"), "utf-16-be"),
        (("早上好，今天讨论向量库" * 9).encode() + b"\xe6\x97", "utf-8"),
        (b"\xe6\x97" + ("早上好，今天讨论向量库" * 9).encode(), "utf-8"),
        (b"\xff" + ("早上好，今天讨论向量库" * 9).encode("gb18030"), "gb18030"),
        (b"", "utf-8"),
        (bytes(range(256)), None),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", None),
    ],
)
def test_encoding_is_told_from_the_head(data: bytes, encoding: str | None) -> None:
    assert encoding_of(data) == encoding


@pytest.mark.parametrize(
    "value",
    [
        "2024-03-15T12:00:00+08:00", "2024-03-15T04:00:00Z", "2024-03-15 12:00:00", "2024/3/15 12:00", "2024年3月15日 12:00",
        "2024/3/15 下午12:00", "2024-03-15 12:00 +0800", "2024-03-15 04:00:00 UTC",
        1710475200, 1710475200.0, "1710475200", "1710475200.0", 1710475200_000, "1710475200000", 1710475200_000_000, 1710475200_000_000_000,
    ],
)  # fmt: skip
def test_moment_is_aware(value: str | int | float) -> None:
    assert moment(value, ZONE) == NOON
    assert moment(value, ZONE).tzinfo is not None


@given(
    st.one_of(
        st.integers(631238400, 7000000000), st.integers(1710054000, 1710061200), st.integers(1730606400, 1730620800)
    ),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin"]),
)
def test_moment_of_seconds_is_that_of_the_zone_though_its_clocks_are_changed(seconds: int, name: str) -> None:
    at, expected = moment(seconds, ZoneInfo(name)), datetime.fromtimestamp(seconds, ZoneInfo(name))
    assert (at.isoformat(), at.fold) == (expected.isoformat(), expected.fold)


@pytest.mark.parametrize(
    "value", ["", "yesterday", "2024-13-45 12:00", "0001-01-01", 0, -1, 1e300, float("nan"), "9" * 300]
)
def test_what_is_no_time_is_a_flaw(value: str | float) -> None:
    with pytest.raises(Flaw):
        moment(value, ZONE)


def test_parts_of_a_second_are_kept() -> None:
    assert moment(1710475200_250, ZONE) == moment(1710475200.25, ZONE) == NOON + timedelta(seconds=0.25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:00", "09:00:00"), ("20:43:38", "20:43:38"), ("12:00:03 AM", "00:00:03"), ("12:00:05 PM", "12:00:05"),
        ("下午 8:43:38", "20:43:38"), ("上午12:05", "00:05:00"), ("1:02 pm", "13:02:00"),
    ],
)  # fmt: skip
def test_clock_with_12_and_24_hours(text: str, expected: str) -> None:
    assert clock(text).isoformat() == expected


def test_day_in_three_orders() -> None:
    assert day("2024-3-5") == day("2024/03/05") == day("3/5/2024")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[图片]", ("image", "", "")),
        ("[图片: 0123.jpg(请在附件中查看)]", ("image", "", "")),
        ("![图片](http://127.0.0.1:5030/image/b)", ("image", "", "")),
        ("[图片] 看左上角", ("text", "[图片] 看左上角", "")),
        ("[文件]周报, 第 11 周.pdf", ("file", "周报, 第 11 周.pdf", "")),
        ("[文件: 报表[终].xlsx]", ("file", "报表[终].xlsx", "")),
        ("[链接|标题](https://example.org/?a=1)", ("link", "标题", "https://example.org/?a=1")),
        ("[合并转发|记录]\n  甲: 早", ("forward", "记录\n  甲: 早", "")),
        ("[旺柴]", ("text", "[旺柴]", "")),
        ("[1] 参考文献", ("text", "[1] 参考文献", "")),
        ("看[图片]", ("text", "看[图片]", "")),
        ("「甲：几点？\n在哪」\n- - - - - - - - - - - - - - -\n三点", ("reply", "三点", "")),
        ("「甲：几点？」\n三点", ("text", "「甲：几点？」\n三点", "")),
    ],
)
def test_label_tells_the_kind(text: str, expected: tuple[Kind, str, str]) -> None:
    assert labelled(text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("voice", "[语音消息]", ("", "")),
        ("voice", "明天九点见", ("明天九点见", "")),
        ("image", "media/2024/a.jpg", ("", "")),
        ("link", "[链接] 标题\nhttps://example.org", ("标题", "https://example.org")),
        ("link", "https://example.org", ("https://example.org", "https://example.org")),
        ("text", "[图片]", ("[图片]", "")),
    ],
)
def test_caption_is_what_is_left_of_the_label(kind: Kind, text: str, expected: tuple[str, str]) -> None:
    assert caption(kind, text) == expected


def test_mentions_are_names_behind_the_sign() -> None:
    assert mentioned("@木子|运营 收到 @阿泰：后端\u2005看下@小满") == ("木子|运营", "阿泰：后端", "小满")
    assert mentioned("@Tom Lee\u2005 在吗 @小满 看下") == ("Tom Lee", "小满")
    assert mentioned("写信给 a@example.org 或 @ 他") == ()


def test_recall_is_told_in_both_languages() -> None:
    assert is_recall('"老K" 撤回了一条消息')
    assert is_recall("You recalled a message")
    assert not is_recall("撤回来了吗")


def test_wechat_4_keeps_both_types_in_one_number() -> None:
    assert wechat_kind(49, 57) == wechat_kind(244813135921) == "reply"
    assert wechat_kind(8594229559345) == "red_packet"
    assert wechat_kind(12345) == "other"


def test_folder_that_cannot_be_read_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "b"
    closed.mkdir()
    (tmp_path / "a.txt").write_text("早", encoding="utf-8")
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)  # whoever runs the tests may be allowed everything
    with pytest.raises(ReadError, match="b: Permission denied"):
        list(sources_in(tmp_path, UTC))


def test_only_files_are_sources(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "missing", Path("/dev/zero")):
        with pytest.raises(ReadError):
            Source(path, UTC)


def test_folder_gives_its_text_files_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.json").write_text("[]")
    (tmp_path / "a" / ".DS_Store").write_text("x")
    (tmp_path / "a" / "p.png").write_bytes(b"\x89PNG\0\0\0")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to(tmp_path)

    assert [source.path.relative_to(tmp_path).as_posix() for source in sources_in(tmp_path, UTC)] == [
        "b.txt",
        "a/1.json",
    ]


def archive(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def test_archive_gives_its_members_without_unpacking(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "e.zip",
        {"../../evil.txt": "早", "a/b.json": "[1]", "p.png": b"\x89PNG\0\0\0", "__MACOSX/x.txt": "x"},
    )
    sources = list(sources_in(path, UTC))

    assert [[line for _, line in source.lines()] for source in sources] == [["早"], ["[1]"]]
    assert [source.size for source in sources] == [3, 3]
    assert [child.name for child in tmp_path.iterdir()] == ["e.zip"]


@pytest.mark.parametrize("part", [b"PK\x03\x04", b"PK\x05\x06"])
def test_damaged_archive_is_refused(tmp_path: Path, part: bytes) -> None:
    path = archive(tmp_path / "e.zip", {"a.txt": "早" * 1000})
    path.write_bytes(
        path.read_bytes()[:40] + b"\xff" * 30 + path.read_bytes()[70:] if part[2] == 3 else path.read_bytes()[:60]
    )

    with pytest.raises(ReadError):
        [list(source.lines()) for source in sources_in(path, UTC)]


def test_bomb_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.zip", {"a.txt": b"0" * 100_000_000})

    with pytest.raises(ReadError, match="bomb"):
        list(sources_in(path, UTC))


def test_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "e.zip", {"a.txt": "x"})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    path.write_bytes(data)

    with pytest.raises(ReadError, match="encrypted"):
        list(sources_in(path, UTC))


def test_office_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="Office"):
        list(sources_in(archive(tmp_path / "t.xlsx", {"[Content_Types].xml": "<x/>"}), UTC))


def test_chinese_names_of_old_archives_are_decoded(tmp_path: Path) -> None:
    path = archive(tmp_path / "e.zip", {"aaaa.txt": "x"})
    path.write_bytes(path.read_bytes().replace(b"aaaa.txt", "聊天".encode("gb18030") + b".txt"))

    (source,) = sources_in(path, UTC)

    assert source.path.name == "聊天.txt"
    assert list(source.lines()) == [(1, "x")]


def test_offset_of_the_zone_is_kept() -> None:
    assert moment("2024-03-15T12:00:00+09:00", ZONE).utcoffset() == timedelta(hours=9)
    assert moment("2024-03-15T12:00:00", UTC).utcoffset() == timedelta(0)


def test_archives_among_the_files_of_a_folder_are_opened_and_one_that_cannot_be_is_given_as_it_is(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text("早", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("c.txt", "到")
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04 cut off")

    found = [source.path.relative_to(tmp_path).as_posix() for source in sources_in(tmp_path, ZONE)]

    assert found == ["a.txt", "b.zip/c.txt", "d.zip"]


def test_an_archive_in_an_archive_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"b.txt": "到"}).read_bytes()
    path = archive(tmp_path / "e.zip", {"a.txt": "早", "inner.zip": inner})
    assert [source.path.name for source in sources_in(path, ZONE)] == ["a.txt", "inner.zip"]
