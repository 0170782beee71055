"""Paths that hold no export, and strange ones that do."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

LINE = b'{"time": "2026-04-08T08:00:00+08:00", "sender": "u1", "text": "\xe6\x97\xa9"}\n'


def archive(path: Path, members: Mapping[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def _link(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


def _changed(path: Path, change: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(change(path.read_bytes()))
    return path


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _folder(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    path.mkdir(exist_ok=True)
    return path


def _to(path: Path, target: str) -> Path:
    path.symlink_to(target)
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda p: p, "no such file"),
    "link to nothing": (lambda p: _to(p, "nowhere"), "no such file"),
    "link to itself": (lambda p: _to(p, p.name), "no such file"),
    "pipe": (_fifo, "not a file"),
    "device": (lambda _: Path("/dev/zero"), "not a file"),
    "empty device": (lambda _: Path("/dev/null"), "not a file"),
    "empty folder": (lambda p: _folder(p, {}), "no text file"),
    "folder of pictures": (lambda p: _folder(p, {"a/b.png": b"\x89PNG\0\0\0"}), "no text file"),
    "folder of hidden files": (lambda p: _folder(p, {".git/x.jsonl": LINE}), "no text file"),
    "empty archive": (lambda p: archive(p, {}), "no text file"),
    "archive of folders": (lambda p: archive(p, {"a/": b""}), "no text file"),
    "archive in an archive": (lambda p: archive(p, {"x.zip": archive(p, {"a.jsonl": LINE}).read_bytes()}), "x.zip looks like a zip archive"),
    "Office document": (lambda p: archive(p, {"[Content_Types].xml": b"<x/>"}), "Office"),
    "bomb": (lambda p: archive(p, {"a.jsonl": b"0" * (65 << 20)}), "zip bomb"),
    "bomb of many": (lambda p: archive(p, {f"{number}.jsonl": b"0" * (9 << 20) for number in range(8)}), "zip bomb"),
    "encrypted": (
        lambda p: _changed(
            archive(p, {"a": LINE}), lambda data: _flagged(_flagged(data, b"PK\3\4", 6), b"PK\1\2", 8)
        ),
        "encrypted",
    ),
    "no directory": (lambda p: _changed(archive(p, {"a": LINE * 99}), lambda data: data[:-40]), "zip archive"),
    "half an archive": (lambda p: _changed(archive(p, {"a": LINE * 99}), lambda data: data[: len(data) // 2]), "zip archive"),
    "noise in a member": (
        lambda p: _changed(archive(p, {"a": os.urandom(9).hex().encode() * 999}), lambda d: d[:40] + b"\xff" * 9 + d[49:]),
        "p",
    ),
    "method that is none": (
        lambda p: _changed(
            archive(p, {"a": LINE}), lambda data: data.replace(b"PK\1\2\x14\3\x14\0\0\0\x08", b"PK\1\2\x14\3\x14\0\0\0\x63")
        ),
        "p",
    ),
}  # fmt: skip


def _flagged(data: bytes, signature: bytes, place: int) -> bytes:
    at = data.index(signature) + place
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]


READ: dict[str, tuple[Callable[[Path], Path], tuple[int, int]]] = {
    "names that lead outside": (lambda p: archive(p, {"../../a.jsonl": LINE, "/b.jsonl": LINE * 2}), (2, 0)),
    "name of a drive": (lambda p: archive(p, {"C:\\a.jsonl": LINE}), (1, 0)),
    "a link in an archive": (lambda p: archive(p, {"a.jsonl": LINE, _link("b.txt"): b"/etc/passwd"}), (1, 1)),
    "a link in a folder": (lambda p: _linked(_folder(p, {"a.jsonl": LINE})), (1, 0)),
    "one name twice": (lambda p: _twice(p), (1, 0)),
    "names in GB18030": (
        lambda p: _changed(archive(p, {"aaaa.jsonl": LINE}), lambda d: d.replace(b"aaaa", "聊天".encode("gb18030"))),
        (1, 0),
    ),
    "comment behind the archive": (lambda p: _changed(archive(p, {"a.jsonl": LINE}), lambda d: d + b"x" * 9), (1, 0)),
    "program before the archive": (lambda p: _changed(archive(p, {"a.jsonl": LINE}), lambda d: b"MZ" * 99 + d), (1, 0)),
    "stored": (lambda p: archive(p, {"a.jsonl": LINE}, zipfile.ZIP_STORED), (1, 0)),
    "packed a hundred times": (lambda p: archive(p, {"a.jsonl": LINE * 2000}), (2000, 0)),
    "path with a line end": (lambda p: _folder(p / "甲\n乙", {"a.jsonl": LINE}), (1, 0)),
    "path with an escape": (lambda p: _folder(p / "\x1b[2J", {"a.jsonl": LINE + b"{\n"}), (1, 1)),
    "path with an emoji": (lambda p: _folder(p / "🐟👨\u200d👩", {"a.jsonl": LINE}), (1, 0)),
    "path that is no text": (lambda p: _folder(p / "\udcff", {"a.jsonl": LINE + b"{\n"}), (1, 1)),
}  # fmt: skip


def _linked(folder: Path) -> Path:
    (folder / "b.jsonl").symlink_to("a.jsonl")
    (folder / "all").symlink_to(".")
    return folder


def _twice(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for _ in range(2):
            made.writestr("a.jsonl", LINE)
    return path
