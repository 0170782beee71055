"""What every reader must do, shown by one sample each. A new format needs a line in READERS and a file in tests/data, nothing here."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from sediment.models import BadRecord, ChatInfo, ReadMessage
from sediment.readers import READERS, formats_page, reader_for
from sediment.sources import LOSSES, Format, Source
from tests.factories import ZONE
from tests.readers.canon import DATA, GROUP, comparable, expected, sample

every_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)


def test_names_are_unique() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)


@every_reader
def test_losses_are_explained(reader: Format) -> None:
    assert set(reader.losses) <= LOSSES.keys()


@every_reader
def test_recognises_its_own_sample_and_no_other(reader: Format) -> None:
    recognised = [other.name for other in READERS if reader.recognises(sample(other.name))]

    assert recognised == [reader.name]


@every_reader
def test_sample_is_read_without_other_losses(reader: Format) -> None:
    items = list(reader_for(sample(reader.name)).read(sample(reader.name)))
    messages = [item for item in items if isinstance(item, ReadMessage)]

    messages.sort(key=lambda message: message.sent_at)  # some exports begin with the newest
    assert comparable(messages, reader.losses) == expected(reader.losses)
    assert not [item for item in items if isinstance(item, BadRecord)]


@every_reader
def test_chat_comes_first_and_places_rise(reader: Format) -> None:
    first, *items = reader.read(sample(reader.name))
    places = [item.line for item in items if not isinstance(item, ChatInfo)]

    assert isinstance(first, ChatInfo)
    assert first.name in (GROUP, "", DATA.name)
    assert all(before < after for before, after in pairwise(places))
    assert places[0] >= 1


@every_reader
def test_times_are_aware(reader: Format) -> None:
    assert all(item.sent_at.tzinfo for item in reader.read(sample(reader.name)) if isinstance(item, ReadMessage))


@every_reader
def test_reads_the_same_twice(reader: Format) -> None:
    source = sample(reader.name)

    assert list(reader.read(source)) == list(reader.read(source))


def test_page_of_formats_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "formats.md"

    assert page.read_text(encoding="utf-8") == formats_page(), "write it anew with formats_page()"


def test_the_line_that_the_page_shows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(next(line for line in formats_page().splitlines() if line.startswith("{")), encoding="utf-8")
    source = Source(path, ZONE)
    _, read = reader_for(source).read(source)
    assert isinstance(read, ReadMessage)
    assert (read.native_id, read.sender, read.name, read.text) == ("m1", "u26", "阿钟", "早")
