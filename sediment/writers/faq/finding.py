"""Questions that were asked in a span and what was answered: found by rules, or by a model and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sediment import evidence, extract, reading, words
from sediment.extract import Asked, Talk
from sediment.extract.titles import without_lead_in
from sediment.models import Evidence, FaqChange, FaqEntry, Material, Message, Section
from sediment.protocols import ChatModel
from sediment.questions import is_question
from sediment.reading import Gate
from sediment.writers.faq.changing import history

_CLAIMS = 4  # messages that a model may have meant where its sentence does not hold
_SAID = 1.5  # weight that the answer of one person must have
_SAID_MUCH = 3.0  # … to a question of a single word of content, which its conversation explains
_LINES = 3  # line ends of a message that lays something out
_STORY = 120  # characters of a message that tells more than it asks
_TOO_SMALL = 2  # words of content that a question must have to stand without its conversation


def extracted(talks: Iterable[Talk], material: Material) -> list[FaqEntry]:
    found: list[FaqEntry] = []
    for talk in talks:
        kept = [asked for asked in extract.asked(talk) if _worth_keeping(asked)]
        found += [_entry(one, material) for one in kept if not any(_is_part(one, other) for other in kept)]
    return found


def written(material: Material, talks: Sequence[Talk], model: ChatModel) -> tuple[list[FaqEntry], Counter[str]]:
    """What a model finds in each window, checked; where it fails, what can be extracted there."""
    windows = reading.windows(material, model)
    gate = Gate(talks, material.language)
    found: list[FaqEntry] = []
    for read in reading.read(model, "faq", windows, [reading.task("faq", material)] * len(windows)):
        if read.reply is None:
            here = {message.id for message in read.window.messages}
            found += extracted([t for t in talks if t.messages and t.messages[0].id in here], material)
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
    named = {"ids": item.get("asked"), "text": item.get("question")}
    asked = [m for m in evidence.messages_of(named, window) if _may_ask(m)]
    if not asked:
        return None
    written, lost = gate.parted(item.get("answer"), window)
    answer = tuple(written or extract.claims(gate.told_to(asked, lost)[:_CLAIMS], material.language))
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
    """Answered, or asked in vain in words that tell what about: at the start of a conversation, or answered by doubts."""
    content = _content(asked)
    if extract.is_rhetorical(asked.question.text) or extract.echoes(asked.question.text) or _is_asked_back(asked):
        return False
    if asked.answers:
        people = {m.sender for m in asked.answers}
        said = sum(asked.talk.weights[m.id] for m in asked.answers)
        opens = asked.question is asked.talk.quotable[0]
        enough = said >= _SAID_MUCH if content < _TOO_SMALL and not opens else len(people) > 1 or said >= _SAID
        return enough and content > 0 and _asks(asked.question)
    return (
        content >= _TOO_SMALL
        and asked.is_open
        and is_question(asked.question.text)
        and (asked.hedged or asked.question is asked.talk.quotable[0])
    )


def _is_asked_back(asked: Asked) -> bool:
    """Whether only whoever came with a trouble answers: others wanted to know more of it, to help."""
    first = asked.talk.messages[0]
    return {m.sender for m in asked.answers} == {first.sender} and extract.reports_problem(first.text)


def _is_part(one: Asked, other: Asked) -> bool:
    """Whether all that answers `one`, which needs the conversation to be understood, answers `other` too."""
    own, others = set(one.answers), set(other.answers)
    return _content(one) < _TOO_SMALL and bool(own) and own < others


def _content(asked: Asked) -> int:
    """Words of content in the question itself."""
    return len(words.content_words(without_lead_in(asked.question.text)))


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
        history=history(asked, material.language),
    )
