"""What is known, to be shown: groups, messages with what was made out about them, conversations, documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sediment import words
from sediment.errors import UsageError
from sediment.models import Conversation, Document, FaqEntry, Group, GroupSummary, Judged, Link, Message
from sediment.pipeline import identity
from sediment.pipeline.home import Home, find_group
from sediment.pipeline.settling import conversation_from, is_behind, settle
from sediment.store import documents as kept
from sediment.store import faq as found_faq
from sediment.store import messages, settled
from sediment.store.schema import can_write

_KEYWORDS = 5
_PART = 2000  # messages held at once


def groups(home: Home) -> list[GroupSummary]:
    return [_summary(home, group) for group in messages.groups(home.db)]


def _summary(home: Home, group: Group) -> GroupSummary:
    count, first, last = messages.span(home.db, group.id) or (0, None, None)
    return GroupSummary(group, count, first, last, settled.unsettled(home.db, group.id))


def message(home: Home, message_id: str) -> Message:
    """By its id, or by the export's own. Raises UsageError where there is none, or several groups have one."""
    known = messages.message(home.db, message_id)
    own_ids = [identity.message_id(group, message_id) for group in messages.groups(home.db)]
    found = [known] if known else list({m.id: m for m in messages.by_id(home.db, own_ids).values()}.values())
    if len(found) != 1:
        told = f"Several messages are called {message_id!r}." if found else f"There is no message {message_id!r}."
        raise UsageError(told, hint=", ".join(m.id for m in found) or "`sediment search WORDS` finds messages.")
    return found[0]


def judged(home: Home, group: str) -> Iterator[Judged]:
    """Every message of a group in order of time, settled first where it is behind; those that are settled where nothing can be written."""
    chosen = find_group(home, group)
    if can_write(home.db) and is_behind(home, chosen):
        settle(home, group=chosen.id)
    for part in messages.parts(home.db, chosen.id, _PART):
        yield from judge(home, part)


def judge(home: Home, part: Sequence[Message]) -> list[Judged]:
    """These messages, with what settling made out about them."""
    ids = [message.id for message in part]
    placed, marks = settled.conversation_ids(home.db, ids), settled.noise_of(home.db, ids)
    answers: dict[str, list[Link]] = {}
    for link in settled.links_of(home.db, ids):
        answers.setdefault(link.message_id, []).append(link)
    return [
        Judged(message, placed[message.id], tuple(answers.get(message.id, ())), marks.get(message.id))
        for message in part
        if message.id in placed
    ]


def conversation(home: Home, conversation_id: str) -> tuple[Conversation, list[Judged]]:
    """By its id, or by a beginning of it that only one has. Raises UsageError."""
    found = settled.conversations_like(home.db, conversation_id)
    if len(found) != 1:
        told = (
            f"Several conversations start with {conversation_id!r}."
            if found
            else f"There is no conversation {conversation_id!r}."
        )
        raise UsageError(told, hint=", ".join(found[:5]) or "`sediment conversations` lists them.")
    own = list(messages.by_id(home.db, settled.message_ids_of(home.db, found[0])).values())
    keywords = words.keywords([message.text for message in own], _KEYWORDS)
    return conversation_from(found[0], own, keywords), judge(home, own)


def documents(home: Home, *, group: str | None = None, kind: str | None = None) -> list[Document]:
    """The last version of each, newest first."""
    return kept.documents(home.db, find_group(home, group).id if group else None, kind)


def document(home: Home, document_id: str) -> Document:
    """Any version. Raises UsageError."""
    found = kept.document(home.db, document_id)
    if found is None:
        raise UsageError(f"There is no document {document_id!r}.", hint="`sediment list` names those there are.")
    return found


def cited(home: Home, document: Document) -> dict[str, Message]:
    """The messages that a document stands on, by id."""
    return messages.by_id(home.db, sorted(kept.cited_in(document.draft)))


def faq_entries(home: Home, group: str) -> list[FaqEntry]:
    """The FAQ of a group as runs found it."""
    return found_faq.entries(home.db, find_group(home, group).id)
