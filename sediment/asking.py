"""A question and what was found in the chats about it -> an answer with citations, or "not discussed"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

from sediment import extract, reading, resources
from sediment.evidence import claims_in, is_hostile, window
from sediment.models import Answer, Claim, Found
from sediment.protocols import ChatModel

_READ = 20  # found messages that a model is shown
_TOLD = 3  # messages that an answer without a model quotes
_NEAR = 0.86  # cosine below which e5 texts have nothing to do with each other
_COVERED = 0.5  # share of a question's distinctive words that suffices alone


def answer(
    question: str,
    found: Sequence[Found],
    model: ChatModel | None,
    language: str,
    zone: tzinfo,
    home: Path | None = None,
) -> Answer:
    """Claims that rest on `found`, or none. A copy of the prompt in `home` wins over the shipped one. Raises BudgetSpent and ModelRefused."""
    usable = [hit for hit in found if not is_hostile(hit.message.text) and hit.message.sender is not None]
    if not usable:
        return Answer(question, ())
    claims = _written(question, usable, model, language, zone, home) if model else _quoted(question, usable, language)
    shown = reading.cited(claims)
    return Answer(
        question,
        tuple(claims),
        model.name if model and claims else "",
        tuple(hit.message for hit in usable if hit.message.id in shown),
    )


def _written(
    question: str, found: Sequence[Found], model: ChatModel, language: str, zone: tzinfo, home: Path | None
) -> list[Claim]:
    """What the model says to the question, as far as it stands on the messages."""
    messages = sorted({hit.message.id: hit.message for hit in found[:_READ]}.values(), key=lambda m: (m.sent_at, m.id))
    numbered = window(messages, zone)
    task = reading.filled(resources.prompt("ask", home), language, question=question)
    reply = reading.read(model, "ask", [numbered], [task])[0].reply
    if reply is None or reply.get("status") != "answered":
        return []
    return claims_in(reply.get("claims"), numbered, language)[0]


def _quoted(question: str, found: Sequence[Found], language: str) -> list[Claim]:
    """The best evidence itself, in order of time; nothing when none of it is near enough."""
    best = found[0]
    if best.similarity < _NEAR and best.overlap < _COVERED:
        return []
    told = [hit.message for hit in found[:_TOLD]]
    return extract.claims(sorted(told, key=lambda m: (m.sent_at, m.id)), language)
