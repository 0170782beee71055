"""Exports made of text, and what a reader makes of them."""

from __future__ import annotations

import io
from datetime import tzinfo
from pathlib import Path

from sediment.models import ReadItem, ReadMessage
from sediment.readers import reader_for
from sediment.sources import Source
from tests.readers.canon import ZONE


def read(content: str | bytes, name: str = "export", zone: tzinfo = ZONE) -> list[ReadItem]:
    """What the only reader that recognises a file with this content and name yields."""
    data = content.encode() if isinstance(content, str) else content
    source = Source(Path(name), zone, opened=lambda: io.BytesIO(data), size=len(data), found=lambda _: None)
    return list(reader_for(source).read(source))


def said(content: str | bytes, name: str = "export") -> list[ReadMessage]:
    """The messages alone."""
    return [item for item in read(content, name) if isinstance(item, ReadMessage)]
