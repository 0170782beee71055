"""The digest of a day or a span: what mattered and how it ended, decisions, open questions, resources, what comes up, and the account of every message."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sediment import extract, words
from sediment.extract import Talk, events
from sediment.models import Account, Accounted, Claim, Draft, Material, Message, Section
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say

_CITED = 40  # messages that the digest of an ordinary day may cite
_ORDINARY = 300  # messages of such a day, without noise
_WORTH_TELLING = 0.9  # importance
_STORIES = 16
_DECAY = 0.8
_KEEP = {"decisions": 2, "open": 3, "resources": 3, "events": 3}


@dataclass
class _Told:
    """A conversation on its way into the digest."""

    talk: Talk
    importance: float
    chosen: list[Message] = field(default_factory=list)


class Digest:
    kind = "digest"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        told = [_Told(talk, extract.importance(talk)) for talk in extract.talks(material)]
        told.sort(key=lambda t: -t.importance)
        return _extracted(material, told)


def _extracted(material: Material, told: Sequence[_Told]) -> Draft:
    language = material.language
    room = _room(material)
    stories = [t for t in told[:_STORIES] if t.importance >= _WORTH_TELLING]
    _choose(stories, room - 7)
    seen = {m.id for t in stories for m in t.chosen}
    rest = [t for t in told if t not in stories]
    sections = [
        Section("mattered", _titled(t, language), tuple(extract.claims(t.chosen, language)), (t.talk.conversation.id,))
        for t in stories
        if t.chosen
    ]
    for part, found in (
        ("decisions", _decisions(rest)),
        ("open", _open(told, seen)),
        ("resources", _resources(told, seen)),
        ("events", _events(told, seen)),
    ):
        fresh = [m for m in found if m.id not in seen][: _KEEP[part]]
        seen |= {m.id for m in fresh}
        if fresh:
            sections.append(
                Section(part, say(f"part-{part}", language), tuple(extract.quoted(m, language) for m in fresh))
            )
    return Draft(
        title=say("title-digest", language, group=material.group.name, span=_span(material)),
        sections=tuple(sections),
        account=_account(material, told, stories, language),
        made_by="",
        lead=tuple(_lead(stories, language)),
    )


def _room(material: Material) -> int:
    """How many messages the digest may cite: it grows with the root of what was said."""
    spoken = sum(1 for m in material.messages if m.id not in material.noise)
    return min(160, int(_CITED * max(1.0, math.sqrt(spoken / _ORDINARY))))


def _choose(stories: Sequence[_Told], room: int) -> None:
    """Give each story its best message, then the others to whoever gains most."""
    left = {id(t): sorted(t.talk.quotable, key=lambda m: -t.talk.weights[m.id]) for t in stories}
    for _ in range(room):
        best = max(
            ((_gain(t, m), t, m) for t in stories for m in left[id(t)]), key=lambda found: found[0], default=None
        )
        if best is None or best[0] <= 0.2:
            break
        _, t, message = best
        t.chosen.append(message)
        left[id(t)].remove(message)
    for t in stories:
        t.chosen.sort(key=lambda m: t.talk.messages.index(m))


def _gain(told: _Told, message: Message) -> float:
    """What `message` adds to what is already told of its conversation."""
    repeated = max((_alike(message, other) for other in told.chosen), default=0.0)
    first = 4.0 if not told.chosen else 1.0
    return first * told.importance * told.talk.weights[message.id] * float(_DECAY ** len(told.chosen)) * (1 - repeated)


def _alike(one: Message, other: Message) -> float:
    a, b = set(words.bigrams(one.text)), set(words.bigrams(other.text))
    return len(a & b) / max(1, min(len(a), len(b)))


def _titled(told: _Told, language: str) -> str:
    return extract.title(told.talk)


def _decisions(rest: Iterable[_Told]) -> list[Message]:
    found = [(t.talk.weights[m.id], m) for t in rest for m in t.talk.quotable if "decision" in t.talk.cues[m.id]]
    return [m for weight, m in sorted(found, key=lambda p: -p[0]) if weight >= 1.5]


def _open(told: Iterable[_Told], seen: set[str]) -> list[Message]:
    return [t.talk.open[0] for t in told if t.talk.open and t.talk.open[0] is t.talk.quotable[0] and t.importance > 0.3]


def _resources(told: Iterable[_Told], seen: set[str]) -> list[Message]:
    return [m for t in told for m in t.talk.quotable if "link" in t.talk.cues[m.id] and "joke" not in t.talk.cues[m.id]]


def _events(told: Iterable[_Told], seen: set[str]) -> list[Message]:
    lists = [m for t in told for m in events.final_lists(t.talk.quotable)]
    ahead = [
        (t.talk.weights[m.id], m)
        for t in told
        for m in t.talk.quotable
        if events.is_ahead(m)
        and "event" in t.talk.cues[m.id]
        and m.id not in t.talk.corrected
        and not events.is_list(m)
    ]
    return lists + [m for weight, m in sorted(ahead, key=lambda p: -p[0]) if weight > 1]


def _lead(stories: Sequence[_Told], language: str) -> list[Claim]:
    return [
        extract.quoted(max(t.chosen, key=lambda m: t.talk.weights[m.id]), language) for t in stories[:4] if t.chosen
    ]


def _span(material: Material) -> str:
    if material.since == material.until:
        return material.since.isoformat()
    return say("span-to", material.language, since=material.since.isoformat(), until=material.until.isoformat())


def _account(material: Material, told: Sequence[_Told], stories: Sequence[_Told], language: str) -> Account:
    hours = Counter(m.sent_at.hour for m in material.messages)
    return Account(
        messages=len(material.messages),
        noise=Counter(mark.noise for mark in material.noise.values()),
        conversations=tuple(
            Accounted(t.talk.conversation.id, extract.title(t.talk), len(t.talk.messages), t in stories, "")
            for t in told
            if t.talk.messages
        ),
        people=len({m.sender for m in material.messages if m.sender}),
        by_hour=tuple(hours[hour] for hour in range(24)),
    )
