"""How the FAQ grows: a question asked again joins its entry, and what is said to it confirms, extends, corrects or replaces the answer."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sediment import extract, reading
from sediment.extract.meaning import Topic, same_meaning
from sediment.models import FaqChange, FaqEntry
from sediment.protocols import Embedder
from sediment.writers.faq.changing import current, relation
from sediment.writers.faq.judging import JudgeOfQuestions


def standing(known: Sequence[FaqEntry], found: Sequence[FaqEntry], read: Collection[str]) -> list[FaqEntry]:
    """The known entries without those that all come from the messages `read` again just now: what is found there today takes their place.

    What a model wrote only gives way to what a model wrote about the same question."""
    told = {w.message_id for entry in found if _is_written(entry) for w in entry.wordings}

    def is_read_again(entry: FaqEntry) -> bool:
        asked = {w.message_id for w in entry.wordings}
        return (asked | _stands_on(entry)).issubset(read) and (not _is_written(entry) or bool(asked & told))

    return [entry for entry in known if not is_read_again(entry)]


def _is_written(entry: FaqEntry) -> bool:
    return any(claim.origin != "extract" for change in entry.history for claim in change.claims)


def merged(
    known: Sequence[FaqEntry], found: Sequence[FaqEntry], embedder: Embedder, judge: JudgeOfQuestions | None = None
) -> list[FaqEntry]:
    """`known` entries with what is new in `found`: the same question asked again joins its entry, others are added. No known entry is lost, and running
    twice changes nothing."""
    entries = list(known)
    asked_in: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for message_id in {wording.message_id for wording in entry.wordings}:
            asked_in[message_id].append(place)
    fresh: list[FaqEntry] = []
    for entry in found:
        same = sorted({place for wording in entry.wordings for place in asked_in.get(wording.message_id, ())})
        if (known_at := _place(entry, entries, same)) is None:
            fresh.append(entry)
        else:
            entries[known_at] = _grown(entries[known_at], entry)
    everything = [*entries, *fresh]
    home = list(range(len(everything)))
    if fresh:
        judged = judge.of(everything, len(entries)) if judge else None
        topics = [topic_of(entry) for entry in everything]
        for group in same_meaning(topics, embedder, judged, settled=len(entries)):
            for place in group:
                home[place] = group[0] if place >= len(entries) else place
    for place, entry in enumerate(fresh, len(entries)):
        if home[place] != place:
            everything[home[place]] = _grown(everything[home[place]], entry)
    return _numbered(entry for place, entry in enumerate(everything) if home[place] == place)


def topic_of(entry: FaqEntry) -> Topic:
    """What the entry asks, without the conversation's title where that had to be put before it: questions of one conversation share it."""
    asked = any(extract.bare(entry.question) in extract.bare(wording.quote) for wording in entry.wordings)
    question = entry.question if asked else entry.question.rpartition("：")[2]
    return Topic(question, " ".join(e.quote for claim in entry.answer for e in claim.evidence))


def grown_together(faqs: Iterable[Sequence[FaqEntry]], embedder: Embedder) -> list[FaqEntry]:
    """The FAQs of several groups as one: what several were asked is one entry on the words of all. What one group keeps apart stays apart."""
    entries = sorted(
        (entry for faq in faqs for entry in faq), key=lambda entry: [change.at for change in entry.history]
    )
    kept: dict[int, FaqEntry] = {}
    for first, *others in same_meaning([topic_of(entry) for entry in entries], embedder):
        kept[first] = entries[first]
        groups = {entries[first].group_id}
        for place in others:
            if entries[place].group_id in groups:
                kept[place] = entries[place]
            else:
                kept[first] = _grown(kept[first], entries[place])
            groups.add(entries[place].group_id)
    return [kept[place] for place in sorted(kept)]


def _place(entry: FaqEntry, known: Sequence[FaqEntry], same: Sequence[int]) -> int | None:
    """Where the entry stands already among those, `same`, that the same message asks: there in the same words or with an answer from the same messages. One
    message may ask two things, so alone it does not tell."""
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


def _grown(entry: FaqEntry, again: FaqEntry) -> FaqEntry:
    """`entry` after its question was asked and perhaps answered once more."""
    if set(again.wordings) <= set(entry.wordings) and _is_written(entry) and not _is_written(again):
        return entry  # quotes of what a model has read already tell nothing new
    wordings = entry.wordings + tuple(w for w in again.wordings if w not in entry.wordings)
    known = {e.message_id for change in entry.history for claim in change.claims for e in claim.evidence}
    answer, history = entry.answer, entry.history
    for change in again.history:
        claims = tuple(claim for claim in change.claims if any(e.message_id not in known for e in claim.evidence))
        if claims:
            how = relation(answer, claims) if change.relation == "first" else change.relation
            if history and history[-1].relation == "expires" and how != "confirms":
                how = "supersedes"
            answer = current(answer, claims, how)
            history += (FaqChange(change.at, how, claims),)
    grown = replace(entry, wordings=wordings, answer=answer, history=history)
    return grown if history != entry.history else _better_told(grown, again)


def _better_told(entry: FaqEntry, again: FaqEntry) -> FaqEntry:
    """What a model wrote takes the place of the first answer's bare quotes from the same messages; what a person wrote stays."""
    extracted = all(claim.origin == "extract" for claim in entry.answer)
    written = again.answer and all(claim.origin == "model" for claim in again.answer)
    if not (extracted and written and len(entry.history) == 1):
        return entry
    history = (replace(entry.history[0], claims=again.answer),)
    return replace(entry, question=again.question, answer=again.answer, history=history)
