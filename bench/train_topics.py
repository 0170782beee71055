"""Train the model of topic boundaries: `python -m bench train-topics --data DIR`, DIR with `group_chat/`, `data/tiage/train.jsonl` and `data/vcsum/dev.jsonl`.

A logistic model over sediment.threads.topic_features. Dialogues are put together for it: conversations of one hand-written group, and topics of several
TIAGE dialogues, one after another. In the VCSum meetings people marked the boundaries; `--leave-out` measures each with weights that have not seen it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from bench.labelled import ChatSet, chat_folders, chat_messages, chat_set
from bench.segment import Cuts, Dialogue, dialogues, measured
from sediment import resources
from sediment.config import IndexConfig
from sediment.index import embedder as embedder_of
from sediment.models import Message
from sediment.protocols import Embedder, Vectors
from sediment.threads.topic_features import Numbers, features
from sediment.threads.topics import cut, embedded, log_odds

CHATS, DIALOGUES = 60, 250  # put together of each group, and of TIAGE
SHARE = {"chat": 0.25, "tiage": 1.0, "vcsum": 2.0}  # weight of all gaps of a part
RIDGE = 0.005
STEPS = 12  # Newton's method has converged long before


@dataclass(frozen=True, slots=True)
class Piece:
    """Messages about one topic, and where they come from."""

    origin: str
    messages: tuple[Message, ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Example:
    vectors: Vectors
    columns: Mapping[str, Numbers]
    cuts: Cuts


def example(messages: Sequence[Message], vectors: Vectors, cuts: Cuts) -> Example:
    return Example(vectors, features(messages, vectors), cuts)


def chat_pieces(data: ChatSet, embedder: Embedder) -> list[Piece]:
    """The conversations of a group without their noise."""
    by_conversation: dict[str, list[Message]] = {}
    for message in chat_messages(data):
        gold = data.gold[message.id]
        if gold["conversation"] and message.text and not gold["noise"]:
            by_conversation.setdefault(gold["conversation"], []).append(message)
    return [Piece(name, tuple(own), embedded(own, embedder)) for name, own in by_conversation.items() if len(own) > 1]


def topic_pieces(of: Sequence[Dialogue], embedder: Embedder) -> Iterator[Piece]:
    for number, one in enumerate(of):
        vectors, places = embedded(one.messages, embedder), [0, *sorted(one.cuts), len(one.messages)]
        for start, stop in pairwise(places):
            yield Piece(str(number), one.messages[start:stop], vectors[start:stop])


def together(pieces: Sequence[Piece], count: int, longest: int, random: np.random.Generator) -> Iterator[Example]:
    """Parts of two to eight pieces of different origin, one after another."""
    for _ in range(count):
        chosen = {piece.origin: piece for piece in (pieces[i] for i in random.permutation(len(pieces))[:24])}
        parts = [_part(piece, longest, random) for piece in list(chosen.values())[: random.integers(2, 9)]]
        messages = [message for part in parts for message in part.messages]
        cuts = frozenset(accumulate(len(part.messages) for part in parts[:-1]))
        yield example(messages, np.concatenate([part.vectors for part in parts]), cuts)


def _part(piece: Piece, longest: int, random: np.random.Generator) -> Piece:
    size = min(len(piece.messages), int(random.integers(3, longest + 1)))
    start = int(random.integers(0, len(piece.messages) - size + 1))
    return Piece(piece.origin, piece.messages[start : start + size], piece.vectors[start : start + size])


def fit(parts: Sequence[tuple[float, Sequence[Example]]]) -> dict[str, float]:
    """Weights by name, and `bias`: the ridge-penalised logistic model, by Newton's method. Each part has the weight that stands before it."""
    names = list(parts[0][1][0].columns)
    values = np.concatenate([_values(one, names) for _, part in parts for one in part])
    new = np.concatenate([_new(one) for _, part in parts for one in part])
    share = np.concatenate(
        [np.full(gaps, weight / gaps) for weight, part in parts for gaps in [sum(len(_new(one)) for one in part)]]
    )
    share /= share.sum()
    mean, spread = values.mean(axis=0), values.std(axis=0) + 0.01
    scaled = np.concatenate([(values - mean) / spread, np.ones((len(values), 1))], axis=1)
    weights, ridge = np.zeros(len(names) + 1), np.append(np.full(len(names), RIDGE), 0)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (share * (chance - new)) + ridge * weights
        curve = (scaled * (share * chance * (1 - chance))[:, None]).T @ scaled + np.diag(ridge)
        weights -= np.linalg.solve(curve, slope)
    plain = weights[:-1] / spread
    found = dict(zip(names, plain, strict=True)) | {"bias": weights[-1] - plain @ mean}
    return {name: round(float(value), 4) for name, value in found.items()}


def _values(one: Example, names: Sequence[str]) -> Numbers:
    return np.stack([one.columns[name] for name in names], axis=1)


def _new(one: Example) -> Numbers:
    return np.array([float(place in one.cuts) for place in range(1, len(one.vectors))])


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench train-topics", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=resources.folder("data") / "topics.json")
    parser.add_argument("--leave-out", action="store_true", help="measure on meetings left out instead of writing")
    options = parser.parse_args(argv)
    embedder, random = embedder_of(IndexConfig(), Path()), np.random.default_rng(0)
    parts: list[tuple[float, list[Example]]] = []
    for path in chat_folders(options.data / "group_chat"):
        pieces = chat_pieces(chat_set(path), embedder)
        parts.append((SHARE["chat"], list(together(pieces, CHATS, 15, random))))
    tiage = list(topic_pieces(dialogues(options.data / "data" / "tiage" / "train.jsonl"), embedder))
    parts.append((SHARE["tiage"], list(together([p for p in tiage if len(p.messages) > 2], DIALOGUES, 9, random))))
    vcsum = dialogues(options.data / "data" / "vcsum" / "dev.jsonl")
    meetings = [example(one.messages, embedded(one.messages, embedder), one.cuts) for one in vcsum]
    if options.leave_out:
        found: list[Cuts] = [frozenset()] * len(meetings)
        for fold in range(4):
            weights = fit([*parts, (SHARE["vcsum"], [m for number, m in enumerate(meetings) if number % 4 != fold])])
            for number in range(fold, len(meetings), 4):
                one = meetings[number]
                found[number] = frozenset(cut(one.vectors, log_odds(one.columns, weights)))
        print("vcsum/dev, meetings left out", measured(found, vcsum))
        return 0
    weights = fit([*parts, (SHARE["vcsum"], meetings)])
    options.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(f"{options.out}: trained on {sum(len(part) for _, part in parts)} put together and {len(meetings)} meetings")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
