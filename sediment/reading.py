"""A chat model reads a long span: windows cut at conversation borders, calls side by side, each reply one JSON object or known to have failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from sediment import evidence, resources
from sediment.errors import BudgetSpent, ModelError, ModelRefused
from sediment.evidence import Window
from sediment.models import Claim, Conversation, Material, Message, Request
from sediment.protocols import ChatModel

_TOKENS = 20_000  # of transcript in one call
_AT_ONCE = 4
_LANGUAGES = {"zh": "中文", "en": "英文（English）"}


@dataclass(frozen=True)
class Read:
    """What a model made of one window; `reply` is None where it failed."""

    window: Window
    reply: Mapping[str, Any] | None


def windows(material: Material) -> list[Window]:
    """All messages that are not noise, each in exactly one window. Conversations that start together stand together, and none is cut unless it is too
    long for any window."""
    by_id = {message.id: message for message in material.messages}
    zone = material.zone or (material.messages[0].sent_at.tzinfo if material.messages else None) or UTC
    found: list[Window] = []
    for batch in _batches(material.conversations, material, by_id):
        found += evidence.windows(batch, (), _TOKENS, zone)
    return found


def read(model: ChatModel, name: str, found: Sequence[Window], tasks: Sequence[str]) -> list[Read]:
    """The model's answer to each window's task. Raises BudgetSpent and ModelRefused, after which no other call can succeed."""
    with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(found)) or 1) as pool:
        replies = pool.map(lambda pair: _reply(model, name, *pair), zip(found, tasks, strict=True))
        return [Read(window, reply) for window, reply in zip(found, replies, strict=True)]


def task(name: str, material: Material, **values: object) -> str:
    """The prompt `name` with its {placeholders} filled. `language` is always among them."""
    return filled(resources.prompt(name, material.home), material.language, **values)


def filled(prompt: str, language: str, **values: object) -> str:
    """`prompt` with {language} and {key} for each value; other braces, as in its JSON example, stay."""
    for key, value in {"language": _LANGUAGES[language], **values}.items():
        prompt = prompt.replace(f"{{{key}}}", str(value))
    return prompt


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


def _batches(
    conversations: Sequence[Conversation], material: Material, by_id: Mapping[str, Message]
) -> Iterator[list[Message]]:
    """Whole conversations in order of their start, as many as fit one window, their messages in order of time."""
    order = {message.id: place for place, message in enumerate(material.messages)}
    batch: list[Message] = []
    size = 0
    for conversation in sorted(conversations, key=lambda c: (c.started_at, c.id)):
        kept = [by_id[i] for i in conversation.message_ids if i in by_id and i not in material.noise]
        tokens = sum(evidence.estimate_tokens(message.text) + 8 for message in kept)
        if batch and size + tokens > _TOKENS:
            yield sorted(batch, key=lambda m: order[m.id])
            batch, size = [], 0
        batch += kept
        size += tokens
    if batch:
        yield sorted(batch, key=lambda m: order[m.id])


def _reply(model: ChatModel, name: str, window: Window, task: str) -> Mapping[str, Any] | None:
    """One JSON object; a reply that is none is asked for once more."""
    request = Request(name, window.transcript, task)
    for attempt in (request, replace(request, task=f"{task}\n\n只输出一个合法的 JSON 对象，不要别的文字。")):
        try:
            text = model.reply(attempt).text
        except (BudgetSpent, ModelRefused):
            raise
        except ModelError:
            return None
        try:
            return evidence.parse_json(text)
        except ModelError:
            continue
    return None
