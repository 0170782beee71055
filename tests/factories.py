"""One line makes a message, a conversation, a claim or a writer's material. The same arguments give the same value, ids included."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sediment.models import (
    Account,
    Claim,
    Conversation,
    Document,
    Draft,
    Evidence,
    FaqEntry,
    Group,
    Kind,
    Length,
    Link,
    Material,
    Message,
    NoiseMark,
    Origin,
    Section,
    Status,
)

ZONE = ZoneInfo("Asia/Shanghai")
DAY = "2026-04-08"
GROUP = Group(id="g1", name="测试群", platform="wechat")


def message(
    text: str = "早上好",
    *,
    at: str = "08:00",
    day: str = DAY,
    sender: str | None = "u1",
    name: str | None = None,
    kind: Kind = "text",
    reply_to: str | Message | None = None,
    mentions: Sequence[str] = (),
    id: str | None = None,
    native_id: str | None = None,
    recalled: bool = False,
    group_id: str = GROUP.id,
) -> Message:
    """A message of `day` at local time `at` (`08:00` or `08:00:05`). The id is drawn from group, time, sender and text; the name is the sender's key."""
    key = "\0".join((group_id, day, at, sender or "", text))
    return Message(
        id=id or hashlib.sha256(key.encode()).hexdigest()[:16],
        group_id=group_id,
        sent_at=datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=ZONE),
        sender=sender,
        name=name if name is not None else (sender or ""),
        kind=kind,
        text=text,
        reply_to=reply_to.id if isinstance(reply_to, Message) else reply_to,
        mentions=tuple(mentions),
        native_id=native_id,
        recalled=recalled,
    )


def talk(*lines: tuple[str, str], at: str = "10:00", day: str = DAY) -> list[Message]:
    """Messages of (sender, text), one a minute from `at` on."""
    start = datetime.fromisoformat(f"{day}T{at}")
    times = (f"{(start.hour + (start.minute + i) // 60):02}:{(start.minute + i) % 60:02}" for i in range(len(lines)))
    return [message(text, at=time, day=day, sender=sender) for (sender, text), time in zip(lines, times, strict=True)]


def link(later: Message, earlier: Message, score: float = 0.9, why: str = "reply") -> Link:
    return Link(later.id, earlier.id, score, why)


def conversation(*messages: Message, keywords: Sequence[str] = ()) -> Conversation:
    """The conversation of these messages, which stand in order of time."""
    return Conversation(
        id=f"c{messages[0].id}",
        group_id=messages[0].group_id,
        message_ids=tuple(m.id for m in messages),
        started_at=messages[0].sent_at,
        ended_at=messages[-1].sent_at,
        keywords=tuple(keywords),
    )


def claim(text: str, *messages: Message, quote: str | None = None, origin: Origin = "extract") -> Claim:
    """A claim that stands on whole messages, or on `quote` of the first and the whole others."""
    quotes = [quote if quote is not None and i == 0 else m.text for i, m in enumerate(messages)]
    evidence = tuple(Evidence(m.id, span) for m, span in zip(messages, quotes, strict=True))
    return Claim(text, evidence, origin)


def material(
    *messages: Message,
    noise: Iterable[NoiseMark] = (),
    links: Iterable[Link] = (),
    conversations: Iterable[Conversation] | None = None,
    topic: str = "",
    faq: Sequence[FaqEntry] = (),
    language: str = "zh",
    group: Group = GROUP,
) -> Material:
    """What a writer is given for the days of these messages: one conversation of all of them unless `conversations` says otherwise."""
    days = sorted(m.sent_at.date() for m in messages) or [date.fromisoformat(DAY)]
    if conversations is None:
        conversations = [conversation(*messages)] if messages else []
    return Material(
        group=group,
        since=days[0],
        until=days[-1],
        language=language,
        messages=messages,
        noise={mark.message_id: mark for mark in noise},
        links=tuple(links),
        conversations=tuple(conversations),
        topic=topic,
        faq=tuple(faq),
    )


def section(*claims: Claim, part: str = "mattered", title: str = "") -> Section:
    return Section(part, title, claims)


def document(
    *sections: Section,
    kind: str = "digest",
    title: str = "测试群摘要",
    lead: Sequence[Claim] = (),
    account: Account | None = None,
    faq: Sequence[FaqEntry] = (),
    made_by: str = "",
    days: tuple[str, str] = (DAY, DAY),
    language: str = "zh",
    status: Status = "draft",
    version: int = 1,
    topic: str = "",
    id: str = "d1",
    group: Group = GROUP,
    length: Length = "full",
) -> Document:
    """A stored document of these sections; its account is empty unless given."""
    return Document(
        id=id,
        kind=kind,
        title=title,
        group_id=group.id,
        since=date.fromisoformat(days[0]),
        until=date.fromisoformat(days[1]),
        language=language,
        draft=Draft(title, sections, account or Account(0, {}, ()), made_by, tuple(lead), tuple(faq), length),
        status=status,
        version=version,
        created_at=datetime.fromisoformat(f"{days[1]}T22:00").replace(tzinfo=ZONE),
        topic=topic,
    )
