"""What stands over an article: titles to choose from, and the summary that an official account shows under them (标题、摘要)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sediment import extract
from sediment.models import Claim, Material, Section
from sediment.wording import say

TITLES = 5
LONGEST_TITLE = 32  # characters: what an official account takes
LONGEST_SUMMARY = 120
_TOPIC = LONGEST_TITLE - 12  # characters of the topic in a made title, which says something of it besides
_CLAUSE_END = re.compile(r"(?<=[。！？!?；;，,])")


def titles(
    first: str, subject: str, written: Sequence[str], sections: Sequence[Section], material: Material
) -> tuple[str, ...]:
    """Three to five where there is enough to tell, `first` first, then what a model wrote, then what the sections give; no two alike."""
    found: dict[str, str] = {}
    for title in (first, *written, *_made(subject, sections, material)):
        if title and (title == first or len(title) <= LONGEST_TITLE):
            found.setdefault(extract.bare(title), title)
    return tuple(found.values())[:TITLES]


def summary(written: str, topic: str, lead: Sequence[Claim], sections: Sequence[Section], material: Material) -> str:
    """At most 120 characters: a model's, cut at a clause if need be, else who spoke about what."""
    if written:
        return _cut(written)
    by_id = {m.id: m.sender for m in material.messages}
    claims = (*lead, *(claim for section in sections for claim in section.claims))
    people = len({by_id[e.message_id] for claim in claims for e in claim.evidence})
    names = list(dict.fromkeys(s.title.rstrip("。？?！!") for s in sections if s.part in ("part", "asked") and s.title))
    for count in range(len(names), 0, -1):
        items = say("semicolon", material.language).join(names[:count])
        line = say("summary-article", material.language, people=people, topic=topic, items=items)
        if len(line) <= LONGEST_SUMMARY:
            return line
    return _cut(topic)


def _made(first: str, sections: Sequence[Section], material: Material) -> Iterator[str]:
    """From the topic, its parts, and how many people speak."""
    language = material.language
    topic = first if len(first) <= _TOPIC else extract.shortened(first, _TOPIC)
    parts = [
        s.title for s in sections if s.part in ("part", "asked") and extract.bare(s.title) not in extract.bare(first)
    ]
    by_id = {m.id: m.sender for m in material.messages}
    people = len({by_id[e.message_id] for s in sections for c in s.claims for e in c.evidence})
    if parts and topic in parts[0]:
        yield parts[0]
    elif parts:
        yield say("title-part", language, topic=topic, part=extract.shortened(parts[0], LONGEST_TITLE - len(topic) - 2))
    if people > 1:
        yield say("title-people", language, topic=topic, people=people)
    if len(parts) > 1:
        yield say("title-points", language, topic=topic, count=len(parts))
    yield say("title-plain", language, topic=topic)
    yield from parts[:2]


def _cut(text: str) -> str:
    if len(text) <= LONGEST_SUMMARY:
        return text
    kept = ""
    for clause in _CLAUSE_END.split(text):
        if len(kept) + len(clause) > LONGEST_SUMMARY - 1:
            break
        kept += clause
    return (kept or text[: LONGEST_SUMMARY - 1]).rstrip("，,；; ") + "…"
