"""Messages into conversations, noise, passages and vectors: day by day, what changed and what depends on it, as often as one likes.

The settled state depends on the messages alone, not on how often or in what order they were imported and settled, nor on where a run was cut short: a day is
settled from its own messages and from the CONTEXT messages before it with their conversations, and it waits (`pending`) whenever one of these changed.
With `[chat] links` it depends on what the model said, too, which the call log keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sediment import noise, threads
from sediment.models import Conversation, Group, Message, Passage, Settled
from sediment.pipeline.days import bounds, day_of
from sediment.pipeline.embedding import embed
from sediment.pipeline.home import Home, find_group, quiet
from sediment.pipeline.privacy import discreet_model
from sediment.protocols import Progress
from sediment.store import decisions, lexical, messages, settled
from sediment.store.schema import fact, remember_fact, transaction

INDEXED, CUT = 5000, 200
"Messages and conversations of one transaction."
_EVER = datetime.min.replace(tzinfo=UTC)


def settle(home: Home, *, group: str | None = None, all_vectors: bool = False, progress: Progress = quiet) -> Settled:
    """Bring all that is computed from messages up to date, of one group or of all. Killed at any moment it loses at most the day it was at.

    Of the passages of all groups the newest 2,000 without a vector get one; with `all_vectors` every one does.

    Raises Locked, UsageError for an unknown group, VectorError without an embedder, ConfigError for a model that cannot be asked."""
    chosen = [find_group(home, group)] if group else messages.groups(home.db)
    with home.writing():
        _count_days_here(home)
        _index_words(home, progress)
        placed = _settle_days(home, chosen, progress)
        conversations, passages = _cut_passages(home, chosen, progress)
        embedded, waiting = embed(home, progress, all=all_vectors)
    return Settled(len(chosen), placed, conversations, passages, embedded, waiting)


def rebuild(home: Home, *, progress: Progress = quiet) -> Settled:
    """Forget all that is computed from messages, and compute it again."""
    with home.writing():
        home.drop_vectors()
        with transaction(home.db):
            settled.forget(home.db)
        return settle(home, progress=progress)


def is_behind(home: Home, group: Group) -> bool:
    """Whether settling would change anything about `group`."""
    return _zone_changed(home) or settled.is_behind(home.db, group.id)


# ---- words ----------------------------------------------------------------------------------------------------------


def _index_words(home: Home, progress: Progress) -> None:
    done, newest = int(fact(home.db, "indexed") or 0), messages.newest_row(home.db)
    while rows := messages.texts_after(home.db, done, INDEXED):
        done = rows[-1][0]
        with transaction(home.db):
            lexical.add(home.db, rows)
            remember_fact(home.db, "indexed", str(done))
        progress("words", done, newest)


# ---- days -----------------------------------------------------------------------------------------------------------


def _zone_changed(home: Home) -> bool:
    return fact(home.db, "zone") != home.config.timezone


def _count_days_here(home: Home) -> None:
    """In another zone every day begins elsewhere: all have to be settled again."""
    if not _zone_changed(home):
        return
    days = [(group.id, day) for group in messages.groups(home.db) for day in _days_of(home, group)]
    with transaction(home.db):
        settled.clear_pending(home.db)
        settled.add_pending(home.db, days, changed=True)
        remember_fact(home.db, "zone", home.config.timezone)


def _settle_days(home: Home, groups: Sequence[Group], progress: Progress) -> int:
    """How many messages were placed, some of them again."""
    model = discreet_model(home, None) if home.config.chat.links else None
    judge = threads.judge_of_links(model, home.config.zone, home.path) if model else None
    done = placed = 0
    for group in groups:
        last = _Past([], {})
        while day := settled.next_pending(home.db, group.id):
            count, last = _settle_day(home, group, *day, last, judge)
            placed += count
            done += 1
            progress("days", done, done + settled.count_pending(home.db, group.id))
    return placed


@dataclass(frozen=True, slots=True)
class _Past:
    """What went before a day: its context, and the conversations of these messages."""

    context: list[Message]
    conversations: Mapping[str, str]


def _settle_day(
    home: Home, group: Group, day: date, changed: bool, last: _Past, judge: threads.Judge | None
) -> tuple[int, _Past]:
    """How many messages it has, and the past of whatever comes next. `changed`: its messages did, not only what went before them."""
    start, end = bounds(day, home.config.zone)
    past = _past(home, group, start, last)
    context = past.context
    own = messages.between(home.db, group.id, start, end)
    ids = [message.id for message in own]
    quoted = _quoted_before(home, context, own)
    earlier = [*quoted, *context]
    links = threads.links([*earlier, *own], len(earlier), judge)
    known = {**past.conversations, **settled.conversation_ids(home.db, [message.id for message in quoted])}
    conversations = threads.conversation_of(own, links, known)
    classes = decisions.of_classes(home.db, group.id)
    marks = noise.marks(
        [*context, *own],
        links,
        first=len(context),
        keep=frozenset(name for name, keep in classes.items() if keep),
        drop=frozenset(name for name, keep in classes.items() if not keep),
        decided=decisions.of_messages(home.db, ids),
    )
    with transaction(home.db):
        if changed or conversations != settled.conversation_ids(home.db, ids):
            quoting = {day_of(moment, home.config.zone) for moment in messages.times_quoting(home.db, ids)}
            later = {*_days_in_reach(home, group, end), *(other for other in quoting if other > day)}
            settled.add_pending(home.db, [(group.id, other) for other in sorted(later)], changed=False)
        settled.save_day(home.db, group.id, conversations, links, [marks[id] for id in ids if id in marks])
        settled.remove_pending(home.db, group.id, day)
    context = [*context, *own][-threads.CONTEXT :]
    known |= conversations
    return len(own), _Past(context, {message.id: known[message.id] for message in context if message.id in known})


def _past(home: Home, group: Group, start: datetime, last: _Past) -> _Past:
    """What went before `start`: what the day settled `last` left behind, if it was the one before."""
    if last.context and messages.last_before(home.db, group.id, start) == last.context[-1].id:
        return last
    context = messages.before(home.db, group.id, start, threads.CONTEXT)
    return _Past(context, settled.conversation_ids(home.db, [message.id for message in context]))


def _quoted_before(home: Home, context: Sequence[Message], own: Sequence[Message]) -> list[Message]:
    """What these messages quote from before their context, in order."""
    given = {message.id for message in (*context, *own)}
    quoted = messages.by_id(home.db, [m.reply_to for m in own if m.reply_to and m.reply_to not in given]).values()
    return sorted((m for m in quoted if m.sent_at < own[0].sent_at), key=lambda m: (m.sent_at, m.id))


def _days_in_reach(home: Home, group: Group, end: datetime) -> Iterator[date]:
    """The days after `end` whose context reaches back before it."""
    reached = end.timestamp()
    for seconds in messages.times_from(home.db, group.id, end, threads.CONTEXT):
        if seconds >= reached:
            day = day_of(datetime.fromtimestamp(seconds, UTC), home.config.zone)
            reached = bounds(day, home.config.zone)[1].timestamp()
            yield day


def _days_of(home: Home, group: Group) -> Iterator[date]:
    """The days that have messages."""
    moment = _EVER
    while (first := messages.time_of_next(home.db, group.id, moment)) is not None:
        day = day_of(first, home.config.zone)
        moment = bounds(day, home.config.zone)[1]
        yield day


# ---- passages -------------------------------------------------------------------------------------------------------


def _cut_passages(home: Home, groups: Sequence[Group], progress: Progress) -> tuple[int, int]:
    """How many conversations changed, and how many passages they have now."""
    conversations = passages = 0
    for group in groups:
        while changed := settled.stale(home.db, group.id, CUT):
            with transaction(home.db):
                kept = settled.kept_in(home.db, changed)
                told = messages.by_id(home.db, [id for ids in kept.values() for id in ids])
                cut = {conversation: _cut(conversation, [told[id] for id in ids]) for conversation, ids in kept.items()}
                settled.save_passages(home.db, group.id, cut)
            conversations += len(changed)
            passages += sum(map(len, cut.values()))
            progress("passages", conversations, None)
    return conversations, passages


def _cut(conversation_id: str, kept: Sequence[Message]) -> list[Passage]:
    return threads.passages(conversation_from(conversation_id, kept), {m.id: m for m in kept}) if kept else []


def conversation_from(conversation_id: str, messages: Sequence[Message], keywords: Sequence[str] = ()) -> Conversation:
    """The conversation of these messages, which stand in order; there is at least one."""
    return Conversation(
        conversation_id,
        messages[0].group_id,
        tuple(message.id for message in messages),
        messages[0].sent_at,
        messages[-1].sent_at,
        tuple(keywords),
    )
