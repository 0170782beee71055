"""Which messages a later one puts right: the next copy of a list, words of correction, someone taking his own back, or announcing the thing anew."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sediment import questions, words
from sediment.extract.cues import bare, confesses, cues, reports_problem
from sediment.extract.events import days_named, superseded_lists
from sediment.models import Message

AT_ONCE = 240  # seconds within which one person still says the same thing
_LATER = 600  # seconds after which one person may have changed his mind
_FORM = frozenset({"时间", "日期", "地点", "地址", "费用", "群里"})  # words of any announcement, whatever it is about
_CALLED_OFF = re.compile(r"取消|作废|原定|不再|cancel|instead", re.IGNORECASE)
_DEADLINE = re.compile(r"截止|之前|deadline|until", re.IGNORECASE)


def corrections(
    messages: Sequence[Message], parents: Mapping[str, Sequence[str]], home: Mapping[str, str]
) -> dict[str, str]:
    """Id of a message → id of the later one that puts it right. `parents` tells what a message answers, `home` its conversation."""
    by_id = {message.id: message for message in messages}
    askers = _askers(messages, home)
    found = {copy.id: final.id for copy, final in superseded_lists(messages)}
    said: dict[str | None, list[Message]] = defaultdict(list)
    for message in messages:
        own, marks = said[message.sender], cues(message.text)
        own.append(message)
        if "question" in marks:
            continue
        wrong: list[Message] = []
        if confesses(message.text):
            wrong += _taken_back([m for m in own[:-1] if home.get(m.id) == home.get(message.id)])
        elif "correction" in marks:
            answered = (by_id[i] for i in parents.get(message.id, ()) if i in by_id)
            wrong += (m for m in answered if _denied(m, message, askers.get(home.get(m.id, ""))))
        if "change" in marks:
            wrong += _announced_before(own, home)
        for earlier in wrong:
            found.setdefault(earlier.id, message.id)
    return found


def seconds_between(one: Message, other: Message) -> float:
    return abs((other.sent_at - one.sent_at).total_seconds())


def _askers(messages: Sequence[Message], home: Mapping[str, str]) -> dict[str, str | None]:
    """Conversation → who asked first in it, or opened it with a trouble."""
    askers: dict[str, str | None] = {}
    started: set[str] = set()
    for message in messages:
        place = home.get(message.id, "")
        if questions.is_question(message.text) or (place not in started and reports_problem(message.text)):
            askers.setdefault(place, message.sender)
        started.add(place)
    return askers


def _denied(earlier: Message, later: Message, asker: str | None) -> bool:
    """Whether words of correction hit a statement; to the asker they rather answer his description."""
    return "question" not in cues(earlier.text) and earlier.sender not in (later.sender, asker)


def _taken_back(own: Sequence[Message]) -> list[Message]:
    """What someone who says that he was wrong said last."""
    told = [m for m in own if not cues(m.text) & {"question", "ack"} and len(bare(m.text)) > 3]
    return told[-1:]


def _announced_before(own: Sequence[Message], home: Mapping[str, str]) -> list[Message]:
    """What the last of one person's messages, a change, makes untrue: in its own conversation, or an announcement anywhere."""
    later = own[-1]
    now = _breath(own, len(own) - 1)
    if "number" not in cues(now):
        return []
    return [
        earlier
        for place, earlier in enumerate(own[:-1])
        if seconds_between(earlier, later) > _LATER
        and (home.get(earlier.id) == home.get(later.id) or cues(earlier.text) & {"event", "settled"})
        and "number" in cues(earlier.text)
        and "question" not in cues(earlier.text)
        and _same_thing(now, later, earlier, _breath(own, place))
    ]


def _same_thing(now: str, later: Message, earlier: Message, then: str) -> bool:
    """Whether the change speaks of what was announced with the words around it: two words of its own, or one and another day."""
    subjects = {
        word
        for word in words.content_words(now)
        if word not in _FORM and not cues(word) & {"number", "change", "decision"}
    }
    if len(subjects & set(words.content_words(earlier.text))) >= 2:
        return True
    return bool(subjects & set(words.content_words(then))) and _other_day(now, later, earlier)


def _breath(own: Sequence[Message], place: int) -> str:
    """What someone said together with the message at `place` of his own."""
    near = own[max(0, place - 4) : place + 5]
    return "\n".join(m.text for m in near if seconds_between(m, own[place]) <= AT_ONCE)


def _other_day(now: str, later: Message, earlier: Message) -> bool:
    """Whether both announce a day, and not the same one. A deadline is not the day itself; a day that is called off may be named again."""
    days, before = set(days_named(replace(later, text=now))), set(days_named(earlier))
    moved = days - before if _CALLED_OFF.search(now) else days if not days & before else set()
    same_sort = bool(_DEADLINE.search(now)) == bool(_DEADLINE.search(earlier.text))
    return bool(moved and before) and same_sort and bool(cues(earlier.text) & {"event", "settled"})
