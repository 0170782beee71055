"""The settled state depends on the messages alone: not on how often, in which order or in which pieces they came."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.kill import dump
from sediment import config, lock, threads
from sediment.errors import Locked
from sediment.models import Link, Message, Settled
from sediment.pipeline import (
    Home,
    conversation,
    embedding,
    groups,
    import_chat,
    judged,
    open_home,
    privacy,
    rebuild,
    settle,
)
from sediment.pipeline.home import LOCK, find_group
from sediment.pipeline.settling import is_behind
from sediment.store import lexical, settled
from tests.fakes import FakeChatModel, FakeEmbedder, FakeVectors
from tests.pipeline.exports import export, row


def opened(path: Path) -> AbstractContextManager[Home]:
    return open_home(path, embedder=FakeEmbedder(), vectors=FakeVectors())


def read(home: Home, folder: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Import these rows, as a file of their own."""
    import_chat(home, [export(folder / "part.jsonl", rows)], group="群")


def state(home: Home) -> dict[str, Any]:
    """All that was made out, by ids that do not depend on the order of import."""
    seen = sorted((j.message.id, j.conversation_id, j.answers, j.noise) for j in judged(home, "群"))
    passages = sorted(home.db.execute("SELECT id, conversation, position, message_ids, text, hash FROM passages"))
    words = {text: sorted(lexical.find(home.db, text, None, 50)) for text in ("问题", "回答", "部署")}
    assert isinstance(home.vectors, FakeVectors)
    vectors = {group: sorted(kept) for group, kept in home.vectors.kept.items()}
    return {
        "seen": seen,
        "passages": passages,
        "embedded": sorted(home.db.execute("SELECT hash FROM embeddings")),
        "words": words,
        "vectors": vectors,
    }


def chat(count: int, *, days: int = 1) -> list[dict[str, Any]]:
    """Questions and answers at distinct times, quoting now and then, at times from long ago."""
    return [
        row(
            f"问题{i}：怎么部署" if i % 3 == 0 else f"回答{i}",
            at=f"{8 + i // 60:02}:{i % 60:02}:00",
            day=f"2026-04-{8 + i * days // count:02}",
            sender=f"u{i % 4}",
            id=str(i),
            reply_to=str(i - 2) if i % 5 == 4 else str(i // 2) if i % 7 == 6 else None,
        )
        for i in range(count)
    ]


def test_everything_is_settled_once(home: Home, tmp_path: Path) -> None:
    read(home, tmp_path, chat(30, days=3))
    assert [summary.unsettled for summary in groups(home)] == [30]
    first = settle(home)
    assert (first.groups, first.messages) == (1, 30)
    assert first.conversations > 0
    assert first.passages == first.embedded > 0
    assert [summary.unsettled for summary in groups(home)] == [0]
    assert settle(home) == Settled(groups=1, messages=0, conversations=0, passages=0, embedded=0, waiting=0)


def test_a_message_belongs_to_one_conversation_that_holds_it(home: Home, tmp_path: Path) -> None:
    read(home, tmp_path, chat(30, days=3))
    seen = list(judged(home, "群"))
    held = [said for id in {j.conversation_id for j in seen} for said in conversation(home, id)[1]]
    assert sorted(held, key=lambda j: j.message.sent_at) == seen


def test_a_new_day_costs_only_itself(home: Home, tmp_path: Path) -> None:
    rows = chat(60, days=3)
    read(home, tmp_path, rows[:40])
    settle(home)
    read(home, tmp_path, rows[40:])
    assert settle(home).messages == 20


def test_what_comes_late_reaches_the_days_after_it_and_no_further(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "CONTEXT", 10)
    monkeypatch.setattr(threads, "links", lambda messages, first, judge: [])
    rows = chat(100, days=10)
    read(home, tmp_path, rows[:5] + rows[6:])
    settle(home)
    read(home, tmp_path, [rows[5]])
    assert settle(home).messages == 20


def test_a_conversation_that_begins_elsewhere_reaches_as_far_as_it_lasts(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def to_the_one_before(messages: Sequence[Message], first: int, judge: None) -> list[Link]:
        return [Link(messages[i].id, messages[i - 1].id, 1.0) for i in range(max(first, 1), len(messages))]

    monkeypatch.setattr(threads, "CONTEXT", 10)
    monkeypatch.setattr(threads, "links", to_the_one_before)
    rows = chat(60, days=6)
    read(home, tmp_path, rows[1:])
    settle(home)
    read(home, tmp_path, rows[:1])
    assert settle(home).messages == 60
    assert len({j.conversation_id for j in judged(home, "群")}) == 1


def test_a_quote_reaches_back_beyond_the_context(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "CONTEXT", 5)
    rows = chat(40, days=4)
    read(home, tmp_path, [*rows[:30], {**rows[39], "reply_to": "0"}])
    settle(home)
    last = list(judged(home, "群"))[-1]
    assert [link.why for link in last.answers] == ["quote"]
    assert last.conversation_id == next(iter(judged(home, "群"))).conversation_id


times = st.lists(st.integers(0, 59), min_size=1, max_size=25, unique=True)


@settings(max_examples=40)
@given(times, st.data())
def test_any_order_of_import_and_settling_ends_in_the_same_state(minutes: list[int], data: st.DataObject) -> None:
    rows = [chat(60, days=6)[minute] for minute in minutes]
    pieces = data.draw(st.integers(1, 4))
    parts = [data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=8)) for _ in range(pieces)]
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "CONTEXT", 5)
        folder = Path(name)
        with opened(folder / "once") as once, opened(folder / "often") as often:
            read(once, folder, rows)
            for part in [*parts, rows]:
                read(often, folder, part)
                if data.draw(st.booleans()):
                    settle(often)
            settle(once)
            settle(often)
            assert state(often) == state(once)


def test_rebuilding_restores_all_from_the_messages(home: Home, tmp_path: Path) -> None:
    read(home, tmp_path, chat(60, days=4))
    settle(home)
    before, found = dump(home.path), state(home)
    rebuild(home)
    assert dump(home.path) == before
    assert state(home) == found


def test_another_zone_settles_all_days_again(tmp_path: Path) -> None:
    for zone in ("Asia/Shanghai", "America/New_York"):
        (tmp_path / "home").mkdir(exist_ok=True)
        (tmp_path / "home" / config.FILE).write_text(f'timezone = "{zone}"\n')
        with opened(tmp_path / "home") as home:
            read(home, tmp_path, chat(30, days=3))
            assert settle(home).messages == 30


def test_another_embedder_embeds_again_and_starts_the_vector_store_anew(home: Home, tmp_path: Path) -> None:
    read(home, tmp_path, chat(30))
    first = settle(home)
    other = FakeEmbedder(dimension=16)
    other.model_id = "other"
    with open_home(home.path, embedder=other, vectors=FakeVectors()) as again:
        assert settle(again) == Settled(
            groups=1, messages=0, conversations=0, passages=0, embedded=first.embedded, waiting=0
        )
        assert isinstance(again.vectors, FakeVectors)
        assert sum(map(len, again.vectors.kept.values())) == first.passages
        assert settled.count_unsynced(again.db, "other") == 0


def test_the_newest_passages_are_embedded_first_and_the_others_wait(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "AT_ONCE", 2)
    read(home, tmp_path, chat(60, days=6))
    first = settle(home)
    assert (first.embedded, first.waiting) == (2, first.passages - 2)
    assert isinstance(home.embedder, FakeEmbedder)
    # Commands that settle what is behind must not go on embedding.
    assert not is_behind(home, find_group(home, "群"))
    assert settle(home).embedded == 2
    rest = settle(home, all_vectors=True)
    assert (rest.embedded, rest.waiting) == (first.passages - 4, 0)
    texts = home.embedder.embedded
    assert len(texts) == len(set(texts)) == first.passages
    assert min(text[:16] for text in texts[:2]) >= max(text[:16] for text in texts[2:])
    assert isinstance(home.vectors, FakeVectors)
    assert sum(map(len, home.vectors.kept.values())) == first.passages


def test_only_one_process_writes(home: Home) -> None:
    with lock.writer(home.path / LOCK), pytest.raises(Locked, match="is writing"):
        settle(home)
    settle(home)


def test_a_model_is_asked_about_doubtful_links_only_where_the_settings_say_so(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talked = [
        row(text, at=f"10:{n:02}:00", sender=f"u{n % 4}", id=str(n))
        for n, text in enumerate(["接口报错", "聚会几点", "发票呢", "好的", "在吗"] * 6)
    ]
    read(home, tmp_path, talked)
    model = FakeChatModel(lambda request: json.dumps(dict.fromkeys(re.findall(r"^(\d+):", request.task, re.M), "new")))
    monkeypatch.setattr(privacy, "chat_model", lambda *_: model)
    settle(home)
    assert model.requests == []
    alone = {one.message.id: one.answers for one in judged(home, "群")}
    home.config = replace(home.config, chat=replace(home.config.chat, links=True))
    rebuild(home)
    told = {one.message.id: one.answers for one in judged(home, "群")}
    assert {request.name for request in model.requests} == {"links"}
    changed = {id for id in alone if told[id] != alone[id]}
    assert changed
    assert all(told[id] == () for id in changed)
