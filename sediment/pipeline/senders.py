"""What the senders of a group were called, and which of them could be one."""

from __future__ import annotations

from collections.abc import Collection

from sediment.pipeline.home import Home
from sediment.pipeline.matching import Said, is_mail
from sediment.sources.qq import without_title
from sediment.store import members
from sediment.store.known import Stored

MINUTE = 60  # seconds: the coarsest that exports show


class Senders:
    """Each with all names that it ever had, as far as they are known; more of them are told with `know`."""

    def __init__(self, home: Home, group_id: str) -> None:
        self.group_id = group_id
        self.accounts: set[str] = set()  # those that were ever called otherwise: a bare name is its own sender
        self._names: dict[str, set[str]] = {}
        for named in members.names(home.db, group_id):
            self.know(named.sender, named.name)
        for sender, person in members.people(home.db, group_id).items():
            self._names.setdefault(person, set()).add(sender)

    def know(self, sender: str, name: str) -> None:
        self._names.setdefault(sender, set()).update((name, without_title(name)))
        if name != sender:
            self.accounts.add(sender)

    def names_of(self, sender: str | None) -> frozenset[str]:
        return frozenset(self._names.get(sender or "", ()))

    def is_account(self, sender: str | None) -> bool:
        return sender in self.accounts

    def stored(self, row: Stored) -> Said:
        sender = row.message.sender
        return Said(row.message, self.names_of(sender), self.is_account(sender), row.native_ids, row.row)

    def without_account(self) -> set[str]:
        """Bare names that no account is known to have."""
        taken = {name for account in self.accounts for name in self._names[account]}
        bare = {sender for sender in self._names if sender not in self.accounts}
        return {name for name in bare if {name, without_title(name)}.isdisjoint(taken)} if self.accounts else set()

    def pairs(self, changed: Collection[str]) -> set[tuple[str, str]]:
        """Those of which one is `changed`, that may be one person because they have a name in common: first the one that tells less, a bare name or the
        mail address that QQ shows for some numbers."""
        called: dict[str, set[str]] = {}
        for sender, names in self._names.items():
            for name in names:
                called.setdefault(name, set()).add(sender)
        found = set()
        for one in changed:
            for other in set().union(*(called[name] for name in self._names.get(one, ()))) - {one}:
                less, more = sorted((one, other), key=self._standing)
                if self._standing(less) < self._standing(more) or not self._standing(less):
                    found.add((less, more))
        return found

    def _standing(self, sender: str) -> int:
        return 0 if sender not in self.accounts else 1 if is_mail(sender) else 2
