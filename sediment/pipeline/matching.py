"""Which messages of two exports are the same one, and what both together know of it.

Exporters write one message differently: `[图片]`, a path or nothing; an account or only a name; seconds or minutes; ids of their own. Messages are the same
when moment, sender, kind and words agree as far as both exports can tell, each at most once, whichever export came first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sediment.models import Kind, Message
from sediment.sources import labelled
from sediment.sources.qq import without_title

_LIMIT = 1_000_000  # pairs of one minute up to which order is looked at
_NEAR = 1000  # messages of one second that are looked at
_NOTICES: frozenset[Kind] = frozenset({"system", "recall"})
_FAMILIES: dict[Kind, str] = {
    "text": "words",
    "reply": "words",
    "image": "picture",
    "sticker": "picture",
    "share": "link",
}
_RANKS: dict[Kind, int] = {
    "other": 0,
    "text": 1,
    "reply": 2,
}  # what says less about a message comes first; the rest say most
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_NO_GREETING = re.compile(
    r"口令红包|查收红包|领取红包|升级手机QQ"
)  # what QQ for Windows has in the place of a red packet's words
_MEDIA = {"picture", "voice", "video"}  # families that have no words
_FILE = re.compile(r".+\.\w{2,5}")
_CODE = re.compile(r"\[[^\[\]\n]{1,12}\]")
_UNTOLD = (  # what some exports write and others do not
    re.compile(r"https?://\S+"),
    re.compile(r"^(?:@(?:[^@\u2005\n]{1,40}\u2005|\S{1,40}\s))+"),
    _CODE,
)


@dataclass(frozen=True, eq=False)
class Said:
    """A message as an export or the database has it."""

    message: Message
    names: frozenset[str]  # all that its sender was ever called
    is_account: bool  # its sender is an account, not only a name
    native_ids: tuple[str, ...]
    place: int  # row or line
    told_by: frozenset[int] = frozenset()  # imports that hold it

    @property
    def second(self) -> int:
        return int(self.message.sent_at.timestamp())

    @property
    def standing(self) -> int:
        """How much its sender tells: 0 a name, 1 the mail address that QQ shows for some numbers, 2 an account."""
        return 0 if not self.is_account else 1 if is_mail(self.message.sender or "") else 2

    @property
    def is_exact(self) -> bool:
        return self.message.precision == 1

    @cached_property
    def _labelled(self) -> tuple[Kind, str]:
        """Kind and text; a text that only stands for a picture or the like is one."""
        kind, text, _ = (
            labelled(self.message.text) if self.message.kind == "text" else (self.message.kind, self.message.text, "")
        )
        return kind, text

    @property
    def kind(self) -> Kind:
        return self._labelled[0]

    @property
    def family(self) -> str:
        """Kinds of one family are taken for one another."""
        return _FAMILIES.get(self.kind, self.kind)

    @cached_property
    def words(self) -> str:
        """The text without what exporters treat differently, unless nothing else is there."""
        text = _UNSEEN.sub("", unicodedata.normalize("NFC", self._labelled[1]))
        for untold in _UNTOLD:
            text = untold.sub(" ", text) if untold.sub("", text).strip() else text
        if self.kind == "red_packet" and _NO_GREETING.search(text):
            return ""
        if self.kind in _NOTICES:
            text = text.translate({ord(mark): None for mark in "\"“”'。"})
        return "".join(text.split())

    @cached_property
    def ids(self) -> dict[str, str]:
        return {_space(id): id for id in self.native_ids}


Pair = tuple[Said, Said]


def pairs(stored: Sequence[Said], read: Sequence[Said]) -> list[Pair]:
    """(stored, read) messages that are the same, of one minute of one group. Both stand in order of time, then as exported.

    Where both show seconds these decide, whatever the order within one; where one shows minutes the order does (longest common subsequence)."""
    found = _by_second([s for s in stored if s.is_exact], [r for r in read if r.is_exact])
    rest, exact = _left(stored, found), _left([r for r in read if r.is_exact], found)
    found += _in_order([s for s in rest if not s.is_exact], exact)
    found += _in_order(_left(stored, found), [r for r in read if not r.is_exact])
    # Words may stand here for what has only its kind there: where nothing else is left for either.
    return found + _in_order(_left(stored, found), _left(read, found), _are_told_otherwise)


def aligned(stored: Sequence[Said], read: Sequence[Said]) -> tuple[list[Pair], dict[Said, datetime]]:
    """`pairs`, and when those others were sent at the earliest that show only minutes: not before what the order puts before them."""
    found = pairs(stored, read)
    exact = _exact_times(found)
    return found, _inferred(stored, exact) | _inferred(read, exact)


def merged(stored: Said, read: Said) -> Message:
    """What is stored, with what only the other export knows. Its id and its words, which documents cite, never change."""
    old, new = stored.message, read.message
    is_finer = new.precision < old.precision
    gains_account = read.standing > stored.standing
    return replace(
        old,
        sent_at=new.sent_at if is_finer else old.sent_at,
        precision=min(old.precision, new.precision),
        sender=new.sender if gains_account else old.sender,
        name=new.name if not old.name or (stored.is_account and old.name == old.sender) else old.name,
        kind=new.kind if _rank(new.kind) > _rank(old.kind) else old.kind,
        text=old.text or new.text,
        reply_to=old.reply_to or new.reply_to,
        mentions=old.mentions or new.mentions,
        native_id=old.native_id or new.native_id,
        recalled=old.recalled or new.recalled,
    )


def is_mail(sender: str) -> bool:
    return _MAIL.fullmatch(sender) is not None


def are_the_same(one: Said, other: Said) -> bool:
    """Whether moment aside they can be one message."""
    if not _can_be_one(one, other):
        return False
    kinds = {one.kind, other.kind}
    if kinds <= _NOTICES:
        is_second = one.is_exact and other.is_exact
        return one.words == other.words or (len(kinds) == 1 and (is_second or "recall" in kinds))
    return kinds.isdisjoint(_NOTICES) and _same_sender(one, other) and have_same_content(one, other)


def _can_be_one(one: Said, other: Said) -> bool:
    """By where they stand and by their ids."""
    return one.told_by.isdisjoint(other.told_by) and all(
        other.ids.get(space, id) == id for space, id in one.ids.items()
    )


def _left(of: Sequence[Said], found: Sequence[Pair]) -> list[Said]:
    taken = {said for pair in found for said in pair}
    return [said for said in of if said not in taken]


def _same_sender(one: Said, other: Said) -> bool:
    if one.message.sender == other.message.sender:
        return True
    if one.standing == other.standing > 0:
        return False
    return any(
        not {said.message.name, without_title(said.message.name)}.isdisjoint(names)
        for said, names in ((one, other.names), (other, one.names))
    )


def have_same_content(one: Said, other: Said) -> bool:
    """Whether both can be one message by kind and words."""
    if one.words and other.words:
        return one.words == other.words
    families = {one.family, other.family}
    # One export has the title of a file or a link, the other has only its kind, or not even that.
    if len(families) == 1 or ("other" in families and "words" not in families):
        return True
    return one.is_exact and other.is_exact and (_is_written_out(one, other) or _is_written_out(other, one))


def _are_told_otherwise(one: Said, other: Said) -> bool:
    """Whether what one has the kind of alone may be the other, written out or, in the same second, under the label of another kind: QQ copies `[图片]`
    for a voice."""
    is_second = one.is_exact and other.is_exact
    if (is_second and one.second != other.second) or not (_can_be_one(one, other) and _same_sender(one, other)):
        return False
    if is_second and {one.family, other.family} <= _MEDIA:
        return not one.words and not other.words
    return _is_written_out(one, other) or _is_written_out(other, one)


def _is_written_out(one: Said, other: Said) -> bool:
    """Whether a text may be what another export has the kind of alone: the title of a link, the greeting of a red packet, the name of a file, `[早安]`
    for a sticker."""
    if one.kind != "text" or other.words:
        return False
    named = {"picture": _CODE, "file": _FILE}.get(other.family)
    return other.family in ("link", "red_packet") or (named is not None and named.fullmatch(one.words) is not None)


def _rank(kind: Kind) -> int:
    return _RANKS.get(kind, 3)


def _space(native_id: str) -> str:
    """Ids of one look are compared, others come from different counters: WeChat's and QQ's servers give 18 or 19 digits, a group counts from 1."""
    return ("long" if len(native_id) >= 15 else "number") if native_id.isdecimal() else "text"


def _exact_times(found: Iterable[Pair]) -> dict[Said, datetime]:
    """Both sides of each pair of which one shows seconds → that time."""
    exact: dict[Said, datetime] = {}
    for pair in found:
        for said in pair:
            if said.is_exact:
                exact |= dict.fromkeys(pair, said.message.sent_at)
    return exact


def _inferred(order: Iterable[Said], exact: dict[Said, datetime]) -> dict[Said, datetime]:
    """Messages that show only minutes → the time of the one before them, if that is later: so they stay in their place."""
    found, latest = {}, None
    for said in order:
        if said.is_exact or said in exact:
            latest = exact.get(said, said.message.sent_at)
        elif latest and latest > said.message.sent_at:
            found[said] = latest
    return found


# ---- where seconds are known ----------------------------------------------------------------------------------------


def _by_second(stored: Sequence[Said], read: Sequence[Said]) -> list[Pair]:
    waiting: dict[int, list[Said]] = {}
    for said in stored:
        waiting.setdefault(said.second, []).append(said)
    found = _paired(waiting, read, lambda one, other: _are_alike(one, other) and one.words == other.words)
    found += _paired(waiting, _left(read, found), _are_alike)
    # A bare name may be several accounts: it takes what the accounts leave.
    return found + _paired(waiting, _left(read, found), lambda *_: True)


def _are_alike(one: Said, other: Said) -> bool:
    return one.message.sender == other.message.sender


def _paired(waiting: dict[int, list[Said]], read: Sequence[Said], also: Callable[[Said, Said], bool]) -> list[Pair]:
    """Each of `read` with the first that waits in its second and is the same; that one waits no longer."""
    found = []
    for said in read:
        there = waiting.get(said.second, [])
        same = next((s for s in there[:_NEAR] if also(s, said) and are_the_same(s, said)), None)
        if same is not None:
            there.remove(same)
            found.append((same, said))
    return found


# ---- where the order decides ----------------------------------------------------------------------------------------


def _in_order(
    stored: Sequence[Said], read: Sequence[Said], are_same: Callable[[Said, Said], bool] = are_the_same
) -> list[Pair]:
    """A longest common subsequence. Where several are as long the choice is the same with the sides changed."""
    if not stored or not read or len(stored) * len(read) > _LIMIT:
        return []
    rows, columns = len(stored), len(read)
    same = [[are_same(s, r) for r in read] for s in stored]
    length = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            # With the first of both being the same nothing is longer than to take them.
            length[i][j] = 1 + length[i + 1][j + 1] if same[i][j] else max(length[i + 1][j], length[i][j + 1])
    found, i, j = [], 0, 0
    while i < rows and j < columns:
        if same[i][j]:
            found.append((stored[i], read[j]))
            i, j = i + 1, j + 1
        elif length[i + 1][j] != length[i][j + 1]:
            skips_stored = length[i + 1][j] > length[i][j + 1]
            i, j = i + skips_stored, j + (not skips_stored)
        else:
            skips_stored = _key(stored[i]) <= _key(read[j])
            i, j = i + skips_stored, j + (not skips_stored)
    return found


def _key(said: Said) -> tuple[str, ...]:
    return said.words, said.message.name, said.kind, *said.native_ids
