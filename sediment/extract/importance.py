"""How much a conversation matters to someone who was not there, and how it ended, from features that any group has."""

from __future__ import annotations

import math
from typing import Literal

from sediment import words
from sediment.extract.cues import disagrees, is_unknown
from sediment.extract.qa import Asked, asked
from sediment.extract.talk import Talk
from sediment.models import Message

Outcome = Literal["decided", "changed", "solved", "disputed", "open", "told"]


def importance(talk: Talk) -> float:
    """0 for a conversation that nobody would miss; about 1 for one worth telling; 2 and more for the events of the day."""
    if not talk.quotable:
        return 0.0
    heights = sorted((w for w in talk.weights.values() if w > 0), reverse=True)
    return math.log1p(sum(heights[:8])) * (0.6 + 0.4 * min(1.0, (talk.people - 1) / 3))


def outcome(talk: Talk) -> Outcome:
    """How the conversation ended, as far as words show."""
    later = [m for m in talk.quotable[len(talk.quotable) // 3 :] if m.id not in talk.corrected]
    settled = any(_settles(m, talk) for m in later)
    asked_first = next((a for a in asked(talk) if a.question in talk.quotable[:4]), None)
    if settled:
        return "changed" if talk.corrected else "decided"
    if asked_first is None:
        return "told"
    if is_waiting(asked_first):
        return "open"
    if not asked_first.answers:
        return "told"
    if len({m.sender for m in asked_first.answers}) > 1 and any(disagrees(m.text) for m in talk.quotable):
        return "disputed"
    return "solved" if _is_content(asked_first) else "told"


def is_waiting(question: Asked) -> bool:
    """Whether nobody answered as far as can be seen: no link leads to an answer, the asker is not content, and whoever spoke after him in the conversation
    asked back, joked or did not know. Links are uncertain, and to call open what was answered misleads."""
    talk = question.talk
    after = talk.messages[talk.messages.index(question.question) + 1 :]
    others = [m for m in after if m.sender != question.question.sender]
    return question.is_open and not _is_content(question) and not any(_tells(m, talk) for m in others)


def _is_content(question: Asked) -> bool:
    """Whether the asker thanked, or told a result."""
    talk, asked_at = question.talk, question.question
    after = talk.messages[talk.messages.index(asked_at) + 1 :]
    return any(talk.cues[m.id] & {"result", "ack"} for m in after if m.sender == asked_at.sender)


def _tells(message: Message, talk: Talk) -> bool:
    idle = talk.cues[message.id] & {"question", "ack", "joke"} or is_unknown(message.text)
    return not idle and bool(words.content_words(message.text))


def _settles(message: Message, talk: Talk) -> bool:
    """Whether a message settles something and says what: `就先这么定了` does not."""
    marks = talk.cues[message.id]
    tells = "number" in marks or len(set(words.content_words(message.text))) > 1
    return "settled" in marks and tells and not marks & {"question", "joke"}
