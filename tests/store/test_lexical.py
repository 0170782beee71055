"""Every word that stands in a message is found, rare words weigh more, and a frequent one costs no more than a rare one."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.models import Group
from sediment.store import lexical, messages, schema
from tests import factories


def fill(db: sqlite3.Connection, texts: Sequence[str], group: str = "g1") -> None:
    """Messages m0, m1, … with these texts, indexed."""
    start = messages.newest_row(db)
    messages.add_group(db, Group(group, group, "wechat"), None)
    number, _ = messages.add_import(db, group, group, 0, "test")
    own = [factories.message(text, id=f"{group}-{i}", group_id=group) for i, text in enumerate(texts)]
    messages.add_messages(db, number, list(enumerate(own)))
    lexical.add(db, messages.texts_after(db, start, len(texts)))


def found(db: sqlite3.Connection, query: str, group: str | None = None) -> list[str]:
    return list(lexical.find(db, query, group, 10))


def test_words_are_found_wherever_a_cutter_would_cut(db: sqlite3.Connection) -> None:
    fill(db, ["他把私有镜像仓库迁走了", "今天吃什么", "flash-attn 2.5 装不上", "C++ 写的"])
    assert found(db, "镜像") == found(db, "像仓") == found(db, "私有镜像") == ["g1-0"]
    assert found(db, "FLASH-ATTN") == found(db, "flash-attn 2.5") == ["g1-2"]
    assert found(db, "火星") == []


def test_the_rare_word_decides(db: sqlite3.Connection) -> None:
    fill(db, ["今天开会", "今天吃饭", "今天下雨", "续费价格", "今天续费"])
    assert found(db, "今天 续费")[:2] == ["g1-4", "g1-3"]


def test_newer_messages_come_first_among_equals(db: sqlite3.Connection) -> None:
    fill(db, ["打卡", "打卡", "打卡"])
    assert found(db, "打卡") == ["g1-2", "g1-1", "g1-0"]


def test_a_group_is_searched_alone(db: sqlite3.Connection) -> None:
    fill(db, ["鲸付的费率"])
    fill(db, ["鲸付涨价了"], group="g2")
    assert found(db, "鲸付", "g1") == ["g1-0"]
    assert found(db, "鲸付", "g3") == []
    assert set(found(db, "鲸付")) == {"g1-0", "g2-0"}


def test_frequent_words_still_find_the_old_message_that_holds_them_all(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "CAP", 5)
    fill(db, ["开会通知", *["开会"] * 10, *["通知"] * 10])
    assert found(db, "开会 通知")[0] == "g1-0"


def test_frequent_words_rank_what_rare_ones_find(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "CAP", 5)
    fill(db, ["退款流程", "退款", *["流程"] * 10])
    assert found(db, "退款流程")[:2] == ["g1-0", "g1-1"]


@pytest.mark.parametrize("query", ["", "，。！", '"', "NOT AND OR", "a*", "words : x", "\x00", "的"])
def test_no_query_breaks_the_syntax(db: sqlite3.Connection, query: str) -> None:
    fill(db, ["你好"])
    assert found(db, query) == []


@given(st.lists(st.text("今天开会通知退款ab1 -，", min_size=2, max_size=8), min_size=1, max_size=6), st.data())
def test_every_pair_of_characters_is_found(texts: list[str], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(schema.connect(Path(folder) / "sediment.db")) as db:
        fill(db, texts)
        chosen = data.draw(st.sampled_from(range(len(texts))))
        hits = found(db, texts[chosen])
    assert f"g1-{chosen}" in hits or not any(character.isalnum() for character in texts[chosen])
