"""The FAQ of a group: questions that live over days, each with the wordings it was asked in, its current answer and how that came to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from sediment import evidence, extract, reading, words
from sediment.extract import Asked, Talk
from sediment.extract.meaning import Topic, same_meaning
from sediment.models import (
    Account,
    Accounted,
    Claim,
    Draft,
    Evidence,
    FaqChange,
    FaqEntry,
    FaqRelation,
    Material,
    Message,
    Section,
)
from sediment.protocols import ChatModel, Embedder
from sediment.questions import is_question
from sediment.wording import say

_CURRENT = 4  # claims that a current answer may hold
_SAID = 1.5  # weight that the answer of one person must have
_TOO_SMALL = 2  # words of content that a question must have to stand without its conversation


class Faq:
    kind = "faq"
    span: Literal["day", "all"] = "all"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        talks = extract.talks(material)
        found, dropped = _written(material, talks, model) if model else (_extracted(talks, material), Counter[str]())
        entries = merged(material.faq, found, embedder)
        return Draft(
            title=say("title-faq", material.language, group=material.group.name),
            sections=tuple(_sections(entries, material)),
            account=_account(material, talks, entries, dropped),
            made_by=model.name if model else "",
            faq=tuple(entries),
        )


def merged(known: Sequence[FaqEntry], found: Sequence[FaqEntry], embedder: Embedder) -> list[FaqEntry]:
    """`known` entries with what is new in `found`: the same question asked again joins its entry, others are added. Running twice changes nothing."""
    entries = list(known)
    at = {wording.message_id: place for place, entry in enumerate(entries) for wording in entry.wordings}
    fresh = []
    for entry in found:
        if (place := at.get(entry.wordings[0].message_id)) is None:
            fresh.append(entry)
        else:
            entries[place] = _grown(entries[place], entry)
    everything = [*entries, *fresh]
    first: dict[int, int] = {}
    for group in same_meaning([_topic(entry) for entry in everything], embedder):
        for place in group:
            first[place] = group[0]
    for place, entry in enumerate(fresh, len(entries)):
        if (home := first[place]) == place:
            continue
        everything[home] = _grown(everything[home], entry)
    return [entry for place, entry in enumerate(everything) if place < len(entries) or first[place] == place]


def _extracted(talks: Iterable[Talk], material: Material) -> list[FaqEntry]:
    return [_entry(asked, material) for talk in talks for asked in extract.asked(talk) if _worth_keeping(asked)]


def _written(material: Material, talks: Sequence[Talk], model: ChatModel) -> tuple[list[FaqEntry], Counter[str]]:
    """What a model finds in each window, checked; where it fails, what can be extracted there."""
    windows = reading.windows(material)
    found: list[FaqEntry] = []
    dropped: Counter[str] = Counter()
    for read in reading.read(model, "faq", windows, [reading.task("faq", material)] * len(windows)):
        if read.reply is None:
            here = {message.id for message in read.window.messages}
            found += _extracted([t for t in talks if t.messages and t.messages[0].id in here], material)
            continue
        for item in reading.objects(read.reply.get("questions")):
            claims, reasons = evidence.claims_in(item.get("answer") or [], read.window, material.language)
            dropped.update(reasons)
            asked = [read.window.by_label[i] for i in item.get("asked") or [] if i in read.window.by_label]
            asked = [message for message in asked if message.text and not evidence.is_hostile(message.text)]
            if asked and (question := reading.words_of(item, "question")):
                found.append(_written_entry(question, asked, tuple(claims), read.window, material))
    return found, dropped


def _written_entry(
    question: str, asked: Sequence[Message], answer: tuple[Claim, ...], window: evidence.Window, material: Material
) -> FaqEntry:
    cited = reading.cited(answer)
    at = max((m.sent_at for m in window.messages if m.id in cited), default=asked[-1].sent_at)
    return FaqEntry(
        id=f"f{asked[0].id}",
        group_id=material.group.id,
        question=question,
        wordings=tuple(Evidence(message.id, message.text) for message in asked),
        answer=answer,
        history=(FaqChange(at, "first", answer),) if answer else (),
    )


def _worth_keeping(asked: Asked) -> bool:
    """Answered, or asked in vain at the start of a conversation in words that tell what about."""
    content = len(words.content_words(asked.text))
    if asked.answers:
        people = {m.sender for m in asked.answers}
        return content >= 1 and (len(people) > 1 or sum(asked.talk.weights[m.id] for m in asked.answers) >= _SAID)
    return (
        content >= _TOO_SMALL
        and asked.is_open
        and is_question(asked.question.text)
        and asked.question is asked.talk.quotable[0]
    )


def _entry(asked: Asked, material: Material) -> FaqEntry:
    answer = tuple(extract.claims(asked.answers, material.language))
    question = asked.question
    return FaqEntry(
        id=f"f{question.id}",
        group_id=material.group.id,
        question=asked.text,
        wordings=(Evidence(question.id, question.text),),
        answer=answer,
        history=(FaqChange(asked.answers[-1].sent_at, "first", answer),) if answer else (),
    )


def _topic(entry: FaqEntry) -> Topic:
    """What the entry asks, without what it is about where that had to be added."""
    about, _, question = entry.question.rpartition("：")
    return Topic(question, " ".join((about, *(e.quote for claim in entry.answer for e in claim.evidence))).strip())


def _grown(entry: FaqEntry, again: FaqEntry) -> FaqEntry:
    """`entry` after its question was asked and perhaps answered once more."""
    wordings = entry.wordings + tuple(w for w in again.wordings if w not in entry.wordings)
    known = {e.message_id for change in entry.history for claim in change.claims for e in claim.evidence}
    claims = tuple(claim for claim in again.answer if any(e.message_id not in known for e in claim.evidence))
    if not claims:
        return replace(entry, wordings=wordings)
    relation = _relation(entry.answer, claims)
    history = (*entry.history, FaqChange(again.history[-1].at, relation, claims))
    return replace(entry, wordings=wordings, answer=_current(entry.answer, claims, relation), history=history)


def _relation(current: Sequence[Claim], new: Sequence[Claim]) -> FaqRelation:
    """What a later answer does to the current one, as far as its words show."""
    if not current:
        return "first"
    cues = {cue for claim in new for e in claim.evidence for cue in extract.cues(e.quote)}
    if "correction" in cues:
        return "corrects"
    if "change" in cues:
        return "supersedes"
    before, now = _numbers(current), _numbers(new)
    if now and now <= before:
        return "confirms"
    if now and before and not now & before and len(_said(new) & _said(current)) >= 2:
        return "contradicts"
    return "extends" if now - before or not now else "confirms"


def _current(answer: tuple[Claim, ...], new: tuple[Claim, ...], relation: FaqRelation) -> tuple[Claim, ...]:
    """The answer as it stands: corrections and changes replace, the rest is added while there is room."""
    if relation in ("first", "corrects", "supersedes"):
        return new
    if relation == "confirms":
        return answer
    return (answer + new)[-_CURRENT:]


def _numbers(claims: Iterable[Claim]) -> set[str]:
    return {word for claim in claims for e in claim.evidence for word in words.cut(e.quote) if word[0].isdigit()}


def _said(claims: Iterable[Claim]) -> set[str]:
    return {
        word
        for claim in claims
        for e in claim.evidence
        for word in words.content_words(e.quote)
        if not word[0].isdigit()
    }


def _sections(entries: Sequence[FaqEntry], material: Material) -> Iterable[Section]:
    """Answered questions, the most asked first, then the open ones that were asked in this span."""
    for entry in sorted((e for e in entries if e.answer), key=lambda e: -len(e.wordings)):
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
        return Accounted(talk.conversation.id, extract.title(talk), len(talk.messages), told, reason)

    return extract.account(material, [accounted(talk) for talk in talks if talk.messages], dropped)
