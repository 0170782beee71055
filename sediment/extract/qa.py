"""Questions of a conversation with the answers that they got, follow-ups folded into the question that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sediment import words
from sediment.extract.cues import acknowledges, bare, disagrees, is_unknown
from sediment.extract.talk import Talk, answered, is_rejected
from sediment.extract.titles import title, without_lead_in
from sediment.models import Message

_ANSWERS = 4  # messages that an answer may quote
_SHORT = 40  # characters of a message that says little beside that nobody knows


@dataclass(frozen=True)
class Asked:
    """One question, in the words of whoever asked, and what was answered."""

    talk: Talk
    question: Message
    text: str  # the question for reading, with what it is about when its own words do not say
    answers: tuple[Message, ...]  # the best ones, in order of time
    hedged: bool = False  # somebody said that he does not know, and nobody anything else

    @property
    def is_open(self) -> bool:
        """Whether nobody answered, not even perhaps."""
        return not self.answers and (self.hedged or self.question.id not in self.talk.touched)


def asked(talk: Talk) -> list[Asked]:
    """The questions of `talk` that stand by themselves, answered or open, in order.

    An answer needs no sure link here: who reads it sees the question above it."""
    likely = answered(talk.messages, talk.parents)
    groups: list[list[Message]] = []
    for question in talk.questions:
        if groups and _belongs(question, groups[-1]):
            groups[-1].append(question)
        elif words.content_words(without_lead_in(question.text)) and not _reacts(question):
            groups.append([question])
    return [_asked(group, likely, talk) for group in groups]


def answered_by(message: Message, talk: Talk) -> Message | None:
    """The first question that tells what it is about among those that `message` answers."""
    asked = (m for m in talk.quotable if message.id in talk.answers.get(m.id, ()))
    return next((m for m in asked if len(words.content_words(without_lead_in(m.text))) > 1), None)


def _belongs(question: Message, group: Sequence[Message]) -> bool:
    """Whether a question only makes sense after the one before it."""
    return len(words.content_words(without_lead_in(question.text))) < 2 and question.sender == group[0].sender


def _reacts(message: Message) -> bool:
    """Whether it is a cry or an objection rather than a question: `真的假的？`, `不同意，看你怎么发`."""
    return acknowledges(message.text) or (disagrees(message.text) and not message.text.rstrip().endswith(("?", "？")))


def _readable(question: Message, talk: Talk) -> str:
    text = without_lead_in(question.text)
    if len(words.content_words(text)) >= 2 or question is talk.messages[0]:
        return text
    about = title(talk)
    return text if not about or bare(about) in bare(text) or bare(text) in bare(about) else f"{about}：{text}"


def _asked(group: Sequence[Message], likely: Mapping[str, Sequence[str]], talk: Talk) -> Asked:
    told = _told(group, likely, talk)
    known = [message for message in told if not _only_doubts(message)]
    best = sorted((m for m in known if talk.weights[m.id] > 0), key=lambda m: -talk.weights[m.id])[:_ANSWERS]
    answers = tuple(message for message in told if message in best)
    return Asked(talk, group[0], _readable(group[0], talk), answers, hedged=bool(told) and not known)


def _told(group: Sequence[Message], likely: Mapping[str, Sequence[str]], talk: Talk) -> list[Message]:
    """What others say to it: nothing that was put right later, but what put it right."""
    ids = {a for question in group for a in likely.get(question.id, ())}
    ids |= {talk.corrected[a] for a in list(ids) if a in talk.corrected}
    askers = {question.sender for question in group}
    said = (m for m in talk.standing if m.id in ids and m.sender not in askers)
    return [m for m in said if not talk.cues[m.id] & {"question", "ack"} and not is_rejected(m, talk)]


def _only_doubts(message: Message) -> bool:
    """`应该能跑，速度没测过`; not `我去年等了7周，今年不知道`."""
    return is_unknown(message.text) and len(message.text) <= _SHORT and not any(c.isdigit() for c in message.text)
