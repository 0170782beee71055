"""What a page says and does, read back from its HTML by the standard parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from sediment import rendering
from sediment.models import Document, Message
from tests.factories import GROUP, ZONE


def by_id(*messages: Message) -> dict[str, Message]:
    return {message.id: message for message in messages}


def markdown(document: Document, *messages: Message, group_name: str = GROUP.name) -> str:
    return rendering.markdown(document, by_id(*messages), group_name, ZONE)


@dataclass
class Seen:
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    text: str = ""

    @property
    def links(self) -> list[str]:
        return [value for tag, name, value in self.attributes if name == "href" and not value.startswith("#")]


def seen(html: str) -> Seen:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.tags.append(tag)
        self.seen.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.seen.text += data
