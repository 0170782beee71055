"""The record of a lecture: the talk in order, cut where the speaker counts his points or pauses, then each question with its answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from statistics import median

from sediment import extract
from sediment.extract import Talk
from sediment.models import Conversation, Lecture, Material, Message, Section
from sediment.protocols import ChatModel
from sediment.wording import say
from sediment.writers.article import topic
from sediment.writers.article.told import Told

_OPENING = 3  # messages that may name what the lecture is about
_SECTIONS = 8  # into which pauses cut a talk
_SUBJECT = 24  # characters
_PART = 3  # messages that such a section holds at least
_PAUSE = 120.0  # seconds
_LONGER = 3  # times as long as usual is a pause
_POINT = re.compile(
    r"\W*(?:第[一二三四五六七八九十\d]+(?:(?:[点件步招条种类]|个(?!月|人)|部分|方面|阶段)(?:事情?)?(?:就?是)?[，,、：:。\s]*|[，,、：:。\s]+)"
    r"|(?:首先|其次|最后)[，,、：:\s]*"
    r"|[一二三四五六七八九十]{1,2}[、.．]\s*|\d{1,2}(?:[.．](?!\d)|[、)）])\s*|(?:first|second|third|fourth|fifth|last|final)(?:ly)?[,:]\s*)",
    re.IGNORECASE,
)
"How a speaker begins one of several points."
_TODAY = re.compile(
    r"^.*?(?:今[天晚]|这次|本期|[给跟和为](?:大家|各位)).*?(?:分享|介绍|聊一?聊|讲一?讲|说一?说)(?:一下|的?主题是)?[，,：:\s]*(?=.{4})"
)
"What stands before the subject where a speaker opens."
_ALL = re.compile(r"以上|今[天晚]|刚才|内容|分享|课|讲|录|截|全|都|群里")
"What says of a wish for silence that it means more than one answer."


def told(material: Material, lecture: Lecture, talks: Sequence[Talk], model: ChatModel | None) -> Told:
    language = material.language
    whole = _as_one(material, lecture)
    standing = {m.id: m for m in whole.standing}
    said = [m for id in lecture.talk if (m := standing.get(id)) and (id not in material.noise or _TODAY.match(m.text))]
    title = _subject(whole, _opening(said)) or material.group.name
    talk = replace(material, topic=title, conversations=(_conversation(said),) if said else ())
    written = topic.written(talk, talks, model) if model else None
    parts = list(written.sections) if written else [_section(part, whole, language) for part in _parts(said)]
    name = next(m.name for m in material.messages if m.sender == lecture.speaker)
    return Told(
        say(
            "title-lecture",
            language,
            title=written.title if written else title,
            name=name,
            since=_hour(lecture.started_at, material),
            until=_hour(lecture.ended_at, material),
        ),
        written.lead if written else (),
        [*parts, *_answered(lecture, standing, language), *_open(lecture, standing, language)],
        written.dropped if written else Counter(),
        written.titles if written else (),
        written.summary if written else "",
        title,
    )


def _subject(whole: Talk, opening: Sequence[Message]) -> str:
    """What the speaker says that he will talk about, else what his opening is about."""
    announced = next((m.text[found.end() :] for m in opening if (found := _TODAY.match(m.text))), "")
    return extract.shortened(re.split(r"[，,。；;！!（(\n]", announced)[0], _SUBJECT) or extract.title(
        _of(whole, opening)
    )


def _hour(moment: datetime, material: Material) -> str:
    return f"{moment.astimezone(material.zone) if material.zone else moment:%H:%M}"


def _as_one(material: Material, lecture: Lecture) -> Talk:
    """All that was said, as one conversation: what the speaker asks to keep quiet about holds for all of it. How he greets the group opens his talk."""
    noise = {id: mark for id, mark in material.noise.items() if id not in lecture.talk}
    private = _private(material, lecture)
    told = [message for message in material.messages if message.id not in private]
    return extract.talks(replace(material, noise=noise, conversations=(_conversation(told),)))[0]


def _private(material: Material, lecture: Lecture) -> set[str]:
    """The answers to a question of which one asks to keep quiet about it, and not about the whole evening."""
    hushed = {m.id for m in material.messages if extract.asks_silence(m.text) and not _ALL.search(m.text)}
    return {id for _, answers in lecture.questions if hushed.intersection(answers) for id in answers}


def _conversation(messages: Sequence[Message]) -> Conversation:
    first, last = messages[0], messages[-1]
    return Conversation(f"c{first.id}", first.group_id, tuple(m.id for m in messages), first.sent_at, last.sent_at)


def _of(whole: Talk, part: Sequence[Message]) -> Talk:
    return replace(whole, messages=tuple(part), quotable=tuple(part))


def _opening(said: Sequence[Message]) -> Sequence[Message]:
    """The message that says what comes today, else what stands before the first point, the first message at least."""
    if today := next((message for message in said[:_OPENING] if _TODAY.match(message.text)), None):
        return [today]
    first = next((place for place, message in enumerate(said[:_OPENING]) if _POINT.match(message.text)), _OPENING)
    return said[: max(1, first)]


# ---- the talk -------------------------------------------------------------------------------------------------------


def _parts(said: Sequence[Message]) -> list[Sequence[Message]]:
    """Cut where the speaker begins a point; where fewer than two are told apart, at the long pauses."""
    points = [place for place, message in enumerate(said) if _POINT.match(message.text)]
    cuts = points if len(points) > 1 else sorted(_pauses(said))
    return [said[start:stop] for start, stop in pairwise([0, *cuts, len(said)]) if start < stop]


def _pauses(said: Sequence[Message]) -> list[int]:
    """Places after the longest pauses."""
    gaps = [(later.sent_at - earlier.sent_at).total_seconds() for earlier, later in pairwise(said)]
    long = max(_PAUSE, _LONGER * median(gaps)) if gaps else 0.0
    cuts: list[int] = []
    for place in sorted(range(1, len(said)), key=lambda place: -gaps[place - 1]):
        if gaps[place - 1] < long or len(cuts) == _SECTIONS - 1:
            break
        if all(abs(place - cut) >= _PART for cut in (*cuts, 0, len(said))):
            cuts.append(place)
    return cuts


def _section(part: Sequence[Message], whole: Talk, language: str) -> Section:
    point = _POINT.match(part[0].text)
    opening = extract.cleaned(part[0].text[point.end() :]) if point else ""
    title = extract.shortened(re.split(r"[，,。；;：:！!\n]", opening)[0]) if point else ""
    return Section(
        "part", title or _TODAY.sub("", extract.title(_of(whole, part))), tuple(extract.claims(part, language))
    )


# ---- questions and answers ------------------------------------------------------------------------------------------


def _answered(lecture: Lecture, standing: dict[str, Message], language: str) -> Iterator[Section]:
    for question, answers in lecture.questions:
        if found := [standing[id] for id in answers if id in standing]:
            asked = [standing[question]] if question in standing else []
            title = extract.shortened(extract.cleaned((asked or found)[0].text))
            yield Section("asked", title, tuple(extract.claims([*asked, *found], language)))


def _open(lecture: Lecture, standing: dict[str, Message], language: str) -> Iterator[Section]:
    """What nobody answered."""
    if found := [standing[id] for id, answers in lecture.questions if not answers and id in standing]:
        yield Section("open", say("part-open", language), tuple(extract.claims(found, language)))
