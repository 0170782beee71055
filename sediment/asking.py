"""A question and what was found in the chats about it -> an answer with citations, or "not discussed"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

from sediment import extract, reading, words
from sediment.evidence import claims_in, is_hostile, window
from sediment.models import Answer, Claim, Found, Message
from sediment.protocols import ChatModel

_READ = 20  # found messages that a model is shown
_TOLD = 4  # messages that an answer without a model quotes
_BEHIND = 0.6  # how far behind the best message, in score, another may be to be quoted too
_FAR = 0.84  # cosine below which e5 texts have nothing to do with each other
_NEAR = 0.88  # cosine from which e5 texts may speak of the same in other words
_PART = 0.4  # share of the question's distinctive words that show that the chat speaks of its subject
_MISSING = 0.3  # share of its words that, found nowhere, then show that it does not speak of what is asked


def answer(
    question: str,
    found: Sequence[Found],
    model: ChatModel | None,
    language: str,
    zone: tzinfo,
    home: Path | None = None,
) -> Answer:
    """Claims that rest on `found`, or none. A copy of the prompt in `home` wins over the shipped one. Raises BudgetSpent and ModelRefused."""
    usable = [hit for hit in found if _may_be_used(hit.message)]
    if not usable:
        return Answer(question, ())
    claims = _written(question, usable, model, language, zone, home) if model else None
    made_by = model.name if model and claims else ""
    claims = _quoted(question, usable, language) if claims is None else claims
    shown = reading.cited(claims)
    messages = {hit.message.id: hit.message for hit in usable if hit.message.id in shown}
    return Answer(question, tuple(claims), made_by, tuple(messages.values()))


def _may_be_used(message: Message) -> bool:
    """Not what gives orders, was recalled, or shall stay among those who were there."""
    hidden = message.recalled or extract.asks_silence(message.text) or is_hostile(message.text)
    return message.sender is not None and not hidden


def _written(
    question: str, found: Sequence[Found], model: ChatModel, language: str, zone: tzinfo, home: Path | None
) -> list[Claim] | None:
    """What the model says to the question, as far as it stands on the messages; None when the model fails."""
    messages = sorted({hit.message.id: hit.message for hit in found[:_READ]}.values(), key=lambda m: (m.sent_at, m.id))
    numbered = window(messages, zone)
    task = reading.filled("ask", language, messages, home, question=question)
    reply = reading.read(model, "ask", [numbered], [task])[0].reply
    if reply is None:
        return None
    return claims_in(reply.get("claims") or [], numbered, language)[0] if reply.get("status") == "answered" else []


def _quoted(question: str, found: Sequence[Found], language: str) -> list[Claim]:
    """The best evidence itself, in order of time; nothing when it does not answer."""
    ranked = sorted(((_fitness(hit, question), hit) for hit in found), key=lambda pair: -pair[0])
    # Where the chat speaks of the subject in the question's own words, what shares none of them is about something else.
    least = 0.0 if max(hit.overlap for hit in found) >= _PART else -1.0
    fitting = [hit.message for fitness, hit in ranked if fitness > ranked[0][0] - _BEHIND and hit.overlap > least]
    told = [message for message in _once(fitting)[:_TOLD] if _tells(message)]
    if not told or _is_beside(question, found) or any(extract.is_unknown(message.text) for message in told[:2]):
        return []
    return extract.claims(sorted(told, key=lambda m: (m.sent_at, m.id)), language)


def _once(messages: Sequence[Message]) -> list[Message]:
    """Without what the same person said again, in another group for one."""
    first = {(message.name, message.text): message for message in reversed(messages)}
    return [message for message in messages if first[message.name, message.text] is message]


def _tells(message: Message) -> bool:
    return bool(extract.cleaned(message.text)) and not extract.is_personal(message.text)


def _fitness(hit: Found, question: str) -> float:
    """The score of the search, more for statements that hold what is asked for or settle something, less for questions, thanks and jokes."""
    cues = extract.cues(hit.message.text)
    fitness = hit.score
    fitness += 0.3 * any(extract.holds(kind, hit.message.text) for kind in extract.asked_for(question))
    fitness += 0.1 * bool(cues & {"correction", "settled", "change", "result", "reason"})
    fitness -= 0.3 * ("question" in cues) + 0.6 * ("ack" in cues) + 0.3 * bool(cues & {"joke", "promo"})
    return fitness


def _is_beside(question: str, found: Sequence[Found]) -> bool:
    """Whether what was found only lies near the question: nothing is near, or very near where no word is shared; the question was asked and got no
    answer; or a fact is asked for whose own words occur nowhere, though the rest of the question does."""
    best = found[0]
    if best.similarity < _FAR and best.overlap < _PART:
        return True
    if not any(hit.overlap for hit in found) and max(hit.similarity for hit in found) < _NEAR:
        return True
    if "question" in extract.cues(best.message.text) and not _replies(best, question, found):
        return True
    wanted = [word for word in words.content_words(question) if not extract.asked_for(word)]
    text = "\n".join(
        f"{h.message.name} {h.message.text} {h.passage.text if h.passage else ''}" for h in found[:8]
    ).lower()
    missing = sum(word not in text for word in wanted)
    return bool(extract.asked_for(question)) and best.overlap > _PART and missing >= max(1.0, _MISSING * len(wanted))


def _replies(asked: Found, question: str, found: Sequence[Found]) -> list[Message]:
    """Statements by others that follow the question where it was asked in the chat, and hold what it asks for if that can be told."""
    said = [hit.message for hit in found if hit.message.reply_to == asked.message.id or _stands_after(hit, asked)]
    told = [m for m in said if m.sender != asked.message.sender and not extract.cues(m.text) & {"question", "ack"}]
    kinds = [kind for kind in extract.asked_for(question) if extract.can_tell(kind)]
    return [m for m in told if not extract.is_unknown(m.text) and all(extract.holds(kind, m.text) for kind in kinds)]


def _stands_after(hit: Found, asked: Found) -> bool:
    return hit.passage is not None and hit.passage == asked.passage and hit.message.sent_at >= asked.message.sent_at
