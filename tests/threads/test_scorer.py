"""The network, the shipped weights and the second look fit together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sediment.threads.features import CANDIDATES, NAMES_OF_FEATURES, grid
from sediment.threads.scorer import HEADS, Network, Scorer, mean_chances, shipped, unpacked
from sediment.threads.second import SECOND
from sediment.threads.third import THIRD
from sediment.threads.traits import traits
from tests.factories import talk


def _network(width: int) -> Network:
    random = np.random.default_rng(0)
    shapes = ((width, 5), (5, HEADS))
    return Network(
        np.zeros(width, dtype=np.float32),
        np.ones(width, dtype=np.float32),
        tuple(random.standard_normal(shape).astype(np.float32) for shape in shapes),
        tuple(np.zeros(size, dtype=np.float32) for _, size in shapes),
    )


def test_chances_of_the_candidates_that_exist_sum_to_one() -> None:
    features = np.random.default_rng(1).standard_normal((2, 3, 4)).astype(np.float32)
    valid = np.array([[True, True, False], [True, False, False]])
    chances = _network(4).chances(features, valid)
    assert np.allclose(chances.sum(axis=1), 1)
    assert np.all(chances[~valid] == 0)
    assert chances[1, 0].tolist() == [1, 1]


def test_features_are_scaled_before_they_are_weighed() -> None:
    random = np.random.default_rng(2)
    plain, features = _network(4), random.standard_normal((2, 3, 4)).astype(np.float32)
    mean, spread = (random.random(4).astype(np.float32) + 0.5 for _ in range(2))
    other = replace(_network(4), mean=mean, spread=spread)
    valid = np.ones((2, 3), dtype=bool)
    alone = [plain.chances(features, valid), plain.chances((features - mean) / spread, valid)]
    assert np.allclose(mean_chances((plain, other), features, valid), np.mean(alone, axis=0), atol=1e-6)


def test_a_scorer_survives_packing() -> None:
    scorer = Scorer(_network(4), (_network(7), _network(7)), (_network(9),))
    again = unpacked(scorer.packed())
    for width, before, after in (
        (4, [scorer.first], [again.first]),
        (7, scorer.second, again.second),
        (9, scorer.third, again.third),
    ):
        assert len(before) == len(after)
        features, valid = np.ones((3, 2, width), dtype=np.float32), np.ones((3, 2), dtype=bool)
        assert np.array_equal(mean_chances(before, features, valid), mean_chances(after, features, valid))


def test_the_shipped_networks_know_the_features() -> None:
    scorer = shipped()
    assert len(scorer.first.mean) == len(NAMES_OF_FEATURES)
    assert {len(network.mean) for network in scorer.second} == {len(NAMES_OF_FEATURES + SECOND)}
    assert {len(network.mean) for network in scorer.third} == {len(NAMES_OF_FEATURES + SECOND + THIRD)}


def test_the_grid_offers_the_message_itself_and_those_before_it() -> None:
    table = grid(traits(talk(("u1", "在吗"), ("u2", "在"), ("u1", "好"))), 0, 3)
    assert table.features.shape == (3, CANDIDATES + 1, len(NAMES_OF_FEATURES))
    assert table.valid.sum(axis=1).tolist() == [1, 2, 3]
    assert table.candidate[2, :3].tolist() == [2, 1, 0]
