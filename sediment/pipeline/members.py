"""Who is who in a group: which accounts and names are one person, as the exports tell and as somebody corrected it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from sediment.errors import UsageError
from sediment.models import Member, MemberName
from sediment.pipeline.days import group_days
from sediment.pipeline.home import Home, find_group
from sediment.pipeline.matching import is_mail
from sediment.store import members as kept
from sediment.store import settled
from sediment.store.members import Activity, Named
from sediment.store.schema import transaction

_OFFERED = 3  # members whose names are near


def members(home: Home, group: str) -> list[Member]:
    """Everybody who ever wrote, the one with most messages first. Raises UsageError for an unknown group."""
    return _members(home, find_group(home, group).id)


def merge_members(home: Home, group: str, person: str, other: str) -> Member:
    """From now on what `other` wrote counts as `person`'s. Both are accounts or names. Returns the person as it is now.

    Raises UsageError where one is unknown, could be several, or both are one already; Locked."""
    with home.writing():
        chosen = find_group(home, group)
        known = _members(home, chosen.id)
        one, two = find_member(known, person), find_member(known, other)
        if one.id == two.id:
            raise UsageError(f"{person!r} and {other!r} are one member already.", hint=_told([one]))
        return _correct(home, chosen.id, two.id, one.id)


def split_member(home: Home, group: str, other: str) -> Member:
    """From now on `other`, an account or a name that counted as somebody else's, is a member of its own, who is returned.

    Raises UsageError where there is none, or several; Locked."""
    with home.writing():
        chosen = find_group(home, group)
        people = kept.people(home.db, chosen.id)
        called = [n.sender for n in kept.names(home.db, chosen.id) if n.name == other and n.sender in people]
        found = [other] if other in people else called
        if len(found) != 1:
            told = (
                f"{other!r} could be several members: {', '.join(found)}."
                if found
                else f"Nothing is merged under {other!r}."
            )
            raise UsageError(told, hint="Use the account." if found else "`sediment members GROUP` lists them.")
        return _correct(home, chosen.id, found[0], found[0])


def resolve(home: Home, group_id: str) -> None:
    """Work out anew who is who, within a transaction. Days of those who are somebody else now wait to be settled again."""
    people = _people(kept.names(home.db, group_id), kept.corrections(home.db, group_id))
    before = kept.people(home.db, group_id)
    if people == before:
        return
    changed = {sender for sender in {*people, *before} if people.get(sender) != before.get(sender)}
    kept.save_people(home.db, group_id, people)
    moments = kept.moments_of(home.db, group_id, changed)
    settled.add_pending(home.db, group_days(moments, home.config.zone), changed=True)


def _correct(home: Home, group_id: str, sender: str, person: str) -> Member:
    with transaction(home.db):
        kept.add_correction(home.db, group_id, sender, person)
        resolve(home, group_id)
    return next(member for member in _members(home, group_id) if member.id == person)


def _people(names: Sequence[Named], corrections: Mapping[str, str]) -> dict[str, str]:
    """Sender → person, for senders that are somebody else. Corrections go before what names tell."""
    goes_to = dict(corrections)
    for sender, account in _by_name(names).items():
        if sender not in goes_to and _end(account, goes_to) != sender:
            goes_to[sender] = account
    ends = {sender: _end(sender, goes_to) for sender in goes_to}
    return {sender: person for sender, person in ends.items() if person != sender}


def _end(sender: str, goes_to: Mapping[str, str]) -> str:
    """Where the way from a sender over those that it counts as ends."""
    while (person := goes_to.get(sender, sender)) != sender:
        sender = person
    return sender


def _by_name(names: Sequence[Named]) -> dict[str, str]:
    """Bare name, or the mail address that QQ shows for some numbers → the account that was called so. Where several were, the only one that was at that
    time; else nobody is taken for it."""
    accounts = {named.sender for named in names if named.name != named.sender and not is_mail(named.sender)}
    called: dict[str, list[Named]] = {}
    for named in names:
        if named.sender in accounts:
            called.setdefault(named.name, []).append(named)
    found = {}
    for bare in names:
        those = called.get(bare.name, []) if bare.sender not in accounts else []
        if len(those) > 1:
            those = [named for named in those if named.first <= bare.last and bare.first <= named.last]
        if len(those) == 1:
            found[bare.sender] = those[0].sender
    return found


def _members(home: Home, group_id: str) -> list[Member]:
    people, activity = kept.people(home.db, group_id), kept.activity(home.db, group_id)
    names: dict[str, list[Named]] = {}
    for named in kept.names(home.db, group_id):
        names.setdefault(people.get(named.sender, named.sender), []).append(named)
    senders: dict[str, list[str]] = {}
    for sender in activity:
        senders.setdefault(people.get(sender, sender), []).append(sender)
    found = [_member(id, own, activity, names.get(id, [])) for id, own in senders.items()]
    return sorted(found, key=lambda member: (-member.messages, member.id))


def _member(id: str, senders: Sequence[str], activity: Mapping[str, Activity], named: Sequence[Named]) -> Member:
    accounts = {n.sender for n in named if n.name != n.sender}
    own = [activity[sender] for sender in senders]
    called = _called([n for n in named if n.name and not (n.sender in accounts and n.name == n.sender)])
    return Member(
        id=id,
        account=id if id in accounts else None,
        name=called[0].name if called else id,
        names=called,
        messages=sum(a.messages for a in own),
        first=min(a.first for a in own),
        last=max(a.last for a in own),
        merged=tuple(sorted(sender for sender in senders if sender != id)),
    )


def _called(named: Sequence[Named]) -> tuple[MemberName, ...]:
    """Each name with its first and last time: those that the group shows, the last one first, then the accounts' own."""
    found: dict[str, MemberName] = {}
    shown = {n.name for n in named if n.is_shown}
    for n in named:
        old = found.get(n.name, MemberName(n.name, n.first, n.last))
        found[n.name] = MemberName(n.name, min(old.first, n.first), max(old.last, n.last))
    order = sorted(found.values(), key=lambda name: (name.name in shown, name.last, name.first, name.name))
    return tuple(reversed(order))


def find_member(known: Sequence[Member], who: str) -> Member:
    """By account, else by the name of today, else by any, else by the beginning of one. Raises UsageError, which names who else may be meant."""
    found = (
        [m for m in known if who == m.id or who in m.merged]
        or [m for m in known if who == m.name]
        or [m for m in known if any(who == name.name for name in m.names)]
        or [m for m in known if who and any(name.startswith(who.casefold()) for name in _names(m))]
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{who!r} could be several members: {_told(found)}.", hint="Use the account.")
    if near := _near(known, who):
        raise UsageError(f"There is no member {who!r}.", hint=f"Is one of these meant? {_told(near)}.")
    raise UsageError(f"There is no member {who!r}.", hint="`sediment members GROUP` lists them.")


def _near(known: Sequence[Member], who: str) -> list[Member]:
    """Up to three who have the words somewhere in a name, or are called nearly so, whole or in a part of a name such as `杭州-小鱼-母婴私域`."""
    who = who.casefold()
    parts = {m.id: {part for name in _names(m) for part in (name, *re.findall(r"\w+", name))} for m in known}
    likest = get_close_matches(who, sorted(set().union(*parts.values())))
    holding = [m for m in known if who and any(who in name for name in _names(m))]
    return (holding or list({m.id: m for like in likest for m in known if like in parts[m.id]}.values()))[:_OFFERED]


def _names(member: Member) -> list[str]:
    return [name.name.casefold() for name in member.names]


def _told(members: Iterable[Member]) -> str:
    return "; ".join(f"{m.name} ({m.id})" if m.name != m.id else m.id for m in members)
