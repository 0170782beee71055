from __future__ import annotations

import numpy as np
import pytest

from sediment.index import ExactVectors, exact
from tests.index.vectors import Database, named, some


def test_the_nearest_of_the_named_groups_come_best_first() -> None:
    database = Database(
        one=(["a", "b"], np.eye(3, dtype=np.float32)[:2]),
        two=(["c"], np.array([[0.5, 0.0, 0.0]], np.float32)),
        other=(["d"], np.eye(3, dtype=np.float32)[:1]),
    )
    store, query = ExactVectors(database.load), np.array([1, 0, 0], np.float32)
    assert store.search(["one", "two"], query, 2) == [("a", 1.0), ("c", 0.5)]
    assert store.search(["one", "two"], query, 9) == [("a", 1.0), ("c", 0.5), ("b", 0.0)]
    assert store.search(["empty"], query, 9) == []
    assert store.search([], query, 9) == []


def test_few_of_many_are_those_that_sorting_gives() -> None:
    database = Database(g=(named("p", 500), some(500)))
    query = some(1, seed=1)[0]
    cosines = database.groups["g"][1] @ query
    expected = [f"p{i}" for i in np.argsort(-cosines)[:10]]
    assert [id for id, _ in ExactVectors(database.load).search(["g"], query, 10)] == expected


def test_a_group_is_loaded_once_until_it_changes() -> None:
    database = Database(g=(["a"], np.eye(2, dtype=np.float32)[:1]))
    store, query = ExactVectors(database.load), np.array([0, 1], np.float32)
    store.search(["g"], query, 1)
    store.search(["g"], query, 1)
    assert database.loaded == 1
    database.keep("g", ["b"], np.eye(2, dtype=np.float32)[1:])
    store.add("g", ["b"], np.eye(2, dtype=np.float32)[1:])
    assert store.search(["g"], query, 1) == [("b", 1.0)]
    database.drop("g", ["b"])
    store.remove("g", ["b"])
    assert store.search(["g"], query, 1) == [("a", 0.0)]


def test_the_longest_kept_group_goes_when_there_are_too_many_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "_KEPT", 5)
    database = Database(**{name: (named(name, 2), some(2)) for name in "abc"})
    store, query = ExactVectors(database.load), some(1)[0]
    for name in "abc":
        store.search([name], query, 1)
    store.search(["b", "c"], query, 1)
    assert database.loaded == 3
    store.search(["a"], query, 1)
    assert database.loaded == 4
