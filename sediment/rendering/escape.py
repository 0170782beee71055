"""Text of a chat as text of a Markdown page: nothing in it becomes a heading, a list, an image, a link or a tag.

Holds for CommonMark and for Python-Markdown with raw HTML allowed, whoever renders the file. Only what such a renderer
would take for markup is escaped, so that the Markdown itself stays readable in a terminal.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sediment.hidden import clean

# `{` opens attributes, Hugo shortcodes and Liquid tags: a published file may end up in such a site.
_BACKSLASHED = re.compile(r"[\\`*\[\]{]|(?<![^\W_])_|_(?![^\W_])")
# A backslash before `<` or `~` means nothing to Python-Markdown, a character reference means the same to all.
_REFERENCED = re.compile(r"<|&(?=#?\w+;)|~(?=~)|(?<=~)~")
_REFERENCE = {"<": "&lt;", "&": "&amp;", "~": "&#126;"}
_FIRST = re.compile(r"[#>]|[+-](?!\w)|\d{1,9}(?=[.)](?:\s|$))")
# What was written in code or stands in an address is shown as it is; all else undoes what is escaped above.
_ESCAPED = re.compile(
    r"(?P<kept>(?P<fence>`+|~~~).*?(?P=fence)|<https?://[^>\s]*>)|\\(?P<sign>[!-/:-@\[-`{-~])|&(?:lt|amp|\#126);",
    re.DOTALL | re.IGNORECASE,
)
_WEB = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?'()*&"


def escape(text: str) -> str:
    """One line of Markdown that shows `text`, its runs of whitespace and line ends as single spaces."""
    return _start(inside(text))


def inside(text: str) -> str:
    """As `escape`, for what never stands at the start of a line."""
    return _inline(_line(text))


def heading(text: str) -> str:
    """What stands after `# `: trailing `#` would be taken for the closing of the heading."""
    return re.sub(r"#(?=#*$)", r"\#", inside(text)) or "…"


def with_links(text: str) -> str:
    """As `escape`, but http and https addresses become links that show where they go."""
    line, parts, at = _line(text), [], 0
    for found in _WEB.finditer(line):
        url = found.group().rstrip(_AFTER_A_LINK)
        if _is_plain(url):
            parts += [_inline(line[at : found.start()]), f"<{url}>"]
            at = found.start() + len(url)
    return _start("".join([*parts, _inline(line[at:])]))


def plain(page: str) -> str:
    """A page of Markdown for people to read as it is: the same without escapes. No longer safe for a renderer."""
    return _ESCAPED.sub(_unescaped, page)


def _unescaped(found: re.Match[str]) -> str:
    return found["kept"] or found["sign"] or {entity: sign for sign, entity in _REFERENCE.items()}[found[0].lower()]


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _inline(text: str) -> str:
    return _REFERENCED.sub(lambda found: _REFERENCE[found.group()], _BACKSLASHED.sub(r"\\\g<0>", text))


def _start(text: str) -> str:
    """What would open a block at the start of a line, made plain."""
    first = _FIRST.match(text)
    if not first:
        return text
    at = first.end() if first.group()[0].isdigit() else 0
    return f"{text[:at]}\\{text[at:]}"


def _is_plain(url: str) -> bool:
    """A host and no user name before it: `https://bank.example@evil.example` goes elsewhere than it seems."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc
