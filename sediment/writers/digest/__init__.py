"""The digest of a day or a span: what mattered and how it ended, decisions, open questions, resources, what comes up, and the account of every message.

`brief` is its lead alone, `full` tells what mattered, `archive` tells every conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from sediment import extract, reading
from sediment.extract import Talk
from sediment.models import Account, Accounted, Claim, Draft, Material, Section
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say
from sediment.writers.digest import stories as telling
from sediment.writers.digest.carried import carried
from sediment.writers.digest.extracted import extracted
from sediment.writers.digest.written import written

_FIRST = 3  # conversations by which digests of several groups are put in order
_THIRTY_SECONDS = 220  # Chinese characters, of which people read some 400 a minute


class Digest:
    kind = "digest"
    span: Literal["day", "all"] = "day"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        talks = sorted(extract.talks(material), key=lambda t: -extract.importance(t))
        before = [] if material.length == "brief" else carried(material, embedder)
        room = telling.room(material) - len(reading.cited(c for s in before for c in s.claims))
        lead, sections, dropped = (
            written(material, talks, embedder, model) if model else extracted(material, talks, embedder, room)
        )
        if material.length == "brief":
            lead, sections = _within_thirty_seconds(lead), []
        elif material.length == "archive":
            sections += _small(talks, sections, material.language)
        sections = _in_order([*sections, *before], material.template.sections)
        title = "title-digest" if material.length == "full" else f"title-digest-{material.length}"
        return Draft(
            title=say(title, material.language, group=material.group.name, span=_span(material)),
            sections=tuple(sections),
            account=_account(material, talks, lead, sections, dropped),
            made_by=model.name if model and _is_written([*lead, *(c for s in sections for c in s.claims)]) else "",
            lead=tuple(lead),
            length=material.length,
            headings=material.template.headings,
            weight=round(sum(extract.importance(talk) for talk in talks[:_FIRST]), 3),
        )


def _within_thirty_seconds(lead: Sequence[Claim]) -> list[Claim]:
    """The first claims, as many as can be read; one at least."""
    kept: list[Claim] = []
    for claim in lead:
        if kept and sum(extract.width(c.text) for c in (*kept, claim)) > _THIRTY_SECONDS:
            break
        kept.append(claim)
    return kept


def _small(talks: Iterable[Talk], sections: Sequence[Section], language: str) -> list[Section]:
    """The conversations that the sections do not tell yet, in order of time."""
    told = reading.cited(claim for section in sections for claim in section.claims)
    untold = [telling.Story(t, 0.0) for t in talks if t.quotable and not told & {m.id for m in t.messages}]
    for story in untold:
        telling.choose_from(story)
    found = [replace(telling.section(story, language), part="small") for story in untold if story.chosen]
    starts = {story.id: story.talk.messages[0].sent_at for story in untold}
    return sorted(found, key=lambda section: starts[section.conversation_ids[0]])


def _in_order(sections: Iterable[Section], parts: Sequence[str]) -> list[Section]:
    """Those that the template wants, by part; in each part what has no title of its own comes first."""
    order = [*parts, "small"]
    return sorted(
        (s for s in sections if s.part in order), key=lambda s: (order.index(s.part), bool(s.conversation_ids))
    )


def _is_written(claims: Iterable[Claim]) -> bool:
    return any(claim.origin == "model" for claim in claims)


def _span(material: Material) -> str:
    since, until = material.since.isoformat(), material.until.isoformat()
    return since if since == until else say("span-to", material.language, since=since, until=until)


def _account(
    material: Material,
    talks: Sequence[Talk],
    lead: Iterable[Claim],
    sections: Sequence[Section],
    dropped: Mapping[str, int],
) -> Account:
    told = {
        "in-mattered": reading.cited(c for s in sections if s.part == "mattered" for c in s.claims),
        "in-small": reading.cited(c for s in sections if s.part == "small" for c in s.claims),
        "in-named": reading.cited(c for s in sections for c in s.claims),
        "in-lead": reading.cited(lead),
    }
    stories = {id for section in sections if section.part != "small" for id in section.conversation_ids}

    def reason(talk: Talk) -> str:
        if talk.conversation.id in stories:
            return "in-mattered"
        if found := next((why for why, ids in told.items() if ids & talk.by_id.keys()), None):
            return found
        if not talk.quotable:
            return "out-uncitable"
        return "out-small" if extract.importance(talk) < telling.WORTH_TELLING else "out-room"

    found = [(talk, reason(talk)) for talk in talks if talk.messages]
    return extract.account(
        material,
        [
            Accounted(
                t.conversation.id,
                extract.label(t, material.language),
                len(t.messages),
                why.startswith("in-"),
                say(why, material.language),
            )
            for t, why in found
        ],
        dropped,
    )
