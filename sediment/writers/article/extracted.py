"""An article without a model: the members' own sentences about the topic, each thing once, in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sediment import extract, words
from sediment.extract import Asked, Talk
from sediment.models import Material, Message, Section
from sediment.protocols import Embedder
from sediment.wording import say
from sediment.writers.article import relevance
from sediment.writers.article.told import Told

_SECTIONS = 8
_SAID = 8  # messages that a section quotes
_WEIGHS = 1.0  # a message that no question calls for must weigh this much
_LEAD_FROM = 8  # messages from which the heaviest two stand in front once more
_REPEATS = 0.8  # of a message's character pairs that one told before must have


def extracted(material: Material, talks: Sequence[Talk], embedder: Embedder) -> Told:
    """One section for each conversation, or for each question of the only one, in order of what is told first."""
    language = material.language
    near = relevance.about(material.topic, talks, embedder)
    best = sorted(talks, key=lambda t: -sum(max(0.0, t.weights[m.id]) for m in t.standing if m.id in near))[:_SECTIONS]
    told = [part for t in talks if t in best for part in _parts(t, near, alone=len(best) == 1)]
    parts = _without_repeats(sorted((p for p in told if p[1]), key=lambda part: part[1][0].sent_at)[:_SECTIONS])
    weight = {m.id: t.weights[m.id] for t in talks for m in t.quotable}
    closing = [m for m in _closing(talks, {m.id for _, said in parts for m in said}) if m.id in near]
    is_long = material.since != material.until
    sections = [
        Section("part", _dated(title, said, material) if is_long else title, tuple(extract.claims(said, language)))
        for title, said in parts
    ]
    if closing:
        sections.append(Section("closing", say("part-closing", language), tuple(extract.claims(closing, language))))
    said = [m for _, part in parts for m in part]
    most = sorted(said, key=lambda m: (-weight[m.id], m.id))[: 2 if len(said) >= _LEAD_FROM else 0]
    lead = tuple(extract.quoted(m, language) for m in sorted(most, key=lambda m: m.sent_at))
    title = material.topic or (extract.title(best[0]) if best else material.group.name)
    return Told(say("title-article", language, topic=title), lead, sections, Counter())


def _dated(title: str, said: Sequence[Message], material: Material) -> str:
    """With the day, where the article tells of several."""
    day = said[0].sent_at.astimezone(material.zone) if material.zone else said[0].sent_at
    return say("title-dated", material.language, title=title, month=day.month, day=day.day)


def _without_repeats(parts: Sequence[tuple[str, list[Message]]]) -> list[tuple[str, list[Message]]]:
    """Without what somebody told before in nearly the same words, and the parts that hold nothing else."""
    told: list[set[str]] = []
    kept: list[tuple[str, list[Message]]] = []
    for title, said in parts:
        new = []
        for message in said:
            pairs = set(words.bigrams(extract.bare(extract.cleaned(message.text))))
            if not pairs or all(len(pairs & other) < _REPEATS * len(pairs) for other in told):
                new.append(message)
                told.append(pairs)
        if new:
            kept.append((title, new))
    return kept


def _parts(talk: Talk, near: set[str], *, alone: bool) -> Iterator[tuple[str, list[Message]]]:
    """(title, messages): a conversation as one section, or by its questions when it makes the whole article."""
    standing = [message for message in talk.standing if message.id in near]
    borders = [a for a in extract.asked(talk) if a.answers] if alone else []
    if len(borders) < 2:
        said = _weighty(standing, talk)
        yield extract.title(replace(talk, quotable=tuple(said))), said
        return
    places = {message.id: _place(message, borders, talk) for message in standing}
    if before := _weighty([m for m in standing if places[m.id] < 0], talk):
        yield extract.title(talk), before
    for place, asked in enumerate(borders):
        said = [m for m in standing if places[m.id] == place and m is not asked.question]
        yield extract.shortened(asked.text), [asked.question, *_weighty(said, talk)]


def _place(message: Message, borders: Sequence[Asked], talk: Talk) -> int:
    """The last of the questions that `message` answers, else the last asked before it; -1 before all."""
    answered = [i for i, a in enumerate(borders) if message.id in talk.answers.get(a.question.id, ())]
    before = [i for i, a in enumerate(borders) if talk.messages.index(a.question) <= talk.messages.index(message)]
    return max(answered or before, default=-1)


def _weighty(messages: Sequence[Message], talk: Talk) -> list[Message]:
    """Those worth quoting and the questions that they answer, in order."""
    told = [m for m in messages if talk.weights[m.id] >= _WEIGHS]
    best = {m.id for m in sorted(told, key=lambda m: (-talk.weights[m.id], m.id))[:_SAID]}
    asked = {id for id, answers in talk.answers.items() if best.intersection(answers)}
    return [m for m in messages if m.id in best or m.id in asked]


def _closing(talks: Sequence[Talk], seen: set[str]) -> list[Message]:
    """How it ended: the last result or decision that no section quotes yet."""
    for talk in reversed(talks):
        for message in reversed(talk.standing):
            if (
                message.id not in seen
                and talk.cues[message.id] & {"result", "decision"}
                and talk.weights[message.id] > 0
            ):
                return [message]
    return []
