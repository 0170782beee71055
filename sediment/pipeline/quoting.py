"""Which message a later one quotes, where an export shows who said what, not its id: `木子：用 message_id 做主键`."""

from __future__ import annotations

import re
from collections.abc import Callable

from sediment.models import Message, ReadMessage
from sediment.sources import labelled

_REMEMBERED = 10_000  # messages, and as many before them
_NAME = 60  # characters: longer ones are no name
_TELLING = 8  # characters that tell a message even where the rest is cut off
_COLON = re.compile(r"[:：]\s*")
_CUT = re.compile(r"(?:…|\.\.\.)\s*$")

_ByPerson = dict[tuple[str, str], list[Message]]  # group, and account or name


class Quotes:
    """Remembers what was said in one file. A quote finds a message only where no other could be meant."""

    def __init__(self) -> None:
        self._recent: _ByPerson = {}
        self._earlier: _ByPerson = {}
        self._count = 0

    def remember(self, message: Message) -> None:
        if message.sender is None:
            return
        if self._count >= _REMEMBERED:
            self._recent, self._earlier, self._count = {}, self._recent, 0
        self._count += 1
        self._recent.setdefault((message.group_id, message.sender), []).append(message)
        if message.name != message.sender:
            self._recent.setdefault((message.group_id, message.name), []).append(message)

    def find(self, group_id: str, read: ReadMessage) -> str | None:
        """The id of the one message that fits, by the name, the beginning of the text, and the time where the export tells it."""
        for colon in _COLON.finditer(read.quotes, 0, _NAME):  # names may hold colons too
            person = (group_id, read.quotes[: colon.start()])
            said = self._earlier.get(person, []) + self._recent.get(person, [])
            fits = _fitting(read.quotes[colon.end() :])
            ids = {m.id for m in said if read.quotes_at in (None, m.sent_at) and fits(m)}
            if len(ids) == 1:
                return ids.pop()
        return None


def _fitting(quoted: str) -> Callable[[Message], bool]:
    kind, words, _ = labelled(quoted)
    begins = _plain(_CUT.sub("", words))
    if not begins:
        return lambda message: message.kind == kind
    if len(begins) >= _TELLING or _CUT.search(words):
        return lambda message: message.text.lstrip()[:1] == begins[:1] and _plain(message.text).startswith(begins)
    return lambda message: _plain(message.text) == begins


def _plain(text: str) -> str:
    return " ".join(text.split())
