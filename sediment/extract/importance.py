"""How much a conversation matters to someone who was not there, and how it ended, from features that any group has."""

from __future__ import annotations

import math
from typing import Literal

from sediment.extract.cues import disagrees
from sediment.extract.qa import asked
from sediment.extract.talk import Talk

Outcome = Literal["decided", "changed", "solved", "disputed", "open", "told"]


def importance(talk: Talk) -> float:
    """0 for a conversation that nobody would miss; about 1 for one worth telling; 2 and more for the events of the day."""
    if not talk.quotable:
        return 0.0
    heights = sorted((w for w in talk.weights.values() if w > 0), reverse=True)
    return math.log1p(sum(heights[:8])) * (0.6 + 0.4 * min(1.0, (talk.people - 1) / 3))


def outcome(talk: Talk) -> Outcome:
    """How the conversation ended, as far as words show."""
    later = [talk.cues[m.id] for m in talk.quotable[len(talk.quotable) // 3 :] if m.id not in talk.corrected]
    settled = any("settled" in marks and not marks & {"question", "joke"} for marks in later)
    asked_first = next((a for a in asked(talk) if a.question in talk.quotable[:4]), None)
    if settled:
        return "changed" if talk.corrected else "decided"
    if asked_first is None:
        return "told"
    if not asked_first.answers:
        return "open" if asked_first.is_open else "told"
    if len({m.sender for m in asked_first.answers}) > 1 and any(disagrees(m.text) for m in talk.quotable):
        return "disputed"
    asker = asked_first.question.sender
    thanked = any(
        talk.cues[m.id] & {"result", "ack"}
        for m in talk.messages
        if m.sender == asker and m is not asked_first.question
    )
    return "solved" if thanked else "told"
