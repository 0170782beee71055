"""Which earlier message each message answers: a quote decides; otherwise a trained scorer weighs who spoke when, names, words and forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sediment.models import Link, Message
from sediment.threads.features import CANDIDATES, PAIR, Bools, Grid, grid
from sediment.threads.fragments import fitted
from sediment.threads.judging import Doubt, Judge, can_be_judged
from sediment.threads.scorer import ANSWERED, HEADS, Network, Scorer, mean_chances, shipped
from sediment.threads.second import Window, decided, joined, second_look, shortened, shortlist, window_of
from sediment.threads.third import Looked, third_look
from sediment.threads.traits import REACH, Floats, Ints, Traits, is_spoken, traits

CONTEXT = 3 * REACH
"""The links of a message depend on at most so many messages before it, save that a quote reaches any message that is given. More context changes nothing.
Of the later ones at most twice third.AHEAD count, none further than AFTER."""

AFTER = 2 * REACH

ANOTHER = 0.4
"A second answered message is kept from this probability on."

_SURE = 0.8
"A judge is asked where what was chosen is less probable than this …"

_POSSIBLE = 0.04
"… and told of the other talks that are at least so probable …"

_OPTIONS = 4
"… but of so many at most."

_BLOCK = 256  # rows of one grid, to bound the memory
_SHARE = 8192  # messages taken at once, to bound it too


def links(messages: Sequence[Message], first: int = 0, judge: Judge | None = None) -> list[Link]:
    """The links of messages[first:], in order; of one message the best first. A message without a link starts something.

    The messages before `first` are context only. Scores are probabilities. `judge` has the last word where the scorer is in doubt
    about words."""
    given = {message.id for message in messages}
    found: list[Link] = []
    for start in range(first, len(messages), _SHARE):
        since = max(0, start - CONTEXT, _needed_from(messages, start))
        scored = scored_links(messages[since : start + _SHARE + AFTER], start - since, shipped(), judge)
        for message in messages[start : start + _SHARE]:
            if message.reply_to in given and message.reply_to is not None and message.reply_to != message.id:
                found.append(Link(message.id, message.reply_to, 1.0, "quote"))
            else:
                found += scored.get(message.id, [])
    return found


def _needed_from(messages: Sequence[Message], start: int) -> int:
    """Where the context of messages[start:] has to begin: each of three looks leans on CANDIDATES earlier messages that somebody sent, and these on REACH
    others. Notices apart it is less than CONTEXT."""
    spoken = 0
    for index in range(start - 1, -1, -1):
        spoken += is_spoken(messages[index])
        if spoken == 3 * CANDIDATES:
            return index - REACH
    return 0


def scored_links(
    messages: Sequence[Message], first: int, scorer: Scorer, judge: Judge | None = None
) -> dict[str, list[Link]]:
    """By message id, what `scorer` makes of messages[first:], and `judge` of what is in doubt."""
    known = traits(messages)
    found: dict[str, list[Link]] = {}
    doubts = []
    for look in looks(messages, known, int(np.searchsorted(known.index, first)), scorer):
        for number, (index, picks) in enumerate(zip(known.index[look.table.rows].tolist(), _picks(look), strict=True)):
            message = messages[index]
            found[message.id] = [_link(messages, known, look, number, pick) for pick in picks]
            if judge and not message.reply_to and can_be_judged(message):
                options = tuple(_link(messages, known, look, number, column) for column in _doubtful(look, number))
                doubts += [Doubt(message.id, options)] if options else []
    if judge and doubts:
        for id, link in judge(messages, doubts).items():
            if link is None:
                found[id] = []
            elif link not in found[id][:1]:
                found[id] = [replace(link, why="model")]
    return found


@dataclass(frozen=True, slots=True)
class Look:
    """A block of rows."""

    table: Grid
    window: Window
    chances: Floats  # (rows, CANDIDATES + 1): how probable each candidate is after the last look
    chosen: Ints  # (rows,): a column
    moved: Bools  # (rows,): chosen for the talk, with what answers the row


def looks(messages: Sequence[Message], known: Traits, begin: int, scorer: Scorer) -> Iterator[Look]:
    """The rows from `begin` on, block by block."""
    count = len(known.index)
    quotes = quoted_steps(messages, known)
    steps, both = np.zeros(count, dtype=np.int64), np.zeros((count, CANDIDATES + 1), dtype=np.float32)
    held: tuple[Grid, Window, Floats] | None = None
    for table, window, seen, short in third_looks(messages, known, begin, scorer, quotes):
        chances = _spread(table, seen, short, scorer.third)
        steps[table.rows], both[table.rows] = decided(window, chances[:, :, ANSWERED]), chances.mean(axis=2)
        for row in table.rows:
            if (step := quotes.get(int(row))) is not None:
                steps[row], both[row] = step, np.arange(CANDIDATES + 1) == step
        if held is not None:
            yield _fitted(known, both, steps, *held)
        held = (table, window, chances[:, :, ANSWERED])
    if held is not None:
        yield _fitted(known, both, steps, *held)


def _fitted(known: Traits, both: Floats, steps: Ints, table: Grid, window: Window, chances: Floats) -> Look:
    chosen = fitted(known, table, window, both, steps)
    return Look(table, window, chances, chosen, chosen != steps[table.rows])


def third_looks(
    messages: Sequence[Message], known: Traits, begin: int, scorer: Scorer, quotes: dict[int, int] | None = None
) -> Iterator[tuple[Grid, Window, Floats, Ints]]:
    """The rows from `begin` on, block by block, with their talks after the second look, what the third sees, and of which columns."""
    count = len(known.index)
    quotes = quoted_steps(messages, known) if quotes is None else quotes
    steps, starts = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.float32)
    looked = Looked(
        np.zeros((HEADS, count, CANDIDATES + 1), dtype=np.float32).transpose(1, 2, 0), np.zeros((count, CANDIDATES + 1), dtype=np.float32),
        steps.copy(), starts.copy(),
    )  # fmt: skip
    held: tuple[Grid, Floats] | None = None
    for start, stop in _blocks(begin, count):
        table = grid(known, start, stop)
        here = {row: quotes[row] for row in range(start, stop) if row in quotes}
        first = scorer.first.chances(table.features, table.valid)
        steps[start:stop], starts[start:stop] = first[:, :, ANSWERED].argmax(axis=1), first[:, 0, ANSWERED]
        for row, step in here.items():
            steps[row] = step
        if stop <= begin - CANDIDATES:
            continue  # no row from `begin` on asks for more of these than what the first look made of them
        window = window_of(known, table, steps)
        chances = _spread(table, *again(table, window, starts, first), scorer.second)
        looked.note(table, chances, decided(window, chances[:, :, ANSWERED]))
        looked.quoted(here)
        if held is not None:
            yield _third(known, looked, *held)
        # What follows these rows, which the third look needs, is in the next block.
        held = (table, chances) if start >= begin else None
    if held is not None:
        yield _third(known, looked, *held)


def _third(known: Traits, looked: Looked, table: Grid, chances: Floats) -> tuple[Grid, Window, Floats, Ints]:
    window = window_of(known, table, looked.steps)
    return table, window, *third_look(known, table, window, looked, chances)


def _spread(table: Grid, features: Floats, short: Ints, networks: Sequence[Network]) -> Floats:
    """What the networks tell of the columns `short`, over all columns."""
    chances = np.zeros((HEADS, *table.valid.shape), dtype=np.float32).transpose(1, 2, 0)
    told = mean_chances(networks, features, shortened(table.valid, short))
    np.put_along_axis(chances, short[:, :, None], told, axis=1)
    return chances


def again(table: Grid, window: Window, starts: Floats, first: Floats) -> tuple[Floats, Ints]:
    """What the second look sees, (rows, SHORT, all features), and which columns these are."""
    short = shortlist(first, table.valid)
    parts = (table.features, second_look(table, window, starts, first))
    return joined(parts, short), short


def _blocks(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of rows: those that only the looks of later ones need, then the others."""
    for start in (begin - 2 * CANDIDATES, begin - CANDIDATES):
        if start + CANDIDATES > 0:
            yield max(0, start), start + CANDIDATES
    for start in range(begin, end, _BLOCK):
        yield start, min(start + _BLOCK, end)


def quoted_steps(messages: Sequence[Message], known: Traits) -> dict[int, int]:
    """Row → how many rows back the message lies that it quotes, where that is a candidate."""
    row_of = {messages[index].id: row for row, index in enumerate(known.index)}
    found = {}
    for row, index in enumerate(known.index):
        quoted = row_of.get(messages[index].reply_to or "")
        if quoted is not None and 0 < row - quoted <= CANDIDATES:
            found[row] = row - quoted
    return found


def _picks(look: Look) -> Iterator[list[int]]:
    """The columns that each row answers, best first; all of one talk."""
    others = look.chances.copy()
    np.put_along_axis(others, look.chosen[:, None], -1, axis=1)
    talk = np.take_along_axis(look.window.root, np.maximum(look.chosen - 1, 0)[:, None], axis=1)
    others[:, 1:][look.window.root != talk] = -1
    other = others.argmax(axis=1)
    also = (other > 0) & (others.max(axis=1) >= ANOTHER)
    for best, second, has_second in zip(look.chosen.tolist(), other.tolist(), also.tolist(), strict=True):
        yield ([best, second] if has_second else [best]) if best else []


def _doubtful(look: Look, number: int) -> list[int]:
    """The best column of each talk that a row may belong to, the likeliest talk first; none where there is no doubt."""
    chances, root = look.chances[number, 1:], look.window.root[number]
    talks = np.bincount(root, chances, minlength=CANDIDATES)
    chosen = int(look.chosen[number])
    if (talks[root[chosen - 1]] if chosen else look.chances[number, 0]) >= _SURE:
        return []
    likely = [int(talk) for talk in np.argsort(-talks, kind="stable")[:_OPTIONS] if talks[talk] >= _POSSIBLE]
    return [int(np.where(root == talk, chances, -1).argmax()) + 1 for talk in likely]


def _link(messages: Sequence[Message], known: Traits, look: Look, number: int, column: int) -> Link:
    return Link(
        messages[known.index[look.table.rows[number]]].id,
        messages[known.index[look.table.candidate[number, column]]].id,
        round(float(look.chances[number, column]), 3),
        ("talk, " if look.moved[number] else "") + _why(look.table.features[number, column]),
    )


_MINE = tuple((PAIR.index(name), word) for name, word in (("only own between", "goes on"), ("own last", "own last")))
_SIGNALS = tuple(
    (PAIR.index(name), word)
    for name, word in (
        ("addresses them", "mention"),
        ("hints at them", "name"),
        ("they address me", "addressed"),
        ("only the two between", "turns"),
        ("asked by them", "question"),
        ("best overlap", "words"),
        ("next", "next"),
    )
)
_SAME = PAIR.index("same sender")


def _why(values: Floats) -> str:
    """One to three words for the strongest signals that speak for this candidate."""
    words = [word for at, word in _SIGNALS if values[at] > 0]
    if values[_SAME] > 0:
        words.insert(0, next((word for at, word in _MINE if values[at] > 0), "own"))
    return ", ".join(words[:3]) or "near"
