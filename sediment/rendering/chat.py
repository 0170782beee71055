"""A chat as Markdown for people and for programs that read notes: days as headings, one paragraph a message, what is quoted before the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, tzinfo

from sediment.models import Group, Message
from sediment.rendering.escape import escape, heading, with_links
from sediment.wording import say

_QUOTED = 60  # characters of a message that is quoted


def chat_lines(
    group: Group, said: Iterable[tuple[Message, Message | None]], language: str, zone: tzinfo
) -> Iterator[str]:
    """Of the messages in order, each with the one it quotes; lines with their ends. A recalled message is struck out."""
    yield f"# {heading(group.name)}\n"
    today: date | None = None
    for message, quoted in said:
        at = message.sent_at.astimezone(zone)
        if at.date() != today:
            today = at.date()
            yield f"\n## {today.isoformat()}\n"
        yield "\n"
        if quoted:
            name = f"{escape(quoted.name)}: " if quoted.name else ""
            yield f"> {name}{escape(quoted.text[:_QUOTED])}\n\n"
        yield f"{at:%H:%M} {_paragraph(message, language)}\n"


def _paragraph(message: Message, language: str) -> str:
    lines = [with_links(line) for line in message.text.split("\n") if line.strip()]
    if message.kind not in ("text", "reply"):
        lines.insert(0, f"\\[{say(f'kind-{message.kind}', language)}\\]")
    text = "\\\n".join(lines)
    name = f"**{escape(message.name)}** " if message.name else ""
    return name + (f"~~{text}~~" if message.recalled and text else text)
