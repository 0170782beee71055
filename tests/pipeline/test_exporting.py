"""What is exported comes back as it was: through the real readers, into a fresh home, whatever the messages hold."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sediment.errors import UsageError
from sediment.models import Group, Kind, Message
from sediment.pipeline import Home, export_chat, export_formats, import_chat, merge_members, open_home
from sediment.store import messages
from sediment.store.schema import transaction
from tests.factories import GROUP, message
from tests.fakes import FakeEmbedder, FakeVectors

LOSSLESS = ("chatlab-jsonl", "jsonl", "csv")
SAMPLES = Path(__file__).parent.parent / "data"
_STORED = (
    "SELECT m.id, g.id, g.name, g.platform, g.native_id, sent_at, utc_offset, sender, m.name, kind, text, m.native_id, reply_to,"
    " mentions, recalled, precision"
)


def opened(path: Path) -> AbstractContextManager[Home]:
    return open_home(path, embedder=FakeEmbedder(), vectors=FakeVectors())


def stored(db: sqlite3.Connection) -> list[Any]:
    return db.execute(
        f"{_STORED} FROM messages m JOIN groups g ON g.pk = group_pk ORDER BY g.id, sent_at, m.pk"
    ).fetchall()


def store(home: Home, said: Sequence[Message]) -> None:
    with transaction(home.db):
        messages.add_group(home.db, GROUP, "123")
        number, _ = messages.add_import(home.db, "a", "b", 1, "jsonl")
        messages.add_messages(home.db, number, list(enumerate(said, 1)))


text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r") | st.sampled_from("=+-@'\"\t\n,;\ufeff\u2028"),
    max_size=30,
)
word = text.filter(bool)
zones = st.sampled_from([0, 8 * 3600, -12600, 29143]).map(lambda seconds: timezone(timedelta(seconds=seconds)))
ids = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")
said = st.builds(
    Message,
    id=ids,
    group_id=st.just("g0123456789ab"),
    sent_at=st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=zones),
    sender=st.none() | word,
    name=text,
    kind=st.sampled_from(get_args(Kind)).filter(lambda kind: kind != "recall"),
    text=text,
    reply_to=st.none() | ids,
    mentions=st.lists(word, max_size=3).map(tuple),
    native_id=st.none() | word,
    recalled=st.booleans(),
    precision=st.sampled_from([1, 60]),
).filter(lambda m: m.kind not in ("text", "reply") or bool(m.text.strip()))


@pytest.mark.parametrize("format", LOSSLESS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(said, min_size=1, max_size=8, unique_by=lambda m: (m.id, m.sent_at)))
def test_any_history_comes_back_as_it_was(
    format: str, history: list[Message], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("out")
    with opened(folder / "a") as a, opened(folder / "b") as b:
        with transaction(a.db):
            messages.add_group(a.db, Group("g0123456789ab", "群=1", "qq"), "123")
            number, _ = messages.add_import(a.db, "a", "b", 1, "jsonl")
            messages.add_messages(a.db, number, list(enumerate(history, 1)))
        path, count = export_chat(a, "群=1", folder, format=format)
        assert path is not None
        assert count == len(stored(a.db))
        report = import_chat(b, [path], format=format)
        assert (report.imported, report.quarantined) == (count, 0)
        assert stored(b.db) == stored(a.db)


@pytest.mark.parametrize("format", LOSSLESS)
@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir() if path.is_file()))
def test_every_sample_comes_back_and_adds_nothing_where_it_came_from(sample: str, format: str, tmp_path: Path) -> None:
    with opened(tmp_path / "a") as a, opened(tmp_path / "b") as b:
        import_chat(a, [SAMPLES / sample])
        path, count = export_chat(a, messages.groups(a.db)[0].id, tmp_path, format=format)
        assert path is not None
        before = stored(a.db)
        report = import_chat(a, [path])
        assert (report.imported, report.duplicates, report.quarantined) == (0, count, 0)
        assert stored(a.db) == before
        import_chat(b, [path])
        assert stored(b.db) == before


def test_an_id_that_somebody_wrote_into_a_file_takes_no_message_s_place(home: Home, tmp_path: Path) -> None:
    store(home, [message("原来的", id="0123456789abcdef", group_id="g1")])
    (tmp_path / "forged.jsonl").write_text(
        '{"time": "2020-01-01T00:00:00+08:00", "text": "冒充的", "name": "a", "sediment": {"group": "g0123456789ab", "id": "0123456789abcdef",'
        ' "time": "2020-01-01T00:00:00+08:00", "kind": "text", "platform": "wechat", "group_name": "别的群", "sender": "a"}}\n',
        encoding="utf-8",
    )
    report = import_chat(home, [tmp_path / "forged.jsonl"])
    assert report.quarantined == 1
    assert [row[10] for row in stored(home.db)] == ["原来的"]


def test_an_own_id_of_another_group_is_told_even_with_the_same_words(home: Home, tmp_path: Path) -> None:
    store(home, [message("好", id="0123456789abcdef")])
    path = tmp_path / "forged.jsonl"
    path.write_text(
        '{"time": "2026-04-08T08:00:00+08:00", "text": "好", "name": "a", "sediment": {"group": "g0123456789ab", "id": "0123456789abcdef",'
        ' "time": "2026-04-08T08:00:00+08:00", "kind": "text", "platform": "qq", "group_name": "别的群", "sender": "a", "recalled": true}}\n',
        encoding="utf-8",
    )
    before = stored(home.db)
    (bad,) = import_chat(home, [path]).bad
    assert bad.reason == "its id 0123456789abcdef belongs to another message"
    assert stored(home.db) == before


def test_a_file_is_for_its_owner_s_eyes_and_a_device_is_left_a_device(home: Home, tmp_path: Path) -> None:
    store(home, [message("早")])
    path, _ = export_chat(home, "测试群", tmp_path / "a.csv", format="csv")
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    assert export_chat(home, "测试群", Path(os.devnull), format="csv")[1] == 1
    assert not Path(os.devnull).is_file()


def test_days_and_a_stream(home: Home) -> None:
    store(home, [message("早", day="2026-04-08"), message("晚", day="2026-04-09"), message("后", day="2026-04-10")])
    out = io.StringIO()
    path, count = export_chat(home, "测试群", out, format="jsonl", since=date(2026, 4, 9), until=date(2026, 4, 9))
    assert (path, count) == (None, 1)
    assert '"text":"晚"' in out.getvalue()


def test_markdown_reads_as_a_chat_and_keeps_its_signs(home: Home) -> None:
    asked = message("# 怎么装 <b>?", at="09:00", sender="u1", name="阿_钟*")
    answered = message("看 https://a.example/x", at="09:01", sender="u2", name="小鱼", kind="reply", reply_to=asked)
    gone = message("说错了", at="09:02", sender="u2", name="小鱼", recalled=True)
    store(home, [asked, answered, gone, message("", at="09:03", sender="u1", name="阿钟", kind="image")])
    out = io.StringIO()
    export_chat(home, "测试群", out, format="markdown", language="zh")
    assert out.getvalue() == (
        "# 测试群\n\n## 2026-04-08\n\n"
        "09:00 **阿_钟\\*** \\# 怎么装 &lt;b>?\n\n"
        "> 阿_钟\\*: \\# 怎么装 &lt;b>?\n\n"
        "09:01 **小鱼** 看 <https://a.example/x>\n\n"
        "09:02 **小鱼** ~~说错了~~\n\n"
        "09:03 **阿钟** \\[图片\\]\n"
    )


def test_who_is_who_by_hand_stays_out_of_the_file(home: Home) -> None:
    store(home, [message("早", sender="u1", name="甲"), message("好", sender="u2", name="乙")])
    before = io.StringIO()
    export_chat(home, "测试群", before, format="csv")
    merge_members(home, "测试群", "甲", "乙")
    after = io.StringIO()
    export_chat(home, "测试群", after, format="csv")
    assert after.getvalue() == before.getvalue()


def test_a_format_that_does_not_exist(home: Home) -> None:
    store(home, [message("早")])
    with pytest.raises(UsageError, match="No export is called excel"):
        export_chat(home, "测试群", io.StringIO(), format="excel")
    assert export_formats() == ("chatlab-jsonl", "jsonl", "csv", "markdown")
