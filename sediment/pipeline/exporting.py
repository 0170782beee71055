"""A group's history out again: streaming, each file whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, tzinfo
from functools import partial
from pathlib import Path
from typing import TextIO

from sediment.errors import PublishError, UsageError
from sediment.exports import EXPORTS, Chat, Export, Said
from sediment.models import Group
from sediment.pipeline.days import bounds
from sediment.pipeline.home import Home, find_group, quiet
from sediment.protocols import Progress
from sediment.rendering import chat_lines
from sediment.store import known, members, messages

_PART = 2000  # messages read at a time
_NAME = 40  # characters of a group's name in the name of a file


def export_formats() -> tuple[str, ...]:
    return tuple(export.name for export in _exports("zh", UTC))


def export_chat(
    home: Home,
    group: str,
    output: Path | TextIO,
    *,
    format: str,
    since: date | None = None,
    until: date | None = None,
    language: str | None = None,
    progress: Progress = quiet,
) -> tuple[Path | None, int]:
    """Write all messages of a group, or those of some days, to a file, to a file named after the group in a folder, or to a stream. Returns the file, and
    how many messages it holds. Raises UsageError for an unknown group or format, PublishError where it cannot be written."""
    chosen = find_group(home, group)
    export = next((e for e in _exports(language or home.config.spoken, home.config.zone) if e.name == format), None)
    if export is None:
        raise UsageError(f"No export is called {format}.", hint=f"There are: {', '.join(export_formats())}")
    latest = {named.sender: named.name for named in members.names(home.db, chosen.id) if named.name}
    chat = Chat(chosen, messages.native_ids(home.db)[chosen.id], tuple(latest.items()))
    said = _Said(home, chosen, since, until, progress)
    lines = export.lines(chat, said)
    if isinstance(output, Path) and output.is_dir():
        output /= f"{_file_name(chosen)}{export.suffix}"
    try:
        if isinstance(output, Path):
            _put(output, lines)
        else:
            output.writelines(lines)
            output.flush()
    except BrokenPipeError:  # whoever reads the stream has enough
        raise
    except OSError as error:
        raise PublishError(
            f"{output if isinstance(output, Path) else '-'}: {error.strerror}",
            hint="Choose a folder that can be written to.",
        ) from error
    return output if isinstance(output, Path) else None, said.count


def _exports(language: str, zone: tzinfo) -> tuple[Export, ...]:
    return (*EXPORTS, Export("markdown", ".md", partial(_markdown, language, zone)))


def _markdown(language: str, zone: tzinfo, chat: Chat, said: Iterable[Said]) -> Iterator[str]:
    return chat_lines(chat.group, ((one.message, one.quoted) for one in said), language, zone)


class _Said:
    """The messages of a span, counted as they are taken."""

    def __init__(self, home: Home, group: Group, since: date | None, until: date | None, progress: Progress) -> None:
        self._home, self._group, self._progress = home, group, progress
        zone = home.config.zone
        self._start = bounds(since, zone)[0].timestamp() if since else float("-inf")
        self._end = bounds(until, zone)[1].timestamp() if until else float("inf")
        self.count = 0

    def __iter__(self) -> Iterator[Said]:
        span = messages.span(self._home.db, self._group.id)
        for part in known.parts(self._home.db, self._group.id, self._start, self._end, _PART):
            quoted = messages.by_id(self._home.db, [s.message.reply_to for s in part if s.message.reply_to])
            for stored in part:
                yield Said(stored.message, quoted.get(stored.message.reply_to or ""))
            self.count += len(part)
            self._progress("export", self.count, span[0] if span else None)


def _file_name(group: Group) -> str:
    """Two groups may have one name: the id tells them apart."""
    letters = re.sub(r"[^\w]+", "-", group.name)[:_NAME].strip("-")
    return f"{letters}-{group.id[:8]}"


def _put(path: Path, lines: Iterable[str]) -> None:
    """For its owner's eyes only, as the home is."""
    if path.exists() and not path.is_file():  # a pipe or a device takes it as it comes
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines)
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(part, "w", encoding="utf-8", newline="", opener=partial(os.open, mode=0o600)) as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
