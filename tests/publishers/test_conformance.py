"""Every destination in the registry keeps the promises of the protocol."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sediment.protocols import Publisher
from sediment.publishers import PUBLISHERS, publisher
from tests.factories import document

MARKDOWN = "# 正文\n\n- 一句[^1]\n\n[^1]: 老周「一句」\n"
HTML = "<!doctype html>\n<p>正文</p>\n"

every_publisher = pytest.mark.parametrize(("name", "make"), PUBLISHERS, ids=[name for name, _ in PUBLISHERS])


@every_publisher
def test_it_is_found_by_its_name(name: str, make: Callable[[Path], Publisher], tmp_path: Path) -> None:
    assert make(tmp_path).name == name
    assert type(publisher(name, tmp_path)) is type(make(tmp_path))


@every_publisher
def test_it_says_what_was_published(name: str, make: Callable[[Path], Publisher], tmp_path: Path) -> None:
    publication = make(tmp_path).publish(document(id="d7", version=3), "群", MARKDOWN, HTML)
    assert (publication.document_id, publication.version, publication.destination) == ("d7", 3, name)
    assert publication.published_at.tzinfo is not None
    assert publication.remote_id


@every_publisher
def test_the_same_bytes_twice_are_one_publication(name: str, make: Callable[[Path], Publisher], tmp_path: Path) -> None:
    assert make(tmp_path).publish(document(), "群", MARKDOWN, HTML) == make(tmp_path).publish(
        document(), "群", MARKDOWN, HTML
    )


@every_publisher
def test_the_hash_is_of_the_exact_bytes(name: str, make: Callable[[Path], Publisher], tmp_path: Path) -> None:
    pages = [(MARKDOWN, HTML), (MARKDOWN + " ", HTML), (MARKDOWN, HTML + " ")]
    hashes = {make(tmp_path).publish(document(), "群", *page).payload_hash for page in pages}
    assert len(hashes) == len(pages)
