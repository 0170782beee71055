"""Chosen messages as claims: `名字：原话`, the words trimmed for reading, the evidence exact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sediment import evidence
from sediment.extract.cues import bare, cleaned, cues
from sediment.models import Claim, Evidence, Message
from sediment.wording import say

_LONG = 90  # characters: longer messages are cut to their best sentences
_JOINED = 120  # characters that one claim of several messages may hold
_APART = 600  # seconds after which one person's words are another claim
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_GOOD = {
    "number": 0.6, "money": 0.4, "decision": 0.8, "change": 0.5, "correction": 0.5, "result": 0.5, "reason": 0.7, "link": 0.5, "event": 0.3,
    "joke": -1.0, "question": -0.6,
}  # fmt: skip


def claims(messages: Sequence[Message], language: str) -> list[Claim]:
    """The messages in the order given; what one person says in a row becomes one claim."""
    return [_said(turn, language) for turn in _turns(messages)]


def quoted(message: Message, language: str) -> Claim:
    """One message as a claim."""
    return _said([message], language)


def spans(text: str) -> list[str]:
    """Exact spans of `text` worth quoting: all of it, or the two or three best sentences of a long one."""
    if len(text) <= _LONG:
        return [text]
    sentences = [s.strip() for s in _SENTENCE.findall(text) if bare(s)]
    if len(sentences) < 2:
        return [text]
    ranked = sorted(range(len(sentences)), key=lambda i: (-_worth(sentences[i], i), i))
    chosen: list[int] = []
    for i in ranked:
        if not chosen or sum(len(sentences[j]) for j in (*chosen, i)) <= 2 * _LONG:
            chosen.append(i)
        if len(chosen) == 3:
            break
    return [sentences[i] for i in sorted(chosen)]


def _worth(sentence: str, place: int) -> float:
    return sum(_GOOD.get(mark, 0.0) for mark in cues(sentence)) + min(1.0, len(sentence) / 40) - 0.05 * place


def _turns(messages: Sequence[Message]) -> Iterator[list[Message]]:
    turn: list[Message] = []
    for message in messages:
        if turn and not _goes_on(turn, message):
            yield turn
            turn = []
        turn.append(message)
    if turn:
        yield turn


def _goes_on(turn: Sequence[Message], message: Message) -> bool:
    return (
        turn[-1].sender == message.sender
        and (message.sent_at - turn[-1].sent_at).total_seconds() <= _APART
        and sum(len(m.text) for m in turn) + len(message.text) <= _JOINED
    )


def _said(turn: Sequence[Message], language: str) -> Claim:
    parts = [(message, spans(message.text)) for message in turn]
    texts = [text for message, found in parts for text in (cleaned(span) for span in found) if text]
    whole = say("says", language, name=turn[0].name, text=_joined(texts))
    quotes = tuple(Evidence(message.id, span) for message, found in parts for span in found)
    return replace(evidence.quoted(turn[0], parts[0][1][0], whole), evidence=quotes)


def _joined(texts: Sequence[str]) -> str:
    ended = [text if text[-1] in "。！？!?；;，,…" else text + "；" for text in texts[:-1]]
    return "".join((*ended, *texts[-1:]))
