"""Search finds what was said about something, across groups or in one, and an answer stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sediment.errors import UsageError
from sediment.models import Answer
from sediment.pipeline import Home, ask, embedding, finding, import_chat, open_home, search, settle
from sediment.pipeline.home import find_group
from tests.fakes import FakeEmbedder, FakeVectors
from tests.pipeline.exports import export, row


@pytest.fixture
def home(home: Home, tmp_path: Path) -> Home:
    """Two groups that both speak of a fee, settled."""
    payments = [
        row("鲸付个人版的手续费是多少啊", at="09:00:00", sender="小鹿", id="1"),
        row("0.6%，没有月费", at="09:01:00", sender="老段", id="2", reply_to="1"),
        row("早上好", at="09:30:00", sender="阿钟"),
        row("今天中午吃什么", at="12:00:00", sender="阿钟"),
        row("食堂的红烧肉不错", at="12:01:00", sender="小鹿"),
    ]
    import_chat(home, [export(tmp_path / "收款群.jsonl", payments)])
    import_chat(home, [export(tmp_path / "运维群.jsonl", [row("快递的手续费涨到两块了", sender="老段")])])
    settle(home)
    return home


def texts(home: Home, query: str, group: str | None = None) -> list[str]:
    return [found.message.text for found in search(home, query, group=group)]


def test_the_nearest_message_comes_first(home: Home) -> None:
    assert texts(home, "红烧肉")[0] == "食堂的红烧肉不错"
    assert texts(home, "快递手续费")[0] == "快递的手续费涨到两块了"


def test_an_answer_is_found_with_its_question(home: Home) -> None:
    found = texts(home, "鲸付个人版的手续费")
    assert {"鲸付个人版的手续费是多少啊", "0.6%，没有月费"} <= set(found[:3])


def test_one_group_is_searched_alone(home: Home) -> None:
    assert texts(home, "手续费", group="运维") == ["快递的手续费涨到两块了"]
    with pytest.raises(UsageError, match="no group") as caught:
        search(home, "手续费", group="没有的群")
    assert "收款群" in caught.value.hint


def test_noise_is_not_found(home: Home) -> None:
    assert "早上好" not in texts(home, "早上好")


def test_what_was_found_says_how_near_it_is(home: Home) -> None:
    best = search(home, "红烧肉")[0]
    assert best.overlap == 1.0
    assert 0 < best.similarity <= 1
    assert best.passage is not None
    assert best.message.id in best.passage.message_ids


def test_a_passage_that_waits_is_found_by_its_words_with_what_stands_beside_them(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "AT_ONCE", 0)
    said = [
        row("驻场的保洁排班表在哪", at="09:00:00", sender="小鹿", id="11"),
        row("钉在公告第三条", at="09:01:00", sender="老段", id="12", reply_to="11"),
    ]
    import_chat(home, [export(tmp_path / "物业群.jsonl", said)])
    assert settle(home).waiting > 0
    assert set(texts(home, "保洁排班")[:2]) == {"驻场的保洁排班表在哪", "钉在公告第三条"}
    assert isinstance(home.embedder, FakeEmbedder)
    home.embedder.embedded.clear()
    search(home, "保洁排班")
    assert home.embedder.embedded == []
    # What the question had embedded waits for the store alone.
    assert settle(home).waiting == 0
    assert isinstance(home.vectors, FakeVectors)
    assert home.vectors.kept[find_group(home, "物业群").id]


class RoughEmbedder(FakeEmbedder):
    """Texts are roughly near when both speak of cleaning."""

    def rough(self, texts: Sequence[str]) -> NDArray[np.int8]:
        return np.array([[1, 0] if "保洁" in text or "打扫" in text else [0, 1] for text in texts], np.int8)


def test_a_passage_that_waits_is_found_by_its_rough_vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "AT_ONCE", 0)
    monkeypatch.setattr(finding, "_WAITING", 1)
    said = [row(f"第{i}栋的水费单贴出来了", at=f"{8 + i:02}:00:00", sender=f"u{i}") for i in range(9)]
    said.append(row("驻场的保洁每周三上午十点来，钥匙在前台", at="20:00:00", sender="老段"))
    with open_home(tmp_path / "home", embedder=RoughEmbedder(), vectors=FakeVectors()) as home:
        import_chat(home, [export(tmp_path / "物业群.jsonl", said)])
        assert settle(home).embedded == 0
        assert texts(home, "谁负责打扫") == ["驻场的保洁每周三上午十点来，钥匙在前台"]
        monkeypatch.setattr(embedding, "AT_ONCE", 1)
        settle(home, all_vectors=True)
        assert home.db.execute("SELECT count(*) FROM rough").fetchone() == (0,)


def test_vectors_of_messages_are_kept_for_the_next_search(home: Home) -> None:
    search(home, "红烧肉")
    assert isinstance(home.embedder, FakeEmbedder)
    home.embedder.embedded.clear()
    search(home, "红烧肉 手续费")
    assert home.embedder.embedded == []


@pytest.mark.parametrize("query", ["", "？", "\x00", "\udcff", "a" * 5000, "火星"])
def test_any_query_can_be_asked(home: Home, query: str) -> None:
    assert len(search(home, query, count=3)) <= 3


def test_nothing_is_found_in_an_empty_home(tmp_path: Path) -> None:
    with open_home(tmp_path / "empty", embedder=FakeEmbedder(), vectors=FakeVectors()) as empty:
        assert search(empty, "手续费") == []
        assert ask(empty, "手续费是多少") == Answer("手续费是多少", ())


def test_with_a_real_embedder_an_answer_quotes_what_was_said(home: Home) -> None:
    with open_home(home.path) as real:
        settle(real)
        answer = ask(real, "快递的手续费涨到多少了？", group="运维群")
        assert [message.text for message in answer.messages] == ["快递的手续费涨到两块了"]
        assert ask(real, "火星上有没有水？").status == "not_discussed"
