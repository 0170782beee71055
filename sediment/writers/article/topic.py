"""An article on one topic, or on one conversation: title, lead, sections by sub-question in order of time, closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sediment import evidence, extract, reading
from sediment.extract import Talk
from sediment.models import Claim, Material, Section
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say
from sediment.writers.article import heads, quoting
from sediment.writers.article.extracted import extracted
from sediment.writers.article.told import Told


def told(material: Material, talks: Sequence[Talk], embedder: Embedder, model: ChatModel | None) -> Told:
    return (written(material, talks, model) if model else None) or extracted(material, talks, embedder)


def written(material: Material, talks: Sequence[Talk], model: ChatModel) -> Told | None:
    """What the model wrote about the conversations of `material`, as far as it stands on the messages; None when nothing does."""
    found = reading.windows(material, model)
    task = reading.task(
        "article", material, topic=material.topic or material.group.name, may_quote=_may_quote(material)
    )
    gate = _Gate(talks, material)
    titles, summary, lead, sections, closing = list[str](), "", list[Claim](), list[Section](), list[Claim]()
    for read in reading.read(model, "article", found, [task] * len(found)):
        reply = read.reply or {}
        lead += gate.claims(reply.get("lead"), read.window)
        closing += gate.claims(reply.get("closing"), read.window)
        for item in reading.objects(reply.get("sections")):
            if claims := gate.claims(item.get("claims"), read.window):
                heading = gate.heading(reading.words_of(item, "title"), claims, read.window)
                sections.append(Section("part", heading, tuple(claims)))
        wanted = (reading.words_of({"title": title}, "title") for title in _listed(reply))
        titles += [t for t in wanted if t and evidence.may_head(t, read.window.messages, material.language)]
        summary = summary or " ".join(claim.text for claim in gate.claims(reply.get("summary"), read.window))
    titles = [title for title in titles if len(title) <= heads.LONGEST_TITLE]
    # An audited section needs a title and claims: of the titles the first alone, which will stand over the page.
    head = Section("lead", next(iter(titles), ""), tuple(lead or (c for section in sections for c in section.claims)))
    end = Section("closing", "", tuple(closing))
    head, *sections = gate.audited(model, material, found, [head, *sections, end])
    sections = [_titled(section, material.language) for section in sections if section.claims]
    titles = titles if head.title else titles[1:]
    title = next(iter(titles), material.topic)
    return Told(title, head.claims if lead else (), sections, gate.dropped, titles, summary) if sections else None


class _Gate(reading.Gate):
    """Lets through what also quotes exactly, and only those who agreed to it."""

    def __init__(self, talks: Sequence[Talk], material: Material) -> None:
        super().__init__(talks, material.language)
        self._messages = {message.id: message for message in material.messages}
        self._may_quote = material.may_quote

    def claims(self, items: object, window: evidence.Window) -> list[Claim]:
        kept = super().claims(items, window)
        faults = [quoting.may_stand(claim, self._messages, self._may_quote) for claim in kept]
        self.dropped.update(fault for fault in faults if fault)
        return [claim for claim, fault in zip(kept, faults, strict=True) if not fault]


def _listed(reply: object) -> Sequence[object]:
    """The titles of a reply; a model that gives one alone gave one."""
    given = reply.get("titles", reply.get("title")) if isinstance(reply, Mapping) else None
    return given if isinstance(given, list) else [given]


def _may_quote(material: Material) -> str:
    """The names of those who agreed to be quoted, as the roster shows them."""
    names = dict.fromkeys(m.name for m in material.messages if m.sender in material.may_quote)
    return say("comma", material.language).join(names) or say("nobody", material.language)


def _titled(section: Section, language: str) -> Section:
    """A section whose title did not hold is called by its first sentence."""
    is_end = section.part == "closing"
    title = say("part-closing", language) if is_end else extract.shortened(section.claims[0].text)
    return replace(section, title=section.title or title)
