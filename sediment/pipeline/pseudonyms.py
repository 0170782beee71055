"""Articles are shown and published under pseudonyms: 群友A, 群友B … in order of who is cited first. What is stored keeps the names, which the evidence needs.

老段：@小鹿 问卖鱼的就行[^1]     ->     群友A：@群友B 问群友C就行[^1]"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from sediment import words
from sediment.models import Claim, Document, Message
from sediment.pipeline.home import Home
from sediment.pipeline.members import members
from sediment.pipeline.privacy import rewritten
from sediment.pipeline.showing import cited
from sediment.store import messages
from sediment.wording import say

_UNDER_PSEUDONYMS = ("article",)
_FIRST_RUN = re.compile(r"[㐀-䶿一-鿿]{2,}(?=[A-Za-z])|[A-Za-z]{3,}(?=[㐀-䶿一-鿿])")
_SHORT = 3  # characters of a name that stands last, behind what somebody does
_FAMILIAR = re.compile(r"[老小阿大][㐀-䶿一-鿿]")
_TITLES = ("老师", "大佬", "哥", "姐", "总", "工")


def presentable(home: Home, document: Document, *, names: bool = False) -> tuple[Document, dict[str, Message]]:
    """A document as it is shown and published, with its cited messages by id: articles under pseudonyms unless `names`, digests where the template of a
    cited group says so."""
    found = cited(home, document)
    groups = [group for group in messages.groups(home.db) if group.id in {m.group_id for m in found.values()}]
    hides = document.kind == "digest" and not all(home.config.template(group).names for group in groups)
    if names or not (hides or document.kind in _UNDER_PSEUDONYMS):
        return document, found
    people = (member for group in groups for member in members(home, group.id))
    known = {m.id: {m.id, *m.merged, *(name.name for name in m.names)} for m in people}
    return under_pseudonyms(document, found, known)


def under_pseudonyms(
    document: Document, cited: Mapping[str, Message], known: Mapping[str, Collection[str]]
) -> tuple[Document, dict[str, Message]]:
    """The document and its cited messages with every name replaced, the same person's by the same pseudonym. `known`: person → all names that they had.

    A name that is a single character, a number or a function word is only replaced after @ and before a colon: elsewhere it is a word. Names that only
    the chat made up, 南瓜 for 北方的南瓜, are not recognised."""
    cast = _Cast(known, cited, document.language)
    for claim in _claims(document):
        for span in claim.evidence:
            cast.pseudonym(cited[span.message_id].sender or "")
    public = rewritten(document, cast.rewrite, cast.rewrite_claim)
    return public, {id: cast.disguise(message) for id, message in cited.items()}


def _claims(document: Document) -> Iterator[Claim]:
    yield from document.draft.lead
    for section in document.draft.sections:
        yield from section.claims


class _Cast:
    """Who is who on one page."""

    def __init__(self, known: Mapping[str, Collection[str]], cited: Mapping[str, Message], language: str) -> None:
        self._language = language
        self._cited = cited
        self._letters: dict[str, str] = {}
        self._people: dict[str, str] = {}
        told = [(m.sender, m.name) for m in cited.values() if m.sender]
        # Of two people with one name it is the cited one.
        for person, name in (*told, *((person, name) for person, names in known.items() for name in names)):
            for form in _forms(name):
                self._people.setdefault(form, person)
        names = sorted(self._people, key=lambda name: (-len(name), name))
        anywhere = "|".join(_bounded(name) for name in names if _is_telling(name))
        called = "|".join(map(re.escape, names))
        self._pattern = re.compile(
            rf"(?<=@)(?:{called})(?!\w)|^(?:{called})(?=：|:\s)" + (f"|{anywhere}" if anywhere else "")
        )

    def pseudonym(self, person: str) -> str:
        number = len(self._letters)
        letter = (chr(ord("A") + number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)
        return say("pseudonym", self._language, letter=self._letters.setdefault(person, letter))

    def rewrite(self, text: str, people: Mapping[str, str] | None = None) -> str:
        if not self._people:
            return text
        here = {**self._people, **(people or {})}
        return self._pattern.sub(lambda match: self.pseudonym(here[match[0]]), text)

    def rewrite_claim(self, claim: Claim) -> Claim:
        """Names in a claim are first those of the people that it cites."""
        told = [self._cited[span.message_id] for span in claim.evidence]
        people = {form: m.sender for m in told if m.sender for form in _forms(m.name)}
        text = self.rewrite(claim.text, people)
        spans = tuple(replace(span, quote=self.rewrite(span.quote, people)) for span in claim.evidence)
        return replace(claim, text=text, evidence=spans)

    def disguise(self, message: Message) -> Message:
        name = self.pseudonym(message.sender) if message.sender else message.name
        return replace(message, name=name, text=self.rewrite(message.text))


def _forms(name: str) -> set[str]:
    """How else somebody is called: `🐳老段-鲸付` is also `老段` and `段老师`, `小鹿Lulu` is `小鹿`, `流量变现-小七` is `小七`."""
    bare = re.sub(r"^\W+|\W+$", "", name)
    parts = re.split(r"[\W_]+", bare)
    first = _FIRST_RUN.match(parts[0])
    is_card = len(parts) > 2  # 宁波-老韩-厨具: the town and the trade are words, the middle is the name
    called = parts[1] if is_card and not _FAMILIAR.fullmatch(parts[0]) else parts[0]
    short = {
        called,
        first[0] if first and not is_card else "",
        parts[-1] if len(parts[-1]) <= _SHORT < len(parts[0]) else "",
    }
    titled = {part[1] + title for part in short if _FAMILIAR.fullmatch(part) for title in _TITLES}
    return {form for form in (name.strip(), bare, *(part for part in short if len(part) > 1), *titled) if form}


def _is_telling(name: str) -> bool:
    return len(name) > 1 and not name.isnumeric() and not words.is_stop(name.lower())


def _bounded(name: str) -> str:
    """The name as a whole word where it is Latin."""
    start = r"(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", name) else ""
    end = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", name) else ""
    return f"{start}{re.escape(name)}{end}"
