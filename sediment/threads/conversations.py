"""Links into conversations: a message joins the conversation of the message that it most probably answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sediment.models import Link, Message


def conversation_of(messages: Sequence[Message], links: Sequence[Link], known: Mapping[str, str]) -> dict[str, str]:
    """Message id → conversation id for `messages`, in their order.

    The best-scored link whose target is known decides (the earlier one of the list among equals); a message without such a link starts a
    conversation called "c" + its id. `known` holds the conversation ids of earlier messages; a message it already names keeps its conversation."""
    best: dict[str, list[Link]] = {}
    for link in links:
        best.setdefault(link.message_id, []).append(link)
    found: dict[str, str] = {}
    for message in messages:
        found[message.id] = known.get(message.id) or _joined(message, best.get(message.id, ()), found, known)
    return found


def _joined(message: Message, links: Sequence[Link], found: Mapping[str, str], known: Mapping[str, str]) -> str:
    for link in sorted(links, key=lambda link: -link.score):
        conversation = found.get(link.answers) or known.get(link.answers)
        if conversation:
            return conversation
    return "c" + message.id
