"""What every embedder does to a text first."""

from __future__ import annotations


def sane(text: str) -> str:
    """Text that UTF-8 and C can carry: no NUL, halves of surrogate pairs joined, lone halves replaced by U+FFFD."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "")
