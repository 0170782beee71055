"""One article of what a model wrote about several windows. It only says by number what belongs together, in which order, and what repeats; no word is new,
so nothing needs to be checked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from sediment import reading
from sediment.models import Claim, Material, Request, Section
from sediment.protocols import ChatModel

_FEW = 3  # sentences that open or close an article
_REPEATED = 0.5  # of all sentences; a model that calls more of them repeated is not believed
_Item = TypeVar("_Item")


class Part(NamedTuple):
    """What was written about one window, as far as it stands on the messages."""

    titles: Sequence[str]  # the best first
    summary: str
    lead: Sequence[Claim]
    sections: Sequence[Section]
    closing: Sequence[Claim]


def joined(parts: Sequence[Part], model: ChatModel, material: Material) -> Part:
    """All sections once, those about one matter as one section; where the model fails, one after the other. Raises BudgetSpent and ModelRefused."""
    if len(parts) < 2:
        return parts[0] if parts else Part((), "", (), (), ())
    titles = [title for part in parts for title in part.titles]
    leads = [claim for part in parts for claim in part.lead]
    sections = [section for part in parts for section in part.sections]
    closings = [claim for part in parts for claim in part.closing]
    summaries = [part.summary for part in parts if part.summary]
    claims = [*leads, *(claim for section in sections for claim in section.claims), *closings]
    listed = "\n".join(_listed(titles, summaries, leads, sections, closings))
    plan = reading.reply(model, Request("join", listed, reading.task("join", material))) or {}
    repeats = _chosen(plan.get("repeats"), claims)
    repeated = set(repeats if len(repeats) <= _REPEATED * len(claims) else ())
    best = _chosen(plan.get("titles"), titles)
    return Part(
        [*best, *(title for title in titles if title not in best)],
        next(iter([*_chosen([plan.get("summary")], summaries), *summaries]), ""),
        (_chosen(plan.get("lead"), leads) or leads)[:_FEW],
        [s for group in _groups(plan, sections) if (s := _as_one(group, repeated)).claims],
        ([c for c in _chosen(plan.get("closing"), claims) if c in closings] or closings)[-_FEW:],
    )


def _listed(
    titles: Sequence[str],
    summaries: Sequence[str],
    leads: Sequence[Claim],
    sections: Sequence[Section],
    closings: Sequence[Claim],
) -> Iterator[str]:
    """Titles, summaries, sections and sentences, each kind numbered from 1."""
    numbers = iter(range(1, 1 + len(leads) + sum(len(s.claims) for s in sections) + len(closings)))
    yield "# titles"
    yield from (f"{n}. {title}" for n, title in enumerate(titles, 1))
    yield "# summary"
    yield from (f"{n}. {summary}" for n, summary in enumerate(summaries, 1))
    yield "# lead"
    yield from (f"{next(numbers)}. {claim.text}" for claim in leads)
    for n, section in enumerate(sections, 1):
        yield f"# section {n}: {section.title}"
        yield from (f"{next(numbers)}. {claim.text}" for claim in section.claims)
    yield "# closing"
    yield from (f"{next(numbers)}. {claim.text}" for claim in closings)


def _chosen(numbers: Any, items: Sequence[_Item]) -> list[_Item]:
    """The items with these numbers, counted from 1, each once; whatever else a model wrote is passed over."""
    wanted = (n for n in numbers if isinstance(n, int) and 0 < n <= len(items)) if isinstance(numbers, list) else ()
    return [items[n - 1] for n in dict.fromkeys(wanted)]


def _groups(plan: Mapping[str, Any], sections: Sequence[Section]) -> Iterator[list[Section]]:
    """Each section in one group, in the model's order; those that it did not name stand alone, at the end."""
    left = list(range(1, 1 + len(sections)))
    given = plan.get("sections")
    for group in given if isinstance(given, list) else ():
        named = [n for n in (group if isinstance(group, list) else [group]) if n in left]
        left = [n for n in left if n not in named]
        if named:
            yield _chosen(named, sections)
    yield from ([sections[n - 1]] for n in left)


def _as_one(group: Sequence[Section], repeated: set[Claim]) -> Section:
    """Under the title of the first."""
    claims = dict.fromkeys(claim for section in group for claim in section.claims if claim not in repeated)
    return replace(group[0], claims=tuple(claims))
