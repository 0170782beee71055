"""What stands around a message: what it answers, who answers it, which talk it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sediment.models import Link, Message
from sediment.noise import rules
from sediment.questions import is_question

NEAR = 180
"So many seconds after a question the next words may answer it."
REACH = 2
"So many messages of others back a question may stand."
_MEMORY = 7
"So many messages back it is looked for."
_SPOKEN = ("text", "reply", "voice", "image", "file", "link")


@dataclass(frozen=True)
class Setting:
    messages: Sequence[Message]
    links: Sequence[Link]
    first: int = 0  # where those begin that are to be judged

    @cached_property
    def judged(self) -> dict[str, Message]:
        """By id and in order, the messages from `first` on and those before whose marks theirs depend on, directly or through one another."""
        if not self.first:
            return self.by_id
        found, talks, waiting = set[str](), set[str](), list(self.messages[self.first :])
        while waiting:
            message = waiting.pop()
            if message.id in found:
                continue
            found.add(message.id)
            waiting += self._needed_for(message)
            talk = self.talk[message.id]
            if talk[0].id not in talks:
                talks.add(talk[0].id)
                waiting += talk
        return {message.id: message for message in self.messages if message.id in found}

    def _needed_for(self, message: Message) -> Iterator[Message]:
        """What it answers, and the questions that it may answer."""
        if message.id in self.parent:
            yield self.parent[message.id]
        yield from (self.by_id[to] for to in self._answered(message) if self._asks(self.by_id[to], message))
        yield from (earlier for earlier in self._before(message) if self._asks(earlier, message))

    @cached_property
    def by_id(self) -> dict[str, Message]:
        return {message.id: message for message in self.messages}

    @cached_property
    def names(self) -> frozenset[str]:
        """As the members are shown."""
        return frozenset(message.name for message in self.messages if message.sender is not None and message.name)

    @cached_property
    def signed_up(self) -> set[str]:
        return rules.signed_up(self.messages)

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
        """All that each of those said of whom anything is judged."""
        found: dict[str, list[Message]] = {m.sender: [] for m in self.judged.values() if m.sender is not None}
        for message in self.messages:
            if message.sender in found:
                found[message.sender].append(message)
        return found

    @cached_property
    def _targets(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            found[link.message_id].append(link.answers)
        return found

    @cached_property
    def _spoken(self) -> list[Message]:
        return [m for m in self.messages if m.sender is not None and m.kind in _SPOKEN]

    @cached_property
    def _place(self) -> dict[str, int]:
        """Where each message stands in `_spoken`."""
        return {message.id: place for place, message in enumerate(self._spoken)}

    def _before(self, message: Message) -> list[Message]:
        """The last few that others said shortly before it, oldest first."""
        place = self._place.get(message.id, 0)
        recent = self._spoken[max(0, place - _MEMORY) : place]
        return [
            m for m in recent if m.sender != message.sender and (message.sent_at - m.sent_at).total_seconds() <= NEAR
        ][-REACH:]

    def _answered(self, message: Message) -> Iterator[str]:
        """Ids of the messages that it is linked to or quotes."""
        for to in (*self._targets.get(message.id, ()), message.reply_to):
            if to is not None and to in self.by_id:
                yield to

    def answers_question(self, message: Message, beside: Collection[str] = ()) -> bool:
        """Whether it answers somebody else's question: one that it quotes or is linked to, whatever the score of the link. Questions `beside` do not count."""
        return any(to not in beside and self._asks(self.by_id[to], message) for to in self._answered(message))

    def follows_question(self, message: Message, beside: Collection[str] = ()) -> bool:
        """Whether somebody else has just asked: the link between a question and a short answer is easily missed."""
        return any(m.id not in beside and self._asks(m, message) for m in self._before(message))

    def _asks(self, earlier: Message, later: Message) -> bool:
        return earlier.sender != later.sender and is_question(earlier.text)
