"""What an export is written from, and what a format declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sediment.models import Group, Message


@dataclass(frozen=True, slots=True)
class Chat:
    group: Group
    native_id: str | None  # the exporters' id of the chat
    names: tuple[tuple[str, str], ...]  # each account and its latest name


@dataclass(frozen=True, slots=True)
class Said:
    message: Message  # `sender` and `mentions` are the accounts of the export, whoever that is
    quoted: Message | None = None  # what it quotes, where that is stored


@dataclass(frozen=True, slots=True)
class Export:
    name: str  # as given to --format
    suffix: str
    lines: Callable[[Chat, Iterable[Said]], Iterator[str]]  # with their ends, streaming
