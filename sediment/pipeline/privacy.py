"""What leaves this machine leaves without personal data: what a chat model is sent, and what is published. The database keeps what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from sediment.chat import chat_model
from sediment.models import Claim, Document, Reply, Request
from sediment.pipeline.home import Home
from sediment.protocols import ChatModel
from sediment.redaction import redact

T = TypeVar("T")
_PROSE = frozenset({"text", "quote", "title", "question", "topic", "summary"})
"Fields that hold words of people; the others are ids, names of kinds and counts."


def discreet_model(home: Home, choice: str | None) -> ChatModel | None:
    """The model that the settings or `choice` name, asked without personal data; None for none. Raises ConfigError."""
    model = chat_model(home.config.chat, home.calls, choice, home.path)
    return model and Discreet(model)


class Discreet:
    """A chat model that is asked without personal data."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def window(self) -> int:
        return self._model.window

    @property
    def concurrency(self) -> int:
        return self._model.concurrency

    def reply(self, request: Request) -> Reply:
        return self._model.reply(replace(request, shared=redact(request.shared), task=redact(request.task)))


def without_personal_data(document: Document) -> Document:
    """The document as it may be read by anyone: labels such as 〔手机号〕 in place of personal data."""
    return rewritten(document, lambda text: redact(text, document.language))


def rewritten(value: T, rewrite: Callable[[str], str], rewrite_claim: Callable[[Claim], Claim] | None = None) -> T:
    """A document, or a part of one, with all prose in it rewritten; claims by a function of their own where it is given."""

    def inner(name: str, part: Any) -> Any:
        if name == "titles":
            return tuple(map(rewrite, part))
        return rewrite(part) if name in _PROSE and isinstance(part, str) else rewritten(part, rewrite, rewrite_claim)

    if isinstance(value, Claim) and not value.evidence:
        return value  # the operator's own words go out as they stand
    if rewrite_claim and isinstance(value, Claim):
        return cast(T, rewrite_claim(value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: inner(field.name, getattr(value, field.name)) for field in fields(value)})
    if isinstance(value, tuple):
        return type(value)(rewritten(part, rewrite, rewrite_claim) for part in value)
    return value
