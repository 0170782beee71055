"""A question that was answered is not paid for again, and one that failed is asked again."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

from sediment.models import Reply, Request
from sediment.store.calls import Calls

REQUEST = Request("digest", "m1 早", "写摘要")


def test_a_reply_is_found_again_and_known_to_cost_nothing(db: sqlite3.Connection) -> None:
    Calls(db).record("k", REQUEST, "m", Reply("好", 3, 1, 0.5), "")
    assert Calls(db).find("k") == Reply("好", 3, 1, 0.5, cached=True)
    assert Calls(db).find("other") is None


def test_a_failed_call_is_kept_but_not_found(db: sqlite3.Connection) -> None:
    calls = Calls(db)
    calls.record("k", REQUEST, "m", None, "timeout")
    calls.record("k", REQUEST, "m", Reply("{"), "not JSON")
    assert calls.find("k") is None
    assert list(db.execute("SELECT prompt, model, error FROM calls")) == [
        ("digest", "m", "timeout"),
        ("digest", "m", "not JSON"),
    ]


def test_what_failed_in_the_end_is_known(db: sqlite3.Connection) -> None:
    calls = Calls(db)
    calls.record("a", REQUEST, "m", None, "overloaded")
    calls.record("b", REQUEST, "m", None, "timeout")
    calls.record("a", REQUEST, "m", Reply("好"), "")
    assert calls.failed == {"b": "timeout"}


def test_calls_side_by_side_are_all_kept(db: sqlite3.Connection) -> None:
    calls = Calls(db)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: calls.record(str(i), REQUEST, "m", Reply(str(i)), ""), range(50)))
    assert [reply.text for i in range(50) if (reply := calls.find(str(i)))] == [str(i) for i in range(50)]
