"""Messages as a model reads them: numbered, compact, and impossible to forge from inside a message.

A=老段 | B=小鹿
## 2026-04-08 Wed 09:30
m1 B:鲸付手续费多少？
m2 A>m1:0.6%，无月费
m3 :退款不退手续费
"""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType

from sediment.hidden import clean
from sediment.hostile import is_hostile
from sediment.models import Message

LONGEST = 2000  # characters of one message that a model is shown
_FOLD = " ⏎ "  # stands for the line breaks inside a message
_HIDDEN_TEXT = "〔…〕"  # stands for a message that tries to direct the reader


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of messages for one prompt. Labels are m1, m2, … in the order of the messages."""

    messages: tuple[Message, ...]
    transcript: str
    by_label: Mapping[str, Message]


def window(messages: Sequence[Message], zone: tzinfo) -> Window:
    """The numbered transcript of `messages`, which are in order of time; the roster and the times are in `zone`."""
    labels = {message.id: f"m{number}" for number, message in enumerate(messages, 1)}
    people = _people(messages)
    roster = " | ".join(f"{label}={_name(name)}" for label, name in people.values())
    lines = [roster, *_lines(messages, labels, {sender: label for sender, (label, _) in people.items()}, zone)]
    by_label = {labels[message.id]: message for message in messages}
    return Window(tuple(messages), "\n".join(lines), MappingProxyType(by_label))


def windows(messages: Sequence[Message], borders: Collection[str], budget: int, zone: tzinfo) -> list[Window]:
    """Windows of at most `budget` tokens each (a single message may exceed it), of about equal size, together all the messages in order.

    They are cut before the messages whose ids are in `borders`, elsewhere only where there is no border."""
    whole = window(messages, zone)
    tokens = estimate_tokens(whole.transcript)
    if tokens <= budget or len(messages) <= 1:
        return [whole] if messages else []
    parts = math.ceil(tokens / budget)
    cut = _cut(messages, borders, (parts // 2) / parts)
    return windows(messages[:cut], borders, budget, zone) + windows(messages[cut:], borders, budget, zone)


def estimate_tokens(text: str) -> int:
    """About how many tokens `text` costs: 0.74 per Chinese character (Qwen's tokenizer on chat), 1.3 per Latin word, 1 per digit, less for the rest."""
    spans: dict[str, float] = {"cjk": 0.0, "word": 0.0, "digit": 0.0, "other": 0.0}
    for match in _TOKENS.finditer(text):
        kind, length = match.lastgroup or "other", match.end() - match.start()
        spans[kind] += max(1.3, length / 5) if kind == "word" else length
    return math.ceil(0.74 * spans["cjk"] + spans["word"] + spans["digit"] + 0.6 * spans["other"])


# ---- the transcript -------------------------------------------------------------------------------------------------

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOKENS = re.compile(
    r"(?P<cjk>[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+)|(?P<word>[^\W\d_]+)|(?P<digit>\d+)|(?P<other>\S|\n)"
)


def _people(messages: Sequence[Message]) -> dict[str | None, tuple[str, str]]:
    """Label and name by sender, in order of appearance; the name is the last one shown. `*` speaks for the platform."""
    fresh = _labels()
    people: dict[str | None, tuple[str, str]] = {}
    for message in messages:
        if message.sender is not None:
            label = people[message.sender][0] if message.sender in people else next(fresh)
            people[message.sender] = (label, message.name)
    return people


def _labels() -> Iterator[str]:
    """A, B, …, Z, AA, AB, …"""
    for length in itertools.count(1):
        yield from ("".join(letters) for letters in itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=length))


def _name(name: str) -> str:
    """A nickname that cannot be taken for anything but a nickname in the roster."""
    folded = " ".join(clean(name).replace("=", "＝").replace("|", "｜").replace("`", "ˋ").split())
    return "?" if is_hostile(folded) or not folded else folded[:30]


def _lines(
    messages: Sequence[Message], labels: Mapping[str, str], people: Mapping[str | None, str], zone: tzinfo
) -> Iterator[str]:
    day, minutes, speaker = "", "", ""
    for message in messages:
        at = message.sent_at.astimezone(zone)
        if (today := f"{at:%Y-%m-%d} {_WEEKDAYS[at.weekday()]}") != day or _tens(at) != minutes:
            yield f"## {today} {_tens(at)}" if today != day else f"## {_tens(at)}"
            day, minutes = today, _tens(at)
        said_by = people.get(message.sender, "*")
        quotes = f">{labels[message.reply_to]}" if message.reply_to and message.reply_to in labels else ""
        yield f"{labels[message.id]} {'' if said_by == speaker else said_by}{quotes}:{_shown(message)}"
        speaker = said_by


def _tens(at: datetime) -> str:
    return f"{at:%H}:{at.minute // 10}0"


def _shown(message: Message) -> str:
    text = clean(message.text)
    if is_hostile(text) and message.sender is not None:
        return _HIDDEN_TEXT
    text = _FOLD.join(line.strip() for line in text.splitlines() if line.strip()).replace("```", "ˋˋˋ")
    if not text:
        return f"[{message.kind}]"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…〔+{len(text) - LONGEST}〕"


def _cut(messages: Sequence[Message], borders: Collection[str], share: float) -> int:
    """Where to cut so that about `share` of the tokens come before: the nearest border, or the very place where no border is."""
    sums = list(itertools.accumulate(estimate_tokens(message.text[:LONGEST]) + 6 for message in messages))
    wanted = min(max(bisect.bisect_left(sums, share * sums[-1]), 1), len(messages) - 1)
    places = [at for at in range(1, len(messages)) if messages[at].id in borders]
    return min(places, key=lambda at: abs(sums[at - 1] - share * sums[-1]), default=wanted)
