"""One history of a group from many exports: what is stored already is recognised, under other ids too, and completed; the rest is added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sediment.models import Message
from sediment.pipeline.home import Home
from sediment.pipeline.matching import Said, aligned, merged
from sediment.pipeline.reuniting import reunite
from sediment.pipeline.senders import MINUTE, Senders
from sediment.protocols import Reader
from sediment.store import known, members, messages
from sediment.store.known import Alias, Stored
from sediment.store.members import Named

Moment = tuple[str, datetime]  # group id, time
Line = tuple[int, Message]


@dataclass
class Added:
    """What became of a batch. `touched` are the moments at which the history changed."""

    new: int = 0
    clashes: list[Line] = field(default_factory=list)  # their ids belong to other messages
    touched: list[Moment] = field(default_factory=list)


class History:
    """The messages that were stored when a file's turn came, and the file's own, batch by batch. Each of the former is recognised once at most: equal
    messages of one second stay as many as they are."""

    def __init__(self, home: Home, reader: Reader | None) -> None:
        self._home, self._db = home, home.db
        self.newest = messages.newest_row(home.db)
        self._recognised = bytearray(self.newest + 1)  # by row
        self._import, self._retold = 0, list[int]()  # rows that this import holds and another has held before
        self._groups: dict[str, _Group] = {}
        self._learnt: dict[
            tuple[str, str, str, bool], tuple[datetime, datetime]
        ] = {}  # group, account, name, whether it is shown → first, last
        losses = reader.losses if reader else ()
        self._has_accounts, self._has_names = "sender_id" not in losses, "names" not in losses

    @property
    def groups(self) -> list[str]:
        """Those that the file has messages of."""
        return list(self._groups)

    def know(self, group_id: str, account: str, name: str, moment: datetime) -> None:
        """An account's own name, in whose place the group shows a card. To be told before the message that shows it is added."""
        self._group(group_id).know(account, name)
        self._learn(group_id, account, name, moment, is_shown=False)

    def go_on(self, import_number: int) -> None:
        """What this import stored or recognised before it was cut short is told already: nothing else in the file is the same."""
        for row in known.held_by(self._db, import_number):
            self._recognised[row] = 1

    def pass_over(self, group_ids: Iterable[str]) -> None:
        """The file has messages of these groups among those that are told already."""
        for group_id in group_ids:
            self._group(group_id)

    def reunite(self) -> Added:
        """To be called behind the last batch: messages that its names show to be the same become one. Of the file itself so many are less than new."""
        added = Added()
        for group_id in self._groups:
            touched, gone = reunite(self._home, group_id)
            added.touched += touched
            added.new -= gone[self._import]
        return added

    def add(self, import_number: int, read: Sequence[Line]) -> Added:
        """Store what of the batch is new. Messages of one minute should not be cut apart: where exports show minutes their order counts."""
        added = Added()
        self._import = import_number
        rest = self._unknown(read, added) if self._reaches_back(read) else read
        added.new, touched = messages.add_messages(self._db, import_number, rest)
        added.touched += touched
        if added.new < len(rest):
            added.touched += known.complete(self._db, self._told_by_known(rest, added))
        if not self._has_names:
            # An export without names has accounts all the same.
            for _, message in read:
                if message.sender:
                    self._learn(message.group_id, message.sender, "", message.sent_at)
        known.note_told(self._db, import_number, self._retold)
        self._retold.clear()
        self._save_names()
        return added

    def _reaches_back(self, read: Iterable[Line]) -> bool:
        """Whether messages from the time of these were stored before this file."""
        old = {id: group for id in {message.group_id for _, message in read} if (group := self._group(id)).span}
        return bool(old) and any(m.group_id in old and old[m.group_id].holds(m.sent_at) for _, m in read)

    def _group(self, group_id: str) -> _Group:
        if group_id not in self._groups:
            self._groups[group_id] = _Group(self._home, group_id)
        return self._groups[group_id]

    def _unknown(self, read: Sequence[Line], added: Added) -> list[Line]:
        """Those that are not stored yet. What the others tell is added to what is stored."""
        for _, message in read:
            self._group(message.group_id).note(message)
        stored = known.by_any_id(self._db, [message.id for _, message in read])
        told: list[tuple[Stored, Message]] = []
        aliases: list[Alias] = []
        rest: dict[int, Message] = {}
        waiting: dict[tuple[str, int], dict[str, Said]] = {}
        for number, (line, message) in enumerate(read):
            found = stored.get(message.id)
            if found is None:
                minute = int(message.sent_at.timestamp()) // MINUTE
                own = waiting.setdefault((message.group_id, minute), {})
                rest[number] = message
                own.setdefault(message.id, self._said(message, number))
            elif _is_clash(found, message):
                added.clashes.append((line, message))
            else:
                self._recognise(found)
                if found.message != message:
                    told += self._told(found, self._said(message, number), names=False)
        for (group_id, minute), own in waiting.items():
            self._match(group_id, minute, list(own.values()), rest, told, aliases)
        added.touched += known.add_aliases(self._db, aliases)
        added.touched += known.complete(self._db, told)
        return [(read[number][0], message) for number, message in sorted(rest.items())]

    def _told_by_known(self, read: Sequence[Line], added: Added) -> list[tuple[Stored, Message]]:
        """What a file tells that names an id again, or one of another time."""
        stored = known.by_any_id(self._db, [message.id for _, message in read])
        told = []
        for line, message in read:
            if _is_clash(stored[message.id], message):
                added.clashes.append((line, message))
            elif stored[message.id].message != message:
                told += self._told(stored[message.id], self._said(message, line), names=False)
        return told

    def _match(
        self,
        group_id: str,
        minute: int,
        read: list[Said],
        rest: dict[int, Message],
        told: list[tuple[Stored, Message]],
        aliases: list[Alias],
    ) -> None:
        start = minute * MINUTE
        rows = known.between(self._db, group_id, start, start + MINUTE, self.newest)
        stored = {self._group(row.message.group_id).stored(row): row for row in rows if not self._recognised[row.row]}
        if not stored:
            return
        read.sort(key=lambda said: said.message.sent_at)
        found, moved = aligned(list(stored), read)
        for old, new in found:
            row = stored[old]
            self._recognise(row)
            del rest[new.place]
            aliases.append(Alias(new.message.id, row.row, new.message.native_id))
            told += self._told(row, new, names=True)
        for said, moment in moved.items():
            if said in stored:
                told.append((stored[said], replace(said.message, sent_at=moment)))
            elif said.place in rest:
                rest[said.place] = replace(said.message, sent_at=moment)

    def _told(self, stored: Stored, read: Said, *, names: bool) -> list[tuple[Stored, Message]]:
        """What is stored together with what this export tells, if that is more."""
        old, new = self._group(stored.message.group_id).stored(stored), read.message
        account = max(read, old, key=lambda said: said.standing)
        if account.is_account and new.sender and (names or old.standing != read.standing):
            sender = account.message.sender or ""
            for name in {old.message.name, new.name} - {sender}:
                self._learn(new.group_id, sender, name, new.sent_at)
        whole = merged(old, read)
        return [(stored, whole)] if whole != stored.message else []

    def _recognise(self, stored: Stored) -> None:
        if stored.row <= self.newest:
            self._recognised[stored.row] = 1
        if stored.import_number != self._import:
            self._retold.append(stored.row)

    def _said(self, message: Message, place: int) -> Said:
        group = self._group(message.group_id)
        is_account = self._has_accounts and (
            not self._has_names or message.name != message.sender or group.is_account(message.sender)
        )
        native_ids = (message.native_id,) if message.native_id else ()
        return Said(message, group.names_of(message.sender), is_account, native_ids, place)

    def _learn(self, group_id: str, account: str, name: str, moment: datetime, *, is_shown: bool = True) -> None:
        key = (group_id, account, name, is_shown)
        first, last = self._learnt.get(key, (moment, moment))
        self._learnt[key] = min(first, moment), max(last, moment)

    def _save_names(self) -> None:
        for (group_id, account, name, is_shown), (first, last) in self._learnt.items():
            members.add_names(self._db, group_id, [Named(account, name, first, last, is_shown)])
        self._learnt.clear()


class _Group(Senders):
    """The senders, and from when to when there were messages before this file."""

    def __init__(self, home: Home, group_id: str) -> None:
        super().__init__(home, group_id)
        span = messages.span(home.db, group_id)
        self.span = (span[1].replace(second=0, microsecond=0), span[2] + timedelta(seconds=MINUTE)) if span else None

    def holds(self, moment: datetime) -> bool:
        return self.span is not None and self.span[0] <= moment < self.span[1]

    def note(self, message: Message) -> None:
        if message.sender:
            self.know(message.sender, message.name)


def _is_clash(stored: Stored | None, message: Message) -> bool:
    """An export that numbers its messages anew gives old ids to new messages, and anybody can write sediment's own: they must not pass for known ones."""
    if stored is None:
        return False
    if stored.message.group_id != message.group_id:
        return True
    if stored.message.text == message.text:
        return False
    precision = max(stored.message.precision, message.precision)
    return stored.message.sent_at.timestamp() // precision != message.sent_at.timestamp() // precision
