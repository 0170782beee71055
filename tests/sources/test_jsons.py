"""JSON is cut into elements exactly where a whole parser would cut it, whatever the chunks, and broken elements spoil no other."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.sources.jsons import head_value, json_values
from sediment.sources.rows import LIMIT, Flaw, shown

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
ELEMENTS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 9), "text": JSON}) | JSON, max_size=12)


def chunks(text: str | bytes, size: int = 7) -> Iterator[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return (data[at : at + size] for at in range(0, len(data), size))


def values(text: str | bytes, path: str = "item", size: int = 7) -> list[Any]:
    return [value for _, rows in json_values(chunks(text, size), {path: object}) for _, value, _ in rows]


@given(ELEMENTS, st.sampled_from([None, 0, 2]), st.booleans(), st.integers(1, 300))
def test_elements_are_those_of_a_whole_parser(
    elements: list[Any], indent: int | None, ascii_only: bool, size: int
) -> None:
    text = json.dumps(
        {"before": elements, "messages": elements, "after": elements}, indent=indent, ensure_ascii=ascii_only
    )

    assert values(text, "messages.item", size) == elements


@given(ELEMENTS, st.integers(1, 300))
def test_places_and_texts_are_those_of_the_elements(elements: list[Any], size: int) -> None:
    rows = [row for _, found in json_values(chunks(json.dumps(elements), size), {"item": object}) for row in found]

    assert [place for place, _, _ in rows] == list(range(1, len(elements) + 1))
    assert [json.loads(shown(raw, place)) for place, _, raw in rows] == elements


@given(ELEMENTS.filter(len), st.integers(1, 300), st.data())
def test_text_that_breaks_off_gives_its_beginning_and_a_flaw(
    elements: list[Any], size: int, data: st.DataObject
) -> None:
    text = json.dumps(elements)
    *before, last = values(text[: data.draw(st.integers(1, len(text) - 1))], size=size)

    assert before == elements[: len(before)]
    assert isinstance(last, Flaw)


def test_several_paths_come_in_the_order_of_the_text() -> None:
    text = '{"chats": {"list": [{"name": "a", "messages": [1, 2]}, {"name": "b", "messages": [3]}]}, "name": "c"}'
    kinds = dict.fromkeys(("chats.list.item.name", "chats.list.item.messages.item", "name"), object)

    found = [(path.rsplit(".")[-1], value) for path, rows in json_values(chunks(text), kinds) for _, value, _ in rows]

    assert found == [("name", "a"), ("item", 1), ("item", 2), ("name", "b"), ("item", 3), ("name", "c")]


def test_element_over_the_limit_is_passed_over() -> None:
    text = '[{"id": 1}, {"id": "' + '\\"' * (LIMIT // 2) + '"}, {"id": 3}]'
    first, second, third = values(text, size=1 << 18)

    assert (first, third) == ({"id": 1}, {"id": 3})
    assert isinstance(second, Flaw)
    assert "MiB" in str(second)


def test_key_and_value_over_the_limit_are_told() -> None:
    long = "a" * (LIMIT + 1)

    for text in (f'{{"{long}": 1, "item": 2}}', f'{{"item": "{long}"}}'):
        assert [type(value) for value in values(text, "item", 1 << 18)] == [Flaw]


def test_what_stands_behind_the_end_is_read_or_told() -> None:
    assert values("[1] [2]") == [1, 2]
    for text in ("[1] x", '[1] {"a": 2}'):
        first, flaw = values(text)
        assert first == 1
        assert "after the end" in str(flaw)


def test_an_element_behind_stray_brackets_is_found_beyond_the_buffer() -> None:
    first, flaw, last = values('[{"a": 1}, ' + "}" * 300_000 + ', {"a": 3}]', size=1 << 16)
    assert (first, last) == ({"a": 1}, {"a": 3})
    assert isinstance(flaw, Flaw)


@pytest.mark.parametrize("number", ["NaN", "1e999", "9" * 5000])
def test_number_that_is_none_is_a_flaw(number: str) -> None:
    assert [type(value) for value in values(f"[1, {number}, 2]")] == [int, Flaw, int]


def test_hexadecimal_escapes_of_telegram_are_repaired() -> None:
    assert values('["a", "\\x0B", "\\\\x0B"]') == ["a", "\x0b", "\\x0B"]
    assert head_value('{"a": "\\x0B", "b') == {"a": "\x0b"}


def test_halves_of_an_emoji_are_replaced() -> None:
    assert values('["\\ud83d", "\\ud83d\\ude00", "\\\\ud83d", "\\ude00\\ud83d!"]') == ["�", "😀", "\\ud83d", "��!"]
    assert head_value('{"a": "\\ud83d", "b') == {"a": "�"}


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("between", ["]", ",]", "],", " ]\n, ", "}", ",}", "},"])
def test_a_bracket_too_many_between_elements_costs_no_element(between: str, size: int) -> None:
    if "," not in between:
        between += ","
    found = values('{"m": [{"id": 1}' + between + '{"id": 2}, {"id": 3}]}', "m.item", size)

    assert [value for value in found if not isinstance(value, Flaw)] == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert len(found) == 4


def test_numbers_in_quotes_are_numbers_where_numbers_are_due() -> None:
    found = json_values(chunks('["7", 7.0, "x", "7.5"]'), {"item": int})

    assert [str(value) for _, rows in found for _, value, _ in rows] == [
        "7", "7", "Expected `int`, got `str`", "Expected `int`, got `str`",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ['[{"a": 1}, {"b": "x"y", "c": 1}, {"d": "z', '{"a": 1, "b": "data:image/png;base64,{{', '{"a": 1, "b": "']
)
def test_head_with_something_broken_or_endless_still_tells_its_beginning(text: str) -> None:
    assert head_value(text) in ([{"a": 1}], {"a": 1})


@given(JSON.filter(lambda value: isinstance(value, (dict, list))), st.data())
def test_head_is_a_beginning_of_the_whole(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)

    assert head_value(text) == value
    assert _is_beginning(head_value(text[: data.draw(st.integers(1, len(text)))]), value)


def _is_beginning(head: Any, whole: Any) -> bool:
    if isinstance(head, list) and isinstance(whole, list):
        return len(head) <= len(whole) and all(map(_is_beginning, head, whole))
    if isinstance(head, dict) and isinstance(whole, dict):
        return head.keys() <= whole.keys() and all(_is_beginning(head[key], whole[key]) for key in head)
    return head is None or bool(head == whole) or (isinstance(head, float) and math.isclose(head, whole))
