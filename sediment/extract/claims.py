"""Chosen messages as claims: `名字：原话`, the words trimmed for reading, the evidence exact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sediment import evidence
from sediment.extract import events
from sediment.extract.cues import bare, cleaned, cues
from sediment.extract.titles import shortened, without_lead_in
from sediment.models import Claim, Evidence, Message
from sediment.wording import say

_LONG = 90  # characters: longer messages are cut to their best sentences
_JOINED = 120  # characters that one claim of several messages may hold
_ABOUT = 30  # characters of a question that stand before its answer
_APART = 180  # seconds after which one person's words are another claim
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_ADDRESS = re.compile(r"://\S+$")
_GOOD = {
    "number": 0.6, "money": 0.4, "decision": 0.8, "change": 0.5, "correction": 0.5, "result": 0.5, "reason": 0.7, "link": 0.5, "event": 0.3,
    "joke": -1.0, "question": -0.6,
}  # fmt: skip


def claims(messages: Sequence[Message], language: str) -> list[Claim]:
    """The messages in the order given; what one person says in a row becomes one claim."""
    return [claim for turn in _turns(messages) for claim in _told(turn, language)]


def quoted(
    message: Message,
    language: str,
    about: Message | None = None,
    longest: int = _LONG,
    further: Sequence[Message] = (),
) -> Claim:
    """One message as a claim, with what the same person said `further`; of one of more than `longest` characters the best sentences. With `about`, a
    question, it tells what it answers and stands on both."""
    claim = _said([message, *further], language, longest)
    if about is None or about is message:
        return claim
    text = say("of-topic", language, title=shortened(without_lead_in(about.text), _ABOUT), text=claim.text)
    return replace(claim, text=text, evidence=(*claim.evidence, Evidence(about.id, about.text)))


def spans(text: str, longest: int = _LONG) -> list[str]:
    """Exact spans of `text` worth quoting: all of it, or the best sentences of a long one, at most three and about twice as long as `longest`."""
    if len(text) <= longest:
        return [text]
    sentences = [s.strip() for s in _SENTENCE.findall(text) if bare(s)]
    if len(sentences) < 2:
        return [text]
    ranked = sorted(range(len(sentences)), key=lambda i: (-_worth(sentences[i], i), i))
    chosen: list[int] = []
    for i in ranked:
        if not chosen or sum(len(sentences[j]) for j in (*chosen, i)) <= 2 * longest:
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
        and message.reply_to is None
        and not events.is_list(message)
        and (message.sent_at - turn[-1].sent_at).total_seconds() <= _APART
        and sum(len(m.text) for m in turn) + len(message.text) <= _JOINED
    )


def _told(turn: Sequence[Message], language: str) -> list[Claim]:
    """A turn as one claim; as one for each message where together they would read as an order to a model, which none of them is."""
    whole = _said(turn, language)
    if len(turn) == 1 or not evidence.is_hostile(whole.text):
        return [whole]
    return [_said([message], language) for message in turn]


def _said(turn: Sequence[Message], language: str, longest: int = _LONG) -> Claim:
    if events.is_list(turn[0]):
        return _signed_up(turn[0], language)
    parts = [(message, spans(message.text, longest)) for message in turn]
    texts = [text for message, found in parts for text in (cleaned(span) for span in found) if text]
    whole = say("says", language, name=turn[0].name, text=_joined(texts))
    quotes = tuple(Evidence(message.id, span) for message, found in parts for span in found)
    return replace(evidence.quoted(turn[0], parts[0][1][0], whole), evidence=quotes)


def _signed_up(message: Message, language: str) -> Claim:
    """A sign-up list on one line: what for, how many where the list counts them itself, then everyone on it."""
    people = events.entries(message)
    text = say(
        "signed-up-count" if events.is_numbered(message) else "signed-up",
        language,
        title=events.list_title(message),
        count=len(people),
        people=say("comma", language).join(people),
    )
    return evidence.quoted(message, text=say("says", language, name=message.name, text=text))


def _joined(texts: Sequence[str]) -> str:
    return "".join((*(_ended(text) for text in texts[:-1]), *texts[-1:]))


def _ended(text: str) -> str:
    """With a mark at its end; an address needs a space before it."""
    if text[-1] in "。！？!?；;，,…":
        return text
    return f"{text} ；" if _ADDRESS.search(text) else f"{text}；"
