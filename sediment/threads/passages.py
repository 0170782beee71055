"""Windows of one conversation, with who and when: what is embedded and found.

2026-04-08 09:04
阿钟：合同号 8080 的货到了吗
小鱼：到了 下午送"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

from sediment.models import Conversation, Message, Passage

MESSAGES = 20
CHARACTERS = 400
_SENTENCE = re.compile(r".+?(?:[。！？!?\n；;]+|$)", re.DOTALL)


def passages(conversation: Conversation, messages: Mapping[str, Message]) -> list[Passage]:
    """Windows of at most 20 messages and 400 characters over the messages of `conversation` that `messages` holds, in order, without overlap.

    A message longer than a window stands alone, in several passages if need be. The id is drawn from the content: a passage that changed is
    another passage."""
    own = [messages[i] for i in conversation.message_ids if i in messages]
    found = []
    for window in _windows([message for message in own if message.text.strip()]):
        ids = tuple(message.id for message in window)
        found += [_passage(conversation, ids, number, text) for number, text in enumerate(_texts(window))]
    return found


def _windows(messages: Sequence[Message]) -> Iterator[list[Message]]:
    window: list[Message] = []
    size = 0
    for message in messages:
        cost = _cost(message)
        if window and (size + cost > CHARACTERS or len(window) == MESSAGES):
            yield window
            window, size = [], 0
        window.append(message)
        size += cost
    if window:
        yield window


def _cost(message: Message) -> int:
    return len(message.text) + len(message.name) + 2


def _texts(window: Sequence[Message]) -> Iterator[str]:
    when = f"{window[0].sent_at:%Y-%m-%d %H:%M}"
    if len(window) == 1 and _cost(window[0]) > CHARACTERS:
        for part in _parts(window[0].text):
            yield f"{when}\n{window[0].name}：{part}"
    else:
        yield "\n".join([when, *_lines(window)])


def _parts(text: str) -> Iterator[str]:
    """Pieces of at most a window's length, cut after sentences where possible."""
    part = ""
    for sentence in _SENTENCE.findall(text):
        if part and len(part) + len(sentence) > CHARACTERS:
            yield part.strip()
            part = ""
        part += sentence
        while len(part) > CHARACTERS:
            yield part[:CHARACTERS].strip()
            part = part[CHARACTERS:]
    if part.strip():
        yield part.strip()


def _lines(window: Sequence[Message]) -> Iterator[str]:
    """One line a message; the name only where the speaker changes."""
    speaker = None
    for message in window:
        yield message.text if message.sender == speaker else f"{message.name}：{message.text}"
        speaker = message.sender


def _passage(conversation: Conversation, ids: tuple[str, ...], number: int, text: str) -> Passage:
    key = "\0".join((conversation.group_id, *ids, str(number), text))
    name = "p" + hashlib.sha256(key.encode()).hexdigest()[:16]
    return Passage(name, conversation.group_id, conversation.id, ids, text)
