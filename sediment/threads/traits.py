"""What each message is on its own, as rows of numbers: who, when, whom it names, which words, what kind of utterance."""

from __future__ import annotations

import math
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from sediment import speech
from sediment.models import Kind, Message
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
_SORTS = (_PICTURES, ("voice",), _FILES, ("sticker", "poke"))
_SENT = {kind: [kind in sort for sort in _SORTS] for kind in get_args(Kind)}
_FORM = len(TRAITS) - len(_SORTS) - 3  # those that the text alone tells
_NOBODY = (-1,) * NAMES
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
    rows = [(index, message) for index, message in enumerate(messages) if is_spoken(message)]
    texts = [_text(message.text) for _, message in rows]
    senders = _Numbers()
    people = _People()
    named, hinted, sender = list[int](), list[int](), list[int]()
    for (index, message), text in zip(rows, texts, strict=True):
        who = senders[message.sender or ""]
        addressed, mentioned = people.named_in(message, text, who, index)
        people.saw(message, who, index)
        sender.append(who)
        named += _padded(addressed)
        hinted += _padded(mentioned)
    at, count = np.array([index for index, _ in rows], dtype=np.int64), len(rows)
    members = np.array(sender, dtype=np.int64)
    addresses, hints = (np.array(whom, dtype=np.int64).reshape(count, NAMES) for whom in (named, hinted))
    vocabulary = _Numbers()
    words = np.array([len(text.stems) for text in texts], dtype=np.int64)
    token = np.array([vocabulary[stem] for text in texts for stem in text.stems], dtype=np.int64)
    said, said_at, idf = _weighed(at, token, np.repeat(np.arange(count), words))
    forms = np.frombuffer(b"".join([text.form for text in texts]), dtype=np.float32).reshape(count, _FORM)
    sent = np.array([_SENT[message.kind] for _, message in rows], dtype=np.float32).reshape(count, len(_SORTS))
    return Traits(
        index=at,
        time=np.array([message.sent_at.timestamp() for _, message in rows], dtype=np.float64),
        sender=members,
        own=_own(forms, words, sent, addresses, hints),
        named=addresses,
        hinted=hints,
        own_last=_own_last(at, members),
        token=said,
        token_at=said_at,
        idf=idf,
        weight=np.bincount(said_at, idf, minlength=count).astype(np.float64),
    )


class _Numbers(dict[str, int]):
    """A small number for each key, in the order in which they are asked for first."""

    def __missing__(self, key: str) -> int:
        self[key] = number = len(self)
        return number


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


def is_spoken(message: Message) -> bool:
    """Whether somebody sent it, so that it is one of Traits."""
    return message.sender is not None and message.kind not in _NOTICES


class _Text(NamedTuple):
    """What the text alone tells."""

    form: bytes  # of TRAITS, as float32
    stems: tuple[str, ...]
    start: str  # where names are looked for: its beginning, in lower case
    nicks: tuple[tuple[str, int, int], ...]  # the Latin words of it with their places
    pairs: frozenset[str]  # neighbouring characters of it


@lru_cache(maxsize=1 << 13)  # a message is context of the days after it
def _text(text: str) -> _Text:
    start = text[:200].lower().lstrip()
    nicks = tuple([(match[0], match.start(), match.end()) for match in _NICK.finditer(start)])
    pairs = frozenset(map(add, start, start[1:]))
    return _Text(array("f", _form(text)).tobytes(), tuple(_stems(text[:600])), start, nicks, pairs)


def _stems(text: str) -> Iterable[str]:
    return dict.fromkeys([word[:6] if word.isalpha() and word.isascii() else word for word in bigrams(text)])


def _padded(people: Sequence[int]) -> Sequence[int]:
    return [*people[:NAMES], *_NOBODY[len(people) :]] if people else _NOBODY


def _own(forms: Floats, words: Ints, sent: Floats, named: Ints, hinted: Ints) -> Floats:
    """(n, len(TRAITS)), of what the texts tell, how many words they have, of which sort they are, and whom they name."""
    logs = np.array([math.log1p(count) for count in range(int(words.max(initial=0)) + 1)])[words]
    names = (named[:, :1] >= 0, hinted[:, :1] >= 0)
    parts = (forms[:, :1], logs[:, None], forms[:, 1:6], sent, forms[:, 6:13], *names, forms[:, 13:])
    own: Floats = np.concatenate(parts, axis=1, dtype=np.float32, casting="unsafe")
    return own


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

    def named_in(self, message: Message, text: _Text, sender: int, index: int) -> tuple[list[int], list[int]]:
        """Senders that the message addresses, and those whose names occur in its text, in order of appearance."""
        addressed = [who for name in message.mentions if (who := self._who(name.lower(), sender, index)) is not None]
        hinted: list[int] = []
        for key, start, end in self._found_in(text):
            who = self._who(key, sender, index)
            if who is None:
                continue
            is_addressed = text.start[start - 1 : start] == "@" or (start == 0 and _AFTER_NICK.match(text.start, end))
            (addressed if is_addressed else hinted).append(who)
        if not addressed and not hinted:
            return addressed, hinted
        addressed = list(dict.fromkeys(addressed))
        return addressed, [who for who in dict.fromkeys(hinted) if who not in addressed]

    def _who(self, key: str, sender: int, index: int) -> int | None:
        owners = [who for who, last in self._seen.get(key, {}).items() if index - last <= REACH]
        return owners[0] if len(owners) == 1 and owners[0] != sender else None

    def _found_in(self, text: _Text) -> Iterator[tuple[str, int, int]]:
        """Names in the text with their places: nicknames as whole Latin words, Chinese ones anywhere."""
        yield from (nick for nick in text.nicks if nick[0] in self._seen)
        if self._heads.isdisjoint(text.pairs):
            return
        for match in _CJK.finditer(text.start):
            start = match.start()
            if text.start[start : start + 2] in self._heads:
                for length in range(6, 1, -1):
                    if text.start[start : start + length] in self._seen and len(text.start) >= start + length:
                        yield text.start[start : start + length], start, start + length
                        break
