"""What each message is on its own, as rows of numbers: who, when, whom it names, which words, what kind of utterance."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sediment import speech
from sediment.models import Message
from sediment.questions import is_question
from sediment.words import bigrams

REACH = 256
"A member's earlier messages and names count for at most so many messages."

COMMON = 30
"A word that occurs more often than this within REACH says nothing."

NAMES = 3
"So many people that a message names are kept."

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

TRAITS = (
    "characters", "words", "asks", "question mark", "exclaims", "link", "number", "picture", "voice", "file", "sticker",
    "thanks", "laughs", "assents", "greets", "opens as an answer", "goes on", "chinese", "names", "hints", "short", "goes back", "opens a subject",
)  # fmt: skip

_NOTICES = ("system", "recall")
_PICTURES = ("image", "video", "share", "location")
_FILES = ("file", "link", "forward", "contact", "red_packet", "transfer")
_URL = re.compile(r"https?://\S+|www\.\S+")
_CJK = re.compile(r"[㐀-䶿一-鿿]")
_NICK = re.compile(r"[A-Za-z0-9_\-\[\]\\`^{}|]{2,}")
_AFTER_NICK = re.compile(r"\s*[:,：，]")
_PARTS = re.compile(r"[\s\-－_·|｜/、，,.。:：~～()（）\[\]【】<>《》+&*!！]+")
_GOES_ON = re.compile(r"(?:[,，、:：;；…—]|\.\.+|。。+)\s*$")


@dataclass(frozen=True, slots=True)
class Traits:
    """Of the messages that somebody sent (notices of the platform left out), in order; `n` rows each."""

    index: Ints  # place in the sequence that was given
    time: NDArray[np.float64]  # seconds
    sender: Ints  # a small number for each member
    own: Floats  # (n, len(TRAITS))
    named: Ints  # (n, NAMES): senders that are addressed (@, or `nick:` first), -1 where fewer
    hinted: Ints  # (n, NAMES): senders whose names occur in the text
    own_last: Ints  # the row of the same sender's last message within REACH, -1 where there is none
    token: Ints  # all tokens of all messages, once per message, sorted by token, then row
    token_at: Ints  # the row that each of them belongs to
    idf: NDArray[np.float64]  # how rare each of them is in the REACH messages before its row, 0 where it is common
    weight: NDArray[np.float64]  # (n,): summed idf of each row


def traits(messages: Sequence[Message]) -> Traits:
    rows = [(index, message) for index, message in enumerate(messages) if _is_spoken(message)]
    senders: dict[str, int] = {}
    vocabulary: dict[str, int] = {}
    people = _People()
    own, named, hinted, sender, token, token_at = [], [], [], [], [], []
    for row, (index, message) in enumerate(rows):
        who = senders.setdefault(message.sender or "", len(senders))
        addressed, mentioned = people.named_in(message, who, index)
        people.saw(message, who, index)
        words = sorted({vocabulary.setdefault(stem, len(vocabulary)) for stem in _stems(message.text[:600])})
        token += words
        token_at += [row] * len(words)
        sender.append(who)
        named.append(_padded(addressed))
        hinted.append(_padded(mentioned))
        own.append(_own(message, len(words), bool(addressed), bool(mentioned)))
    at = np.array([index for index, _ in rows], dtype=np.int64)
    members = np.array(sender, dtype=np.int64)
    said, said_at, idf = _weighed(at, np.array(token, dtype=np.int64), np.array(token_at, dtype=np.int64))
    return Traits(
        index=at,
        time=np.array([message.sent_at.timestamp() for _, message in rows], dtype=np.float64),
        sender=members,
        own=np.array(own, dtype=np.float32).reshape(len(rows), len(TRAITS)),
        named=np.array(named, dtype=np.int64).reshape(len(rows), NAMES),
        hinted=np.array(hinted, dtype=np.int64).reshape(len(rows), NAMES),
        own_last=_own_last(at, members),
        token=said,
        token_at=said_at,
        idf=idf,
        weight=np.bincount(said_at, idf, minlength=len(rows)).astype(np.float64),
    )


def _weighed(index: Ints, token: Ints, token_at: Ints) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """The tokens sorted, the row of each, and how rare each is there."""
    order = np.lexsort((token_at, token))
    token, at = token[order], token_at[order]
    width = len(index) + 1
    since = np.searchsorted(index, index - REACH)[at]
    seen = np.arange(len(at)) - np.searchsorted(token * width + at, token * width + since)
    idf = np.where(seen <= COMMON, np.log((at - since + 2) / (seen + 1)), 0)
    return token, at, idf


def _own_last(index: Ints, sender: Ints) -> Ints:
    order = np.argsort(sender, kind="stable")
    previous = np.full(len(order), -1)
    same = sender[order][1:] == sender[order][:-1]
    previous[order[1:][same]] = order[:-1][same]
    return np.where(previous >= np.searchsorted(index, index - REACH), previous, -1)


def _is_spoken(message: Message) -> bool:
    return message.sender is not None and message.kind not in _NOTICES


@lru_cache(maxsize=1 << 13)  # as `_form`: a message is context of the days after it
def _stems(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word[:6] if word.isalpha() and word.isascii() else word for word in bigrams(text)))


def _padded(people: Sequence[int]) -> list[int]:
    return [*people[:NAMES], *[-1] * (NAMES - len(people))]


def _own(message: Message, words: int, names: bool, hints: bool) -> list[float]:
    kind, form = message.kind, _form(message.text)
    sent = (kind in _PICTURES, kind == "voice", kind in _FILES, kind in ("sticker", "poke"))
    return [form[0], math.log1p(words), *form[1:6], *sent, *form[6:13], names, hints, *form[13:]]


@lru_cache(maxsize=1 << 13)
def _form(text: str) -> tuple[float, ...]:
    """What the text alone tells of TRAITS, in their order."""
    text = text.strip()
    acts = speech.acts(text)
    cjk = len(_CJK.findall(text[:100]))
    return (
        math.log1p(len(text)), is_question(text), "?" in text or "？" in text, "!" in text or "！" in text,
        bool(_URL.search(text)), any(c.isdigit() for c in text), "thanks" in acts, "laugh" in acts, "assent" in acts, "greet" in acts,
        speech.opens_answer(text), bool(_GOES_ON.search(text)), cjk / max(1, min(len(text), 100)),
        len(text) <= 4, speech.goes_back(text), speech.opens_subject(text),
    )  # fmt: skip


class _People:
    """Who was lately seen under which names. Names that two of them share point at nobody."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[int, int]] = defaultdict(dict)  # name or part of one -> sender -> last index
        self._keys: dict[str, list[str]] = {}  # name as shown -> its parts
        self._heads: set[str] = set()

    def saw(self, message: Message, sender: int, index: int) -> None:
        for key in (message.sender or "").lower(), *self._parts(message.name):
            self._seen[key][sender] = index

    def _parts(self, name: str) -> list[str]:
        if name not in self._keys:
            whole = name.strip().lower()
            parts = {whole, *(part for part in _PARTS.split(whole) if len(part) >= (2 if _CJK.search(part) else 3))}
            self._keys[name] = sorted(part for part in parts if part)
            self._heads |= {part[:2] for part in self._keys[name]}
        return self._keys[name]

    def named_in(self, message: Message, sender: int, index: int) -> tuple[list[int], list[int]]:
        """Senders that the message addresses, and those whose names occur in it, in order of appearance."""
        text = message.text[:200].lower().lstrip()
        addressed = [who for name in message.mentions if (who := self._who(name.lower(), sender, index)) is not None]
        hinted: list[int] = []
        for key, start, end in self._found_in(text):
            who = self._who(key, sender, index)
            if who is None:
                continue
            is_addressed = text[start - 1 : start] == "@" or (start == 0 and _AFTER_NICK.match(text, end))
            (addressed if is_addressed else hinted).append(who)
        addressed = list(dict.fromkeys(addressed))
        return addressed, [who for who in dict.fromkeys(hinted) if who not in addressed]

    def _who(self, key: str, sender: int, index: int) -> int | None:
        owners = [who for who, last in self._seen.get(key, {}).items() if index - last <= REACH]
        return owners[0] if len(owners) == 1 and owners[0] != sender else None

    def _found_in(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Names in `text` with their places: nicknames as whole Latin words, Chinese ones anywhere."""
        for match in _NICK.finditer(text):
            if match[0] in self._seen:
                yield match[0], match.start(), match.end()
        for match in _CJK.finditer(text):
            start = match.start()
            if text[start : start + 2] in self._heads:
                for length in range(6, 1, -1):
                    if text[start : start + length] in self._seen and len(text) >= start + length:
                        yield text[start : start + length], start, start + length
                        break
