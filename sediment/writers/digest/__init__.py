"""The digest of a day or a span: what mattered and how it ended, decisions, open questions, resources, what comes up, and the account of every message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sediment import extract, reading
from sediment.extract import Talk
from sediment.models import Account, Accounted, Claim, Draft, Material, Section
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say
from sediment.writers.digest.extracted import extracted
from sediment.writers.digest.stories import WORTH_TELLING
from sediment.writers.digest.written import written


class Digest:
    kind = "digest"
    span: Literal["day", "all"] = "day"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        talks = sorted(extract.talks(material), key=lambda t: -extract.importance(t))
        lead, sections, dropped = (
            written(material, talks, embedder, model) if model else extracted(material, talks, embedder)
        )
        return Draft(
            title=say("title-digest", material.language, group=material.group.name, span=_span(material)),
            sections=tuple(sections),
            account=_account(material, talks, sections, dropped),
            made_by=model.name if model and _is_written([*lead, *(c for s in sections for c in s.claims)]) else "",
            lead=tuple(lead),
        )


def _is_written(claims: Iterable[Claim]) -> bool:
    return any(claim.origin == "model" for claim in claims)


def _span(material: Material) -> str:
    since, until = material.since.isoformat(), material.until.isoformat()
    return since if since == until else say("span-to", material.language, since=since, until=until)


def _account(
    material: Material, talks: Sequence[Talk], sections: Sequence[Section], dropped: Mapping[str, int]
) -> Account:
    told = {
        part: reading.cited(c for s in sections if (s.part == "mattered") is part for c in s.claims)
        for part in (True, False)
    }
    stories = {id for section in sections if section.part == "mattered" for id in section.conversation_ids}

    def reason(talk: Talk) -> str:
        ids = {message.id for message in talk.messages}
        if talk.conversation.id in stories or ids & told[True]:
            return "in-mattered"
        if ids & told[False]:
            return "in-named"
        return (
            "out-uncitable"
            if not talk.quotable
            else "out-small"
            if extract.importance(talk) < WORTH_TELLING
            else "out-room"
        )

    found = [(talk, reason(talk)) for talk in talks if talk.messages]
    return extract.account(
        material,
        [
            Accounted(
                t.conversation.id, extract.title(t), len(t.messages), why.startswith("in-"), say(why, material.language)
            )
            for t, why in found
        ],
        dropped,
    )
