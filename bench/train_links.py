"""Train the scorer of links from Ubuntu IRC and hand-written Chinese groups: `python -m bench train-links --data DIR`.

DIR holds `data/irc/train.jsonl` and `group_chat/**/messages.jsonl` with their gold. The same data give the same weights.
The second look learns from what first looks made of messages that they were not trained on, and the third from such second looks: fold k holds Chinese
set k and every n-th IRC log.
`--leave-one-out` measures each Chinese set with networks that have not seen it, instead of writing weights: alone, with a judge that decides every doubt
rightly, and with the one that `--model` names. `--only` measures some of the sets, and `--kept` keeps their networks, for the next measurement with them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import metrics
from bench.labelled import ChatSet, Linked, chat_folders, chat_links, chat_set, irc
from bench.network import Examples, joined, train
from bench.variants import overlaid, shuffled
from sediment import pipeline, resources
from sediment.models import Link, Message
from sediment.pipeline.privacy import discreet_model
from sediment.threads.conversations import conversation_of
from sediment.threads.features import CANDIDATES, Bools, Grid, grid
from sediment.threads.judging import Doubt, Judge, judge_of_links
from sediment.threads.links import again, quoted_steps, scored_links, third_looks
from sediment.threads.scorer import ANSWERED, HEADS, TALK, Network, Scorer, unpacked
from sediment.threads.second import shortened, window_of
from sediment.threads.traits import Floats, Ints, Traits, traits

VARIANTS = 5  # shuffled ones of each set
OVERLAYS = 2  # of each pair of sets
SEVERAL = 3  # networks of the second look, and of the third: their mean varies less
NEWEST = 10  # candidates that the first look always trains on
SAMPLED = 12  # of the others
CHAT_SHARE = 1.0  # weight of all Chinese rows together, as a share of that of IRC
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Group:
    """A labelled log, which Chinese sets it was made from, and which fold leaves it out."""

    linked: Linked
    known: Traits
    made_from: frozenset[int]

    def tables(self) -> Iterator[Grid]:
        begin = int(np.searchsorted(self.known.index, self.linked.first))
        for start in range(max(0, begin - CANDIDATES), len(self.known.index), _BLOCK):
            yield grid(self.known, start, min(start + _BLOCK, len(self.known.index)))


def group(linked: Linked, made_from: Sequence[int] = ()) -> Group:
    return Group(linked, traits(linked.messages), frozenset(made_from))


def chat_groups(sets: Sequence[ChatSet]) -> list[Group]:
    """The Chinese sets, and the variants of them."""
    random = np.random.default_rng(0)
    found = [group(chat_links(data), [number]) for number, data in enumerate(sets)]
    for number, data in enumerate(sets):
        found += [group(shuffled(data, random), [number]) for _ in range(VARIANTS)]
    for one, other in combinations(range(len(sets)), 2):
        found += [group(overlaid(sets[one], sets[other], random), [one, other]) for _ in range(OVERLAYS)]
    return found


def first_examples(of: Group, random: np.random.Generator) -> Examples:
    """The newest candidates and the answered ones, and of the others some that stand for all."""
    parts = []
    truth = Truth.of(of)
    for table in of.tables():
        true = truth.of_rows(table)
        sure = table.valid & (true[:, :, ANSWERED] | (np.arange(CANDIDATES + 1) <= NEWEST))
        left = (table.valid & ~sure).sum(axis=1, keepdims=True)
        rank = np.where(sure, -1.0, np.where(table.valid, random.random(sure.shape), 2.0))
        columns = np.argsort(rank, axis=1)[:, : NEWEST + 1 + SAMPLED]
        drawn = np.maximum(shortened(table.valid & ~sure, columns).sum(axis=1, keepdims=True), 1)
        stands_for = np.where(shortened(sure, columns), 1, left / drawn) * shortened(table.valid, columns)
        parts.append(_examples(shortened(table.features, columns), stands_for, shortened(true, columns)))
    return joined(parts)


def second_examples(of: Group, first: Network) -> Examples:
    steps = np.zeros(len(of.known.index), dtype=np.int64)
    starts = np.ones(len(of.known.index), dtype=np.float32)
    quotes = quoted_steps(of.linked.messages, of.known)
    truth = Truth.of(of)
    parts = []
    for table in of.tables():
        found = first.chances(table.features, table.valid)
        steps[table.rows], starts[table.rows] = found[:, :, ANSWERED].argmax(axis=1), found[:, 0, ANSWERED]
        for row in table.rows:
            steps[row] = quotes.get(int(row), steps[row])
        features, short = again(table, window_of(of.known, table, steps), starts, found)
        parts.append(_examples(features, shortened(table.valid, short), shortened(truth.of_rows(table), short)))
    return joined(parts)


def third_examples(of: Group, scorer: Scorer) -> Examples:
    begin = int(np.searchsorted(of.known.index, of.linked.first))
    truth = Truth.of(of)
    return joined(
        [
            _examples(seen, shortened(table.valid, short), shortened(truth.of_rows(table), short))
            for table, _, seen, short in third_looks(of.linked.messages, of.known, begin, scorer)
        ]
    )


def _examples(features: Floats, stands_for: NDArray[Any], true: Bools) -> Examples:
    kept = true.any(axis=(1, 2))
    count = int(kept.sum())
    return Examples(
        features[kept].astype(np.float16), stands_for[kept].astype(np.float16), true[kept], np.ones(count, np.float32)
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """What the labels say: row → the columns that it answers; and the conversation of each row, -1 where it has none."""

    wanted: dict[int, list[int]]
    talk: Ints

    @classmethod
    def of(cls, group: Group) -> Truth:
        row_of = {int(index): row for row, index in enumerate(group.known.index)}
        pairs = [(row_of[a], row_of[b]) for a, b in group.linked.links if a in row_of and b in row_of]
        wanted: dict[int, list[int]] = {}
        for later, earlier in pairs:
            if later - earlier <= CANDIDATES:
                wanted.setdefault(later, []).append(later - earlier)
        root = metrics.components(pairs, {row for pair in pairs for row in pair})
        number = {of: n for n, of in enumerate(dict.fromkeys(root.values()))}
        talk = np.array([number[root[row]] if row in root else -1 for row in range(len(group.known.index))])
        return cls(wanted, talk)

    def of_rows(self, table: Grid) -> Bools:
        """(rows, CANDIDATES + 1, HEADS)."""
        true = np.zeros((*table.valid.shape, HEADS), dtype=bool)
        for number, row in enumerate(table.rows):
            true[number, self.wanted.get(int(row), []), ANSWERED] = True
        labelled = np.isin(table.rows, list(self.wanted))[:, None]
        mine = self.talk[table.rows][:, None]
        true[:, 1:, TALK] = labelled & (mine == self.talk[table.candidate[:, 1:]]) & (mine >= 0)
        true &= table.valid[:, :, None]
        true[:, 0, TALK] = labelled[:, 0] & ~true[:, 1:, TALK].any(axis=1)
        return true


def trained(english: Sequence[Examples], chinese: Sequence[Examples], seed: int = 0) -> Network:
    rows, others = (sum(len(part.true) for part in parts) for parts in (english, chinese))
    weight = CHAT_SHARE * rows / max(1, others)
    return train(joined([*english, *(part.weighing(weight) for part in chinese)]), seed)


class Course:
    """The steps of training, each done once. The folds' first and second looks have seen neither Chinese set k nor every n-th log."""

    def __init__(self, logs: Sequence[Group], chats: Sequence[Group], sets: int) -> None:
        self._chats = chats
        random = np.random.default_rng(0)
        # The fold of one of its sets has not seen an overlay; of the other set it has seen the messages, in other company.
        of_log, of_chat = [number % sets for number in range(len(logs))], [min(chat.made_from) for chat in chats]
        self._firsts = [first_examples(log, random) for log in logs], [first_examples(chat, random) for chat in chats]
        first = [self._fold(self._firsts, number, of_log, 1) for number in range(sets)]
        self._seconds = (
            [second_examples(log, first[at][0]) for log, at in zip(logs, of_log, strict=True)],
            [second_examples(chat, first[at][0]) for chat, at in zip(chats, of_chat, strict=True)],
        )
        second = [self._fold(self._seconds, number, of_log, SEVERAL) for number in range(sets)]
        self._folds = [Scorer(one[0], several, ()) for one, several in zip(first, second, strict=True)]
        self._thirds = (
            [third_examples(log, self._folds[at]) for log, at in zip(logs, of_log, strict=True)],
            [third_examples(chat, self._folds[at]) for chat, at in zip(chats, of_chat, strict=True)],
        )

    def whole(self) -> Scorer:
        first, second, third = (
            _trained(*parts, number)
            for parts, number in ((self._firsts, 1), (self._seconds, SEVERAL), (self._thirds, SEVERAL))
        )
        return Scorer(first[0], second, third)

    def without(self, number: int) -> Scorer:
        english, chinese = self._thirds
        return replace(self._folds[number], third=_trained(english, self._unseen(chinese, number), SEVERAL))

    def _fold(self, parts: _Parts, number: int, of_log: Sequence[int], networks: int) -> tuple[Network, ...]:
        english = [part for part, at in zip(parts[0], of_log, strict=True) if at != number]
        return _trained(english, self._unseen(parts[1], number), networks)

    def _unseen(self, parts: Sequence[Examples], number: int) -> list[Examples]:
        return [part for part, chat in zip(parts, self._chats, strict=True) if number not in chat.made_from]


_Parts = tuple[Sequence[Examples], Sequence[Examples]]  # of IRC and of the Chinese groups


def _trained(english: Sequence[Examples], chinese: Sequence[Examples], number: int) -> tuple[Network, ...]:
    print(f"{number} × {len(english)} logs and {len(chinese)} groups", file=sys.stderr)
    return tuple(trained(english, chinese, seed) for seed in range(number))


def measured(data: ChatSet, scorer: Scorer, judge: Judge | None = None) -> Mapping[str, object]:
    messages = chat_links(data).messages
    scored = scored_links(messages, 0, scorer, judge)
    found: list[Link] = []
    for message in messages:
        found += [Link(message.id, message.reply_to, 1.0)] if message.reply_to else scored.get(message.id, [])
    answers: dict[str, list[str]] = {}
    for link in found:
        answers.setdefault(link.message_id, []).append(link.answers)
    return metrics.links(data, answers) | metrics.conversations(data, conversation_of(messages, found, {}))


def right(data: ChatSet) -> Judge:
    """A judge that knows the labels: what is answered, else what is of the same conversation, else a start."""

    def judge(_: Sequence[Message], doubts: Sequence[Doubt]) -> dict[str, Link | None]:
        return {
            doubt.message_id: _right(data.gold, doubt)
            for doubt in doubts
            if data.gold[doubt.message_id]["conversation"]
        }

    return judge


def _right(gold: Mapping[str, Mapping[str, Any]], doubt: Doubt) -> Link | None:
    mine = gold[doubt.message_id]
    answered = [link for link in doubt.options if link.answers in mine["replies_to"]]
    alike = [link for link in doubt.options if gold[link.answers]["conversation"] == mine["conversation"]]
    return next(iter(answered or (alike if mine["replies_to"] else [])), None)


def save(path: Path, scorer: Scorer) -> None:
    arrays: dict[str, Any] = scorer.packed()
    np.savez(path, **arrays)


def kept_or(path: Path | None, make: Callable[[], Scorer]) -> Scorer:
    """The scorer that lies at `path`, else a new one, which is then put there."""
    if path and path.exists():
        with np.load(path) as arrays:
            return unpacked(arrays)
    scorer = make()
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, scorer)
    return scorer


def _measured_with(model: str, data: ChatSet, scorer: Scorer) -> Mapping[str, object]:
    with tempfile.TemporaryDirectory() as folder, pipeline.open_home(Path(folder)) as home:
        asked = discreet_model(home, model)
        return measured(data, scorer, judge_of_links(asked, home.config.zone) if asked else None)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench train-links", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=resources.folder("data") / "links.npz")
    parser.add_argument("--leave-one-out", action="store_true", help="measure instead of writing")
    parser.add_argument(
        "--only", nargs="+", metavar="SET", help="the names of the sets to measure, with --leave-one-out"
    )
    parser.add_argument("--kept", type=Path, help="folder of what --leave-one-out trains; what lies there is used")
    parser.add_argument("--model", help="as `sediment --model`: to judge doubtful links, with --leave-one-out")
    options = parser.parse_args(argv)
    sets = [chat_set(path) for path in chat_folders(options.data / "group_chat")]

    @cache
    def course() -> Course:
        logs = irc(options.data / "data" / "irc" / "train.jsonl")
        return Course([group(log) for log in logs], chat_groups(sets), len(sets))

    def without(number: int) -> Scorer:
        return course().without(number)

    if options.leave_one_out:
        for number, data in enumerate(sets):
            if options.only and data.folder.name not in options.only:
                continue
            kept = options.kept and options.kept / f"{data.folder.name}.npz"
            scorer = kept_or(kept, partial(without, number))
            print(data.folder.name, measured(data, scorer), flush=True)
            print("  doubts judged rightly", measured(data, scorer, right(data)), flush=True)
            if options.model:
                print(f"  doubts judged by {options.model}", _measured_with(options.model, data, scorer), flush=True)
        return 0
    scorer = course().whole()
    save(options.out, scorer)
    print(f"{options.out}: trained on IRC and on {', '.join(data.folder.name for data in sets)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
