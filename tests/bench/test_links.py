"""The judge that knows the labels, which tells how much a model could add."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.labelled import ChatSet
from bench.train_links import right
from sediment.models import Link
from sediment.threads.judging import Doubt

_GOLD: dict[str, dict[str, Any]] = {
    "1": {"conversation": "c1", "replies_to": []},
    "2": {"conversation": "c2", "replies_to": []},
    "3": {"conversation": "c1", "replies_to": ["1"]},
    "4": {"conversation": "c1", "replies_to": ["1"]},
    "5": {"conversation": None, "replies_to": []},
}


def test_a_right_judge_prefers_what_is_answered_to_what_is_of_the_conversation_and_leaves_the_rest() -> None:
    judge = right(ChatSet(Path("."), [], _GOLD, [], [], [], []))
    doubts = [
        _doubt("4", "3", "1"), _doubt("4", "2", "3"), _doubt("4", "2"), _doubt("2", "1"), _doubt("5", "4"),
    ]  # fmt: skip
    assert [judge([], [doubt]) for doubt in doubts] == [
        {"4": Link("4", "1", 0.5)}, {"4": Link("4", "3", 0.5)}, {"4": None}, {"2": None}, {},
    ]  # fmt: skip


def _doubt(later: str, *earlier: str) -> Doubt:
    return Doubt(later, tuple(Link(later, one, 0.5) for one in earlier))
