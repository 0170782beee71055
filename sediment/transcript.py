"""Messages as a model reads them: numbered, compact, and impossible to forge from inside a message.

A=老段|B=小鹿
#2026-04-08 Wed 09:30
1B:鲸付手续费多少？¶没有月费吧
2A>1:0.6%，无月费
#40
3:退款不退手续费

A line is what one person said in one breath, a `#` line the next ten minutes (of the same hour where it has no colon); `:` without a letter goes on with the
person before, `>` quotes, `¶` is a line break or the next message."""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType

from sediment.facts import long_links
from sediment.hidden import FOLD, clean
from sediment.hostile import is_hostile
from sediment.models import Message

LONGEST = 2000  # characters of one message that a model is shown
_BREATH = 120  # characters of the messages that share a line: few enough to tell which of them a sentence stands on
_HIDDEN_TEXT = "〔…〕"  # stands for a message that tries to direct the reader
_SAME = 2  # lines from which a beginning that was there before is not repeated


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of messages for one prompt. Labels are 1, 2, … in the order of the lines."""

    messages: tuple[Message, ...]
    transcript: str
    by_label: Mapping[str, tuple[Message, ...]]  # the messages of a line
    short: Mapping[str, str]  # what stands for long addresses and for the names of those who are called -> themselves

    def spelled_out(self, text: str) -> str:
        """`text` with what the transcript shortens in full."""
        for short in sorted(self.short, key=len, reverse=True):
            text = re.sub(rf"{re.escape(short)}(?![A-Za-z0-9])", self.short[short].replace("\\", r"\\"), text)
        return text


def window(messages: Sequence[Message], zone: tzinfo, *, merged: bool = False) -> Window:
    """The numbered transcript of `messages`, which are in order of time; the roster and the times are in `zone`.

    `merged`: what one person says in one breath shares a line and a label; otherwise each message has its own."""
    people = _people(messages)
    roster = "|".join(f"{label}={_name(name)}" for label, name in people.values())
    short = _shortened(messages, people.values())
    labels = {sender: label for sender, (label, _) in people.items()}
    lines = _Lines(labels, {full: instead for instead, full in short.items()}, zone)
    for message in messages:
        lines.add(message, merged)
    by_label = {label: tuple(said) for label, said in lines.by_label.items()}
    return Window(
        tuple(messages), "\n".join([roster, *lines.lines]), MappingProxyType(by_label), MappingProxyType(short)
    )


def windows(messages: Sequence[Message], borders: Collection[str], budget: int, zone: tzinfo) -> list[Window]:
    """Windows of at most `budget` tokens each (a single message may exceed it), of about equal size, together all the messages in order.

    They are cut before the messages whose ids are in `borders`, elsewhere only where there is no border."""
    whole = window(messages, zone, merged=True)
    tokens = estimate_tokens(whole.transcript)
    if tokens <= budget or len(messages) <= 1:
        return [whole] if messages else []
    parts = math.ceil(tokens / budget)
    cut = _cut(messages, borders, (parts // 2) / parts)
    return windows(messages[:cut], borders, budget, zone) + windows(messages[cut:], borders, budget, zone)


def estimate_tokens(text: str) -> int:
    """About how many tokens `text` costs, fitted to Qwen's tokenizer on group chats: within 5 % of it; a few per cent above o200k's and DeepSeek's."""
    spans = dict.fromkeys(_COSTS, 0.0)
    for match in _TOKENS.finditer(text):
        kind, length = match.lastgroup or "other", match.end() - match.start()
        spans[kind] += max(1.3, length / 5) if kind == "word" else length
    return math.ceil(sum(_COSTS[kind] * length for kind, length in spans.items()))


# ---- the transcript -------------------------------------------------------------------------------------------------

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOKENS = re.compile(
    r"(?P<cjk>[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+)|(?P<word>[^\W\d_]+)|(?P<digit>\d+)|(?P<wide>[\uff00-\uffef])"
    r"|(?P<sign>[!-~\n]| (?![A-Za-z]))|(?P<other>\S)"
)
_COSTS = {"cjk": 0.74, "word": 1.0, "digit": 1.0, "wide": 0.6, "sign": 1.0, "other": 2.5}  # tokens of a character


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


def _shortened(messages: Sequence[Message], people: Collection[tuple[str, str]]) -> dict[str, str]:
    """Short form -> full one, longest full one first: `@B` for whom the roster calls B, `mp.weixin.qq.com/…1` for a long address."""
    called = {f"@{label}": f"@{name}" for label, name in people if clean(name) == name and len(name) > 1}
    links = dict.fromkeys(link for message in messages for link in long_links(clean(message.text)))
    short = {f"{host}/…{number}": link for number, (link, host) in enumerate(links, 1)}
    used = {s: full for s, full in (called | short).items() if any(full in message.text for message in messages)}
    return dict(sorted(used.items(), key=lambda pair: -len(pair[1])))


def _name(name: str) -> str:
    """A nickname that cannot be taken for anything but a nickname in the roster."""
    folded = " ".join(clean(name).replace("=", "＝").replace("|", "｜").replace("`", "ˋ").split())
    return "?" if is_hostile(folded) or not folded else folded[:30]


class _Lines:
    """The lines of a transcript, as they grow."""

    def __init__(self, people: Mapping[str | None, str], short: Mapping[str, str], zone: tzinfo) -> None:
        self.lines: list[str] = []
        self.by_label: dict[str, list[Message]] = {}
        self._people, self._short, self._zone = people, short, zone
        self._label_of: dict[str, str] = {}
        self._begun: dict[str, tuple[str, list[str]]] = {}  # first line of a message -> its label and lines
        self._at: datetime | None = None  # of the message before
        self._speaker = ""
        self._room = 0  # characters that the line before still takes in

    def add(self, message: Message, merged: bool) -> None:
        at = message.sent_at.astimezone(self._zone)
        speaker = self._people.get(message.sender, "*")
        quoted = self._label_of.get(message.reply_to or "")
        whole = _shown(message, self._short)
        text = self._unrepeated(whole)
        goes_on = speaker == self._speaker != "*" and not quoted and len(text) <= self._room
        if (header := _header(at, self._at)) or not (merged and goes_on and text != _HIDDEN_TEXT):
            label = str(len(self.by_label) + 1)
            by = "" if speaker == self._speaker else speaker
            self.lines += [*([header] if header else []), f"{label}{by}{f'>{quoted}' if quoted else ''}:{text}"]
            self._room = _BREATH if text != _HIDDEN_TEXT else 0
        else:
            label = str(len(self.by_label))
            self.lines[-1] += FOLD + text
        self._room -= len(text)
        self.by_label.setdefault(label, []).append(message)
        self._label_of[message.id] = label
        self._begun[whole.partition(FOLD)[0]] = (label, whole.split(FOLD))
        self._at, self._speaker = at, speaker

    def _unrepeated(self, text: str) -> str:
        """`text` without the lines at its beginning that an earlier message has too: each copy of a sign-up list repeats the one before."""
        lines = text.split(FOLD)
        label, known = self._begun.get(lines[0], ("", []))
        same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(lines, known, strict=False)))
        return FOLD.join([f"〔={label}〕", *lines[same:]]) if same >= _SAME else text


def _header(at: datetime, before: datetime | None) -> str:
    """What says that ten other minutes begin: `#2026-04-08 Wed 09:30` first, `#04-09 Thu 00:00` on another day, `#10:00` in another hour, else `#40`."""
    day, tens = f"{at:%m-%d} {_WEEKDAYS[at.weekday()]}", f"{at.minute // 10}0"
    if before is None or at.year != before.year:
        return f"#{at:%Y}-{day} {at:%H}:{tens}"
    if at.date() != before.date():
        return f"#{day} {at:%H}:{tens}"
    if at.hour != before.hour:
        return f"#{at:%H}:{tens}"
    return f"#{tens}" if at.minute // 10 != before.minute // 10 else ""


def _shown(message: Message, short: Mapping[str, str]) -> str:
    text = clean(message.text)
    if is_hostile(text) and message.sender is not None:
        return _HIDDEN_TEXT
    for full, instead in short.items():
        text = text.replace(full, instead)
    text = FOLD.join(line.strip() for line in text.splitlines() if line.strip()).replace("```", "ˋˋˋ")
    if not text:
        return f"[{message.kind}]"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…〔+{len(text) - LONGEST}〕"


def _cut(messages: Sequence[Message], borders: Collection[str], share: float) -> int:
    """Where to cut so that about `share` of the tokens come before: the nearest border, or the very place where no border is."""
    sums = list(itertools.accumulate(estimate_tokens(message.text[:LONGEST]) + 6 for message in messages))
    wanted = min(max(bisect.bisect_left(sums, share * sums[-1]), 1), len(messages) - 1)
    places = [at for at in range(1, len(messages)) if messages[at].id in borders]
    return min(places, key=lambda at: abs(sums[at - 1] - share * sums[-1]), default=wanted)
