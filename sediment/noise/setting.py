"""What stands around a message: what it answers, who answers it, which talk it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sediment.models import Link, Message
from sediment.questions import is_question


@dataclass(frozen=True)
class Setting:
    messages: Sequence[Message]
    links: Sequence[Link]

    @cached_property
    def by_id(self) -> dict[str, Message]:
        return {message.id: message for message in self.messages}

    @cached_property
    def parent(self) -> dict[str, Message]:
        """Message id → the message that it most probably answers."""
        best: dict[str, Link] = {}
        for link in self.links:
            if link.answers in self.by_id and (link.message_id not in best or link.score > best[link.message_id].score):
                best[link.message_id] = link
        return {id: self.by_id[link.answers] for id, link in best.items()}

    @cached_property
    def children(self) -> dict[str, list[Message]]:
        found: dict[str, list[Message]] = defaultdict(list)
        for id, parent in self.parent.items():
            if id in self.by_id:
                found[parent.id].append(self.by_id[id])
        return found

    @cached_property
    def talk(self) -> dict[str, list[Message]]:
        """Message id → all messages that are linked with it, itself included."""
        root: dict[str, str] = {}
        talks: dict[str, list[Message]] = defaultdict(list)
        for message in self.messages:
            parent = self.parent.get(message.id)
            root[message.id] = root.get(parent.id, parent.id) if parent else message.id
            talks[root[message.id]].append(message)
        return {id: talks[start] for id, start in root.items()}

    @cached_property
    def by_sender(self) -> dict[str, list[Message]]:
        found: dict[str, list[Message]] = defaultdict(list)
        for message in self.messages:
            if message.sender is not None:
                found[message.sender].append(message)
        return found

    def answers_question(self, message: Message) -> bool:
        """Whether somebody else's question is what the message answers."""
        parent = self.parent.get(message.id)
        return parent is not None and parent.sender != message.sender and is_question(parent.text)
