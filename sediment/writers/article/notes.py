"""The operator's own paragraphs in an article: each stands, letter for letter, in the section that it speaks of.

## 手续费            a heading names the section; one that no section has makes its own
我们自己用的是……     a paragraph
- 个人版够用         each bullet of a list finds its place by itself"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from sediment import extract, words
from sediment.models import Claim, Section
from sediment.wording import say

_ALIKE = 0.5  # of a heading's character pairs that a section's title must have to be meant
_HEADING = re.compile(r"#{1,6}\s+(\S.*?)\s*#*\s*")
_BULLET = re.compile(r"(?:[-*+•]|\d{1,2}[.)、])\s*\S")
_FENCE = ("```", "~~~")


class Note(NamedTuple):
    heading: str  # under which it stands in the file, "" for none
    text: str


def woven(text: str, sections: Sequence[Section], language: str) -> list[Section]:
    """The sections with every note of `text` at the end of the one that it names or shares the rarest words with, else at the end of all."""
    told = list(sections)
    speech = [_words_of(section) for section in told]
    own: dict[str, list[Claim]] = {}
    for note in notes(text):
        claim = Claim(note.text, (), "human")
        place = _named(note.heading, sections) if note.heading else _nearest(note.text, speech)
        if place is None:
            own.setdefault(note.heading, []).append(claim)
        else:
            told[place] = replace(told[place], claims=(*told[place].claims, claim))
    added = [Section("note", heading or say("part-note", language), tuple(claims)) for heading, claims in own.items()]
    end = next((place for place, section in enumerate(told) if section.part in _AT_THE_END), len(told))
    return [*told[:end], *added, *told[end:]]


_AT_THE_END = ("closing", "open", "resources")


def notes(text: str) -> Iterator[Note]:
    """Paragraphs and single bullets in their order. Nothing but headings and empty lines is left out."""
    heading = ""
    for block in _blocks(text):
        if found := _HEADING.fullmatch(block):
            heading = found[1]
        else:
            yield Note(heading, block)


def _blocks(text: str) -> Iterator[str]:
    """Cut at empty lines, headings and bullets that are not indented, never within a fence."""
    block: list[str] = []
    fenced = False
    for line in (*text.replace("\r\n", "\n").split("\n"), ""):
        is_start = bool(_HEADING.fullmatch(line) or _BULLET.match(line))
        ends = not line.strip() or is_start or bool(block and _HEADING.fullmatch(block[-1]))
        if not fenced and ends and block:
            yield "\n".join(block)
            block = []
        if line.strip() or fenced:
            block.append(line)
        fenced ^= line.lstrip().startswith(_FENCE)
    if block:
        yield "\n".join(block)


def _named(heading: str, sections: Sequence[Section]) -> int | None:
    wanted = set(words.bigrams(extract.bare(heading)))
    shares = [len(wanted & set(words.bigrams(extract.bare(s.title)))) / max(1, len(wanted)) for s in sections]
    best = max(range(len(sections)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= _ALIKE else None


def _nearest(text: str, speech: Sequence[set[str]]) -> int | None:
    """The section that shares the most words with the note, rare ones counting more; None where none shares any."""
    own = set(words.content_words(text))
    count = Counter(word for said in speech for word in said)
    scores = [sum(math.log(1 + len(speech) / count[word]) for word in sorted(own & said)) for said in speech]
    best = max(range(len(speech)), key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] > 0 else None


def _words_of(section: Section) -> set[str]:
    said = (
        section.title,
        *(text for claim in section.claims for text in (claim.text, *(e.quote for e in claim.evidence))),
    )
    return {word for text in said for word in words.content_words(text)}
