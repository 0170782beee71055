from __future__ import annotations

import pytest

from bench import embed
from bench.__main__ import main


def test_without_a_name_the_benches_are_listed_with_what_they_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert lines["embed"] == (embed.__doc__ or "").splitlines()[0]
    assert "memory" not in lines


def test_an_unknown_name_is_an_error() -> None:
    assert main(["nope"]) == 2


def test_a_name_runs_its_module(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["train-links", "--help"])
    assert caught.value.code == 0
    assert "--data" in capsys.readouterr().out


def test_made_up_texts_are_the_same_every_time_and_as_long_as_said() -> None:
    made = embed.texts()
    assert made == embed.texts() != embed.texts(seed=2)
    assert all(3 <= len(text) <= 60 for text in made["messages"])
    assert all(340 < len(text) <= 400 for text in made["windows"])
