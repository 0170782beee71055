"""What groups and messages are called, so that importing again finds the same ones."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from sediment.errors import ReadError, UsageError
from sediment.models import ChatInfo, Group, Message, ReadMessage
from sediment.pipeline.home import Home
from sediment.pipeline.quoting import Quotes
from sediment.protocols import Reader
from sediment.store import messages

_WHATSAPP = re.compile(r"WhatsApp Chat (?:with|-) (.+)|[与與](.+?) ?的 ?WhatsApp ?(?:聊天|對話|对话)")
_REMEMBERED = 20_000  # different messages back that an equal one is looked for


class Naming:
    """Makes messages of what one file yields, in its order."""

    def __init__(self, home: Home, file: Path, asked_group: str | None, reader: Reader | None) -> None:
        self._home, self._file, self.asked = home, file, asked_group
        self.chat: ChatInfo | None = None  # of the messages that follow
        self._groups: dict[ChatInfo, Group] = {}
        self._group: Group | None = None
        self._seen: OrderedDict[str, int] = OrderedDict()
        self._chats: dict[str, ChatInfo] = {}  # by group, the last one
        self._kept: set[str] = set()
        # A format that names the message which is quoted needs none to be remembered.
        self._quotes = Quotes() if reader and "reply_to" in reader.losses else None

    def enter(self, chat: ChatInfo) -> Group:
        """The group of the messages that follow. Raises ReadError where one group was asked for and the file holds several chats."""
        if chat not in self._groups:
            if self.asked and any(_key(known) != _key(chat) for known in self._groups):
                raise ReadError(
                    f"{self._file} holds several chats, not only {self.asked!r}.", hint="Leave out --group."
                )
            self._groups[chat] = self._find(chat)
        self.chat, self._group = chat, self._groups[chat]
        self._chats[self._group.id] = chat
        return self._group

    def message(self, read: ReadMessage) -> Message:
        group = self._group or self.enter(ChatInfo("", "unknown"))
        # What sediment called it counts where the group is the same one: anybody can write such ids.
        is_own = self._chats[group.id].own_id == group.id
        quoted = read.own_reply_to if is_own else None
        if read.reply_to and not quoted:
            quoted = message_id(group, read.reply_to)
        message = Message(
            id=read.own_id if is_own and read.own_id else self._message_id(group, read),
            group_id=group.id,
            sent_at=read.sent_at,
            sender=read.sender,
            name=_one_line_end(read.name),
            kind=read.kind,
            text=_one_line_end(_with_address(read)),
            reply_to=quoted or (self._quotes.find(group.id, read) if read.quotes and self._quotes else None),
            mentions=read.mentions,
            native_id=read.native_id,
            recalled=read.recalled,
            precision=read.precision,
        )
        if self._quotes:
            self._quotes.remember(message)
        return message

    def pass_over(self, read: ReadMessage) -> Group:
        """Of one that is stored: what those after it need to know. Returns its group."""
        if self._quotes or not read.native_id:
            self.message(read)
        return self._group or self.enter(ChatInfo("", "unknown"))

    def keep_groups(self, read: Sequence[Message]) -> list[str]:
        """Store the groups of these messages and what they are called now. Returns the names."""
        last = {message.group_id: message.sent_at for message in read}
        by_id = {group.id: group for group in self._groups.values()}
        for id, moment in last.items():
            chat = self._chats[id]
            if id not in self._kept:
                messages.add_group(self._home.db, by_id[id], _native_id(chat))
                self._kept.add(id)
            if chat.name and not self.asked:
                messages.name_group(self._home.db, id, chat.name, moment)
        return [group.name for group in messages.groups(self._home.db) if group.id in last]

    def _find(self, chat: ChatInfo) -> Group:
        """By the name that was asked for; else by the chat's own id; else by its name or the file's, where that is one chat of this platform and not
        both have an id: those tell them apart."""
        known, native_ids = messages.groups(self._home.db), messages.native_ids(self._home.db)
        native_id = _native_id(chat)
        if self.asked:
            asked = [g for g in known if self.asked in (g.id, g.name)]
            if len(asked) > 1:
                raise UsageError(f"Several groups are called {self.asked!r}.", hint="Use the id: `sediment groups`.")
            return asked[0] if asked else Group(_group_id("", self.asked), self.asked, chat.platform)
        name = chat.name or native_id or _file_name(self._file)
        here = [g for g in known if g.platform == chat.platform]
        same = [g for g in here if g.id == chat.own_id] or [
            g for g in here if native_id and native_ids[g.id] == native_id
        ]
        named = [g for g in here if g.name == name and (chat.name or not native_id)]
        if not same and len(named) == 1 and not (native_id and native_ids[named[0].id]):
            same = named
        id = chat.own_id or _group_id(chat.platform, native_id or "", name)
        return same[0] if same else Group(id, name, chat.platform)

    def _message_id(self, group: Group, read: ReadMessage) -> str:
        """From the native id. Else from the content, and the second, third … equal message within a second (a minute, where the export shows no
        seconds) is told apart by its ordinal."""
        if read.native_id:
            return message_id(group, read.native_id)
        moment = int(read.sent_at.timestamp()) // read.precision * read.precision
        text = unicodedata.normalize("NFC", _one_line_end(read.text))
        key = f"{group.id}\0{moment}\0{read.sender or ''}\0{read.kind}\0{text}"
        if read.precision > 1:
            key = f"{read.precision}\0{key}"
        first = _digest(key)
        ordinal = self._seen.pop(first, -1) + 1
        self._seen[first] = ordinal
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return _digest(f"{key}\0#{ordinal}") if ordinal else first


def message_id(group: Group, native_id: str) -> str:
    """The id of the message that exports call `native_id`."""
    return _digest(f"{group.id}\0{native_id}")


def shown_path(path: Path) -> str:
    """A path as text that can be stored: file names may hold bytes that are no text."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _key(chat: ChatInfo) -> tuple[str, str]:
    """What tells chats apart: the name may change."""
    return chat.platform, _native_id(chat) or chat.name


def _native_id(chat: ChatInfo) -> str | None:
    """Some exporters write the number of a WeChat room without its ending."""
    return chat.native_id and (chat.native_id.strip().removesuffix("@chatroom") or None)


def _file_name(file: Path) -> str:
    """What a file without a name inside is called. WhatsApp names the file, or the archive around `_chat.txt`, after the chat; WeChatMsg writes
    `CHAT_utf8.csv`."""
    stem = shown_path(Path(file.parent.stem if file.name == "_chat.txt" else file.stem)).removesuffix("_utf8")
    named = _WHATSAPP.fullmatch(stem)
    return next(filter(None, named.groups())) if named else stem


def _with_address(read: ReadMessage) -> str:
    """A shared link is worth citing only with its address."""
    return f"{read.text} {read.url}".strip() if read.url and read.url not in read.text else read.text


def _one_line_end(text: str) -> str:
    """Exporters differ in how they end lines inside a text."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _group_id(*key: str) -> str:
    return "g" + _digest("\0".join(key))[:12]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
