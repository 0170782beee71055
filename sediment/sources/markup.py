"""What a piece of HTML says, as text."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"<br\s*/?>\n?|</p>\n<p>|</li>\n?<li>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def text_of(markup: str) -> str:
    """Without tags and character references; a break, a paragraph and an item of a list begin a line."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).strip("\n")
