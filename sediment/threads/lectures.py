"""Sessions in which one person speaks at length to the group: who, from when to when, the talk in order, what was asked and answered.

19:59 小助手：下面有请王老师                announces
20:01 王老师：大家好，今天给大家分享三件事     the talk
20:02 小鱼：👏👏👏                        a reaction
20:41 小鱼：请问封面图怎么选？               a question
20:42 王老师：看缩略图能不能认出来            its answer"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sediment import patterns
from sediment.models import Lecture, Link, Message, NoiseMark
from sediment.questions import answers, is_question

_SILENCE = timedelta(minutes=60)  # ends a session
_PAUSE = 5.0  # minutes: a speaker types or records; a longer silence speaks against a lecture
_BEFORE = timedelta(minutes=30)  # a lecture is announced so long before it begins, or earlier with the hour
_AHEAD = timedelta(hours=14)
_PUNCTUAL = 45  # it begins at most so many minutes from the hour that was announced
_APPLAUSE = timedelta(minutes=5)  # goes on so long after the last word
_OPENING = 5  # messages of the speaker

_UNHEARD = ("system", "recall", "poke", "red_packet", "transfer", "sticker", "call")
_UNSAID = ("ad", "bot", "recalled", "system")
_WEIGHT = {"voice": 60.0, "video": 40.0, "image": 15.0, "file": 15.0, "link": 10.0, "share": 10.0}  # as characters
_OF_MINUTE = 25.0  # a minute of silence weighs as much as so many characters of other people
_LONGEST = 1000.0  # what is longer was pasted
_CJK = re.compile(r"[㐀-䶿一-鿿]")
_WORD = re.compile(r"[A-Za-z0-9]+")
_HOUR = re.compile(
    r"(?<![\d一二三四五六七八九十])(\d{1,2}|十[一二]?|[一二两三四五六七八九])\s*(?:[:：](\d\d)|点|(?=[ap]m\b))"
)
_NUMERALS = {
    name: hour
    for hour, name in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)
} | {"两": 2}

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Bar:
    minutes: float
    weight: float  # characters
    messages: int
    share: float  # of all that is said in the span
    listeners: int  # other people who write


_BARS = (_Bar(20, 1200, 12, 0.75, 2), _Bar(15, 700, 8, 0.6, 0), _Bar(15, 300, 6, 0.5, 0))
"What a span must reach when no sign, one kind, or more kinds of signs (announced, opened, closed, questions called for) say that it is a lecture."


@dataclass(frozen=True, slots=True)
class _Chat:
    messages: Sequence[Message]
    reacts: Sequence[bool]
    weights: Weights
    against: Weights  # what each message weighs against another speaker
    announcing: Sequence[int]  # places of announcements


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    stop: int
    speaker: str
    weight: float
    only_answers: bool


def lectures(messages: Sequence[Message], links: Sequence[Link], noise: Mapping[str, NoiseMark]) -> tuple[Lecture, ...]:
    """The lectures among the messages of one group, which are in order of time. They do not overlap.

    No message has two parts in a lecture, save that it may answer several questions. Questions are those of the audience; what nobody answered has no
    answers."""
    spoken = [message for message in messages if message.sender is not None]
    reacts = [_reacts(message, noise) for message in spoken]
    weights = np.array([_weight(message, noise) for message in spoken])
    announcing = [at for at, message in enumerate(spoken) if _signs("announced").search(message.text)]
    # Who applauds, asks, announces or hands over does not speak against the speaker.
    along = np.array(
        [reacts[at] or is_question(m.text) or _calls_for_questions(m.text) for at, m in enumerate(spoken)], dtype=bool
    )
    along[announcing] = True
    chat = _Chat(spoken, reacts, weights, np.where(along, 0, weights), announcing)
    spans = [span for begin, end in _sessions(spoken) for span in _spans(chat, begin, end)]
    return tuple(_lecture(chat, span, links) for span in spans)


def _sessions(messages: Sequence[Message]) -> Iterator[tuple[int, int]]:
    begin = 0
    for at in range(1, len(messages) + 1):
        if at == len(messages) or messages[at].sent_at - messages[at - 1].sent_at > _SILENCE:
            yield begin, at
            begin = at


def _weight(message: Message, noise: Mapping[str, NoiseMark]) -> float:
    """How much a message says, in Chinese characters; an English word counts as two."""
    mark = noise.get(message.id)
    if message.kind in _UNHEARD or (mark and mark.noise in _UNSAID):
        return 0.0
    said = len(_CJK.findall(message.text)) + 2 * len(_WORD.findall(message.text))
    return min(max(float(said), _WEIGHT.get(message.kind, 0.0)), _LONGEST)


def _reacts(message: Message, noise: Mapping[str, NoiseMark]) -> bool:
    text = message.text.strip()
    return message.id in noise or message.kind in _UNHEARD or bool(text and _signs("applause").fullmatch(text))


@cache
def _signs(name: str) -> re.Pattern[str]:
    known = patterns.table("lectures")
    return patterns.compiled(known["signs"][name], known["words"], re.IGNORECASE)


# ---- where a lecture is ---------------------------------------------------------------------------------------------


def _spans(chat: _Chat, begin: int, end: int) -> Iterator[_Span]:
    """The weightiest lecture between two places, and those on either side of it, in order."""
    own: dict[str, float] = defaultdict(float)
    for message, weight in zip(chat.messages[begin:end], chat.weights[begin:end], strict=True):
        own[message.sender or ""] += weight
    speakers = [speaker for speaker, weight in own.items() if weight >= _BARS[-1].weight]
    found = [span for speaker in speakers if (span := _span_of(chat, begin, end, speaker))]
    if found:
        best = max(found, key=lambda span: span.weight)
        yield from _spans(chat, begin, best.start)
        yield best
        yield from _spans(chat, best.stop, end)


def _span_of(chat: _Chat, begin: int, end: int, speaker: str) -> _Span | None:
    """Where `speaker` outweighs all others and the silence by most, if that is a lecture."""
    messages = chat.messages
    own = np.array([message.sender == speaker for message in messages[begin:end]])
    start, stop = _heaviest(
        np.where(own, chat.weights[begin:end], -chat.against[begin:end]), _silence(messages[begin:end])
    )
    own, start, stop = own[start:stop], begin + start, begin + stop
    said = np.where(own, chat.weights[start:stop], 0)
    weight = float(said.sum())
    minutes = (messages[stop - 1].sent_at - messages[start].sent_at).total_seconds() / 60
    listeners = {message.sender for message in messages[start : stop + 2 * _OPENING]} - {speaker}
    announcements = tuple(_announcements(chat, start))
    signs = bool(announcements) + sum(_signs_within(messages[start:stop], speaker, announcements))
    bar = _BARS[min(signs, len(_BARS) - 1)]
    is_one = (
        minutes >= bar.minutes
        and weight >= bar.weight
        and np.count_nonzero(said) >= bar.messages
        and weight >= bar.share * (weight + np.where(own, 0, chat.against[start:stop]).sum())
        and len(listeners) >= bar.listeners
    )
    only_answers = any(map(_promises_only_answers, announcements))
    while only_answers and start > begin and _asks(messages[start - 1]):
        start -= 1
    return _Span(start, stop, speaker, weight, only_answers) if is_one else None


def _silence(messages: Sequence[Message]) -> Weights:
    """What the silence before each message weighs."""
    seconds = np.diff([message.sent_at.timestamp() for message in messages], prepend=messages[0].sent_at.timestamp())
    return np.maximum(seconds / 60 - _PAUSE, 0) * _OF_MINUTE


def _heaviest(weights: Weights, silence: Weights) -> tuple[int, int]:
    """The run of the greatest sum (Bentley, 1984), where the silence within it counts against it."""
    before = np.cumsum(weights - silence) - weights  # up to and with the silence before each
    sums = before + weights - np.minimum.accumulate(before)
    stop = int(np.argmax(sums))
    return stop - int(np.argmin(before[stop::-1])), stop + 1


def _announcements(chat: _Chat, start: int) -> Iterator[str]:
    """What announces the message at `start` as the beginning of a lecture, or is announced by it, the last first."""
    first = chat.messages[start]
    for at in reversed(chat.announcing[: bisect(chat.announcing, start)]):
        ahead = first.sent_at - chat.messages[at].sent_at
        if ahead > _AHEAD:
            return
        if ahead <= _BEFORE or _names_hour(chat.messages[at], first):
            yield chat.messages[at].text


def _names_hour(message: Message, first: Message) -> bool:
    """Whether the hour in `message` is about that of `first`; eight may be twenty."""
    begins = first.sent_at.hour * 60 + first.sent_at.minute
    for match in _HOUR.finditer(message.text):
        hour, minute = _NUMERALS.get(match[1]) or int(match[1]), int(match[2] or 0)
        if any(abs(begins - (hour + half) * 60 - minute) <= _PUNCTUAL for half in (0, 12)):
            return True
    return False


def _signs_within(messages: Sequence[Message], speaker: str, announcements: Sequence[str]) -> tuple[bool, bool, bool]:
    """Whether it is opened, closed, and questions are called for."""
    own = [message.text for message in messages if message.sender == speaker]
    late = [message.text for message in messages[len(messages) // 2 :]]
    return (
        any(_signs("opened").search(text) for text in own[:_OPENING]),
        any(_signs("closed").search(text) for text in late),
        any(_calls_for_questions(text) for text in (*announcements, *(message.text for message in messages))),
    )


def _promises_only_answers(text: str) -> bool:
    return bool(_signs("ama").search(text) and not _signs("talk").search(text))


def _calls_for_questions(text: str) -> bool:
    return bool(_signs("questions").search(text) and not _signs("later").search(text))


# ---- what is said in it ---------------------------------------------------------------------------------------------


def _lecture(chat: _Chat, span: _Span, links: Sequence[Link]) -> Lecture:
    within = chat.messages[span.start : span.stop]
    end = within[-1].sent_at
    stop = span.stop
    while stop < len(chat.messages) and chat.messages[stop].sent_at - end <= _APPLAUSE and chat.reacts[stop]:
        stop += 1
    told = zip(chat.messages[span.start : stop], chat.reacts[span.start : stop], strict=True)
    reactions = [message.id for message, reacts in told if reacts and message.sender != span.speaker]
    heard = [m for m in within if m.id not in set(reactions) and m.kind not in _UNHEARD]
    asked = {m.id for m in heard if m.sender != span.speaker and _asks(m)}
    exchanges = _exchanges(heard, span, asked, links)
    answering = {id for ids in exchanges.values() for id in ids}
    talk = [m.id for m in heard if m.sender == span.speaker and m.id not in answering]
    questions = tuple((id, tuple(ids)) for id, ids in exchanges.items())
    return Lecture(span.speaker, within[0].sent_at, end, tuple(talk), questions, tuple(reactions))


def _asks(message: Message) -> bool:
    return is_question(message.text) and not _signs("questions").search(message.text)


def _exchanges(heard: Sequence[Message], span: _Span, asked: set[str], links: Sequence[Link]) -> dict[str, list[str]]:
    """Question → what answers it. Once questions are called for, the speaker does little else: what no link ties to one belongs to the question at hand,
    or to the one that waits longest. Before, only what answers a question directly does."""
    ids = {message.id for message in heard}
    own = [link for link in links if link.message_id in ids and link.answers in ids]
    direct = {(link.answers, link.message_id) for link in own}
    told: dict[str, list[str]] = defaultdict(list)
    for question, answering in answers(heard, own).items():
        for id in answering if question in asked else ():
            told[id].append(question)
    found: dict[str, list[str]] = {message.id: [] for message in heard if message.id in asked}
    floor, waiting, at_hand, interrupted = _floor(heard, span), [], "", True
    for place, message in enumerate(heard):
        is_speaker = message.sender == span.speaker
        if message.id in asked:
            waiting.append(message.id)
            interrupted = True
            continue
        chosen = told[message.id]
        if is_speaker and _manages(message.text):
            chosen = []
        elif is_speaker and place < floor:
            chosen = [question for question in chosen if (question, message.id) in direct]
        elif is_speaker and not chosen:
            chosen = (waiting if interrupted else [])[:1] or [question for question in (at_hand,) if question]
        for question in chosen:
            found[question].append(message.id)
            if is_speaker and question in waiting:
                waiting.remove(question)
        if is_speaker and chosen:
            at_hand, interrupted = chosen[-1], False
    return found


def _floor(heard: Sequence[Message], span: _Span) -> int:
    """From which place on the audience has the floor."""
    if span.only_answers:
        return 0
    for place, message in enumerate(heard):
        closes = message.sender == span.speaker and place > len(heard) // 2 and _signs("closed").search(message.text)
        if closes or _calls_for_questions(message.text):
            return place
    return len(heard)


def _manages(text: str) -> bool:
    return any(_signs(name).search(text) for name in ("opened", "closed", "questions"))
