"""How much a conversation matters to someone who was not there, and how it ended, from features that any group has."""

from __future__ import annotations

import math

from sediment.extract.cues import cues
from sediment.extract.talk import Outcome, Talk


def importance(talk: Talk) -> float:
    """0 for a conversation that nobody would miss; about 1 for one worth telling; 2 and more for the events of the day."""
    if not talk.quotable:
        return 0.0
    heights = sorted((w for w in talk.weights.values() if w > 0), reverse=True)
    return math.log1p(sum(heights[:8])) * (0.6 + 0.4 * min(1.0, (talk.people - 1) / 3))


def outcome(talk: Talk) -> Outcome:
    """How the conversation ended, as far as words show."""
    last = talk.quotable[len(talk.quotable) // 2 :]
    marks = [talk.cues[m.id] for m in last]
    asked = talk.questions
    if any("change" in m and "question" not in m for m in marks) and talk.corrected:
        return "changed"
    if any("decision" in m and "question" not in m for m in marks):
        return "decided"
    if asked and not talk.answers.get(asked[0].id):
        return "open"
    if asked and any(
        "result" in talk.cues[m.id] or "ack" in cues(m.text) for m in talk.messages if m.sender == asked[0].sender
    ):
        return "solved"
    return "told"
