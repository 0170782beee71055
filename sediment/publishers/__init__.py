"""Where documents go: one module per destination."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sediment.errors import UsageError
from sediment.protocols import Publisher
from sediment.publishers.folder import Folder

PUBLISHERS: tuple[tuple[str, Callable[[Path], Publisher]], ...] = (("folder", Folder),)
"Name as given to `--to`, and how the destination is made from a path."


def publisher(name: str, path: Path) -> Publisher:
    """The destination called `name`. Raises UsageError naming those that exist."""
    known = dict(PUBLISHERS)
    if name not in known:
        raise UsageError(f"unknown destination {name!r}", hint=f"Known: {', '.join(known)}.")
    return known[name](path)
