"""What flows through sediment, in the order in which it comes to be: message, noise, link, conversation, passage, evidence, claim, document, publication.

Frozen dataclasses with no behaviour beyond properties; what there are millions of is a frozen msgspec.Struct, which is made twenty times faster.
All datetimes are aware. Ids are opaque text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal[
    "text", "reply", "image", "voice", "video", "file", "sticker", "link", "location", "red_packet",
    "transfer", "poke", "call", "share", "forward", "contact", "system", "recall", "other",
]  # fmt: skip
NoiseClass = Literal[
    "greeting",
    "checkin",
    "red_packet",
    "sticker",
    "poke",
    "ad",
    "bot",
    "system",
    "recalled",
    "chitchat",
    "plus_one",
    "dropped",
]
Origin = Literal["extract", "model", "human"]
Status = Literal["draft", "reviewed", "published"]
Length = Literal["brief", "full", "archive"]  # of a digest: thirty seconds, what mattered, every conversation


# ---- what a reader yields -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChatInfo:
    """The chat that the records after it belong to. A file may hold several."""

    name: str  # as shown in the export, "" when it does not say
    platform: str  # "wechat", "qq", … or "unknown"
    native_id: str | None = None  # the exporter's own id of the chat
    own_id: str | None = None  # sediment's id of the group, in an export of its own


class ReadMessage(msgspec.Struct, frozen=True, gc=False):
    """One message as an export has it."""

    line: int  # 1-based: the line, array element or row where it starts
    sent_at: datetime  # aware
    sender: str | None  # stable key of the member (wxid, uin); the name where there is no id; None for notices
    name: str  # as shown then: the card of the group, where there is one
    kind: Kind
    text: str
    native_id: str | None = None  # only when stable over exports (never a running number)
    reply_to: str | None = None  # native id of the message it quotes
    mentions: tuple[str, ...] = ()  # sender keys; the bare names where the export has no ids
    precision: int = 1  # seconds: 60 where the export shows minutes
    url: str = ""  # where a shared link leads; `text` is its title
    own_id: str | None = None  # sediment's id of the message, in an export of its own
    own_reply_to: str | None = None  # and of the message it quotes
    recalled: bool = False  # as such an export says
    account_name: str = ""  # the account's own name, where the group shows a card instead
    quotes: str = ""  # where the export has no id of what is quoted: `name：text`, as far as it is shown
    quotes_at: datetime | None = None  # when that was sent, if the export shows it to the second


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not be read. It is kept in quarantine, never dropped."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class IgnoredRecord:
    """A record that the format itself says is not a message (a member line, an export footer)."""

    line: int
    reason: str


ReadItem = ChatInfo | ReadMessage | BadRecord | IgnoredRecord


# ---- what is remembered ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str
    platform: str


@dataclass(frozen=True, slots=True)
class Message:
    id: str  # survives re-import
    group_id: str
    sent_at: datetime
    sender: str | None  # who it was, under whichever account or name; None: a notice of the platform
    name: str  # as shown then
    kind: Kind
    text: str
    reply_to: str | None = None  # id of the message it quotes (which may be missing from the export)
    mentions: tuple[str, ...] = ()  # sender keys, or bare names where the export has no ids
    native_id: str | None = None  # the export's own id
    recalled: bool = False
    precision: int = 1  # seconds: 60 where no export shows more than minutes


@dataclass(frozen=True, slots=True)
class NoiseMark:
    """Why a message is not worth keeping. A mark beside the message, never a deletion."""

    message_id: str
    noise: NoiseClass
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """`message_id` answers `answers`, an earlier message; `score` is the probability, 0–1; `why` names the signals."""

    message_id: str
    answers: str
    score: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str  # "c" + id of its first message: stable while that message starts it
    group_id: str
    message_ids: tuple[str, ...]  # in order of time, noise included
    started_at: datetime
    ended_at: datetime
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lecture:
    """A session in which one person speaks at length to the group. No message has two parts in it; all ids are in order of time."""

    speaker: str
    started_at: datetime
    ended_at: datetime
    talk: tuple[str, ...]
    questions: tuple[tuple[str, tuple[str, ...]], ...]  # what the audience asked, each with the messages that answer it
    reactions: tuple[str, ...]  # applause, greetings and the like, set aside


@dataclass(frozen=True, slots=True)
class Passage:
    """A window of a conversation with who and when: what is embedded and found."""

    id: str
    group_id: str
    conversation_id: str
    message_ids: tuple[str, ...]
    text: str


SECTIONS = ("mattered", "decisions", "answers", "open", "events", "resources")
"Parts of a digest that a template may leave out, or put in another order."


@dataclass(frozen=True, slots=True)
class Template:
    """How the digests of a group look."""

    tone: str = ""  # what a model is told of how to sound
    sections: tuple[str, ...] = SECTIONS
    headings: Mapping[str, str] = field(default_factory=dict)  # by part; the others are called as always
    names: bool = True  # False: shown and published under pseudonyms


# ---- what is written ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    message_id: str
    quote: str  # an exact span of that message's text


@dataclass(frozen=True, slots=True)
class Claim:
    """One written sentence and the messages that it stands on: at least one, but for a paragraph that the operator wrote, which stands by itself."""

    text: str
    evidence: tuple[Evidence, ...]
    origin: Origin = "extract"


@dataclass(frozen=True, slots=True)
class Section:
    """Claims under one heading. `part` is a stable key (mattered, decisions, open, resources, events, answer …), or `group NAME`."""

    part: str
    title: str
    claims: tuple[Claim, ...]
    conversation_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accounted:
    """What became of one conversation in a document."""

    conversation_id: str
    title: str
    messages: int  # without those that are noise
    included: bool
    reason: str  # why it is in or out


@dataclass(frozen=True, slots=True)
class Account:
    """Where all messages of a span went: messages == sum(noise.values()) + sum(c.messages for c in conversations)."""

    messages: int
    noise: Mapping[str, int]
    conversations: tuple[Accounted, ...]
    people: int = 0
    by_hour: tuple[int, ...] = ()  # 24 counts of messages, local hours
    dropped: Mapping[str, int] = field(default_factory=dict)  # claims that were not supported, by reason


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer gives back: not yet numbered, stored or reviewed."""

    title: str
    sections: tuple[Section, ...]
    account: Account
    made_by: str  # "" without a model, else the model's name
    lead: tuple[Claim, ...] = ()  # the few sentences to read when there are 30 seconds
    faq: tuple[FaqEntry, ...] = ()  # the FAQ as it now stands, for writers that change it
    length: Length = "full"
    headings: Mapping[str, str] = field(default_factory=dict)  # of parts, where they are not called as always
    titles: tuple[str, ...] = ()  # articles: what else it could be called; the first is the title
    summary: str = ""  # articles: the line under the title where an official account lists it
    notes: str = ""  # articles: what the operator wrote, letter for letter
    weight: float = 0.0  # how much it tells, to put digests of several groups in order


@dataclass(frozen=True, slots=True)
class Document:
    """A stored draft. A new version with the same kind, group, span and topic supersedes the older one."""

    id: str
    kind: str  # a writer's kind: digest, faq, article
    title: str
    group_id: str  # "" for a digest of several groups
    since: date
    until: date  # inclusive
    language: str  # "zh" or "en"
    draft: Draft
    status: Status
    version: int
    created_at: datetime
    topic: str = ""


FaqRelation = Literal["first", "confirms", "extends", "corrects", "supersedes", "contradicts", "expires"]


@dataclass(frozen=True, slots=True)
class FaqChange:
    """One step in the life of an answer."""

    at: datetime
    relation: FaqRelation
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A question that lives over days."""

    id: str
    group_id: str
    question: str
    wordings: tuple[Evidence, ...]  # each time it was asked, in the asker's words; oldest first
    answer: tuple[Claim, ...]  # the current one; empty while the question is open
    history: tuple[FaqChange, ...] = ()

    @property
    def status(self) -> Literal["answered", "open", "expired", "contradicted"]:
        """`expired`: the last day that the answer names has passed."""
        last = self.history[-1].relation if self.history else "first"
        if not self.answer:
            return "open"
        return "expired" if last == "expires" else "contradicted" if last == "contradicts" else "answered"


FaqAction = Literal["question", "answer", "merge", "split", "pin", "unpin", "retire", "restore", "accept", "keep"]


@dataclass(frozen=True, slots=True)
class FaqEdit:
    """What a person decided about an entry."""

    number: int
    entry_id: str
    action: FaqAction
    text: (
        str  # the new question or answer, the id of the entry that is merged, or those of the messages that are parted
    )
    base: FaqEntry  # what runs had found by then
    made_at: datetime


@dataclass(frozen=True, slots=True)
class FaqStanding:
    """An entry as people decided it."""

    entry: FaqEntry
    found: FaqEntry  # what runs say
    proposed: FaqEntry | None = None  # with what runs say by now and a person has not seen
    pinned: bool = False
    retired: bool = False
    edited: bool = False
    groups: tuple[str, ...] = ()  # names of those in which it was asked or answered
    asked: int = 0  # times
    askers: int = 0  # people
    first_asked: datetime | None = None
    last_asked: datetime | None = None
    answered_by: tuple[str, ...] = ()  # names, of the current answer
    confirmed_by: tuple[str, ...] = ()
    could_answer: tuple[str, ...] = ()  # of an open question: who answered similar ones
    messages: tuple[Message, ...] = ()  # that the entry cites


@dataclass(frozen=True, slots=True)
class Material:
    """All that a writer may know: one span of one group, settled."""

    group: Group
    since: date
    until: date  # inclusive
    language: str
    messages: tuple[Message, ...]  # every message of the span, in order
    noise: Mapping[str, NoiseMark]  # by message id
    links: tuple[Link, ...]
    conversations: tuple[Conversation, ...]  # restricted to messages of the span
    topic: str = ""  # articles: what to write about
    faq: tuple[FaqEntry, ...] = ()  # what the FAQ says so far
    zone: tzinfo | None = None  # of days and hours; None takes each message's own
    home: Path | None = None  # the folder whose prompts win over the shipped ones
    length: Length = "full"  # digests: how much to tell
    template: Template = field(default_factory=Template)  # digests: how they look
    # From that day to `until`, for what the days before left open.
    earlier: Callable[[date], Material] | None = field(default=None, compare=False, repr=False)
    lecture: Lecture | None = None  # articles: the one to record
    week: bool = False  # articles: a selection of what mattered most
    notes: str = ""  # articles: paragraphs and bullets of the operator, in Markdown
    may_quote: frozenset[str] = frozenset()  # articles: senders who agreed to be quoted


@dataclass(frozen=True, slots=True)
class Answer:
    """Claims with evidence, or none when the chat does not discuss it."""

    question: str
    claims: tuple[Claim, ...]
    made_by: str = ""
    messages: tuple[Message, ...] = ()  # the cited ones, to show who said it when and where

    @property
    def status(self) -> Literal["answered", "not_discussed"]:
        return "answered" if self.claims else "not_discussed"


@dataclass(frozen=True, slots=True)
class Found:
    """A message that was found, best first; `score` only orders."""

    message: Message
    score: float
    similarity: float  # cosine of question and message (or its passage), 0 where not embedded
    overlap: float  # share of the question's distinctive words (by idf) that stand in the message or its passage
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    document_id: str
    version: int
    destination: str
    remote_id: str  # a path for the folder destination
    payload_hash: str  # sha256 of the exact bytes
    published_at: datetime
    repeated: bool = False  # these bytes were there already: nothing changed


# ---- what a model is asked ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a chat model. The long shared part comes first so that providers can cache it."""

    name: str  # the prompt's name, for the call log
    shared: str  # the numbered transcript
    task: str  # what to do with it
    json: bool = True  # the reply must be one JSON object


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cached: bool = False  # answered from the call log, nothing was paid


# ---- what an import reports -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quarantined:
    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """seen == imported + duplicates + quarantined + ignored, always."""

    files: tuple[str, ...]
    format: str
    groups: tuple[str, ...]
    seen: int
    imported: int
    duplicates: int
    quarantined: int
    ignored: int
    bad: tuple[Quarantined, ...] = ()
    kept: int = 0  # of the duplicates, what an import that was cut short had stored: not compared again


@dataclass(frozen=True, slots=True)
class Held:
    """A record in quarantine, with all that is needed to read it once more."""

    number: int
    file: str
    line: int
    reason: str
    raw: str
    format: str  # the reader that refused it, "unknown" where none took the file
    asked: str | None = None  # the group that was named for the file
    chat: ChatInfo | None = None  # in which it stood
    left_at: datetime | None = None  # when it could be read after all
    import_number: int | None = None  # None where no file was read, such as for an empty folder
    sha256: str | None = None  # of the file


@dataclass(frozen=True, slots=True)
class Retried:
    """tried == read + len(held)"""

    tried: int
    read: int  # have left quarantine
    held: tuple[Held, ...]


# ---- what the commands report ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupSummary:
    group: Group
    messages: int
    first: datetime | None
    last: datetime | None
    unsettled: int  # messages that no conversation holds yet


@dataclass(frozen=True, slots=True)
class MemberName:
    """A name, and the first and the last message that the member wrote under it."""

    name: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a group, under however many accounts and names."""

    id: str  # what a message has as its sender
    account: str | None  # None where no export tells more than names
    name: str  # the last one
    names: tuple[MemberName, ...]  # the last one first
    messages: int
    first: datetime
    last: datetime
    merged: tuple[str, ...] = ()  # other senders whose messages count as this member's


@dataclass(frozen=True, slots=True)
class Settled:
    """What one run of settling did, zeros when nothing was behind; and how many passages wait for their vectors."""

    groups: int
    messages: int
    conversations: int
    passages: int
    embedded: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with all that was made out about it."""

    message: Message
    conversation_id: str
    answers: tuple[Link, ...] = ()  # best first
    noise: NoiseMark | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One finding of the doctor."""

    name: str
    ok: bool | None  # None: it does not apply, such as a chat model that is not configured
    detail: str
    hint: str = ""
