"""One digest over those of many groups, for whoever runs them: the groups in order of what matters, the same news told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sediment import extract
from sediment.extract.meaning import Topic, same_meaning
from sediment.models import Claim, Document, Draft, Section
from sediment.protocols import Embedder
from sediment.wording import say

_LEAD = 5  # groups that the lead tells of
_STORIES = 6  # of each group
_TOLD = 60  # stories of all groups, one at least of each: those of a hundred groups are read too
_COMPARED = 300  # stories; among more of them nobody looks for the same news
_LISTED = ("events", "open")  # parts that are told group by group


def together(documents: Sequence[Document], names: Mapping[str, str], embedder: Embedder) -> Draft:
    """The digests of one span, one length and one language, at least one, as one. `names`: group id → name."""
    ordered = sorted(documents, key=lambda d: (-d.draft.weight, d.group_id))
    some, language = ordered[0], ordered[0].language
    most = max(1, min(_STORIES, _TOLD // len(ordered)))
    stories = _told_once([(d.group_id, section) for d in ordered for section in _stories(d, most)], embedder)
    leads = _told_once(
        [(d.group_id, Section("", claim.text, (claim,))) for d in ordered for claim in d.draft.lead[:1]], embedder
    )
    sections = [replace(section, part=f"group {names[group]}") for group, section in stories]
    for part in _LISTED:
        sections += [Section(part, names[d.group_id], claims) for d in ordered if (claims := tuple(_listed(d, part)))]
    since, until = some.since.isoformat(), some.until.isoformat()
    span = since if since == until else say("span-to", language, since=since, until=until)
    return Draft(
        title=say("title-together", language, count=len(ordered), span=span),
        sections=() if some.draft.length == "brief" else tuple(sections),
        account=extract.summed(ordered, names),
        made_by=next((d.draft.made_by for d in ordered if d.draft.made_by), ""),
        lead=tuple(section.claims[0] for _, section in leads)[:_LEAD],
        length=some.draft.length,
    )


def _stories(document: Document, most: int) -> list[Section]:
    """The first stories, how each begins and ends; all of an archive."""
    told = [s for s in document.draft.sections if s.conversation_ids or s.part == "decisions"]
    if document.draft.length == "archive":
        return told
    return [replace(s, claims=tuple(dict.fromkeys((s.claims[0], s.claims[-1])))) for s in told[:most]]


def _told_once(stories: Sequence[tuple[str, Section]], embedder: Embedder) -> list[tuple[str, Section]]:
    """(group, story); what several groups tell stays with the first of them, on the words of all."""
    topics = [Topic(s.title, " ".join(c.text.split("：", 1)[-1] for c in s.claims)) for _, s in stories]
    told: dict[int, Section] = {}
    for first, *same in (
        same_meaning(topics, embedder) if len(stories) <= _COMPARED else [[i] for i in range(len(stories))]
    ):
        group, story = stories[first]
        others = [claim for i in same if stories[i][0] != group for claim in stories[i][1].claims]
        told[first] = replace(story, claims=(*story.claims, *others))
        told |= {i: stories[i][1] for i in same if stories[i][0] == group}
    return [(stories[i][0], told[i]) for i in sorted(told)]


def _listed(document: Document, part: str) -> Iterator[Claim]:
    return (claim for section in document.draft.sections if section.part == part for claim in section.claims)
