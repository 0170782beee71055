"""Whatever sediment says exists in both languages."""

import string

import pytest

from sediment.wording import phrases, say


@pytest.mark.parametrize("key", sorted(phrases()))
def test_a_phrase_exists_in_both_languages_with_the_same_placeholders(key: str) -> None:
    fields = {
        language: sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
        for language, text in phrases()[key].items()
    }
    assert set(fields) == {"zh", "en"}
    assert fields["zh"] == fields["en"]


def test_placeholders_are_filled() -> None:
    assert say("says", "zh", name="老K", text="别发") == "老K：别发"
    assert say("says", "en", name="老K", text="别发") == "老K: 别发"
