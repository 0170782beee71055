"""What can be told of an entry beside its answer: how often and by how many it was asked, where, who answered and confirmed, and who could answer."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sediment import words
from sediment.models import Claim, FaqEntry, FaqStanding, Message

_COULD = 3  # people who are named
_ALIKE = 0.3  # share of the telling words of a question that a similar one has


def with_facts(
    standings: Sequence[FaqStanding], messages: Mapping[str, Message], groups: Mapping[str, str]
) -> list[FaqStanding]:
    """`messages` by id, at least those that the entries cite; `groups`: id → name."""
    known = [_answered(standing.entry, messages) for standing in standings]
    could = _could_answer(standings, known)
    return [
        replace(_facts(standing, messages, groups), answered_by=names, could_answer=able)
        for standing, names, able in zip(standings, known, could, strict=True)
    ]


def cited(entries: Iterable[FaqEntry]) -> set[str]:
    """Ids of the messages that they stand on."""
    found: set[str] = set()
    for entry in entries:
        claims = (*entry.answer, *(claim for change in entry.history for claim in change.claims))
        found |= {w.message_id for w in entry.wordings} | {e.message_id for claim in claims for e in claim.evidence}
    return found


def _facts(standing: FaqStanding, messages: Mapping[str, Message], groups: Mapping[str, str]) -> FaqStanding:
    entry = standing.entry
    asked = [messages[id] for id in dict.fromkeys(w.message_id for w in entry.wordings) if id in messages]
    told = [m for change in entry.history for m in _cited(change.claims, messages)]
    confirming = [m for c in entry.history if c.relation == "confirms" for m in _cited(c.claims, messages)]
    times = sorted(message.sent_at for message in asked)
    return replace(
        standing,
        groups=tuple(dict.fromkeys(groups[m.group_id] for m in (*asked, *told))),
        asked=len(asked),
        askers=len({message.sender for message in asked}),
        first_asked=times[0] if times else None,
        last_asked=times[-1] if times else None,
        confirmed_by=_names(confirming),
        messages=tuple(messages[id] for id in sorted(cited([entry])) if id in messages),
    )


def _answered(entry: FaqEntry, messages: Mapping[str, Message]) -> tuple[str, ...]:
    asking = {w.message_id for w in entry.wordings}
    claims = [claim for claim in entry.answer if claim.origin != "human"]
    return _names(m for m in _cited(claims, messages) if m.id not in asking)


def _cited(claims: Iterable[Claim], messages: Mapping[str, Message]) -> Iterator[Message]:
    return (messages[e.message_id] for claim in claims for e in claim.evidence if e.message_id in messages)


def _names(messages: Iterable[Message]) -> tuple[str, ...]:
    """Each person once, under the first name met."""
    people: dict[str | None, str] = {}
    for message in messages:
        people.setdefault(message.sender, message.name)
    return tuple(people.values())


def _could_answer(standings: Sequence[FaqStanding], known: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """For each open question those who answered the ones that share its rarer words."""
    asked = [set(words.content_words(standing.entry.question)) for standing in standings]
    said = [
        own | {word for claim in standing.entry.answer for word in words.content_words(claim.text)}
        for own, standing in zip(asked, standings, strict=True)
    ]
    common = Counter(word for own in said for word in own)

    def weight(found: set[str]) -> float:
        return math.fsum(math.log(1 + len(said) / common[word]) for word in found)

    def able(place: int) -> tuple[str, ...]:
        people: dict[str, float] = defaultdict(float)
        for names, other in zip(known, said, strict=True):
            share = weight(asked[place] & other) / max(weight(asked[place]), 1.0)
            for name in names if share >= _ALIKE else ():
                people[name] += share
        return tuple(sorted(people, key=lambda name: (-people[name], name))[:_COULD])

    return [() if standing.entry.answer else able(place) for place, standing in enumerate(standings)]
