"""Questions of the days before that nobody had answered: those that got their answer in this span, and those that are still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sediment import extract, questions, words
from sediment.extract import Asked
from sediment.extract.meaning import Topic, same_meaning
from sediment.models import Claim, Material, Message, Section
from sediment.protocols import Embedder
from sediment.wording import say
from sediment.writers.digest.lists import begins

_BACK = timedelta(days=14)
_MOST = 3  # questions of each sort, the latest
_COMPARED = 200  # open questions and answered ones, the latest of each, that are compared with one another


def carried(material: Material, embedder: Embedder) -> list[Section]:
    """At most a section of answers and one of open questions."""
    if material.earlier is None:
        return []
    asked = [a for talk in extract.talks(_of_questions(material)) for a in extract.asked(talk)]
    now = {m.id for m in material.messages}
    waiting = [a for a in asked if a.question.id not in now and begins(a) and {m.id for m in a.answers} <= now]
    waiting = waiting[-_COMPARED:]
    still: list[Claim] = []
    answered: list[Claim] = []
    for question, again in zip(waiting, _asked_again(waiting, asked, embedder), strict=True):
        found = question if question.answers else again
        if found is None and extract.is_waiting(question):
            still.append(extract.quoted(question.question, material.language))
        elif found and {m.id for m in found.answers} <= now and (sure := _surely(found)):
            best = max(sure, key=lambda m: found.talk.weights[m.id])
            answered.append(extract.quoted(best, material.language, question.question))
    return [
        Section(part, say(title, material.language), tuple(claims[-_MOST:]))
        for part, title, claims in (("answers", "answered-now", answered), ("open", "still-open", still))
        if claims
    ]


def _surely(asked: Asked) -> list[Message]:
    """The answers that a sure link leads to: days later a doubtful one is chance."""
    return [m for m in asked.answers if m.id in asked.talk.answers.get(asked.question.id, ())]


def _of_questions(material: Material) -> Material:
    """The days up to the end of `material`, narrowed to conversations with a question that waited, or with one about the same things."""
    assert material.earlier
    past = material.earlier(material.since - _BACK)
    now = {m.id for m in material.messages}
    asked = [m for m in past.messages if m.id not in past.noise and questions.is_question(m.text)]
    answers = questions.answers(past.messages, past.links)
    waited = [m for m in asked if m.id not in now and now.issuperset(answers.get(m.id, ()))]
    holding: dict[str, list[int]] = {}
    for number, message in enumerate(waited):
        for word in set(words.content_words(message.text)):
            holding.setdefault(word, []).append(number)
    wanted = {m.id for m in waited} | {m.id for m in asked if _shares_words(m, holding)}
    kept = [c for c in past.conversations if wanted.intersection(c.message_ids)]
    ids = {id for c in kept for id in c.message_ids}
    return replace(
        past, conversations=tuple(kept), messages=tuple(m for m in past.messages if m.id in ids), earlier=None
    )


def _shares_words(message: Message, holding: Mapping[str, Sequence[int]]) -> bool:
    """Whether one of the texts that hold these words has two of them in common with `message`."""
    own = set(words.content_words(message.text))
    return any(count > 1 for count in Counter(text for word in own for text in holding.get(word, ())).values())


def _asked_again(waiting: Sequence[Asked], asked: Sequence[Asked], embedder: Embedder) -> Iterator[Asked | None]:
    """For each question the same one, asked later, that got an answer."""
    waits = {a.question.id for a in waiting}
    known = [a for a in asked if a.answers and a.question.id not in waits][-_COMPARED:]
    topics = [Topic(a.text) for a in waiting]
    topics += [Topic(a.text, " ".join(m.text for m in a.answers)) for a in known]
    together = {place: group for group in same_meaning(topics, embedder) for place in group} if waiting else {}
    for place, question in enumerate(waiting):
        others = (known[i - len(waiting)] for i in together[place] if i >= len(waiting))
        yield next((a for a in others if a.question.sent_at > question.question.sent_at), None)
