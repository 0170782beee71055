"""A digest that a model writes: topics are listed, written from their messages, checked and audited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sediment import evidence, extract, reading
from sediment.evidence import Window
from sediment.extract import Talk
from sediment.extract.meaning import Topic, same_meaning
from sediment.models import Claim, Material, Message, Section
from sediment.protocols import ChatModel, Embedder
from sediment.reading import Gate, Read
from sediment.wording import say
from sediment.writers.digest import stories as telling
from sediment.writers.digest.lists import LISTS

_LEAD = 4
_CUTS = 2  # times that a window may be halved because the reply to it was cut at the limit of length
_QUOTED_INSTEAD = 2  # messages of one topic that stand in for sentences that were dropped


def written(
    material: Material, talks: Sequence[Talk], embedder: Embedder, model: ChatModel
) -> tuple[list[Claim], list[Section], Counter[str]]:
    """Every window is listed, written from the messages of its topics, and audited; where the model fails, its conversations are told in their own words."""
    windows = reading.windows(material, model)
    told = _read(material, windows, model)
    gate = reading.Gate(talks, material.language)
    lead: list[tuple[float, Claim]] = []
    stories: list[tuple[float, Section]] = []
    lists: dict[str, list[Claim]] = {part: [] for part in LISTS}
    for read, source in told:
        if read.reply is None:
            stories += _told_plainly(read, talks, material)
            continue
        weights = _weights(source)
        lead += [(_heaviest_of([c], weights), c) for c in gate.claims(read.reply.get("lead"), read.window)]
        stories += _topics(read, source, gate, talks, material.language)
        for part, claims in lists.items():
            claims += gate.claims(read.reply.get(part), read.window)
    sections = _joined([section for _, section in sorted(stories, key=lambda s: -s[0])], embedder)
    sections += [Section(part, "", tuple(claims)) for part, claims in lists.items()]
    leading = Section("lead", "", tuple(claim for _, claim in sorted(lead, key=lambda found: -found[0])))
    first, *sections = gate.audited(model, material, [read.window for read, _ in told], [leading, *sections])
    sections = [_titled(section, material.language) for section in sections if section.claims]
    return _first(first.claims, sections), sections, gate.dropped


def _read(
    material: Material, windows: Sequence[Window], model: ChatModel, cuts: int = _CUTS
) -> list[tuple[Read, Read]]:
    """(what was written, the topics that it was written from) for each window. What the model cannot tell in one reply is asked again in halves."""
    listed = reading.read(model, "topics", windows, [reading.task("topics", material)] * len(windows))
    tasks = [_task(material, _named(read)) for read in listed]
    found: list[tuple[Read, Read]] = []
    for read, source in zip(reading.read(model, "digest", windows, tasks), listed, strict=True):
        smaller = reading.halves(read.window, material) if read.was_cut and cuts else []
        found += _read(material, smaller, model, cuts - 1) if len(smaller) > 1 else [(read, source)]
    return found


def _task(material: Material, topics: str) -> str:
    tone = material.template.tone or say("tone", material.language)
    return reading.task("digest", material, topics=topics, until=material.until, tone=tone)


def _titled(section: Section, language: str) -> Section:
    """A story whose title did not hold is called by its first sentence; a list by its part."""
    if section.title:
        return section
    is_story = section.part == "mattered"
    title = extract.shortened(section.claims[0].text) if is_story else say(f"part-{section.part}", language)
    return replace(section, title=title)


def _first(lead: Sequence[Claim], sections: Sequence[Section]) -> list[Claim]:
    """The weightiest sentences of all windows; those of the first stories where too few are left."""
    told = reading.cited(lead)
    stories = (section for section in sections if section.part == "mattered")
    spare = [section.claims[0] for section in stories if not reading.cited(section.claims[:1]) & told]
    return [*lead, *spare[: max(0, _LEAD - 1 - len(lead))]][: _LEAD + 1]


def _named(read: Read) -> str:
    """The topics that the model listed, as the next prompt names them: heaviest first, idle talk left out."""
    topics = sorted(_listed(read), key=lambda t: -_weight(t))
    lines = [f"- {reading.words_of(t, 'title')}：{_ids(t)}" for t in topics if _weight(t) > 0]
    return "\n".join(lines) or "-（自己找出话题）"


def _listed(read: Read) -> list[Mapping[str, Any]]:
    return list(reading.objects((read.reply or {}).get("topics")))


def _ids(topic: Mapping[str, Any]) -> str:
    ids = topic.get("ids")
    # Labels between spaces look like telephone numbers, which are hidden from a model.
    return "、".join(str(i) for i in ids if isinstance(i, str | int)) if isinstance(ids, list) else ""


def _weight(topic: Mapping[str, Any]) -> float:
    weight = topic.get("weight")
    return float(weight) if isinstance(weight, int | float) else 1.0


def _weights(read: Read) -> dict[str, float]:
    """Message id → the weight of the heaviest topic that the model listed it under."""
    found: dict[str, float] = {}
    for topic in _listed(read):
        for message in evidence.messages_of(topic, read.window):
            found[message.id] = max(found.get(message.id, 0.0), _weight(topic))
    return found


def _heaviest_of(claims: Sequence[Claim], weights: Mapping[str, float]) -> float:
    return max((weights.get(id, 1.0) for id in reading.cited(claims)), default=0.0)


def _topics(
    read: Read, source: Read, gate: Gate, talks: Sequence[Talk], language: str
) -> Iterator[tuple[float, Section]]:
    """(weight, section) for each topic that the model wrote."""
    weights = _weights(source)
    subjects = [{m.id for m in evidence.messages_of(topic, read.window)} for topic in _listed(source)]
    for item in reading.objects((read.reply or {}).get("topics")):
        claims, lost = gate.parted(item.get("claims"), read.window)
        named = reading.cited(claims) | {m.id for m in lost}
        subject = max(subjects, key=lambda ids: len(ids & named), default=set())
        missing = [m for m in lost if m.id in subject - reading.cited(claims)]
        claims += extract.claims(_weighty(missing, talks), language)
        if claims:
            title = gate.heading(reading.words_of(item, "title"), claims, read.window)
            yield _heaviest_of(claims, weights) + 0.01 * len(claims), Section("mattered", title, tuple(claims))


def _weighty(messages: Sequence[Message], talks: Sequence[Talk]) -> list[Message]:
    """Those that a reader would miss, in order: what the model told wrongly is quoted instead."""
    weights = {m.id: t.weights[m.id] for t in talks for m in t.standing}
    told = {m.id: m for m in messages if weights.get(m.id, 0.0) >= telling.WORTH_QUOTING}
    return sorted(
        sorted(told.values(), key=lambda m: -weights[m.id])[:_QUOTED_INSTEAD], key=lambda m: (m.sent_at, m.id)
    )


def _told_plainly(read: Read, talks: Sequence[Talk], material: Material) -> list[tuple[float, Section]]:
    """The stories of a window that the model could not write, in the members' own words."""
    here = {message.id for message in read.window.messages}
    stories = telling.stories(talk for talk in talks if talk.quotable and talk.quotable[0].id in here)
    telling.choose(stories, 3 * len(stories))
    return [
        (1.0 + story.importance / 2, telling.section(story, material.language)) for story in stories if story.chosen
    ]


def _joined(sections: Sequence[Section], embedder: Embedder) -> list[Section]:
    """Sections that mean the same become one, with the evidence of both."""
    topics = [Topic(section.title, " ".join(claim.text for claim in section.claims)) for section in sections]
    groups = same_meaning(topics, embedder)
    joined: list[Section] = []
    for group in groups:
        claims = [claim for place in group for claim in sections[place].claims]
        fresh = [c for i, c in enumerate(claims) if not any(c.evidence == other.evidence for other in claims[:i])]
        joined.append(Section("mattered", sections[group[0]].title, tuple(fresh)))
    return joined
