"""The selection of a week: the conversations that mattered most, in order of time, each as a short section, then what was shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sediment import extract
from sediment.extract import Talk
from sediment.models import Material, Message, Section
from sediment.protocols import ChatModel
from sediment.wording import say
from sediment.writers.article import topic
from sediment.writers.article.told import Told

_FEWEST, _MOST = 5, 8  # conversations
_SHARE = 0.5  # of the importance of the first that each beyond the fewest must have
_SAID = 4  # messages that a section quotes
_RESOURCES = 8


def told(material: Material, talks: Sequence[Talk], model: ChatModel | None) -> Told:
    language = material.language
    chosen = _chosen(talks)
    ids = {talk.conversation.id for talk in chosen}
    conversations = tuple(c for c in material.conversations if c.id in ids)
    matter = replace(
        material, conversations=conversations, topic=say("topic-week", language, group=material.group.name)
    )
    written = topic.written(matter, talks, model) if model else None
    sections = list(written.sections) if written else [s for talk in chosen if (s := _section(talk, language))]
    if shared := _shared(talks):
        sections.append(Section("resources", say("part-resources", language), tuple(extract.claims(shared, language))))
    title = say("title-week", language, group=material.group.name, since=material.since, until=material.until)
    if not written:
        return Told(title, (), sections, Counter(), subject=material.group.name)
    return Told(
        title, written.lead, sections, written.dropped, written.titles, written.summary, subject=material.group.name
    )


def _chosen(talks: Sequence[Talk]) -> list[Talk]:
    """The most important ones, in order of time."""
    rated = sorted(((extract.importance(talk), talk) for talk in talks if talk.quotable), key=lambda found: -found[0])
    best = [talk for place, (rate, talk) in enumerate(rated[:_MOST]) if place < _FEWEST or rate >= _SHARE * rated[0][0]]
    return sorted(best, key=lambda talk: talk.conversation.started_at)


def _section(talk: Talk, language: str) -> Section | None:
    """None where nothing weighs enough to be quoted."""
    best = sorted((m for m in talk.standing if talk.weights[m.id] > 0), key=lambda m: (-talk.weights[m.id], m.id))
    said = [m for m in talk.standing if m in best[:_SAID]]
    title = say(f"outcome-{extract.outcome(talk)}", language, title=extract.title(talk))
    claims = tuple(extract.claims(said, language))
    return Section("part", title, claims, (talk.conversation.id,)) if claims else None


def _shared(talks: Sequence[Talk]) -> list[Message]:
    """The heaviest messages with a link, in order of time."""
    found = [
        (talk.weights[m.id], m)
        for talk in talks
        for m in talk.standing
        if "link" in talk.cues[m.id] and not talk.cues[m.id] & {"joke", "promo", "question"}
    ]
    best = sorted(found, key=lambda pair: (-pair[0], pair[1].id))[:_RESOURCES]
    return sorted((m for _, m in best), key=lambda m: (m.sent_at, m.id))
