"""Every way of reading the made-up exports is run, on a few messages."""

from __future__ import annotations

import json

import pytest

from bench.__main__ import main


def test_every_way_reads_every_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--messages", "50", "--rounds", "1", "--json"]) == 0

    figures = json.loads(capsys.readouterr().out)
    assert set(figures["formats"]) == {"chatlab-json", "telegram-json", "qce-json", "jsonl", "qq-txt", "whatsapp-txt"}
    assert {way["messages"] for ways in figures["formats"].values() for way in ways.values()} == {50}
    assert all("sediment" in ways for ways in figures["formats"].values())
