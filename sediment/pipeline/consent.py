"""Who agreed to be quoted in articles: nobody, until somebody records it for a member or for the whole group."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sediment.errors import UsageError
from sediment.models import Document, Member, Message
from sediment.pipeline.home import Home, find_group
from sediment.pipeline.members import find_member, members
from sediment.redaction import findings
from sediment.store import consent as kept
from sediment.store.schema import transaction
from sediment.writers.article import quoting

_SHOWN = 5  # names in an error


def record_consent(home: Home, group: str, person: str | None, *, agrees: bool) -> Member | None:
    """Remember what a member, an account or a name, decided; without one the whole group, whose members may decide otherwise. Returns the member.

    Raises UsageError where the group or the member is unknown, Locked."""
    with home.writing():
        chosen = find_group(home, group)
        member = find_member(members(home, chosen.id), person) if person else None
        with transaction(home.db):
            kept.decide(home.db, chosen.id, member.id if member else kept.WHOLE_GROUP, agrees, datetime.now(UTC))
        return member


def may_quote(home: Home, group_id: str, senders: Collection[str]) -> frozenset[str]:
    """Those of `senders` who agreed, or say nothing in a group that did."""
    decided = kept.decisions(home.db, group_id)
    person = {id: m.id for m in members(home, group_id) for id in (m.id, *m.merged)}
    whole = decided.get(kept.WHOLE_GROUP, False)
    return frozenset(s for s in senders if decided.get(person.get(s, s), whole))


def unconsented(home: Home, document: Document, cited: Mapping[str, Message]) -> list[str]:
    """The names of those whose own words an article shows though they did not agree to it, in order of time."""
    if document.kind != "article":
        return []
    claims = [*document.draft.lead, *(claim for section in document.draft.sections for claim in section.claims)]
    shown = {sender for claim in claims for sender in quoting.quoted(claim, cited)}
    refused = shown - may_quote(home, document.group_id, shown)
    told = sorted((m for m in cited.values() if m.sender in refused), key=lambda m: m.sent_at)
    return list({m.sender: m.name for m in told}.values())


def check_consent(home: Home, document: Document, cited: Mapping[str, Message]) -> None:
    """Raises UsageError where an article quotes members who did not agree to it."""
    if names := unconsented(home, document, cited):
        more = f" (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
        raise UsageError(
            f"{document.id} quotes members who did not agree to it: {', '.join(names[:_SHOWN])}{more}.",
            hint="Record that they do: `sediment members consent GROUP MEMBER`; or let a model tell it in other words.",
        )


def private_in_notes(home: Home, document: Document) -> list[str]:
    """Names of members and personal data in what the operator wrote, which goes out as it stands."""
    notes = document.draft.notes
    if not notes:
        return []
    names = {name.name for m in members(home, document.group_id) for name in m.names if len(name.name) > 1}
    return [*sorted(name for name in names if name in notes), *(notes[f.start : f.end] for f in findings(notes))]
