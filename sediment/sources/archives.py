"""The text files in a folder, those in its zip archives among them, or in a zip archive, one Source each. Nothing is unpacked to disk, and members are
read streaming, so names that point outside the archive and members that are much larger than they look do no harm."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import IO, cast

from sediment.errors import ReadError
from sediment.sources.source import Source

_MEMBERS = 100_000
_RATIO, _LARGE = 200, 64 << 20  # text rarely shrinks to a twentieth; 200:1 beyond 64 MiB is a bomb
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def sources_in(path: Path, zone: tzinfo) -> Iterator[Source]:
    """`path` itself, or the text files in it when it is a folder or a zip archive, in order of their names. Media and hidden files are left
    out, links are not followed. Raises ReadError."""
    if path.is_dir():
        yield from _in_folder(path, zone)
    elif path.is_file() and zipfile.is_zipfile(path):
        yield from _in_zip(path, zone)
    else:
        yield Source(path, zone)


def _in_folder(folder: Path, zone: tzinfo) -> Iterator[Source]:
    for here, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for path in (Path(here, name) for name in sorted(names) if not _is_hidden(name)):
            if path.is_symlink() or not path.is_file():
                continue
            if path.suffix.lower() == ".zip":
                yield from _in_zip_among_others(path, zone)
            elif (source := Source(path, zone)).encoding:
                yield source


def _in_zip_among_others(path: Path, zone: tzinfo) -> list[Source]:
    """One that cannot be opened is given as it is: nobody reads it, which is told, and the files beside it count."""
    try:
        return list(_in_zip(path, zone))
    except ReadError:
        return [Source(path, zone)]


def _refuse(error: OSError) -> None:
    """os.walk would pass over a folder that cannot be read."""
    raise ReadError(f"{error.filename}: {error.strerror}", hint="Can you open it yourself?") from error


def _in_zip(path: Path, zone: tzinfo) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse_bomb(path, path.name, sum(member.file_size for member in members), path.stat().st_size)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ReadError(
            f"{path.name}: a damaged zip archive ({error})", hint="Unpack it and name the folder."
        ) from error
    if len(members) > _MEMBERS:
        raise ReadError(f"{path.name}: {len(members)} files, more than {_MEMBERS}", hint="Unpack it and name the file.")
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise ReadError(f"{path.name}: an Office document, not a chat export", hint="Save the sheet as CSV.")
    # An absolute name would take the place of the archive's.
    named = {path / _name(member).lstrip("/"): member for member in sorted(members, key=lambda member: member.filename)}

    def found(target: Path) -> Source | None:
        if (member := named.get(target)) is None:
            return None
        _refuse_harm(path, member)
        opened = partial(_member, path, member.filename)
        return Source(target, zone, opened=opened, size=member.file_size, found=found)

    for target in named:
        if any(_is_hidden(part) for part in target.relative_to(path).parts):
            continue
        # An archive in the archive is given as it is: nobody reads it, which is told.
        if (source := found(target)) is not None and (source.encoding or target.suffix.lower() == ".zip"):
            yield source


def _refuse_harm(path: Path, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise ReadError(f"{path.name}: encrypted", hint="Unpack it with its password and name the folder.")
    _refuse_bomb(path, _name(member), member.file_size, member.compress_size)


def _refuse_bomb(path: Path, name: str, size: int, packed: int) -> None:
    """Of one member, and of all together: they may be small, or lie over one another."""
    if size > _LARGE and size > packed * _RATIO:
        raise ReadError(
            f"{path.name}: {name} would unpack to {size >> 20} MiB: a zip bomb",
            hint="If it is an honest export, unpack it and name the folder.",
        )


def _name(member: zipfile.ZipInfo) -> str:
    """zipfile reads names without the UTF-8 flag as cp437; Chinese Windows wrote GB18030."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _member(path: Path, name: str) -> IO[bytes]:
    """Raises OSError, as opening a file does."""
    try:
        with zipfile.ZipFile(path) as archive:  # the member keeps the file open
            return _Member(archive.open(name))
    except _DAMAGE as error:
        raise OSError(str(error)) from error


class _Member(io.BufferedReader):
    """A zip member whose damage shows as OSError, as that of a file does."""

    def __init__(self, member: IO[bytes]) -> None:
        super().__init__(cast(io.RawIOBase, member))

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return super().read(size)
        except _DAMAGE as error:
            raise OSError(str(error)) from error


def _is_hidden(name: str) -> bool:
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")
