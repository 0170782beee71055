"""Training learns what can be learnt, the same each time; variants of a group keep its answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.labelled import ChatSet, Linked, chat_links
from bench.network import Examples, train
from bench.train_links import NEWEST, SAMPLED, Truth, first_examples, group, kept_or
from bench.variants import overlaid, shuffled
from sediment.threads.features import CANDIDATES
from sediment.threads.scorer import ANSWERED, HEADS, TALK, Scorer


def _examples(seed: int) -> Examples:
    """Of each head the true candidate is the one with the greatest feature of the same number."""
    random = np.random.default_rng(seed)
    features = random.standard_normal((6000, 5, 3)).astype(np.float16)
    true = features[:, :, :HEADS] == features[:, :, :HEADS].max(axis=1, keepdims=True)
    return Examples(features, np.ones((6000, 5), dtype=np.float16), true, np.ones(6000, dtype=np.float32))


def test_a_network_learns_to_choose() -> None:
    network, unseen = train(_examples(0)), _examples(1)
    chances = network.chances(unseen.features.astype(np.float32), unseen.stands_for > 0)
    for head in range(HEADS):
        chosen = chances[:, :, head].argmax(axis=1)
        assert unseen.true[np.arange(len(chosen)), chosen, head].mean() > 0.95


def test_the_same_examples_give_the_same_network() -> None:
    one, other = (train(_examples(0)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.weights, other.weights, strict=True))


def test_networks_that_are_kept_are_not_trained_again(tmp_path: Path) -> None:
    network = train(_examples(0))
    made = kept_or(tmp_path / "kept" / "a.npz", lambda: Scorer(network, (network,), (network,)))
    kept = kept_or(tmp_path / "kept" / "a.npz", lambda: pytest.fail("trained again"))
    assert all(np.array_equal(kept.packed()[name], array) for name, array in made.packed().items())
    assert kept.packed().keys() == made.packed().keys()


def test_the_candidates_that_are_drawn_stand_for_all() -> None:
    linked = chat_links(_chat("a", 100))
    of = group(linked)
    examples = first_examples(of, np.random.default_rng(0))
    assert examples.stands_for.shape[1] == NEWEST + 1 + SAMPLED
    assert np.allclose(
        examples.stands_for.sum(axis=1), np.minimum(np.arange(len(linked.messages)), CANDIDATES) + 1, atol=0.1
    )
    assert examples.true[:, :, ANSWERED].sum(axis=1).tolist() == [1] * len(linked.messages)


def test_of_a_talk_are_all_its_messages() -> None:
    of = group(chat_links(_chat("a")))
    (table,) = of.tables()
    true = Truth.of(of).of_rows(table)
    assert np.flatnonzero(true[7, :, TALK]).tolist() == [2, 4, 6]
    assert np.flatnonzero(true[7, :, ANSWERED]).tolist() == [2]
    assert np.flatnonzero(true[1, :, TALK]).tolist() == [0]


def _chat(name: str, count: int = 20) -> ChatSet:
    def row(number: int) -> dict[str, Any]:
        time = f"2026-04-08T{9 + number // 60:02}:{number % 60:02}:00+08:00"
        return {
            "id": f"m{number}",
            "time": time,
            "sender": f"u{number % 3}",
            "name": "n",
            "kind": "text",
            "text": str(number),
        }

    def gold(number: int) -> dict[str, Any]:
        return {"conversation": f"c{number % 2}", "replies_to": [f"m{number - 2}"] if number > 1 else []}

    return ChatSet(Path(name), [row(n) for n in range(count)], {f"m{n}": gold(n) for n in range(count)}, [], [], [], [])


def _texts(linked: Linked) -> set[tuple[str, str]]:
    return {(linked.messages[later].text, linked.messages[earlier].text) for later, earlier in linked.links}


@given(st.integers(0, 1000))
def test_moving_conversations_keeps_who_answers_whom_and_the_order_of_time(seed: int) -> None:
    moved = shuffled(_chat("a"), np.random.default_rng(seed))
    assert _texts(moved) == {(str(n), str(max(n - 2, n % 2))) for n in range(20)}
    assert moved.messages == sorted(moved.messages, key=lambda m: m.sent_at)
    assert all(later >= earlier for later, earlier in moved.links)


def test_two_groups_at_once_stay_apart() -> None:
    both = overlaid(_chat("a"), _chat("b"), np.random.default_rng(0))
    assert len(both.messages) == 40
    assert len({m.id for m in both.messages}) == 40
    assert len({m.sender for m in both.messages}) == 6
    assert all(both.messages[a].id[0] == both.messages[b].id[0] for a, b in both.links)
