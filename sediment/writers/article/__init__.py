"""Articles: on a topic or one conversation, a lecture as it was held, the selection of a week. Every word of the members is theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from sediment import extract, reading
from sediment.extract import Talk
from sediment.models import Account, Accounted, Draft, Material
from sediment.protocols import ChatModel, Embedder
from sediment.wording import say
from sediment.writers.article import heads, lecture, topic, week
from sediment.writers.article.notes import woven


class Article:
    kind = "article"
    span: Literal["day", "all"] = "day"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        talks = extract.talks(material)
        if material.lecture:
            told = lecture.told(material, material.lecture, talks, model)
        elif material.week:
            told = week.told(material, talks, model)
        else:
            told = topic.told(material, talks, embedder, model)
        claims = [*told.lead, *(claim for section in told.sections for claim in section.claims)]
        is_written = any(claim.origin == "model" for claim in claims)
        subject = material.topic or told.subject or told.title
        return Draft(
            title=told.title,
            sections=tuple(woven(material.notes, told.sections, material.language)),
            account=_account(material, talks, reading.cited(claims), told.dropped),
            made_by=model.name if model and is_written else "",
            lead=tuple(told.lead),
            titles=heads.titles(told.title, subject, told.titles, told.sections, material) if claims else (),
            summary=heads.summary(told.summary, subject, told.lead, told.sections, material) if claims else "",
            notes=material.notes,
        )


def _account(material: Material, talks: Sequence[Talk], cited: set[str], dropped: Mapping[str, int]) -> Account:
    told = [(talk, bool(cited & talk.by_id.keys())) for talk in talks if talk.messages]
    left_out = "out-room" if material.week else "out-topic"
    return extract.account(
        material,
        [
            Accounted(
                t.conversation.id,
                extract.label(t, material.language),
                len(t.messages),
                included,
                say("in-told" if included else left_out, material.language),
            )
            for t, included in told
        ],
        dropped,
    )
