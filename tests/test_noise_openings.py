"""An expression finds the same, wherever it is told to begin."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment import patterns
from sediment.noise.harm import HARMS
from sediment.noise.openings import opened


@pytest.mark.parametrize(
    ("expression", "first"),
    [
        ("红单|推单", "红|推"),
        (r"[推炒]单|(?<!一)\d+倍", r"[推炒]|\d"),
        ("(?:大|小)?号|大奖", "大|小|号"),
        (r"\.top|[-a]b|a?b*c", r"\.|[-a]|a|b|c"),
        ("(?:(?:一|1)天|日)结", "一|1|日"),
        ("[]}]x|[a|b]y", "[]}]|[a|b]"),
        ("x{0,2}y|z+", "x|y|z"),
    ],
)
def test_what_a_match_begins_with_is_looked_for_first(expression: str, first: str) -> None:
    assert opened(expression) == f"(?={first})(?:{expression})"


@pytest.mark.parametrize(
    "expression", [".{2}单", "[^a]b", r"\b好", r"\w+号", "^开", "(?i:a)", "(a)b", "a?", "", "(?:a|.)b", "好|"]
)
def test_what_may_begin_with_anything_stays_as_it_is(expression: str) -> None:
    assert opened(expression) == expression


_EXPRESSIONS = [patterns.table("harm")[name][strength] for name in HARMS for strength in ("strong", "weak")]


@given(st.lists(st.sampled_from(sorted(set("".join(_EXPRESSIONS)))), max_size=40).map("".join))
def test_the_same_is_found(text: str) -> None:
    for expression in _EXPRESSIONS:
        assert re.findall(opened(expression), text) == re.findall(expression, text)
