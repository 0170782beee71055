"""The FAQ of a group: questions that live over days, each with the wordings it was asked in, its current answer and how that came to be."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from sediment import evidence, extract, reading, words
from sediment.extract import Asked, Talk
from sediment.extract.meaning import Judge, Topic, same_meaning
from sediment.extract.titles import without_lead_in
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
    Request,
    Section,
)
from sediment.protocols import ChatModel, Embedder
from sediment.questions import is_question
from sediment.reading import Gate
from sediment.wording import say

_CURRENT = 4  # claims that a current answer may hold
_SAID = 1.5  # weight that the answer of one person must have
_JUDGED = 40  # pairs of questions that a model is asked about
_LINES = 3  # line ends of a message that lays something out
_STORY = 120  # characters of a message that tells more than it asks
_TOO_SMALL = 2  # words of content that a question must have to stand without its conversation


class Faq:
    kind = "faq"
    span: Literal["day", "all"] = "all"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        talks = extract.talks(material)
        found, dropped = _written(material, talks, model) if model else (_extracted(talks, material), Counter[str]())
        entries = merged(material.faq, found, embedder, _Judge(model, material) if model else None)
        return Draft(
            title=say("title-faq", material.language, group=material.group.name),
            sections=tuple(_sections(entries, material)),
            account=_account(material, talks, entries, dropped),
            made_by=model.name if model and any(c.origin == "model" for entry in found for c in entry.answer) else "",
            faq=tuple(entries),
        )


def merged(
    known: Sequence[FaqEntry], found: Sequence[FaqEntry], embedder: Embedder, judge: _Judge | None = None
) -> list[FaqEntry]:
    """`known` entries with what is new in `found`: the same question asked again joins its entry, others are added. No known entry is lost, and running
    twice changes nothing."""
    entries = list(known)
    fresh: list[FaqEntry] = []
    for entry in found:
        if (place := _place(entry, entries)) is None:
            fresh.append(entry)
        else:
            entries[place] = _grown(entries[place], entry)
    everything = [*entries, *fresh]
    first: dict[int, int] = {}
    topics = [_topic(entry) for entry in everything]
    for group in same_meaning(topics, embedder, judge.of(everything, len(entries)) if judge and fresh else None):
        for place in group:
            first[place] = group[0]
    for place, entry in enumerate(fresh, len(entries)):
        if (home := first[place]) != place:
            everything[home] = _grown(everything[home], entry)
    return _numbered(entry for place, entry in enumerate(everything) if place < len(entries) or first[place] == place)


def _place(entry: FaqEntry, known: Sequence[FaqEntry]) -> int | None:
    """Where the entry stands already: one that the same message asks in the same words or with an answer from the same messages. One message may ask two
    things, so alone it does not tell."""
    asked = {wording.message_id for wording in entry.wordings}
    same = [place for place, other in enumerate(known) if asked & {w.message_id for w in other.wordings}]
    told = _stands_on(entry)
    alike = {place: len(told & _stands_on(known[place])) for place in same}
    exact = [place for place in same if known[place].question == entry.question]
    best = max(same, key=lambda place: (alike[place], -place), default=None)
    if exact or best is None:
        return exact[0] if exact else None
    return best if alike[best] or not (told and _stands_on(known[best])) else None


def _stands_on(entry: FaqEntry) -> set[str]:
    return reading.cited([*entry.answer, *(claim for change in entry.history for claim in change.claims)])


def _numbered(entries: Iterable[FaqEntry]) -> list[FaqEntry]:
    """The entries, those with an id that another has by then under one of their own."""
    taken: set[str] = set()
    numbered: list[FaqEntry] = []
    for entry in entries:
        ids = (entry.id if n == 1 else f"{entry.id}-{n}" for n in itertools.count(1))
        numbered.append(replace(entry, id=next(id for id in ids if id not in taken)))
        taken.add(numbered[-1].id)
    return numbered


class _Judge:
    """Asks a model, in one short call, which questions mean the same where vectors leave it in doubt."""

    def __init__(self, model: ChatModel, material: Material) -> None:
        self._model, self._material = model, material

    def of(self, entries: Sequence[FaqEntry], known: int) -> Judge:
        """A judge of these entries; that the first `known` differ was settled before."""

        def judged(doubtful: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bool]:
            pairs = [pair for pair in doubtful if max(pair) >= known][:_JUDGED]
            same = self._same([(entries[j].question, entries[i].question) for i, j in pairs]) if pairs else None
            return {} if same is None else {pair: number in same for number, pair in enumerate(pairs, 1)}

        return judged

    def _same(self, pairs: Sequence[tuple[str, str]]) -> set[int] | None:
        """The numbers of the pairs that the model takes for one question; None where it fails."""
        lines = [f"{number}. {one} ｜ {other}" for number, (one, other) in enumerate(pairs, 1)]
        reply = reading.reply(self._model, Request("same", "\n".join(lines), reading.task("same", self._material)))
        same = (reply or {}).get("same")
        return {n for n in same if isinstance(n, int)} if isinstance(same, list) else None


def _extracted(talks: Iterable[Talk], material: Material) -> list[FaqEntry]:
    return [_entry(asked, material) for talk in talks for asked in extract.asked(talk) if _worth_keeping(asked)]


def _written(material: Material, talks: Sequence[Talk], model: ChatModel) -> tuple[list[FaqEntry], Counter[str]]:
    """What a model finds in each window, checked; where it fails, what can be extracted there."""
    windows = reading.windows(material, model)
    gate = Gate(talks, material.language)
    found: list[FaqEntry] = []
    for read in reading.read(model, "faq", windows, [reading.task("faq", material)] * len(windows)):
        if read.reply is None:
            here = {message.id for message in read.window.messages}
            found += _extracted([t for t in talks if t.messages and t.messages[0].id in here], material)
            continue
        for item in reading.objects(read.reply.get("questions")):
            if entry := _written_entry(item, gate, read.window, material):
                found.append(entry)
    answers = [Section("answer", entry.question, entry.answer) for entry in found]
    audited = gate.audited(model, material, windows, answers)
    return [_held(entry, answer) for entry, answer in zip(found, audited, strict=True)], gate.dropped


def _held(entry: FaqEntry, audited: Section) -> FaqEntry:
    """The entry with as much of its first answer as held; open again when nothing is left."""
    history = tuple(replace(change, claims=audited.claims) for change in entry.history) if audited.claims else ()
    question = audited.title or without_lead_in(entry.wordings[0].quote)
    return replace(entry, question=question, answer=audited.claims, history=history)


def _written_entry(item: Mapping[str, Any], gate: Gate, window: evidence.Window, material: Material) -> FaqEntry | None:
    """A question that a model found, in its words where they say no more than the messages, with what it may say of the answer, or else with the messages
    that it meant; None where nobody asked."""
    asked = [m for m in evidence.messages_of({"ids": item.get("asked")}, window) if _may_ask(m)]
    if not asked:
        return None
    written, lost = gate.parted(item.get("answer"), window)
    answer = tuple(written or extract.claims(gate.told_to(asked, lost)[:_CURRENT], material.language))
    cited = reading.cited(answer)
    told = [message for message in window.messages if message.id in cited]
    question = reading.words_of(item, "question")
    if not evidence.may_head(question, gate.around([*asked, *told]), material.language):
        question = without_lead_in(asked[0].text)
    return FaqEntry(
        id=f"f{asked[0].id}",
        group_id=material.group.id,
        question=question,
        wordings=tuple(Evidence(message.id, message.text) for message in asked),
        answer=answer,
        history=(FaqChange(max(m.sent_at for m in told), "first", answer),) if answer else (),
    )


def _may_ask(message: Message) -> bool:
    return (
        bool(message.text.strip()) and not evidence.is_hostile(message.text) and not extract.is_personal(message.text)
    )


def _worth_keeping(asked: Asked) -> bool:
    """Answered, or asked in vain at the start of a conversation in words that tell what about."""
    content = len(words.content_words(without_lead_in(asked.question.text)))
    if asked.answers:
        people = {m.sender for m in asked.answers}
        told = len(people) > 1 or sum(asked.talk.weights[m.id] for m in asked.answers) >= _SAID
        opens = asked.question is asked.talk.quotable[0] and content > 0
        return told and (opens or content >= _TOO_SMALL) and _asks(asked.question)
    return (
        content >= _TOO_SMALL
        and asked.is_open
        and is_question(asked.question.text)
        and asked.question is asked.talk.quotable[0]
    )


def _asks(message: Message) -> bool:
    """An announcement of many lines, or a long story, that holds a question word asks nothing."""
    short = message.text.count("\n") < _LINES and len(message.text) <= _STORY
    return short or message.text.rstrip().endswith(("?", "？", "吗", "呢"))


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
        return _better_told(replace(entry, wordings=wordings), again)
    relation = _relation(entry.answer, claims)
    history = (*entry.history, FaqChange(again.history[-1].at, relation, claims))
    return replace(entry, wordings=wordings, answer=_current(entry.answer, claims, relation), history=history)


def _better_told(entry: FaqEntry, again: FaqEntry) -> FaqEntry:
    """What a model wrote takes the place of the first answer's bare quotes from the same messages; what a person wrote stays."""
    extracted = all(claim.origin == "extract" for claim in entry.answer)
    written = again.answer and all(claim.origin == "model" for claim in again.answer)
    if not (extracted and written and len(entry.history) == 1):
        return entry
    history = (replace(entry.history[0], claims=again.answer),)
    return replace(entry, question=again.question, answer=again.answer, history=history)


def _relation(current: Sequence[Claim], new: Sequence[Claim]) -> FaqRelation:
    """What a later answer does to the current one, as far as its words show."""
    if not current:
        return "first"
    texts = [*(e.quote for claim in new for e in claim.evidence), *(c.text for c in new if c.origin == "model")]
    cues = {cue for text in texts for cue in extract.cues(text)}
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
