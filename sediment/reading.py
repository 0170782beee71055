"""A chat model reads a long span: windows cut at conversation borders, calls side by side, each reply one JSON object or known to have failed, and what it
writes passes a gate."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from sediment import evidence, resources
from sediment.errors import BudgetSpent, ModelCut, ModelError, ModelFiltered, ModelRefused
from sediment.evidence import Window
from sediment.extract import Talk, confesses, cues, shortened
from sediment.facts import is_chinese
from sediment.models import Claim, Conversation, Evidence, Material, Message, Request, Section
from sediment.protocols import ChatModel

_FAULTS = ("joke", "outdated", "wrong_person", "misread")
_ASKED = {"name", "overlap"}  # what a sentence says that only the question said: of what, not how much
_LANGUAGES = {"zh": "中文", "en": "英文（English）"}


@dataclass(frozen=True)
class Read:
    """What a model made of one window; `reply` is None where it failed, `was_cut` where that was at the limit of length."""

    window: Window
    reply: Mapping[str, Any] | None
    was_cut: bool = False


class Gate:
    """Lets through what a model wrote as far as it stands on its messages and still holds, and counts the rest in `dropped`, by reason."""

    def __init__(self, talks: Sequence[Talk], language: str) -> None:
        self._talks = talks
        self.dropped: Counter[str] = Counter()
        self._language = language
        self._corrected: dict[str, str] = {}
        self._marks: dict[str, frozenset[str]] = {}
        self._parents: dict[str, Sequence[str]] = {}
        by_id: dict[str, Message] = {}
        for talk in talks:
            by_id |= talk.by_id
            self._marks |= talk.cues
            self._parents |= talk.parents
            self._corrected |= talk.corrected
        # An announcement of a change that holds no fact itself ("see the notice") puts nothing right by itself.
        self._corrected = {
            old: new for old, new in self._corrected.items() if new in by_id and _tells_better(by_id[new])
        }

    def claims(self, items: Any, window: Window) -> list[Claim]:
        return self.parted(items, window)[0]

    def parted(self, items: Any, window: Window) -> tuple[list[Claim], list[Message]]:
        """The claims that pass, and the messages that the others name."""
        kept: list[Claim] = []
        lost: list[Message] = []
        for item in items if isinstance(items, list) else [items] if items else []:
            claims, reasons = evidence.claims_in([item], window, self._language)
            if reasons and reasons.keys() <= _ASKED and (asked := self._with_questions(item, window)):
                claims, reasons = evidence.claims_in([{**item, "ids": asked}], window, self._language)
            stale = [reason for claim in claims if (reason := self._stale(claim))]
            self.dropped.update([*reasons.elements(), *stale])
            if claims and not stale:
                kept += claims
            else:
                lost += evidence.messages_of(item, window)
        return kept, lost

    def audited(
        self, model: ChatModel, material: Material, found: Sequence[Window], sections: Sequence[Section]
    ) -> list[Section]:
        """The sections, as many as before, after the model looked once more at titles and claims beside the messages of each window, for what only sense can
        tell: jokes, what changed later, the wrong person, a misreading. Such claims are left out, such titles empty."""
        written = [s for s in sections if any(claim.origin == "model" for claim in s.claims)]
        titles = {section: Claim(section.title, _evidence(section), "model") for section in written}
        told = dict.fromkeys(
            c for s, title in titles.items() for c in (title, *s.claims) if c.text and c.origin == "model"
        )
        wrong: set[Claim] = set()
        parts = [(window, [claim for claim in told if _stands_in(claim, window)]) for window in found]
        parts = [(window, claims) for window, claims in parts if claims]
        tasks = [task("audit", material, claims=_numbered(claims, window)) for window, claims in parts]
        for looked, (_, claims) in zip(read(model, "audit", [w for w, _ in parts], tasks), parts, strict=True):
            for item in objects((looked.reply or {}).get("wrong")):
                number, why = item.get("n"), item.get("why")
                if isinstance(number, int) and 0 < number <= len(claims) and why in _FAULTS:
                    wrong.add(claims[number - 1])
                    self.dropped[why] += 1
        return [
            replace(
                section,
                title="" if titles.get(section) in wrong else section.title,
                claims=tuple(claim for claim in section.claims if claim not in wrong),
            )
            for section in sections
        ]

    def around(self, messages: Iterable[Message]) -> list[Message]:
        """All that was said in the conversations of these messages."""
        wanted = {message.id for message in messages}
        return [m for talk in self._talks if wanted & talk.by_id.keys() for m in talk.messages]

    def told_to(self, asked: Iterable[Message], messages: Iterable[Message]) -> list[Message]:
        """Those of `messages` that state something that stands, in a conversation where it was asked."""
        here = {message.id for message in asked}
        standing = {m.id for talk in self._talks if here & talk.by_id.keys() for m in talk.standing}
        told = {m.id: m for m in messages if m.id in standing and not self._marks[m.id] & {"question", "joke"}}
        return sorted(told.values(), key=lambda m: (m.sent_at, m.id))

    def heading(self, text: str, claims: Sequence[Claim], window: Window) -> str:
        """The model's heading over these claims; where it says more than their messages, the start of the first of them."""
        ids, text = cited(claims), window.spelled_out(text)
        named = [message for message in window.messages if message.id in ids]
        if evidence.may_head(text, named, self._language, self.around(named)):
            return text
        return shortened(claims[0].text)

    def _with_questions(self, item: Any, window: Window) -> list[str]:
        """The labels of what a claim names, and of the questions that those messages answer, which models often leave out; none where there is no question, and
        none for a sentence about several conversations: the name of one would let it say what the other says."""
        named = evidence.messages_of(item, window)
        if len({talk.conversation.id for talk in self._talks for m in named if m.id in talk.by_id}) != 1:
            return []
        answered = {id for m in named for id in self._parents.get(m.id, ())}
        answered |= {further for id in answered for further in self._parents.get(id, ())}
        labels = {m.id: label for label, line in window.by_label.items() for m in line}
        asked = {labels[id] for id in answered if id in labels and "question" in self._marks[id]}
        return [*(labels[m.id] for m in named), *sorted(asked, key=int)] if asked else []

    def _stale(self, claim: Claim) -> str | None:
        """`corrected` or `joke` where all statements that the claim cites were put right by what it does not cite, or were no statements."""
        ids = cited([claim])
        told = [id for id in ids if "question" not in self._marks.get(id, ())]
        if told and all(self._corrected.get(id, id) not in ids for id in told):
            return "corrected"
        return "joke" if told and all("joke" in self._marks.get(id, ()) for id in told) else None


def windows(material: Material, model: ChatModel) -> list[Window]:
    """All messages that are not noise, each in exactly one window that the model can read. Conversations that start together stand together, and none is
    cut unless it is too long for any window."""
    return _windows(material.conversations, material, model.window)


def halves(window: Window, material: Material) -> list[Window]:
    """The messages of a window in smaller ones, two or a few, cut at borders of conversations where that is possible; the window alone if it holds but one."""
    here = {message.id for message in window.messages}
    parts = [replace(c, message_ids=tuple(i for i in c.message_ids if i in here)) for c in material.conversations]
    size = sum(_size(message) for message in window.messages)
    return _windows([part for part in parts if part.message_ids], material, math.ceil(size / 2))


def read(model: ChatModel, name: str, found: Sequence[Window], tasks: Sequence[str]) -> list[Read]:
    """The model's answer to each window's task. Raises BudgetSpent and ModelRefused, after which no other call can succeed."""
    with ThreadPoolExecutor(max_workers=min(model.concurrency, len(found)) or 1) as pool:
        requests = [Request(name, window.transcript, task) for window, task in zip(found, tasks, strict=True)]
        return list(pool.map(lambda asked: _answered(model, *asked), zip(found, requests, strict=True)))


def reply(model: ChatModel, request: Request) -> Mapping[str, Any] | None:
    """One JSON object, or None where the model fails. Raises BudgetSpent and ModelRefused."""
    try:
        return _whole_reply(model, request)
    except ModelCut:
        return None


def task(name: str, material: Material, **values: object) -> str:
    """The prompt `name` with its {placeholders} filled. `language` is always among them."""
    spoken = (message for message in material.messages if message.id not in material.noise)
    return filled(name, material.language, spoken, material.home, **values)


def filled(name: str, language: str, messages: Iterable[Message], home: Path | None, **values: object) -> str:
    """The prompt `name` with {language} and {key} for each value; other braces, as in its JSON example, stay. Where sentences are asked for in another
    language than that of most messages, each must bring a quote, for nothing else can be compared."""
    prompt = resources.prompt(name, home)
    for key, value in {"language": _LANGUAGES[language], **values}.items():
        prompt = prompt.replace(f"{{{key}}}", str(value))
    is_foreign = is_chinese(" ".join(message.text for message in messages)) != (language == "zh")
    return f"{prompt}\n{resources.prompt('quote', home)}" if is_foreign and '"text"' in prompt else prompt


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The JSON objects in what should be a list of them."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def words_of(item: Mapping[str, Any], key: str) -> str:
    """A short text that a model wrote: one line without markup, "" where there is none."""
    value = item.get(key)
    return (
        " ".join(evidence.clean(value).replace("<", "＜").replace("#", "＃").split()) if isinstance(value, str) else ""
    )


def cited(claims: Iterable[Claim]) -> set[str]:
    return {e.message_id for claim in claims for e in claim.evidence}


def _evidence(section: Section) -> tuple[Evidence, ...]:
    """What a title stands on."""
    return tuple({e.message_id: e for claim in section.claims for e in claim.evidence}.values())


def _stands_in(claim: Claim, window: Window) -> bool:
    return cited([claim]) <= {message.id for message in window.messages}


def _numbered(claims: Sequence[Claim], window: Window) -> str:
    """`3. 老段说 0.6%（3、8）`, one a line."""
    labels = {message.id: label for label, line in window.by_label.items() for message in line}
    return "\n".join(
        f"{number}. {claim.text}（{'、'.join(dict.fromkeys(labels[e.message_id] for e in claim.evidence))}）"
        for number, claim in enumerate(claims, 1)
    )


def _tells_better(message: Message) -> bool:
    return confesses(message.text) or bool(cues(message.text) & {"number", "correction"})


def _answered(model: ChatModel, window: Window, request: Request) -> Read:
    try:
        return Read(window, _whole_reply(model, request))
    except ModelCut:
        return Read(window, None, was_cut=True)


def _whole_reply(model: ChatModel, request: Request) -> Mapping[str, Any] | None:
    try:
        return evidence.parse_json(model.reply(request).text)
    except ModelFiltered:
        return None
    except (BudgetSpent, ModelRefused, ModelCut):
        raise
    except ModelError:
        return None


def _windows(conversations: Sequence[Conversation], material: Material, most: int) -> list[Window]:
    by_id = {message.id: message for message in material.messages}
    zone = material.zone or (material.messages[0].sent_at.tzinfo if material.messages else None) or UTC
    found: list[Window] = []
    for batch in _batches(conversations, material, by_id, most):
        found += evidence.windows(batch, (), most, zone)
    return found


def _size(message: Message) -> int:
    """About how many tokens a message takes in a transcript."""
    return evidence.estimate_tokens(message.text) + 8


def _batches(
    conversations: Sequence[Conversation], material: Material, by_id: Mapping[str, Message], most: int
) -> Iterator[list[Message]]:
    """Whole conversations in order of their start, as many as fit one window, their messages in order of time."""
    order = {message.id: place for place, message in enumerate(material.messages)}
    batch: list[Message] = []
    size = 0
    for conversation in sorted(conversations, key=lambda c: (c.started_at, c.id)):
        kept = [by_id[i] for i in conversation.message_ids if i in by_id and i not in material.noise]
        tokens = sum(_size(message) for message in kept)
        if batch and size + tokens > most:
            yield sorted(batch, key=lambda m: order[m.id])
            batch, size = [], 0
        batch += kept
        size += tokens
    if batch:
        yield sorted(batch, key=lambda m: order[m.id])
