"""The FAQ as people decided it: what runs found, with what was merged, split, reworded, pinned and retired by hand.

Decisions lie over what runs find and never change it, so each can be taken back, a run overwrites none, and where it would now say something else than a
person, both are there to be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sediment.extract import without_lead_in
from sediment.models import Claim, Evidence, FaqChange, FaqEdit, FaqEntry, FaqStanding, Message


def decided(
    entries: Sequence[FaqEntry], edits: Sequence[FaqEdit], messages: Mapping[str, Message]
) -> list[FaqStanding]:
    """Every entry once, pinned ones first, else in the order given. `edits` are those that hold, oldest first; `messages` tells when things were said."""
    found = {entry.id: entry for entry in entries}
    now_in: dict[str, str] = {}  # merged entry → the one that it is a part of

    def home(id: str) -> str:
        return home(now_in[id]) if id in now_in else id

    for edit in edits:
        id = home(edit.entry_id)
        entry = found.setdefault(id, edit.base)  # a run may not find it again, but a person spoke about it
        if edit.action == "merge" and (other := home(edit.text)) in found and other != id:
            found[id] = joined(entry, found.pop(other))
            now_in[other] = id
        elif edit.action == "split":
            found[id], parted = _parted(entry, set(edit.text.split()), messages)
            if parted:
                now_in.pop(parted.id, None)
                found[parted.id] = joined(found[parted.id], parted) if parted.id in found else parted
    standings = (_standing(entry, [edit for edit in edits if edit.entry_id == id]) for id, entry in found.items())
    return sorted(standings, key=lambda standing: not standing.pinned)


def joined(entry: FaqEntry, other: FaqEntry) -> FaqEntry:
    """Both as one, which says what `entry` says, or what `other` does where that is open."""
    return replace(
        entry,
        wordings=entry.wordings + tuple(w for w in other.wordings if w not in entry.wordings),
        answer=entry.answer or other.answer,
        history=tuple(sorted((*entry.history, *other.history), key=lambda change: change.at)),
    )


def _parted(entry: FaqEntry, asked: set[str], messages: Mapping[str, Message]) -> tuple[FaqEntry, FaqEntry | None]:
    """`entry` without the wordings of these messages, and an entry of those. A step of the history goes with the wording that was asked last before it."""
    out = [w for w in entry.wordings if w.message_id in asked]
    stay = [w for w in entry.wordings if w.message_id not in asked]
    if not out or not stay:
        return entry, None

    def goes(change: FaqChange) -> bool:
        before = [w for w in entry.wordings if w.message_id in messages and messages[w.message_id].sent_at <= change.at]
        last = max(before, key=lambda w: messages[w.message_id].sent_at, default=entry.wordings[0])
        return last.message_id in asked

    gone = [change for change in entry.history if goes(change)]
    left = [change for change in entry.history if not goes(change)]
    kept_question = any(entry.question in w.quote for w in stay) or not any(entry.question in w.quote for w in out)
    rest = _of(entry, entry.id, entry.question if kept_question else without_lead_in(stay[0].quote), stay, left)
    return rest, _of(entry, f"f{out[0].message_id}", without_lead_in(out[0].quote), out, gone)


def _of(
    entry: FaqEntry, id: str, question: str, wordings: Sequence[Evidence], history: Sequence[FaqChange]
) -> FaqEntry:
    """A part of `entry` with as much of its answer as its history told, or else what was told last."""
    told = [claim for change in history for claim in change.claims]
    answer = tuple(c for c in entry.answer if c in told) or next((c.claims for c in reversed(history) if c.claims), ())
    return FaqEntry(id, entry.group_id, question, tuple(wordings), answer, tuple(history))


def _standing(found: FaqEntry, edits: Sequence[FaqEdit]) -> FaqStanding:
    """One entry under what was decided about it."""
    question: FaqEdit | None = None
    answer: FaqEdit | None = None
    asked_by_then = told_by_then = found  # what runs said when a person last looked
    pinned: FaqEntry | None = None
    retired = False
    for edit in edits:
        if edit.action == "question":
            question, asked_by_then = edit, edit.base
        elif edit.action == "answer":
            answer, told_by_then = edit, edit.base
        elif edit.action in ("pin", "accept", "keep"):
            pinned = edit.base if edit.action == "pin" or (pinned and edit.action == "accept") else pinned
            asked_by_then = told_by_then = edit.base
            question, answer = (None, None) if edit.action == "accept" else (question, answer)
        elif edit.action == "unpin":
            pinned = None
        elif edit.action in ("retire", "restore"):
            retired = edit.action == "retire"
    held = pinned or found
    shown = replace(
        found,
        question=question.text if question else held.question,
        answer=_written(answer) if answer else held.answer,
    )
    news = replace(
        shown,
        question=found.question if found.question != asked_by_then.question else shown.question,
        answer=found.answer if found.answer != told_by_then.answer else shown.answer,
    )
    return FaqStanding(
        entry=shown,
        found=found,
        proposed=news if news != shown else None,
        pinned=pinned is not None,
        retired=retired,
        edited=bool(question or answer),
    )


def _written(edit: FaqEdit) -> tuple[Claim, ...]:
    """What a person wrote, a claim a line; it stands on what the answer stood on, or else on the question."""
    stood_on = [span for claim in edit.base.answer for span in claim.evidence] or edit.base.wordings[:1]
    lines = [line.strip() for line in edit.text.splitlines() if line.strip()]
    return tuple(Claim(line, tuple(dict.fromkeys(stood_on)), "human") for line in lines)
