"""The FAQ of a group: questions that live over days, each with the wordings it was asked in, its current answer and how that came to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sediment import extract, reading
from sediment.extract import Talk
from sediment.models import Account, Accounted, Draft, FaqEntry, Material, Section
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say
from sediment.writers.faq.changing import expired
from sediment.writers.faq.finding import extracted, written
from sediment.writers.faq.growing import merged, standing
from sediment.writers.faq.judging import JudgeOfQuestions
from sediment.writers.faq.news import updated


class Faq:
    kind = "faq"
    span: Literal["day", "all"] = "all"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        talks = extract.talks(material)
        found, dropped = written(material, talks, model) if model else (extracted(talks, material), Counter[str]())
        known = standing(material.faq, found, {message.id for message in material.messages})
        if model:  # it has read the news beside the questions of today
            known = updated(known, talks, material.language, embedder)
        entries = merged(known, found, embedder, JudgeOfQuestions(model, material) if model else None)
        if not model:
            entries = updated(entries, talks, material.language, embedder)
        entries = [expired(entry, material.until) for entry in entries]
        places = {entry.id: place for place, entry in enumerate(material.faq)}
        entries.sort(key=lambda entry: places.get(entry.id, len(places)))
        return Draft(
            title=say("title-faq", material.language, group=material.group.name),
            sections=tuple(sections(sorted(entries, key=lambda entry: -len(entry.wordings)), material)),
            account=_account(material, talks, entries, dropped),
            made_by=model.name if model and any(c.origin == "model" for entry in found for c in entry.answer) else "",
            faq=tuple(entries),
        )


def sections(entries: Sequence[FaqEntry], material: Material) -> Iterable[Section]:
    """Answered questions in the order given, then the open ones that were asked in this span."""
    for entry in entries:
        if entry.answer:
            yield Section("answer", entry.question, entry.answer)
    by_id = {message.id: message for message in material.messages}
    asked = [by_id[e.wordings[0].message_id] for e in entries if not e.answer and e.wordings[0].message_id in by_id]
    if asked:
        claims = tuple(extract.quoted(message, material.language) for message in asked)
        yield Section("open", say("part-open", material.language), claims)


def _account(
    material: Material, talks: Sequence[Talk], entries: Sequence[FaqEntry], dropped: Mapping[str, int]
) -> Account:
    """A conversation is in when one of its messages stands in an entry."""
    kept = {wording.message_id for entry in entries for wording in entry.wordings}
    kept |= reading.cited(claim for entry in entries for change in entry.history for claim in change.claims)

    def accounted(talk: Talk) -> Accounted:
        told = any(message.id in kept for message in talk.messages)
        reason = say("in-told" if told else "out-unasked", material.language)
        return Accounted(talk.conversation.id, extract.label(talk, material.language), len(talk.messages), told, reason)

    return extract.account(material, [accounted(talk) for talk in talks if talk.messages], dropped)
