"""The FAQ of a group, or of all, and what people decide about it: reword, merge, split, pin, retire, accept what a run found since, and undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sediment.errors import UsageError
from sediment.models import Draft, FaqAction, FaqEdit, FaqEntry, FaqStanding, Material
from sediment.pipeline.faq_decisions import decided
from sediment.pipeline.faq_facts import cited, with_facts
from sediment.pipeline.home import Home, find_group
from sediment.store import faq as kept
from sediment.store import messages
from sediment.store.schema import transaction
from sediment.writers import faq as writer


def faq(home: Home, group: str) -> list[FaqStanding]:
    """The FAQ of a group as people decided it, pinned entries first, retired ones too. Raises UsageError for an unknown group."""
    return _faq(home, find_group(home, group).id)


def faq_entry(home: Home, entry_id: str) -> FaqStanding:
    """By its id, or by a beginning of it that only one has. Raises UsageError."""
    every = [standing for group in messages.groups(home.db) for standing in _faq(home, group.id)]
    found = [s for s in every if s.entry.id == entry_id] or [s for s in every if s.entry.id.startswith(entry_id)]
    if not found:
        raise UsageError(f"There is no entry {entry_id!r}.", hint="`sediment faq list --all` names them.")
    if len(found) > 1:
        raise UsageError(f"Several entries start with {entry_id!r}.", hint=", ".join(s.entry.id for s in found[:5]))
    return found[0]


def edit_faq(home: Home, entry_id: str, *, question: str | None = None, answer: str | None = None) -> FaqStanding:
    """Word the question or the answer by hand; a line of the answer is a sentence of it. No run overwrites it. Raises UsageError, Locked."""
    texts: list[tuple[FaqAction, str | None]] = [("question", question), ("answer", answer)]
    given = [(action, text.strip()) for action, text in texts if text is not None]
    if not given or not all(text for _, text in given):
        raise UsageError("There is no new question and no new answer.", hint="Give --question or --answer.")
    return _decide(home, entry_id, *given)


def mark_faq(home: Home, entry_id: str, action: FaqAction) -> FaqStanding:
    """`pin`: first, and as it is; `unpin`; `retire`: no longer shown; `restore`; `accept` what runs say by now; `keep` what people said. Raises UsageError,
    Locked."""
    if action in ("accept", "keep") and faq_entry(home, entry_id).proposed is None:
        raise UsageError(f"Nothing is proposed for {entry_id!r}.", hint="`sediment faq proposals` lists what is.")
    return _decide(home, entry_id, (action, ""))


def merge_faq(home: Home, entry_id: str, other_id: str) -> FaqStanding:
    """From now on `other` counts as the same question. Raises UsageError where they are of two groups or one already; Locked."""
    one, other = faq_entry(home, entry_id).entry, faq_entry(home, other_id).entry
    if one.id == other.id or one.group_id != other.group_id:
        told = (
            f"{entry_id!r} and {other_id!r} are one entry already." if one.id == other.id else "They are of two groups."
        )
        raise UsageError(told, hint="`sediment faq --all` puts the groups together without changing them.")
    return _decide(home, one.id, ("merge", other.id))


def split_faq(home: Home, entry_id: str, asked: Sequence[str] = ()) -> list[FaqStanding]:
    """Part the wordings of these messages (by id, or by number as listed, from 1) from an entry; without any, the entry that was merged into it last.
    Returns both. Raises UsageError, Locked."""
    with home.writing():
        entry = faq_entry(home, entry_id).entry
        if not asked:
            merges = [e for e in kept.edits(home.db, entry.group_id) if (e.entry_id, e.action) == (entry.id, "merge")]
            if not merges:
                raise UsageError(f"Nothing was merged into {entry_id!r}.", hint="Name the wordings to part from it.")
            with transaction(home.db):
                kept.undo_edit(home.db, merges[-1].number, datetime.now(UTC))
            return [faq_entry(home, entry.id), faq_entry(home, merges[-1].text)]
        ids = [_wording(entry, one) for one in asked]
        if len(set(ids)) >= len({w.message_id for w in entry.wordings}):
            raise UsageError("An entry keeps one wording at least.", hint="`sediment faq show ID` numbers them.")
        before = {standing.entry.id for standing in _faq(home, entry.group_id)}
        _decide(home, entry.id, ("split", " ".join(ids)))
        return [s for s in _faq(home, entry.group_id) if s.entry.id == entry.id or s.entry.id not in before]


def undo_faq(home: Home, entry_id: str) -> FaqStanding:
    """Take back the last decision about an entry. Raises UsageError where there is none; Locked."""
    with home.writing():
        entry = faq_entry(home, entry_id).entry
        own = [edit for edit in kept.edits(home.db, entry.group_id) if edit.entry_id == entry.id]
        if not own:
            raise UsageError(f"Nobody decided anything about {entry_id!r}.", hint="`sediment faq show ID` tells.")
        with transaction(home.db):
            kept.undo_edit(home.db, own[-1].number, datetime.now(UTC))
        return faq_entry(home, entry.id)


def as_decided(home: Home, material: Material, draft: Draft) -> Draft:
    """The page of what a run found, as people decided it."""
    if not kept.edits(home.db, material.group.id):
        return draft
    shown = [standing for standing in _faq(home, material.group.id) if not standing.retired]
    shown.sort(key=lambda standing: (not standing.pinned, -len(standing.entry.wordings)))
    entries = tuple(standing.entry for standing in shown)
    return replace(draft, faq=entries, sections=tuple(writer.sections(entries, material)))


def _faq(home: Home, group_id: str) -> list[FaqStanding]:
    entries, edits = kept.entries(home.db, group_id), kept.edits(home.db, group_id)
    told = messages.by_id(home.db, sorted(cited([*entries, *(edit.base for edit in edits)])))
    names = {group.id: group.name for group in messages.groups(home.db)}
    return with_facts(decided(entries, edits, told), told, names)


def _decide(home: Home, entry_id: str, *decisions: tuple[FaqAction, str]) -> FaqStanding:
    with home.writing():
        found = faq_entry(home, entry_id).found
        with transaction(home.db):
            for action, text in decisions:
                kept.add_edit(home.db, FaqEdit(0, found.id, action, text, found, datetime.now(UTC)))
        return faq_entry(home, found.id)


def _wording(entry: FaqEntry, named: str) -> str:
    """The id of the message that asks so."""
    ids = [wording.message_id for wording in entry.wordings]
    if named in ids:
        return named
    if named.isascii() and named.isdigit() and 1 <= int(named) <= len(ids):
        return ids[int(named) - 1]
    raise UsageError(f"{named!r} is no wording of {entry.id}.", hint="`sediment faq show ID` numbers them.")
