"""The sample chat: two exports of one group, in two formats, that overlap by two days."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

from sediment import pipeline, resources
from tests.fakes import FakeEmbedder

# What some exporters put where others put nothing.
CAPTIONS = re.compile(r"^\[(动画表情|图片)\]$")


def native_texts(path: Path) -> dict[str, tuple[int, str]]:
    """Native id -> second and text, read without any reader."""
    if path.suffix == ".jsonl":
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {
            r["id"]: (int(datetime.fromisoformat(r["time"]).timestamp()), CAPTIONS.sub("", r["text"])) for r in records
        }
    messages = json.loads(path.read_text(encoding="utf-8"))["messages"]
    return {m["platformMessageId"]: (m["timestamp"], CAPTIONS.sub("", m["content"])) for m in messages}


def test_the_second_export_adds_only_the_days_that_the_first_lacks(tmp_path: Path) -> None:
    first, second = resources.sample_chat()
    expected = native_texts(first) | native_texts(second)
    overlap = native_texts(first).keys() & native_texts(second).keys()

    with pipeline.open_home(tmp_path, embedder=FakeEmbedder()) as home:
        one = pipeline.import_chat(home, [first], group="茶话会")
        two = pipeline.import_chat(home, [second], group="茶话会")
        again = pipeline.import_chat(home, [first, second], group="茶话会")
        (group,) = pipeline.groups(home)
        kept = {
            j.message.native_id: (int(j.message.sent_at.timestamp()), CAPTIONS.sub("", j.message.text))
            for j in pipeline.judged(home, group.group.id)
        }

    assert (one.imported, one.duplicates, one.quarantined) == (479, 0, 0)
    assert (two.imported, two.duplicates, two.quarantined) == (291, len(overlap), 0)
    assert (again.imported, again.duplicates) == (0, 479 + 474)
    assert (group.messages, len(expected)) == (770, 770)
    assert kept == expected
