"""Killed at random moments, import and settling lose nothing that they acknowledged and end in the same state."""

from __future__ import annotations

import sys

import pytest

from bench.kill import survive

KILLS = 12


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_kills_leave_no_trace() -> None:
    survived = survive(KILLS, messages=1000, seed=7)
    assert survived.kills >= KILLS
    assert survived.ends >= 1
