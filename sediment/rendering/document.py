"""A Document as Markdown: title, what to read in thirty seconds, the parts, the numbers, the account, the sources.

    > - **老周**：七牛测试域名 30 天回收[^1]

Every claim ends in footnotes that lead to who said it, when and in which words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, tzinfo
from itertools import groupby
from typing import get_args

from sediment.extract import bare, without_lead_in
from sediment.models import Claim, Document, Evidence, FaqEntry, Message, Origin, Section
from sediment.rendering.account import account_blocks, number_blocks
from sediment.rendering.escape import escape, heading, inside, with_links
from sediment.rendering.sources import Sources
from sediment.wording import phrases, say


def markdown(
    document: Document,
    messages: Mapping[str, Message],
    group_name: str,
    zone: tzinfo,
    groups: Mapping[str, str] | None = None,
) -> str:
    """The page of `document`. `messages` holds every cited message by id; times are shown in `zone`. A document of several groups needs the name of each
    by id in `groups`."""
    language = document.language
    sources = Sources(document, messages, zone, groups or {})
    page = _Page(sources, language, document.draft.headings, shows_origin=document.kind == "article")
    blocks = [
        f"# {heading(document.title)}",
        _byline(document, group_name),
        *page.legend(document),
        *_heads(document),
        *page.lead(document),
        *page.body(document),
        *_closing(document),
        *page.sources.blocks(),
    ]
    return "\n\n".join(blocks) + "\n"


def _heads(document: Document) -> list[str]:
    """Of a draft of an article: the titles to choose from, and the summary with its length."""
    draft, language = document.draft, document.language
    if document.kind != "article" or document.status != "draft" or not draft.titles:
        return []
    titles = (f"> {number}. {escape(title)}" for number, title in enumerate(draft.titles, 1))
    summary = say("summary-label", language, count=len(draft.summary), text=escape(draft.summary))
    return ["\n".join((f"> **{say('titles-label', language)}**", ">", *titles, ">", f"> {summary}"))]


def _closing(document: Document) -> list[str]:
    """The numbers and the account; what is to be read in thirty seconds ends with one line of numbers."""
    account, language, of = document.draft.account, document.language, "groups" if not document.group_id else "total"
    if document.kind == "article" and document.status != "draft":
        return []  # readers of an article need no account, which names conversations that it leaves out
    if document.draft.length == "brief":
        return number_blocks(account, language, of)[1:2]
    return [*number_blocks(account, language, of), *account_blocks(account, language, of)]


def _byline(document: Document, group_name: str) -> str:
    language = document.language
    made_by = document.draft.made_by
    label = say("made-by-model", language, model=escape(made_by)) if made_by else say("made-without-model", language)
    return " · ".join((escape(group_name), _span(document.since, document.until, language), label))


def _span(since: date, until: date, language: str) -> str:
    if since == until:
        return _day(since, language)
    return say("span-to", language, since=_day(since, language), until=_day(until, language))


def _day(day: date, language: str) -> str:
    return f"{day.isoformat()} {say('weekdays', language).split()[day.weekday()]}"


class _Page:
    """The parts of one page, which share the numbering of their sources."""

    def __init__(self, sources: Sources, language: str, headings: Mapping[str, str], *, shows_origin: bool) -> None:
        self.sources = sources
        self._language = language
        self._shows_origin = shows_origin
        self._headings = headings

    def legend(self, document: Document) -> list[str]:
        """What the marks of origin mean, of those that the page bears."""
        if not self._shows_origin:
            return []
        draft = document.draft
        found = {c.origin for c in (*draft.lead, *(c for s in draft.sections for c in s.claims))}
        told = [say(f"origin-{origin}", self._language) for origin in get_args(Origin) if origin in found]
        return [f"*{self._listed(told)}*"] if told else []

    def lead(self, document: Document) -> list[str]:
        claims = document.draft.lead
        if not claims:
            return []
        if document.kind == "article":
            return [*self._prose(claims)]
        lines = [f"> **{say('lead', self._language)}**", ">", *(f"> {item}" for item in self._items(claims, least=1))]
        return ["\n".join(lines)]

    def body(self, document: Document) -> Iterator[str]:
        """The blocks between the lead and the numbers."""
        entries = {entry.question: entry for entry in document.draft.faq}
        for part, sections in groupby(document.draft.sections, key=lambda section: section.part):
            if part == "asked":
                yield f"## {self._part(part)}"
                yield from self._chapters(sections, level=3)
            elif document.kind == "article" and part not in ("open", "resources"):
                yield from self._chapters(sections)
            elif part == "answer":
                for section in sections:
                    yield from self._answered(section, entries.get(section.title))
            else:
                yield from self._listing(part, sections)

    def _chapters(self, sections: Iterable[Section], level: int = 2) -> Iterator[str]:
        for section in sections:
            yield f"{'#' * level} {heading(section.title or self._part(section.part))}"
            yield from self._prose(section.claims)

    def _listing(self, part: str, sections: Iterable[Section]) -> Iterator[str]:
        """Sections of one part under its heading, each with its own title where it has one."""
        name = self._part(part)
        yield f"## {heading(name)}"
        for section in sections:
            if section.title not in ("", name):
                yield f"### {heading(section.title)}"
            if items := [claim for claim in section.claims if claim.evidence]:
                yield "\n".join(self._items(items, linked=part == "resources"))
            yield from self._own_words(claim for claim in section.claims if not claim.evidence)

    def _part(self, part: str) -> str:
        key = f"part-{part}"
        own = self._headings.get(part)
        return own or (say(key, self._language) if key in phrases() else part.removeprefix("group "))

    def _answered(self, section: Section, entry: FaqEntry | None) -> Iterator[str]:
        """One question: how it stands, the answer, how else it was asked, how the answer came to be."""
        yield f"## {heading(section.title)}"
        if entry:
            yield f"*{self._standing(entry)}*{self.sources.cite(w for w in entry.wordings if w.quote == entry.question)}"
        if section.claims:
            yield "\n".join(self._items(section.claims, least=1))
        if entry:
            yield from self._past(entry)

    def _past(self, entry: FaqEntry) -> Iterator[str]:
        # The same words asked again tell nothing, however they end or greet.
        others = {bare(without_lead_in(wording.quote)): wording for wording in reversed(entry.wordings)}
        others.pop(bare(without_lead_in(entry.question)), None)
        if others:
            asked = self._listed(self._wording(wording) for wording in reversed(others.values()))
            yield say("faq-wordings", self._language, asked=asked)
        if len(entry.history) > 1 and (changes := list(self._changes(entry))):
            yield say("faq-history", self._language)
            yield "\n".join(changes)

    def _standing(self, entry: FaqEntry) -> str:
        if entry.status == "open" or not entry.history:
            return say(f"faq-{entry.status}", self._language)
        told = say(f"faq-{entry.status}-on", self._language, day=self.sources.day(entry.history[-1].at))
        if len(entry.wordings) > 1:
            askers = len(self.sources.people(entry.wordings))
            told = say("faq-asked", self._language, standing=told, asked=len(entry.wordings), askers=askers)
        confirming = [
            e for c in entry.history if c.relation == "confirms" for claim in c.claims for e in claim.evidence
        ]
        if confirming:
            names = self._listed(escape(name) for name in self.sources.people(confirming))
            told = say("faq-confirmed", self._language, standing=told, names=names)
        return told

    def _wording(self, wording: Evidence) -> str:
        return say("quoted", self._language, text=inside(wording.quote)) + self.sources.cite([wording])

    def _changes(self, entry: FaqEntry) -> Iterator[str]:
        """When and how the answer changed, where claims tell of it that no longer stand in the answer."""
        for change in entry.history:
            line = f"- {self.sources.day(change.at)} {say(f'faq-{change.relation}', self._language)}"
            if past := [self._sentence(claim) for claim in change.claims if claim not in entry.answer]:
                yield say("says", self._language, name=line, text=self._listed(past))

    def _listed(self, texts: Iterable[str]) -> str:
        return say("comma", self._language).join(texts)

    def _prose(self, claims: Iterable[Claim]) -> Iterator[str]:
        """Written sentences run on as paragraphs, extracted ones stand as quotes."""
        for (origin, stands_alone), run in groupby(claims, key=lambda claim: (claim.origin, not claim.evidence)):
            if stands_alone:
                yield from self._own_words(run)
            elif origin == "extract":
                yield "\n>\n".join(f"> {self._sentence(claim)}{self._mark(origin)}" for claim in run)
            else:
                texts = (self._sentence(self._ended(claim)) for claim in run)
                yield ("" if self._language == "zh" else " ").join(texts) + self._mark(origin)

    def _own_words(self, claims: Iterable[Claim]) -> Iterator[str]:
        """What the operator wrote, in Markdown, as it stands."""
        for claim in claims:
            # Behind a fence or an indented line the mark would belong to it.
            is_prose = not re.match(r"```|~~~|\s", claim.text.splitlines()[-1])
            yield claim.text + (self._mark("human") if is_prose else f"\n\n{self._mark('human').strip()}")

    def _mark(self, origin: Origin) -> str:
        """At the end of a paragraph: whose words it holds."""
        return f" {say(f'origin-{origin}', self._language)[0]}" if self._shows_origin else ""

    def _ended(self, claim: Claim) -> Claim:
        stop = say("full-stop", self._language) if claim.text[-1:].isalnum() else ""
        return replace(claim, text=claim.text + stop)

    def _items(self, claims: Iterable[Claim], *, linked: bool = False, least: int = 2) -> Iterator[str]:
        return (f"- {self._sentence(claim, linked=linked, least=least)}{self._mark(claim.origin)}" for claim in claims)

    def _sentence(self, claim: Claim, *, linked: bool = False, least: int = 2) -> str:
        """The claim in one line, the name of the one who said it in bold, with its footnotes."""
        show = with_links if linked else escape
        name = next(
            (name for name in self.sources.names(claim) if claim.text.startswith((f"{name}：", f"{name}: "))), ""
        )
        text = f"**{escape(name)}**{show(claim.text.removeprefix(name))}" if name.strip() else show(claim.text)
        days = self.sources.days_before(claim)
        age = say("asked-before", self._language, days=days) if days else ""
        return text + age + self._told_in(claim, least) + self.sources.cite(claim.evidence)

    def _told_in(self, claim: Claim, least: int) -> str:
        """The groups that a claim is from, if they are at least so many; nothing on the page of one group."""
        names = self.sources.groups(claim)
        told = self._listed(escape(name) for name in names)
        return say("told-in", self._language, groups=told) if len(names) >= least else ""
