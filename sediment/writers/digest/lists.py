"""What stands beside the stories: decisions, open questions, resources, what comes up. No message twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sediment import extract, words
from sediment.extract import Asked, Talk, events
from sediment.models import Message
from sediment.questions import is_question
from sediment.writers.digest.stories import belongs

LISTS = {"decisions": 3, "open": 4, "resources": 3, "events": 3}
"""Sections after the stories, and messages that each may quote."""


def lists(talks: Sequence[Talk], told: set[str], seen: set[str]) -> dict[str, list[Message]]:
    """What stands beside the stories, by part; no message twice."""
    minor = [talk for talk in talks if talk.conversation.id not in told]
    found: dict[str, list[Message]] = {}
    for part, candidates in (
        ("decisions", _heaviest(minor, _decides)),
        ("open", [a.question for t in talks for a in extract.asked(t)[:1] if extract.is_waiting(a) and begins(a)]),
        ("resources", _heaviest(talks, _shares)),
        ("events", [*_final_lists(talks), *_heaviest(talks, _lies_ahead)]),
    ):
        chosen = [m for m in candidates if m.id not in seen][: LISTS[part]]
        found[part] = [m for one in chosen for m in _breath(one, talks) if m.id not in seen]
        seen |= {m.id for m in found[part]}
    return found


def begins(asked: Asked) -> bool:
    """Whether a conversation begins with this question, which tells what it is about and is put to everybody, not back to somebody."""
    talk = asked.talk
    back = talk.parents.get(asked.question.id, ())
    return (
        is_question(asked.question.text)
        and "question" in talk.cues[asked.question.id]
        and not talk.corrected
        and not back
        and asked.question in talk.quotable[:2]
        and len(words.content_words(asked.text)) > 1
    )


def _breath(message: Message, talks: Iterable[Talk]) -> list[Message]:
    """A message with those beside it that settle the same thing, in order."""
    talk = next(t for t in talks if message.id in t.weights)
    return [m for m in talk.standing if m is message or belongs(m, message, talk)]


def _heaviest(talks: Iterable[Talk], wanted: Callable[[Talk, Message], bool]) -> list[Message]:
    found = [(t.weights[m.id], m) for t in talks for m in t.standing if wanted(t, m)]
    return [m for weight, m in sorted(found, key=lambda pair: -pair[0]) if weight >= 1.0]


def _decides(talk: Talk, message: Message) -> bool:
    marks = talk.cues[message.id]
    tells = "number" in marks or len(set(words.content_words(message.text))) > 3
    return "decision" in marks and tells and not marks & {"question", "joke"}


def _shares(talk: Talk, message: Message) -> bool:
    return "link" in talk.cues[message.id] and not talk.cues[message.id] & {"joke", "promo"}


def _final_lists(talks: Iterable[Talk]) -> list[Message]:
    """The last copy of every sign-up list."""
    return [m for t in talks for m in t.standing if events.is_list(m)]


def _lies_ahead(talk: Talk, message: Message) -> bool:
    return "event" in talk.cues[message.id] and events.is_ahead(message) and not events.is_list(message)
