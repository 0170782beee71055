"""Readers of the labelled sets that the benches measure on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sediment.models import Message

_IRC_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_BACK = timedelta(hours=10)  # a clock that goes back so far has passed midnight


@dataclass(frozen=True, slots=True)
class Linked:
    """Messages with their true links (later, earlier); (i, i) starts something. Only `first` and later ones are labelled."""

    name: str
    messages: list[Message]
    links: list[tuple[int, int]]
    first: int


def irc(path: Path) -> Iterator[Linked]:
    """Ubuntu IRC (Kummerfeld et al., ACL 2019): a file a row, times without a day."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pairs = [(later, earlier) for later, earlier in row["links"]]
        yield Linked(row["id"], list(_irc_messages(row["messages"])), pairs, min(later for later, _ in pairs))


def _irc_messages(rows: list[list[Any]]) -> Iterator[Message]:
    now = _IRC_DAY
    for number, (clock, user, text, is_notice) in enumerate(rows):
        if clock:
            then = now.replace(hour=int(clock[:2]), minute=int(clock[3:5]), second=int(clock[6:8] or 0))
            now = then + timedelta(days=1) if now - then > _BACK else max(now, then)
        sender, kind = (None, "system") if is_notice else (user, "text")
        yield Message(str(number), "irc", now, sender, user, "system" if kind == "system" else "text", text)


@dataclass(frozen=True, slots=True)
class ChatSet:
    """A hand-written group chat with its gold structure."""

    folder: Path
    messages: list[dict[str, Any]]
    gold: dict[str, dict[str, Any]]  # by message id
    conversations: list[dict[str, Any]]
    faq: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    traps: list[dict[str, Any]]


def chat_set(folder: Path) -> ChatSet:
    return ChatSet(
        folder,
        _lines(folder / "messages.jsonl"),
        {row["id"]: row for row in _lines(folder / "gold.jsonl")},
        _value(folder / "conversations.json"),
        _value(folder / "faq.json"),
        _lines(folder / "questions.jsonl"),
        _value(folder / "traps.json"),
    )


def chat_folders(folder: Path) -> list[Path]:
    """The sets in `folder`, or the folder itself when it is one."""
    return sorted(path.parent for path in folder.rglob("messages.jsonl") if (path.parent / "gold.jsonl").exists())


def chat_messages(data: ChatSet) -> list[Message]:
    return [
        Message(
            row["id"],
            data.folder.name,
            datetime.fromisoformat(row["time"]),
            row["sender"],
            row["name"] or "",
            row["kind"],
            row["text"] or "",
            row.get("reply_to"),
            tuple(row.get("mentions") or ()),
            row["id"],
        )
        for row in data.messages
    ]


def chat_links(data: ChatSet) -> Linked:
    """The true links of the messages that belong to a conversation."""
    place = {row["id"]: index for index, row in enumerate(data.messages)}
    pairs = [
        (place[id], place[earlier])
        for id, row in data.gold.items()
        if row["conversation"]
        for earlier in (row["replies_to"] or [id])
    ]
    return Linked(data.folder.name, chat_messages(data), pairs, 0)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _value(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows
