"""Which earlier message each message answers."""

from __future__ import annotations

from collections.abc import Sequence

from sediment.models import Link, Message

CONTEXT = 2000
"The links of a message depend on at most so many messages before it: give `links` these as context and more would change nothing."


def links(messages: Sequence[Message], first: int = 0) -> list[Link]:
    """The links of messages[first:], in order. A message without one starts something."""
    found = []
    last: dict[str | None, Message] = {}
    previous: Message | None = None
    by_id: dict[str, Message] = {}
    for index, message in enumerate(messages):
        if index >= first and (link := _link(message, previous, last, by_id)):
            found.append(link)
        by_id[message.id] = message
        if message.sender is not None:
            last[message.sender] = last[message.name] = previous = message
    return found


def _link(
    message: Message, previous: Message | None, last: dict[str | None, Message], by_id: dict[str, Message]
) -> Link | None:
    if message.reply_to in by_id and message.reply_to is not None:
        return Link(message.id, message.reply_to, 1.0, "quote")
    for name in message.mentions:
        if name in last:
            return Link(message.id, last[name].id, 0.8, "mention")
    own = last.get(message.sender)
    if own is not None and (message.sent_at - own.sent_at).total_seconds() < 180:
        return Link(message.id, own.id, 0.6, "own")
    if previous is not None and message.sender and (message.sent_at - previous.sent_at).total_seconds() < 180:
        return Link(message.id, previous.id, 0.5, "previous")
    return None
