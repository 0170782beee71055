"""Messages that were stored twice because nobody knew that two names are one person: a later file tells it, and they become one.

So the history is the same whatever the order of imports: a name is as good as if it had been known from the start."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sediment.pipeline.home import Home
from sediment.pipeline.matching import Said, aligned, have_same_content, merged
from sediment.pipeline.senders import MINUTE, Senders
from sediment.store import known, members
from sediment.store.known import Stored
from sediment.store.members import Named
from sediment.store.messages import newest_row

_LOOKED_AT = 5000  # minutes of one file in which names and accounts are compared
_TELLING = 8  # characters that two people do not write in the same moment

Moment = tuple[str, datetime]  # group id, time


def reunite(home: Home, group_id: str) -> tuple[list[Moment], Counter[int]]:
    """Make one of messages that are the same by what names are known now, within a transaction. Returns the moments at which the history changed,
    and how many messages there are less of each import."""
    senders = Senders(home, group_id)
    learnt = members.unreunited(home.db, group_id)
    if named := _named_by_content(home, senders, learnt):
        members.add_names(home.db, group_id, named)
        senders = Senders(home, group_id)
        learnt |= {one.sender for one in named}
    touched, gone = list[Moment](), Counter[int]()
    for minute in members.shared_minutes(home.db, group_id, senders.pairs(learnt)):
        touched += _reunite_minute(home, senders, minute, gone)
    members.note_reunited(home.db, group_id)
    return touched, gone


# ---- stored twice ---------------------------------------------------------------------------------------------------


def _reunite_minute(home: Home, senders: Senders, minute: int, gone: Counter[int]) -> list[Moment]:
    """As if each import came once more, after those before it."""
    rows = _rows(home, senders, minute)
    touched: list[Moment] = []
    alive: dict[int, tuple[Stored, Said]] = {}
    for number in sorted({stored.import_number for stored, _ in rows}):
        read = {stored.row: (stored, said) for stored, said in rows if stored.import_number == number}
        found, moved = aligned([said for _, said in alive.values()], [said for _, said in read.values()])
        alive |= read
        for old, new in found:
            touched += _make_one(home, alive, old, new, gone)
        late = [(said.place, replace(said.message, sent_at=at)) for said, at in moved.items() if said.place in alive]
        touched += known.amend(home.db, late)
    return touched


def _rows(home: Home, senders: Senders, minute: int) -> list[tuple[Stored, Said]]:
    """The messages of a minute, in order, with the imports that hold them."""
    rows = known.between(home.db, senders.group_id, minute * MINUTE, (minute + 1) * MINUTE, newest_row(home.db))
    told_by = known.told_by(home.db, rows)
    return [(row, replace(senders.stored(row), told_by=told_by[row.row])) for row in rows]


def _make_one(
    home: Home, alive: dict[int, tuple[Stored, Said]], old: Said, new: Said, counted: Counter[int]
) -> list[Moment]:
    if known.are_cited(home.db, new.place):
        if known.are_cited(home.db, old.place):
            return []  # documents quote the words of both
        old, new = new, old
    (kept, _), (gone, _) = alive[old.place], alive.pop(new.place)
    whole = merged(old, new)
    known.unite(home.db, kept, gone)
    counted[gone.import_number] += 1
    told_by = old.told_by | new.told_by
    native_ids = tuple(dict.fromkeys((*old.native_ids, *new.native_ids)))
    alive[old.place] = (
        replace(kept, message=whole),
        replace(old, message=whole, names=old.names | new.names, told_by=told_by, native_ids=native_ids),
    )
    touched = [(m.group_id, m.sent_at) for m in (old.message, new.message)]
    return touched + known.complete(home.db, [(kept, whole)] if whole != kept.message else [])


# ---- who says the same in the same moments --------------------------------------------------------------------------


@dataclass
class _Likeness:
    """What a bare name and an account said in the same moments."""

    moments: int = 0
    is_telling: bool = False  # words that nobody else writes just then
    first: datetime | None = None
    last: datetime | None = None
    bare: set[int] = field(default_factory=set)  # imports

    def note(self, said: Said, other: Said) -> None:
        at = said.message.sent_at
        self.moments += 1
        self.is_telling |= said.words == other.words and len(said.words) >= _TELLING
        self.first, self.last = min(self.first or at, at), max(self.last or at, at)
        self.bare |= said.told_by


def _named_by_content(home: Home, senders: Senders, learnt: set[str]) -> list[Named]:
    """The names of accounts that only what they said gives away: one export shows nicknames and the other cards.

    A name is an account's if both said the same in most of the moments in which they can be told apart, in two of them or in words that are long enough, no
    other name or account did so as often, and no message of the account is known to stand in the name's exports already."""
    bare = senders.without_account()
    if not bare or not (learnt & bare or learnt & senders.accounts):
        return []
    alike, seen = _alike(home, senders, bare)
    best: dict[str, str] = {}
    for name in bare:
        found = sorted(((one.moments, account) for (n, account), one in alike.items() if n == name), reverse=True)
        is_alone = len(found) == 1 or (len(found) > 1 and found[0][0] > 2 * found[1][0])
        if is_alone and found[0][0] * 2 > seen[name]:
            best[name] = found[0][1]
    several = {account for account, count in Counter(best.values()).items() if count > 1}
    imports = members.imports(home.db, senders.group_id, set(best.values()))
    return [
        Named(account, name, one.first, one.last)
        for name, account in sorted(best.items())
        if (one := alike[name, account]).first and one.last and (one.moments > 1 or one.is_telling)
        if account not in several and imports.get(account, set()).isdisjoint(one.bare)
    ]


def _alike(home: Home, senders: Senders, bare: set[str]) -> tuple[dict[tuple[str, str], _Likeness], Counter[str]]:
    """(name, account) → what they said alike, and in how many moments each name could be told from the others."""
    alike: dict[tuple[str, str], _Likeness] = defaultdict(_Likeness)
    seen: Counter[str] = Counter()
    pairs = [(name, "") for name in bare]
    for minute in members.shared_minutes(home.db, senders.group_id, pairs, _LOOKED_AT):
        said = [said for _, said in _rows(home, senders, minute)]
        for one in said:
            if one.message.sender in bare:
                others = _could_be(one, [s for s in said if s.standing])
                if len({other.message.sender for other in others}) > 1:
                    continue
                seen[one.message.sender] += 1
                if (
                    others
                    and len({s.message.sender for s in _could_be(others[0], [s for s in said if not s.standing])}) == 1
                ):
                    alike[one.message.sender, others[0].message.sender or ""].note(one, others[0])
    return dict(alike), seen


def _could_be(one: Said, others: Iterable[Said]) -> list[Said]:
    return [
        other
        for other in others
        if other.told_by.isdisjoint(one.told_by)
        and (one.second == other.second or not (one.is_exact and other.is_exact))
        and have_same_content(one, other)
    ]
