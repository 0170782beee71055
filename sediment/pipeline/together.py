"""One document of many groups: each group's own is written first and kept, then what they tell together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sediment.errors import UsageError
from sediment.models import Document, Group, Length, Material
from sediment.pipeline.days import bounds, day_of
from sediment.pipeline.home import Home, find_group, quiet
from sediment.pipeline.remembering import RememberingEmbedder
from sediment.pipeline.writing import keep, week_of, write
from sediment.protocols import Progress
from sediment.store import messages
from sediment.wording import say
from sediment.writers.digest.together import together as digest_together
from sediment.writers.faq.together import together as faq_together

_TOGETHER = {"digest": digest_together, "faq": faq_together}


def write_together(
    home: Home,
    kind: str = "digest",
    groups: Sequence[str] = (),
    *,
    since: date | None = None,
    until: date | None = None,
    week: bool = False,
    length: Length = "full",
    model: str | None = None,
    language: str | None = None,
    progress: Progress = quiet,
) -> Document:
    """The digest or the FAQ of these groups, of all where none is named, on the same days: where no day is named, the last on which any of them spoke, or all
    for an FAQ. Groups that were silent are left out; of one alone its own document is returned.
    Raises UsageError where all were, and what `write` raises."""
    chosen = [find_group(home, name) for name in groups] or messages.groups(home.db)
    spoken_in = _days(home, chosen)
    if not spoken_in:
        raise UsageError("There are no messages.", hint="Import a chat first.")
    first, last = min(days[0] for days in spoken_in.values()), max(days[1] for days in spoken_in.values())
    whole = kind == "faq" and not since and not until
    days = since or (first if until or whole else last), until or last
    if week:
        days = week_of(days[1])
    speaking = [group for group in spoken_in if _spoke(home, group, days)]
    if not speaking:
        raise UsageError(
            f"Nobody wrote from {days[0]} to {days[1]}.", hint="`sediment groups` tells which days there are."
        )
    documents = [
        write(
            home,
            kind,
            group.id,
            since=None if whole else days[0],
            until=None if whole else days[1],
            length=length,
            model=model,
            language=language,
            progress=progress,
        )
        for group in speaking
    ]
    if len(documents) == 1:
        return documents[0]
    draft = _TOGETHER[kind](documents, {group.id: group.name for group in speaking}, RememberingEmbedder(home))
    spoken = documents[0].language
    all_of_them = Group("", say("several-groups", spoken), "")
    found = tuple(entry for document in documents for entry in document.draft.faq)
    material = Material(all_of_them, days[0], days[1], spoken, (), {}, (), (), faq=found, zone=home.config.zone)
    ids = ",".join(sorted(group.id for group in speaking))
    span = "all" if whole else f"{days[0]}..{days[1]}"
    with home.writing():
        return keep(home, kind, f"{ids} {span} {length}", material, draft)


def _days(home: Home, groups: Sequence[Group]) -> dict[Group, tuple[date, date]]:
    """The first and the last day of each group that has messages."""
    spans = {group: messages.span(home.db, group.id) for group in groups}
    return {
        group: (day_of(span[1], home.config.zone), day_of(span[2], home.config.zone))
        for group, span in spans.items()
        if span
    }


def _spoke(home: Home, group: Group, days: tuple[date, date]) -> bool:
    start, end = bounds(days[0], home.config.zone)[0], bounds(days[1], home.config.zone)[1]
    return any(True for _ in messages.between(home.db, group.id, start, end))
