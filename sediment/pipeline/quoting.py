"""Which message a later one quotes, where an export shows who said what, not its id: `木子：用 message_id 做主键`."""

from __future__ import annotations

import re
from collections import OrderedDict, deque

from sediment.models import Kind, Message, ReadMessage
from sediment.sources import labelled

_PEOPLE, _EACH = 400, 100  # names remembered, and the last messages under each
_NAME = 60  # characters: longer ones are no name
_TELLING = 8  # characters that tell a message even where the rest is cut off
_COLON = re.compile(r"[:：]\s*")
_CUT = re.compile(r"(?:…|\.\.\.)\s*$")


class Quotes:
    """Remembers what was said in one file. A quote finds a message only where no other could be meant."""

    def __init__(self) -> None:
        self._by_person: OrderedDict[tuple[str, str], deque[Message]] = OrderedDict()

    def remember(self, message: Message) -> None:
        if message.sender is None:
            return
        for person in (message.sender,) if message.sender == message.name else (message.sender, message.name):
            key = (message.group_id, person)
            if key not in self._by_person:
                self._by_person[key] = deque(maxlen=_EACH)
                if len(self._by_person) > _PEOPLE:
                    self._by_person.popitem(last=False)
            self._by_person.move_to_end(key)
            self._by_person[key].append(message)

    def find(self, group_id: str, read: ReadMessage) -> str | None:
        """The id of the one message that fits, by the name, the beginning of the text, and the time where the export tells it."""
        for colon in _COLON.finditer(read.quotes, 0, _NAME):  # names may hold colons too
            said = self._by_person.get((group_id, read.quotes[: colon.start()]), ())
            quoted = read.quotes[colon.end() :]
            ids = {m.id for m in said if read.quotes_at in (None, m.sent_at) and _fits(quoted, m.kind, m.text)}
            if len(ids) == 1:
                return ids.pop()
        return None


def _fits(quoted: str, kind: Kind, text: str) -> bool:
    quoted_kind, words, _ = labelled(quoted)
    begins, whole = _plain(_CUT.sub("", words)), _plain(text)
    if not begins:
        return kind == quoted_kind
    return whole.startswith(begins) if len(begins) >= _TELLING or _CUT.search(words) else whole == begins


def _plain(text: str) -> str:
    return " ".join(text.split())
