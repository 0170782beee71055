"""More training groups from few: whole conversations moved in time, and two groups talking at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from bench.labelled import ChatSet, Linked, chat_messages
from sediment.models import Message

MOVED = 25.0  # minutes, at most
STRETCHED = 1.4  # times, at most
_SLICE = 1800.0  # seconds: messages outside of conversations move together


@dataclass(frozen=True, slots=True)
class _Move:
    origin: float
    by: float
    factor: float

    def moved(self, message: Message) -> Message:
        seconds = (message.sent_at.timestamp() - self.origin) * self.factor + self.origin + self.by
        return replace(message, sent_at=message.sent_at + timedelta(seconds=seconds - message.sent_at.timestamp()))


def shuffled(data: ChatSet, random: np.random.Generator) -> Linked:
    """The set with each conversation begun earlier or later and run faster or slower: other neighbours, the same answers."""
    moves: dict[object, _Move] = {}
    rows = []
    for number, message in enumerate(chat_messages(data)):
        time = message.sent_at.timestamp()
        conversation = data.gold[message.id]["conversation"]
        key = conversation or time // _SLICE
        if key not in moves:
            stretch = math.exp(random.uniform(-1, 1) * math.log(STRETCHED)) if conversation else 1.0
            moves[key] = _Move(time, 60 * random.uniform(-MOVED, MOVED), stretch)
        rows.append((moves[key].moved(message), number))
    rows.sort(key=lambda row: (row[0].sent_at, row[1]))
    return _linked(data, [message for message, _ in rows])


def _linked(data: ChatSet, messages: list[Message]) -> Linked:
    place = {message.id: number for number, message in enumerate(messages)}
    pairs = [
        (place[id], place[earlier])
        for id, row in data.gold.items()
        if row["conversation"]
        for earlier in (row["replies_to"] or [id])
        if place[earlier] <= place[id]
    ]
    return Linked(data.folder.name, messages, pairs, 0)


def overlaid(one: ChatSet, other: ChatSet, random: np.random.Generator) -> Linked:
    """Variants of two sets as if their people talked in one group on the same days."""
    first, second = shuffled(one, random), shuffled(other, random)
    days = first.messages[0].sent_at.date() - second.messages[0].sent_at.date()
    rows = [(_tagged(message, "1"), 1, number) for number, message in enumerate(first.messages)]
    rows += [
        (replace(_tagged(message, "2"), sent_at=message.sent_at + days), 2, number)
        for number, message in enumerate(second.messages)
    ]
    rows.sort(key=lambda row: (row[0].sent_at, row[1], row[2]))
    place = {(tag, number): at for at, (_, tag, number) in enumerate(rows)}
    pairs = [
        (place[tag, later], place[tag, earlier])
        for tag, linked in ((1, first), (2, second))
        for later, earlier in linked.links
    ]
    return Linked(f"{first.name}+{second.name}", [row[0] for row in rows], pairs, 0)


def _tagged(message: Message, tag: str) -> Message:
    """As another person's message of another group: ids and senders apart."""
    return replace(
        message,
        id=tag + message.id,
        sender=message.sender and tag + message.sender,
        reply_to=message.reply_to and tag + message.reply_to,
        mentions=tuple(tag + name for name in message.mentions),
    )
