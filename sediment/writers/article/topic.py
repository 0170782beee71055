"""An article on one topic, or on one conversation: title, lead, sections by sub-question in order of time, closing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sediment import evidence, extract, reading
from sediment.extract import Talk
from sediment.models import Claim, Material, Section
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say
from sediment.writers.article import heads, joining, quoting
from sediment.writers.article.extracted import extracted
from sediment.writers.article.joining import Part
from sediment.writers.article.told import Told

_ABOUT_ITSELF = re.compile(r"本文|这篇文章|下文|\bthis article\b", re.IGNORECASE)
_FACT = re.compile(r"[\u4e00-\u9fff]{2}\d[\d.]*%?")
"A number with what is said of it: 涨到2%."


def told(material: Material, talks: Sequence[Talk], embedder: Embedder, model: ChatModel | None) -> Told:
    return (written(material, talks, model) if model else None) or extracted(material, talks, embedder)


def written(material: Material, talks: Sequence[Talk], model: ChatModel) -> Told | None:
    """What the model wrote about the conversations of `material`, as far as it stands on the messages; None when nothing does."""
    found = reading.windows(material, model)
    task = reading.task(
        "article", material, topic=material.topic or material.group.name, may_quote=_may_quote(material)
    )
    gate = _Gate(talks, material)
    parts = [_part(read, gate) for read in reading.read(model, "article", found, [task] * len(found))]
    looked = iter(gate.audited(model, material, found, [section for part in parts for section in _whole(part)]))
    kept = (_kept(part, [next(looked) for _ in _whole(part)]) for part in parts)
    whole = joining.joined([part for part in kept if part.sections], model, material)
    sections = [
        replace(s, title=s.title or extract.shortened(s.claims[0].text), claims=tuple(gate.flowing(s.claims)))
        for s in whole.sections
    ]
    if whole.closing:
        sections.append(Section("closing", say("part-closing", material.language), tuple(whole.closing)))
    title = next(iter(whole.titles), material.topic)
    return (
        Told(title, gate.flowing(whole.lead), sections, gate.dropped, whole.titles, whole.summary)
        if whole.sections
        else None
    )


def _part(read: reading.Read, gate: _Gate) -> Part:
    reply = read.reply or {}
    sections = []
    for item in reading.objects(reply.get("sections")):
        if claims := gate.claims(item.get("claims"), read.window):
            heading = gate.heading(reading.words_of(item, "title"), claims, read.window)
            sections.append(Section("part", heading, tuple(claims)))
    wanted = (reading.words_of({"title": title}, "title") for title in _listed(reply))
    return Part(
        [title for title in wanted if len(title) <= heads.LONGEST_TITLE and gate.is_title(title, read.window)],
        " ".join(claim.text for claim in gate.claims(reply.get("summary"), read.window)),
        gate.claims(reply.get("lead"), read.window),
        sections,
        gate.claims(reply.get("closing"), read.window),
    )


def _whole(part: Part) -> list[Section]:
    """As an audit reads it, which needs a title and claims in each section: of the titles the first alone, which may stand over the page."""
    claims = part.lead or [claim for section in part.sections for claim in section.claims]
    head = Section("lead", next(iter(part.titles), ""), tuple(claims))
    return [head, *part.sections, Section("closing", "", tuple(part.closing))]


def _kept(part: Part, looked: Sequence[Section]) -> Part:
    """What an audit left of it."""
    head, *sections, end = looked
    titles = part.titles if head.title else part.titles[1:]
    return Part(titles, part.summary, head.claims if part.lead else (), [s for s in sections if s.claims], end.claims)


class _Gate(reading.Gate):
    """Lets through what also quotes exactly, and only those who agreed to it."""

    def __init__(self, talks: Sequence[Talk], material: Material) -> None:
        super().__init__(talks, material.language)
        self._messages = {message.id: message for message in material.messages}
        self._may_quote = material.may_quote

    def claims(self, items: object, window: evidence.Window) -> list[Claim]:
        kept = super().claims(items, window)
        faults = [
            "overlap" if _ABOUT_ITSELF.search(c.text) else quoting.may_stand(c, self._messages, self._may_quote)
            for c in kept
        ]
        self.dropped.update(fault for fault in faults if fault)
        return [claim for claim, fault in zip(kept, faults, strict=True) if not fault]

    def heading(self, text: str, claims: Sequence[Claim], window: evidence.Window) -> str:
        return super().heading("" if self._revives(text) else text, claims, window)

    def is_title(self, text: str, window: evidence.Window) -> bool:
        """Whether it may stand over the page: it says no more than the messages, and names none of the members."""
        parts = {part for m in self._messages.values() for part in re.split(r"[\W_]+", m.name) if len(part) > 1}
        names_somebody = any(part in text for part in parts)
        is_held = evidence.may_head(text, window.messages, self._language)
        return is_held and not names_somebody and not self._revives(text)

    def flowing(self, claims: Sequence[Claim]) -> list[Claim]:
        """`老段说……` and `老段：他……` after it as one claim, where both stand on messages of his alone: read on, the name is the same, and it need not stand
        there twice."""
        told: list[Claim] = []
        for claim in claims:
            name, _, said = claim.text.partition("：")
            alone = told and self._speakers(told[-1]) == self._speakers(claim) and len(self._speakers(claim)) == 1
            is_named = any(self._messages[e.message_id].name == name for e in claim.evidence)
            if alone and is_named and re.search("[他她]", said):
                shown = tuple(dict.fromkeys((*told[-1].evidence, *claim.evidence)))
                told[-1] = replace(told[-1], text=told[-1].text + said, evidence=shown)
            else:
                told.append(claim)
        return told

    def _speakers(self, claim: Claim) -> set[str | None]:
        return {self._messages[e.message_id].sender for e in claim.evidence}

    def _revives(self, text: str) -> bool:
        """Whether it says in the same words a number that only what was put right says."""
        wrong = [m.text for id, m in self._messages.items() if id in self._corrected]
        standing = [m.text for id, m in self._messages.items() if id not in self._corrected]
        return any(
            any(fact in said for said in wrong) and not any(fact in said for said in standing)
            for fact in _FACT.findall(text)
        )


def _listed(reply: object) -> Sequence[object]:
    """The titles of a reply; a model that gives one alone gave one."""
    given = reply.get("titles", reply.get("title")) if isinstance(reply, Mapping) else None
    return given if isinstance(given, list) else [given]


def _may_quote(material: Material) -> str:
    """The names of those who agreed to be quoted, as the roster shows them."""
    names = dict.fromkeys(m.name for m in material.messages if m.sender in material.may_quote)
    return say("comma", material.language).join(names) or say("nobody", material.language)
