"""Settled chat into documents: what a writer drafts is checked, numbered and kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sediment import evidence, words
from sediment.errors import UsageError
from sediment.models import (
    Claim,
    Conversation,
    Document,
    Draft,
    FaqEntry,
    Group,
    Judged,
    Lecture,
    Length,
    Material,
    Message,
)
from sediment.pipeline.consent import may_quote
from sediment.pipeline.days import bounds, day_of
from sediment.pipeline.faq import as_decided
from sediment.pipeline.finding import search
from sediment.pipeline.home import Home, find_group, quiet
from sediment.pipeline.lectures import lectures
from sediment.pipeline.privacy import discreet_model
from sediment.pipeline.settling import conversation_from, is_behind, settle
from sediment.pipeline.showing import conversation as find_conversation
from sediment.pipeline.showing import judge
from sediment.protocols import Progress, Writer
from sediment.store import documents as kept
from sediment.store import faq, messages, settled
from sediment.store.schema import transaction
from sediment.writers import WRITERS

_FOUND = 40  # messages whose conversations an article about a topic may read
_NEAR = 0.88  # cosine from which e5 texts may speak of the same in other words
_CONVERSATIONS = 10  # so many of them, those that tell most
_SHARE = 0.1  # of the weight of the first that each must have
_BREATH = timedelta(minutes=5)
_KEYWORDS = 5


def write(
    home: Home,
    kind: str,
    group: str,
    *,
    since: date | None = None,
    until: date | None = None,
    topic: str = "",
    conversation: str | None = None,
    model: str | None = None,
    language: str | None = None,
    length: Length = "full",
    lecture: bool = False,
    week: bool = False,
    notes: str | None = None,
    progress: Progress = quiet,
) -> Document:
    """A document of `kind` about a span of days, a topic, one conversation, the last lecture of the span or its last week, from Monday to Sunday, of
    `group`, which is settled first. Each length is a document of its own. `notes`: what the operator
    wrote for an article; None keeps those of its last version.

    A draft that says what the last version says makes no new version. Raises UsageError where there is nothing to write about, Locked, VectorError,
    ModelError."""
    writer = _writer(kind)
    chosen = find_group(home, group)
    if is_behind(home, chosen):
        settle(home, group=chosen.id, progress=progress)
    narrowed = bool(topic or conversation or lecture)
    whole = writer.span == "all" and not since and not until
    days = _days(home, chosen, since, until, whole=narrowed or whole)
    if week:
        days = week_of(days[1])
    held = _last_lecture(home, chosen, days) if lecture else None
    about = _conversations(home, chosen, topic, conversation) if topic or conversation else None
    spoken = _heard(held, home, chosen) if held else _spoken(home, chosen, days, about)
    material = _material(home, chosen, spoken, None if narrowed else days, topic, language or home.config.spoken)
    material = replace(material, length=length, lecture=held, week=week, template=home.config.template(chosen))
    if not narrowed:
        material = replace(material, earlier=lambda first: _since(first, home, chosen, material))
    subject = topic or conversation or ("all" if whole else f"{days[0]}..{days[1]}")
    subject = f"lecture {held.talk[0]}" if held else subject
    subject += "" if length == "full" else f" {length}"
    if kind == "article":
        notes = _last_notes(home, chosen, subject, material.language) if notes is None else notes
        senders = {m.sender for m in material.messages if m.sender}
        material = replace(material, notes=notes, may_quote=may_quote(home, chosen.id, senders))
    chat = discreet_model(home, model)
    progress("write", 0, None)
    draft = writer.write(material, home.embedder, chat)
    progress("write", 1, 1)
    # Nobody waits for the lock while a model is asked.
    with home.writing():
        if draft.faq and (now := tuple(faq.entries(home.db, chosen.id))) != material.faq:
            # Another process changed the FAQ meanwhile. The calls are in the log: writing again asks nothing twice.
            material = replace(material, faq=now)
            draft = writer.write(material, home.embedder, chat)
        return keep(home, kind, subject, material, draft)


def _last_notes(home: Home, group: Group, subject: str, language: str) -> str:
    last = kept.latest(home.db, "article", group.id, subject, language)
    return last.draft.notes if last else ""


def _writer(kind: str) -> Writer:
    known = {writer.kind: writer for writer in WRITERS}
    if kind not in known:
        raise UsageError(f"There is no document of kind {kind!r}.", hint=f"Known: {', '.join(known)}.")
    return known[kind]


def _days(home: Home, group: Group, since: date | None, until: date | None, *, whole: bool) -> tuple[date, date]:
    """The first and the last day to read."""
    known = messages.span(home.db, group.id)
    if known is None:
        raise UsageError(f"{group.name} has no messages.", hint="Import a chat first.")
    first, last = (day_of(moment, home.config.zone) for moment in known[1:])
    if since is None and until is None:
        return (first, last) if whole else (last, last)
    days = since or first, until or last
    if days[0] > days[1]:
        raise UsageError(f"{days[0]} is after {days[1]}.", hint=f"{group.name} has messages from {first} to {last}.")
    return days


def week_of(day: date) -> tuple[date, date]:
    """The Monday before or on it, and the Sunday after."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _last_lecture(home: Home, group: Group, days: tuple[date, date]) -> Lecture:
    """The last that begins on these days."""
    held = [
        one for one, _ in lectures(home, group.id) if days[0] <= day_of(one.started_at, home.config.zone) <= days[1]
    ]
    if not held:
        raise UsageError(
            f"{group.name} has no lecture from {days[0]} to {days[1]}.",
            hint="`sediment lectures` lists those there are.",
        )
    return held[-1]


def _heard(lecture: Lecture, home: Home, group: Group) -> list[Judged]:
    """All that was said in a lecture."""
    last = lecture.ended_at + timedelta(seconds=1)
    return judge(home, messages.between(home.db, group.id, lecture.started_at, last))


def _conversations(home: Home, group: Group, topic: str, conversation: str | None) -> set[str]:
    """The one that was named, or those that tell most about the topic, with those that the same people carried on in the same breath."""
    if conversation:
        return {find_conversation(home, conversation)[0].id}
    found = search(home, topic, group=group.id, count=_FOUND)
    if not any(hit.overlap or hit.similarity >= _NEAR for hit in found):
        raise UsageError(f"{group.name} says nothing of {topic!r}.", hint="`sediment search WORDS` finds messages.")
    places = settled.conversation_ids(home.db, [hit.message.id for hit in found])
    weights: dict[str, float] = defaultdict(float)
    for hit in found:
        weights[places[hit.message.id]] += max(0.0, hit.score) ** 2
    best = sorted(weights, key=lambda id: -weights[id])[:_CONVERSATIONS]
    chosen = {id for id in best if weights[id] >= _SHARE * weights[best[0]]}
    beside = [
        message.id
        for hit in found
        if places[hit.message.id] in chosen
        for message in messages.between(home.db, group.id, hit.message.sent_at - _BREATH, hit.message.sent_at + _BREATH)
        if message.sender == hit.message.sender
    ]
    return chosen | set(settled.conversation_ids(home.db, beside).values())


def _spoken(home: Home, group: Group, days: tuple[date, date], conversations: set[str] | None) -> list[Judged]:
    """What was said on these days, in these conversations only unless they are None."""
    start, end = bounds(days[0], home.config.zone)[0], bounds(days[1], home.config.zone)[1]
    spoken = judge(home, messages.between(home.db, group.id, start, end))
    chosen = [said for said in spoken if conversations is None or said.conversation_id in conversations]
    if not chosen:
        raise UsageError(
            f"{group.name} has no messages to write about on {days[0]}."
            if days[0] == days[1]
            else f"{group.name} has no messages to write about from {days[0]} to {days[1]}.",
            hint="`sediment groups` tells which days there are.",
        )
    return chosen


def _material(
    home: Home, group: Group, spoken: Sequence[Judged], days: tuple[date, date] | None, topic: str, language: str
) -> Material:
    """What the writer reads; without `days` the span is that of what was said."""
    ids = {said.message.id for said in spoken}
    first, last = days or (day_of(spoken[i].message.sent_at, home.config.zone) for i in (0, -1))
    return Material(
        group=group,
        since=first,
        until=last,
        language=language,
        messages=tuple(said.message for said in spoken),
        noise={said.message.id: said.noise for said in spoken if said.noise},
        links=tuple(link for said in spoken for link in said.answers if link.answers in ids),
        conversations=tuple(_grouped(spoken)),
        topic=topic,
        faq=tuple(faq.entries(home.db, group.id)),
        zone=home.config.zone,
        home=home.path,
    )


def _since(first: date, home: Home, group: Group, material: Material) -> Material:
    """The material with the days from `first` on before it."""
    days = (first, material.until)
    return _material(home, group, _spoken(home, group, days, None), days, "", material.language)


def _grouped(spoken: Sequence[Judged]) -> Iterator[Conversation]:
    """The conversations in order of their first message, with the words that set each apart from the others."""
    parts: dict[str, list[Message]] = {}
    for said in spoken:
        parts.setdefault(said.conversation_id, []).append(said.message)
    background = Counter(word for said in spoken for word in set(words.content_words(said.message.text)))
    total = background.total()
    for id, part in parts.items():
        texts = [message.text for message in part]
        yield conversation_from(id, part, words.keywords(texts, _KEYWORDS, background, total))


def keep(home: Home, kind: str, subject: str, material: Material, draft: Draft) -> Document:
    """Store what stands on messages; the stored version that says the same, if there is one."""
    draft = _supported(home, draft, material)
    document = Document(
        id="",
        kind=kind,
        title=draft.title,
        group_id=material.group.id,
        since=material.since,
        until=material.until,
        language=material.language,
        draft=draft,
        status="draft",
        version=0,
        created_at=datetime.now(UTC),
        topic=material.topic,
    )
    with transaction(home.db):
        if draft.faq and material.group.id:  # that of several groups is theirs already
            faq.save(home.db, material.group.id, draft.faq)
            draft = as_decided(home, material, draft)
            document = replace(document, draft=draft)
        last = kept.latest(home.db, kind, document.group_id, subject, document.language)
        return last if last and last.draft == draft else kept.add_document(home.db, document, subject)


# ---- what is stored stands on messages ------------------------------------------------------------------------------


def _supported(home: Home, draft: Draft, material: Material) -> Draft:
    """The draft without the claims that do not stand on messages; its account counts those."""
    known = {message.id: message for message in material.messages}
    known |= messages.by_id(home.db, sorted(kept.cited_in(draft)))
    # What the FAQ said before was checked when its surroundings were at hand.
    reasons: dict[Claim, str | None] = dict.fromkeys(_claims(material.faq))

    def standing(claims: Sequence[Claim]) -> tuple[Claim, ...]:
        new = [claim for claim in claims if claim not in reasons and (claim.evidence or claim.origin != "human")]
        reasons.update((claim, evidence.unsupported(claim, known, material.language)) for claim in new)
        return tuple(claim for claim in claims if reasons.get(claim) is None)

    lead = standing(draft.lead)
    sections = [replace(section, claims=standing(section.claims)) for section in draft.sections]
    entries = tuple(_standing_entry(entry, standing, known) for entry in draft.faq)
    dropped = Counter(draft.account.dropped) + Counter(why for why in reasons.values() if why)
    account = replace(draft.account, dropped=dict(dropped))
    return replace(draft, lead=lead, sections=tuple(s for s in sections if s.claims), account=account, faq=entries)


def _claims(entries: Iterable[FaqEntry]) -> Iterator[Claim]:
    for entry in entries:
        yield from entry.answer
        for change in entry.history:
            yield from change.claims


def _standing_entry(
    entry: FaqEntry, standing: Callable[[Sequence[Claim]], tuple[Claim, ...]], known: Mapping[str, Message]
) -> FaqEntry:
    return replace(
        entry,
        wordings=tuple(w for w in entry.wordings if w.message_id in known and w.quote in known[w.message_id].text),
        answer=standing(entry.answer),
        history=tuple(replace(change, claims=standing(change.claims)) for change in entry.history),
    )
