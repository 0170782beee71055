"""A conversation judged without a model: which of its messages may be quoted, how much each weighs, what corrects what, and how it ended."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sediment import evidence, questions, redaction, words
from sediment.extract.corrections import AT_ONCE, corrections, seconds_between
from sediment.extract.cues import (
    acknowledges,
    asks_silence,
    bare,
    cleaned,
    cues,
    is_personal,
    rejects,
    reports_problem,
)
from sediment.models import Conversation, Link, Material, Message

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SURE = 0.5  # a link must be this probable to make an answer; whether a message answers at all is less delicate
_ANEW = 1800  # seconds after which who asks again asks something else
_WHOEVER = re.compile(
    r"(谁|什么|啥|哪[个家里]?|多少|怎么)[^，,。？?\s]{1,6}\1|多[久少长大]看(?=[^看，,。？?\s]{2})"
)  # `谁大按谁` and `延多久看年份` ask nothing
_SPOKEN = ("text", "reply", "voice", "file", "link", "share", "location")


@dataclass(frozen=True)
class Talk:
    """One conversation with all that the writers want to know of it."""

    conversation: Conversation
    messages: tuple[Message, ...]  # in order, without noise
    quotable: tuple[Message, ...]  # those that may be quoted
    parents: Mapping[str, tuple[str, ...]]  # message id -> what it answers
    answers: Mapping[str, tuple[str, ...]]  # question id -> the quotable messages that answer it
    corrected: Mapping[str, str]  # id of a message -> id of the later one that puts it right
    weights: Mapping[str, float]  # by id of a quotable message: how much a reader would miss it
    touched: frozenset[str] = (
        frozenset()
    )  # questions that someone may have answered: no link is sure, but some are likely

    @cached_property
    def standing(self) -> list[Message]:
        """What may be quoted and was not put right later."""
        return [m for m in self.quotable if m.id not in self.corrected]

    @cached_property
    def by_id(self) -> dict[str, Message]:
        return {message.id: message for message in self.messages}

    @cached_property
    def cues(self) -> dict[str, frozenset[str]]:
        return {message.id: cues(message.text) for message in self.messages}

    @cached_property
    def people(self) -> int:
        return len({message.sender for message in self.messages})

    @cached_property
    def questions(self) -> list[Message]:
        """What was asked in earnest, in order: no question back to the asker, no joke."""
        return [m for m in self.quotable if _asks_in_earnest(m, self)]


def talks(material: Material) -> list[Talk]:
    """Every conversation of `material`, judged, in the order given."""
    by_id = {message.id: message for message in material.messages}
    parents: dict[str, list[Link]] = defaultdict(list)
    for link in material.links:
        parents[link.message_id].append(link)
    spoken = [m for m in material.messages if m.id not in material.noise]
    home = {id: c.id for c in material.conversations for id in c.message_ids}
    corrected = corrections(spoken, {id: [link.answers for link in found] for id, found in parents.items()}, home)
    return [_talk(conversation, material, by_id, parents, corrected) for conversation in material.conversations]


def _talk(
    conversation: Conversation,
    material: Material,
    by_id: Mapping[str, Message],
    links: Mapping[str, Sequence[Link]],
    corrected: Mapping[str, str],
) -> Talk:
    messages = tuple(by_id[i] for i in conversation.message_ids if i in by_id and i not in material.noise)
    parents = {m.id: tuple(link.answers for link in links.get(m.id, ()) if link.answers in by_id) for m in messages}
    silent = _silent(messages)
    quotable = tuple(m for m in messages if m.id not in silent and _may_be_quoted(m))
    may = {m.id for m in quotable}
    sure = {m.id: tuple(link.answers for link in links.get(m.id, ()) if link.score >= _SURE) for m in messages}
    answers = {
        q: tuple(a for a in found if a in may and not acknowledges(by_id[a].text))
        for q, found in answered(messages, sure).items()
    }
    wrong = {m.id: corrected[m.id] for m in messages if m.id in corrected}
    talk = Talk(conversation, messages, quotable, parents, answers, wrong, {})
    perhaps = {q: may.intersection(found) for q, found in answered(messages, parents).items()}
    touched = frozenset(q for q, found in perhaps.items() if any(not _says_nothing(by_id[a]) for a in found))
    return replace(talk, weights=_weights(talk, set().union(*perhaps.values())), touched=touched)


def _says_nothing(message: Message) -> bool:
    return acknowledges(message.text) or "question" in cues(message.text)


def answered(messages: Sequence[Message], parents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Question id → ids of the messages by others that answer it, in order of time.

    What the asker adds belongs to his question, what an answerer adds to his answer, and while the asker answers back his question goes on. Who corrects
    an answer answers too."""
    by_id = {message.id: message for message in messages}
    about: dict[str, frozenset[str]] = {}  # the questions that a message asks or carries on
    answering: dict[str, frozenset[str]] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        asks = _asks(message, messages)
        carried = {message.id} if asks else set()
        answered: set[str] = set()
        for parent in (by_id[i] for i in parents.get(message.id, ()) if i in about):
            if parent.sender == message.sender:
                carried |= about[parent.id] if not asks and seconds_between(parent, message) <= AT_ONCE else set()
                answered |= answering[parent.id]
            else:
                answered |= {q for q in about[parent.id] if by_id[q].sender != message.sender}
                answered |= answering[parent.id] if "correction" in cues(message.text) else set()
                goes_on = not asks or seconds_between(parent, message) <= _ANEW
                carried |= {q for q in answering[parent.id] if goes_on and by_id[q].sender == message.sender}
        about[message.id], answering[message.id] = frozenset(carried), frozenset(answered)
        for question in sorted(answered):
            found[question].append(message.id)
    return dict(found)


def _asks(message: Message, messages: Sequence[Message]) -> bool:
    """A question by its form, or a trouble that opens the conversation."""
    return questions.is_question(message.text) or (message is messages[0] and reports_problem(message.text))


def _may_be_quoted(message: Message) -> bool:
    return (
        message.sender is not None
        and not message.recalled
        and message.kind in _SPOKEN
        and len(bare(cleaned(message.text))) > 0
        and not evidence.is_hostile(message.text)
        and not is_personal(message.text)
        and not redaction.findings(message.text)
    )


def _silent(messages: Sequence[Message]) -> set[str]:
    """All that those who ask for silence say in this conversation."""
    people = {message.sender for message in messages if asks_silence(message.text)}
    return {message.id for message in messages if message.sender in people}


def _asks_in_earnest(message: Message, talk: Talk) -> bool:
    marks = talk.cues[message.id]
    if not _asks(message, talk.messages) or "joke" in marks or len(bare(cleaned(message.text))) < 4:
        return False
    opens = message is talk.messages[0] and reports_problem(message.text)
    if not opens and not _asks(replace(message, text=_WHOEVER.sub("", message.text)), talk.messages):
        return False
    if "question" not in marks and not opens and marks & {"correction", "result", "reason"}:
        return False  # it holds a question word, but tells something
    answered = (talk.by_id[i] for i in talk.parents.get(message.id, ()) if i in talk.by_id)
    return not any(m.sender != message.sender and _is_put(m, talk) for m in answered)


def _is_put(message: Message, talk: Talk) -> bool:
    """Whether a question stands in the room with `message`: what is asked back belongs to it."""
    return "question" in talk.cues[message.id] or (message is talk.messages[0] and _asks(message, talk.messages))


def is_rejected(message: Message, talk: Talk) -> bool:
    """Whether the person who asked said that this did not help."""
    asker = talk.messages[0].sender
    return message.sender != asker and any(
        m.sender == asker and message.id in talk.parents.get(m.id, ()) and rejects(m.text) for m in talk.messages
    )


def _ends_well(talk: Talk, at: int) -> bool:
    """Whether whoever asked tells a result after the message at `at`: what failed before matters less then."""
    asker = talk.messages[0].sender
    return any(
        "result" in talk.cues[m.id] and not rejects(m.text) for m in talk.messages[at + 1 :] if m.sender == asker
    )


# Near the coefficients of a logistic regression of "stands in a point of the gold digest" on four labelled chats, rounded and held by hand where data are few.
_WEIGHTS = {
    "length": 1.5, "warning": 1.2, "answers": 0.9, "decision": 0.9, "result": 0.9, "in_a_row": 0.8, "money": 0.7, "correction": 0.6, "thanked": 0.5,
    "reason": 0.5, "expert": 0.5, "number": 0.5, "numbers": 0.4, "change": 0.4, "replied": 0.4, "figure_given": 0.3, "quotes": 0.3, "long": 0.3,
    "tried": 0.7, "worked": 1.5, "event": 0.1, "link": 0.0, "code": -0.2, "laughed": -0.3, "asker": -0.4, "opener": -0.6, "empty": -0.8, "question": -1.1,
    "ack": -1.2, "joke": -1.4, "promo": -2.5, "rejected": -3.0, "corrected": -3.0,
}  # fmt: skip


def _weights(talk: Talk, answering: set[str]) -> dict[str, float]:
    replies: dict[str, list[Message]] = defaultdict(list)
    for m in talk.messages:
        for parent in talk.parents.get(m.id, ()):
            if parent in talk.by_id and talk.by_id[parent].sender != m.sender:
                replies[parent].append(m)
    spoken = Counter(m.sender for m in talk.messages)
    return {
        m.id: sum(
            _WEIGHTS[name] * value
            for name, value in _features(m, talk, m.id in answering, replies[m.id], spoken).items()
        )
        for m in talk.quotable
    }


def _features(
    message: Message, talk: Talk, answers: bool, replies: Sequence[Message], spoken: Counter[str | None]
) -> dict[str, float]:
    """What a message does, whether it answers, how much it says, who says it, who reacted and how: each about 0 to 1."""
    marks = talk.cues[message.id]
    text = cleaned(message.text)
    at = talk.messages.index(message)
    opener = talk.messages[0]
    asks_first = _asks(opener, talk.messages)
    is_opener = message.sender == opener.sender
    answers = answers and "question" not in marks
    found = {mark: 1.0 for mark in marks if mark in _WEIGHTS}
    if "number" not in marks and len(set(words.content_words(text))) < 2:
        found.pop("decision", None)  # `就先这么定了` does not say what
    if at == 0 and asks_first:
        found = {mark: 1.0 for mark in found if mark not in ("decision", "change", "result")}  # `升到0.9.0 以后炸了`
    return found | {
        "answers": float(answers),
        "figure_given": float(answers and "number" in marks),
        "length": min(1.0, (len(text) / 80) ** 0.5),
        "long": float(len(text) > 100),
        "numbers": float(len(_NUMBER.findall(text)) > 1),
        "in_a_row": float(
            any(m.sender == message.sender for m in talk.messages[max(0, at - 1) : at + 2] if m is not message)
        ),
        "expert": float(not is_opener and spoken[message.sender] >= 3),
        "quotes": float(message.reply_to is not None),
        "replied": float(bool(replies)),
        "thanked": float(min(2, sum("ack" in talk.cues[r.id] for r in replies))),
        "laughed": float(min(2, sum("joke" in talk.cues[r.id] or bare(r.text) == "" for r in replies))),
        "opener": float(at == 0 and asks_first),
        "asker": float(is_opener and asks_first and not marks & {"result", "decision", "change"}),
        "empty": float("number" not in marks and not words.content_words(text)),
        "worked": float(
            is_opener
            and at > 0
            and "result" in marks
            and not marks & {"joke", "question"}
            and not rejects(message.text)
        ),
        "rejected": float(is_rejected(message, talk)),
        "tried": float(is_opener and rejects(message.text) and not _ends_well(talk, at)),
        "corrected": float(message.id in talk.corrected),
    }
