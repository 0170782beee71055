"""What groups and messages are called, so that importing again finds the same ones."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import OrderedDict
from pathlib import Path

from sediment.errors import ReadError, UsageError
from sediment.models import ChatInfo, Group, Message, ReadMessage
from sediment.pipeline.home import Home
from sediment.store import messages

_REMEMBERED = 20_000  # different messages back that an equal one is looked for


class Naming:
    """Makes messages of what one file yields, in its order. Groups are added to the database as they come up."""

    def __init__(self, home: Home, file: Path, asked_group: str | None) -> None:
        self._home, self._file, self._asked = home, file, asked_group
        self._groups: dict[ChatInfo, Group] = {}
        self._group: Group | None = None
        self._seen: OrderedDict[str, int] = OrderedDict()

    def enter(self, chat: ChatInfo) -> Group:
        """The group of the messages that follow. Raises ReadError where one group was asked for and the file holds several chats."""
        if chat not in self._groups:
            if self._asked and any(_key(known) != _key(chat) for known in self._groups):
                raise ReadError(
                    f"{self._file} holds several chats, not only {self._asked!r}.", hint="Leave out --group."
                )
            self._groups[chat] = self._find(chat)
            messages.add_group(self._home.db, self._groups[chat], chat.native_id)
        self._group = self._groups[chat]
        return self._group

    def message(self, read: ReadMessage) -> Message:
        group = self._group or self.enter(ChatInfo("", "unknown"))
        return Message(
            id=read.own_id or self._message_id(group, read),
            group_id=group.id,
            sent_at=read.sent_at,
            sender=read.sender,
            name=read.name,
            kind=read.kind,
            text=_with_address(read),
            reply_to=read.reply_to and _native_id(group, read.reply_to),
            mentions=read.mentions,
            native_id=read.native_id,
        )

    def _find(self, chat: ChatInfo) -> Group:
        """By the name that was asked for, else by the chat's own id, else by its name, else by the file's."""
        if self._asked:
            known = [g for g in messages.groups(self._home.db) if self._asked in (g.id, g.name)]
            if len(known) > 1:
                raise UsageError(f"Several groups are called {self._asked!r}.", hint="Use the id: `sediment groups`.")
            return known[0] if known else Group(_group_id(self._asked), self._asked, chat.platform)
        name = chat.name or chat.native_id or shown_path(Path(self._file.stem))
        return Group(chat.own_id or _group_id(_key(chat) or name), name, chat.platform)

    def _message_id(self, group: Group, read: ReadMessage) -> str:
        """From the native id. Else from the content, and the second, third … equal message within a second (a minute, where the export shows no
        seconds) is told apart by its ordinal."""
        if read.native_id:
            return _native_id(group, read.native_id)
        moment = int(read.sent_at.timestamp()) // read.precision * read.precision
        text = unicodedata.normalize("NFC", read.text)
        key = f"{group.id}\0{moment}\0{read.sender or ''}\0{read.kind}\0{text}"
        first = _digest(key)
        ordinal = self._seen.pop(first, -1) + 1
        self._seen[first] = ordinal
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return _digest(f"{key}\0#{ordinal}") if ordinal else first


def _with_address(read: ReadMessage) -> str:
    """A shared link is worth citing only with its address."""
    return f"{read.text} {read.url}".strip() if read.url and read.url not in read.text else read.text


def _key(chat: ChatInfo) -> str:
    """What tells chats apart: the name may change."""
    return f"{chat.platform}\0{chat.native_id}" if chat.native_id else chat.name


def shown_path(path: Path) -> str:
    """A path as text that can be stored: file names may hold bytes that are no text."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _group_id(key: str) -> str:
    return "g" + _digest(key)[:12]


def _native_id(group: Group, native_id: str) -> str:
    return _digest(f"{group.id}\0{native_id}")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
