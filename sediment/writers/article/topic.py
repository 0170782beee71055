"""An article on one topic, or on one conversation: title, lead, sections by sub-question in order of time, closing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sediment import evidence, extract, reading, words
from sediment.extract import Asked, Talk
from sediment.models import Claim, Material, Message, Section
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say
from sediment.writers.article.told import Told

_SECTIONS = 8
_SAID = 6  # messages that a section quotes
_WEIGHS = 1.2  # a message that no question calls for must weigh this much


def told(material: Material, talks: Sequence[Talk], embedder: Embedder, model: ChatModel | None) -> Told:
    return (written(material, talks, model) if model else None) or _extracted(
        material, _on_topic(talks, material.topic), embedder
    )


def written(material: Material, talks: Sequence[Talk], model: ChatModel) -> Told | None:
    """What the model wrote about the conversations of `material`, as far as it stands on the messages; None when nothing does."""
    found = reading.windows(material, model)
    task = reading.task("article", material, topic=material.topic or material.group.name)
    gate = reading.Gate(talks, material.language)
    title, lead, sections, closing = "", list[Claim](), list[Section](), list[Claim]()
    for read in reading.read(model, "article", found, [task] * len(found)):
        reply = read.reply or {}
        lead += gate.claims(reply.get("lead"), read.window)
        closing += gate.claims(reply.get("closing"), read.window)
        for item in reading.objects(reply.get("sections")):
            if claims := gate.claims(item.get("claims"), read.window):
                heading = gate.heading(reading.words_of(item, "title"), claims, read.window)
                sections.append(Section("part", heading, tuple(claims)))
        wanted = reading.words_of(reply, "title")
        title = title or (
            wanted if wanted and evidence.may_head(wanted, read.window.messages, material.language) else ""
        )
    head = Section("lead", title, tuple(lead or (claim for section in sections for claim in section.claims)))
    end = Section("closing", "", tuple(closing))
    head, *sections = gate.audited(model, material, found, [head, *sections, end])
    sections = [_titled(section, material.language) for section in sections if section.claims]
    return Told(head.title or material.topic, head.claims if lead else (), sections, gate.dropped) if sections else None


def _titled(section: Section, language: str) -> Section:
    """A section whose title did not hold is called by its first sentence."""
    is_end = section.part == "closing"
    title = say("part-closing", language) if is_end else extract.shortened(section.claims[0].text)
    return replace(section, title=section.title or title)


# ---- without a model ------------------------------------------------------------------------------------------------


def _on_topic(talks: Sequence[Talk], topic: str) -> list[Talk]:
    """The conversations that speak of the topic, in order of time; all of them when no word tells."""
    wanted = {pair for pair in words.bigrams(topic) if not words.is_stop(pair)}
    told = [t for t in talks if t.quotable]
    near = [t for t in told if wanted & {pair for m in t.quotable for pair in words.bigrams(m.text)}]
    return sorted(near or told, key=lambda t: t.conversation.started_at)


def _extracted(material: Material, talks: Sequence[Talk], embedder: Embedder) -> Told:
    language = material.language
    near = _near(talks, material.topic, embedder)
    best = sorted(talks, key=lambda t: -sum(max(0.0, t.weights[m.id]) for m in t.standing if m.id in near))[:_SECTIONS]
    parts = [part for t in talks if t in best for part in _parts(t, near, alone=len(best) == 1)][:_SECTIONS]
    weight = {m.id: t.weights[m.id] for t in talks for m in t.quotable}
    closing = [m for m in _closing(talks, {m.id for _, said in parts for m in said}) if m.id in near]
    sections = [Section("part", title, tuple(extract.claims(said, language))) for title, said in parts if said]
    if closing:
        sections.append(Section("closing", say("part-closing", language), tuple(extract.claims(closing, language))))
    most = sorted((m for _, said in parts for m in said), key=lambda m: (-weight[m.id], m.id))[:2]
    lead = tuple(extract.quoted(m, language) for m in sorted(most, key=lambda m: m.sent_at))
    title = material.topic or (extract.title(best[0]) if best else material.group.name)
    return Told(say("title-article", language, topic=title), lead, sections, Counter())


def _near(talks: Sequence[Talk], topic: str, embedder: Embedder) -> set[str]:
    """The messages that are nearer to the topic than these conversations are on average, name it, or answer such a question; all without a topic."""
    told = [(talk, m) for talk in talks for m in talk.quotable]
    if not topic or not told:
        return {m.id for _, m in told}
    cosines = embedder.passages([m.text for _, m in told]) @ embedder.queries([topic])[0]
    named = set(words.content_words(topic))
    near = {
        m.id
        for (_, m), cosine in zip(told, cosines, strict=True)
        if cosine >= cosines.mean() + cosines.std() / 2 or named & set(words.content_words(m.text))
    }
    return near | {answer for talk, m in told if m.id in near for answer in talk.answers.get(m.id, ())}


def _parts(talk: Talk, near: set[str], *, alone: bool) -> Iterator[tuple[str, list[Message]]]:
    """(title, messages): a conversation as one section, or by its questions when it makes the whole article."""
    standing = [message for message in talk.standing if message.id in near]
    borders = [a for a in extract.asked(talk) if a.answers] if alone else []
    if len(borders) < 2:
        yield extract.title(talk), _weighty(standing, talk)
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
    """Those worth quoting, in order."""
    told = [m for m in messages if talk.weights[m.id] >= _WEIGHS]
    best = sorted(told, key=lambda m: (-talk.weights[m.id], m.id))[:_SAID]
    return [m for m in told if m in best]


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
