"""What was embedded once is not embedded again, and nobody sees the difference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sediment.pipeline import Home, import_chat, open_home, write, write_together
from sediment.pipeline.remembering import RememberingEmbedder
from sediment.protocols import Vectors
from tests.fakes import FakeEmbedder, FakeVectors
from tests.pipeline.exports import export, row


class Counting(FakeEmbedder):
    """Another vector for a question than for a passage."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._vectors([f"问{text}" for text in texts])


def test_vectors_are_those_of_the_embedder_and_computed_once(tmp_path: Path) -> None:
    with open_home(tmp_path, embedder=Counting(), vectors=FakeVectors()) as home:
        ours, plain = RememberingEmbedder(home), Counting()
        texts = ["手续费多少", "怎么提现", "手续费多少", "半个\ud83d"]
        for _ in range(2):
            assert np.array_equal(ours.passages(texts), plain.passages([*texts[:3], "半个\ufffd"]))
            assert np.array_equal(ours.queries(texts), plain.queries([*texts[:3], "半个\ufffd"]))
        assert ours.passages([]).shape == (0, ours.dimension)
        assert (ours.model_id, ours.rough(texts)) == (plain.model_id, None)
        assert isinstance(home.embedder, Counting)
        assert len(home.embedder.embedded) == 6


def test_what_the_faqs_of_many_groups_have_in_common_is_embedded_once(tmp_path: Path) -> None:
    with open_home(tmp_path / "home", embedder=Counting(), vectors=FakeVectors()) as home:
        _groups(home, tmp_path)
        first = write_together(home, "faq", model="none")
        assert isinstance(home.embedder, Counting)
        home.embedder.embedded.clear()
        for number in range(2):
            assert write(home, "faq", f"群{number}", model="none").draft.faq
        of_each = len(home.embedder.embedded)
        assert write_together(home, "faq", model="none") == first
        assert len(home.embedder.embedded) == 2 * of_each


def test_a_home_that_is_only_read_embeds_again(tmp_path: Path) -> None:
    with open_home(tmp_path, embedder=Counting(), vectors=FakeVectors()) as home:
        home.db.execute("PRAGMA query_only = ON")
        ours = RememberingEmbedder(home)
        assert np.array_equal(ours.passages(["好"]), ours.passages(["好"]))


def _groups(home: Home, folder: Path) -> None:
    for number in range(2):
        rows = [
            row("鲸付个人版的手续费是多少啊", day="2026-04-09", at="09:00:00", sender="小鹿"),
            row(f"0.{number}%，没有月费，提现再收2块", day="2026-04-09", at="09:01:00", sender="老段"),
            row("发票去哪里开呢", day="2026-04-09", at="11:00:00", sender="小雨"),
            row("后台费用中心，选月份就能开", day="2026-04-09", at="11:01:00", sender="老段"),
        ]
        import_chat(home, [export(folder / f"群{number}.jsonl", rows)])
