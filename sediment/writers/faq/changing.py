"""What one answer does to another, and how the answer to a question came to be within its conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sediment import extract, words
from sediment.extract import Asked, events
from sediment.models import Claim, FaqChange, FaqEntry, FaqRelation, Message

_DUE = re.compile(
    r"截止|之前|以前|为止|有效|到期|最晚|[日号]前|前(?:交|续|报|付|提|确认|登记|办|买)|until|before|deadline|\bdue\b",
    re.IGNORECASE,
)
_LASTING = re.compile(r"每|[日号天]\s*(?:起|开始|以后|之后|生效)|\b(?:every|from|since)\b", re.IGNORECASE)
_CURRENT = 4  # claims that a current answer may hold


def relation(current: Sequence[Claim], new: Sequence[Claim]) -> FaqRelation:
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


def current(answer: tuple[Claim, ...], new: tuple[Claim, ...], relation: FaqRelation) -> tuple[Claim, ...]:
    """The answer as it stands: corrections and changes replace, the rest is added; of too much what was said first and last is kept."""
    if relation in ("first", "corrects", "supersedes"):
        return new
    if relation == "confirms":
        return answer
    last = new[-_CURRENT:] if relation == "contradicts" else new[-_CURRENT // 2 :]
    return (*answer[: _CURRENT - len(last)], *last)


def history(asked: Asked, language: str) -> tuple[FaqChange, ...]:
    """The steps in which the conversation answered: what was said and put right, what others added, who confirmed it. Each person's turn is a step."""
    answering = {message.id for message in asked.answers}
    steps: list[FaqChange] = []
    answer: tuple[Claim, ...] = ()
    turns = groupby(_told(asked, answering), lambda message: (message.sender, message.id in answering))
    for (_, is_answer), turn in turns:
        said = list(turn)
        claims = tuple(extract.claims(said, language))
        if not steps:
            how: FaqRelation = "first"
        elif any(asked.talk.corrected.get(wrong) == m.id for m in said for wrong in asked.talk.corrected):
            how = "corrects"
        else:
            how = relation(answer, claims) if is_answer else "confirms"
        steps.append(FaqChange(said[-1].sent_at, how, claims))
        answer = current(answer, claims, how)
    return tuple(steps)


def expired(entry: FaqEntry, today: date) -> FaqEntry:
    """`entry`, with a step that says so where the last day up to which its answer holds, or of the event that it tells of, is past."""
    days = [
        day
        for change in entry.history
        for claim in change.claims
        if claim in entry.answer
        for span in claim.evidence
        if _is_due(span.quote)
        for day in events.days_in(span.quote, change.at.date())
    ]
    if entry.status in ("open", "expired") or not days or not entry.history[-1].at.date() <= max(days) < today:
        return entry  # what was said after that day holds
    at = datetime.combine(max(days) + timedelta(days=1), time(), entry.history[-1].at.tzinfo)
    return replace(entry, history=(*entry.history, FaqChange(at, "expires", ())))


def _is_due(text: str) -> bool:
    return bool(_DUE.search(text) or "event" in extract.cues(text)) and not _LASTING.search(text)


def _told(asked: Asked, answering: set[str]) -> Iterator[Message]:
    """The answers, what they put right before them, and who agreed with them, in order."""
    talk = asked.talk
    wrong = {id for id, right in talk.corrected.items() if right in answering and asked.question.id not in (id, right)}
    for message in talk.quotable:
        after = message.sent_at >= asked.question.sent_at
        if message.id in answering or (after and (message.id in wrong or _agrees(message, asked, answering))):
            yield message


def _agrees(message: Message, asked: Asked, answering: set[str]) -> bool:
    """Whether somebody else says yes to an answer, or the asker that it worked."""
    told = [asked.talk.by_id[id] for id in asked.talk.parents.get(message.id, ()) if id in answering]
    if not told or any(m.sender == message.sender for m in told):
        return False
    if message.sender == asked.question.sender:
        return "result" in asked.talk.cues[message.id]
    return extract.agrees(message.text)


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
