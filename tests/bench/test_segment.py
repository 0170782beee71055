"""Segmentations are measured as others measure them; training learns what can be learnt."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path

import numpy as np
import pytest

from bench import segment
from bench.segment import Cuts, dialogues, errors, measured
from bench.train_topics import Example, fit
from sediment.protocols import Embedder
from tests.fakes import FakeEmbedder


def test_errors_worked_out_by_hand() -> None:
    # Six utterances, a topic of three after one of three: windows of two.
    gold = frozenset({3})
    assert errors(frozenset({2}), gold, 6) == pytest.approx(
        {"Pk": 2 / 4, "WD": 2 / 4, "Pk nltk": 2 / 5, "WD nltk": 2 / 5, "F1": 0}
    )
    assert errors(frozenset({3, 4}), gold, 6) == pytest.approx(
        {"Pk": 1 / 4, "WD": 2 / 4, "Pk nltk": 1 / 5, "WD nltk": 2 / 5, "F1": 2 / 3}
    )
    assert errors(gold, gold, 6) == {"Pk": 0, "WD": 0, "Pk nltk": 0, "WD nltk": 0, "F1": 1}
    assert errors(frozenset(), frozenset(), 2) == {"Pk": 0, "WD": 0, "Pk nltk": 0, "WD nltk": 0, "F1": 0}


def _write(folder: Path, name: str, *rows: object) -> Path:
    path = folder / name / "dev.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


_ROW = {
    "utterances": ["客户:退款几天到账", "坐席：退款三天到账", "客户:发票怎么开", "坐席:发票在后台开"],
    "segments": [2, 2],
}


def test_rows_are_read_with_their_roles(tmp_path: Path) -> None:
    (one,) = dialogues(_write(tmp_path, "zys", _ROW))
    assert [(m.sender, m.text) for m in one.messages][:2] == [("客户", "退款几天到账"), ("坐席", "退款三天到账")]
    assert one.cuts == {2}


def test_score_joins_the_boundaries_and_the_windows(tmp_path: Path) -> None:
    of = dialogues(_write(tmp_path, "zys", _ROW, _ROW))
    assert measured([frozenset({2}), frozenset()], of) == {
        "Pk": 50.0, "WD": 50.0, "Pk nltk": 33.3, "WD nltk": 33.3, "F1": 50.0, "Score": 58.3, "topics": -0.5
    }  # fmt: skip


@pytest.mark.parametrize("name", ["zys", "vcsum", "tiage", "dialseg711"])
def test_figures_are_those_of_the_script(shared: Path, name: str) -> None:
    spec = importlib.util.spec_from_file_location("eval_segment", shared / "bench" / "scripts" / "eval_segment.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    path = shared / "bench" / "data" / name / "dev.jsonl"
    of, choose = dialogues(path), random.Random(1)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    cuts: list[Cuts] = [frozenset(i for i in range(1, len(one.messages)) if choose.random() < 0.2) for one in of]
    lengths = [np.diff([0, *sorted(c), len(one.messages)]).tolist() for c, one in zip(cuts, of, strict=True)]
    theirs, ours = script.score(lengths, rows), measured(cuts, of)
    names = {"Pk": "pk_seg", "WD": "wd_seg", "Pk nltk": "pk_nltk", "WD nltk": "wd_nltk", "F1": "F1", "Score": "Score"}
    assert {key: ours[key] for key in names} == pytest.approx(
        {key: theirs[of_script] for key, of_script in names.items()}, abs=0.06
    )


def test_every_way_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fake(*_: object) -> Embedder:
        return FakeEmbedder()

    monkeypatch.setattr(segment, "embedder_of", fake)
    _write(tmp_path, "zys", _ROW)
    assert segment.main(["--data", str(tmp_path), "--json"]) == 0
    ways = json.loads(capsys.readouterr().out)["zys/dev"]
    assert list(ways) == ["no boundary", "even", "random", "lexical TextTiling", "ours"]
    assert (ways["no boundary"]["F1"], ways["even"]["F1"]) == (0.0, 100.0)


def test_a_model_learns_what_tells_new_topics() -> None:
    draw = np.random.default_rng(0)
    columns = {"sign": draw.standard_normal(2000), "other": draw.standard_normal(2000)}
    cuts = frozenset(int(at) + 1 for at in np.flatnonzero(columns["sign"] + draw.standard_normal(2000) / 4 > 1))
    weights = fit([(1.0, [Example(np.zeros((2001, 2), np.float32), columns, cuts)])])
    assert weights["sign"] > 1 > 10 * abs(weights["other"])
    assert weights["bias"] < 0
