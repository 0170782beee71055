"""Markdown to one HTML page that stands alone: sanitised, no script, nothing loaded from anywhere.

The package markdown has no safe mode, so its HTML goes through a strict allow-list, and a content security policy in the
page forbids the rest. What code adds (the picture of the hours, the folded account) is made of numbers and put in afterwards.
"""

from __future__ import annotations

import html as entities
import re
from functools import cache
from importlib.resources import files

from sediment.rendering.account import BARS
from sediment.wording import say

_TAGS = {
    "h1", "h2", "h3", "h4", "p", "br", "ul", "ol", "li", "blockquote", "strong", "em", "code", "pre", "a", "sup", "div",
}  # fmt: skip
_NOTE = re.compile(r"fn(ref)?\d*:\d+")
_HREF = re.compile(r"#fn(ref)?\d*:\d+|https?://.+", re.IGNORECASE | re.DOTALL)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def html(markdown_text: str, title: str, language: str) -> str:
    """The whole document, from `<!doctype html>` on. `title` is plain text, `language` is `zh` or `en`."""
    body = _fold_account(_draw_hours(_sanitised(_converted(markdown_text))), language)
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{entities.escape(title)}</title>\n<style>\n{_stylesheet()}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _converted(markdown_text: str) -> str:
    """Raw HTML in the Markdown is text, as https://python-markdown.github.io/change_log/release-3.0/ advises for untrusted input."""
    import markdown

    options = {"footnotes": {"BACKLINK_TEXT": "↩", "BACKLINK_TITLE": ""}}
    converter = markdown.Markdown(extensions=["footnotes", "sane_lists"], extension_configs=options)
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    return converter.convert(markdown_text)


def _sanitised(html_text: str) -> str:
    import nh3

    return nh3.clean(
        html_text,
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "sup": {"id"}, "li": {"id"}},
        attribute_filter=_attribute,
        allowed_classes={"div": {"footnote"}, "a": {"footnote-ref", "footnote-backref"}},
        url_schemes={"http", "https"},
        link_rel="nofollow noopener noreferrer",
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """Ids are those of footnotes, addresses are footnotes or on the web."""
    wanted = {"id": _NOTE, "href": _HREF}.get(name)
    return value if wanted is None or wanted.fullmatch(value) else None


def _draw_hours(html_text: str) -> str:
    """The line of 24 bars as a picture."""
    return re.sub(rf"<p><code>([{BARS}]{{24}})</code></p>", lambda found: _picture(found.group(1)), html_text)


def _picture(bars: str) -> str:
    heights = [BARS.index(bar) * 5 or 1 for bar in bars]
    columns = "".join(
        f'<rect x="{hour * 10 + 1}" y="{36 - h}" width="8" height="{h}" rx="1"/>' for hour, h in enumerate(heights)
    )
    hours = "".join(f'<text x="{hour * 10}" y="47">{hour}</text>' for hour in (0, 6, 12, 18))
    return f'<svg viewBox="0 0 240 50" role="img" aria-label="0–23">{columns}{hours}</svg>'


def _fold_account(html_text: str, language: str) -> str:
    """The account under its heading, folded until someone asks."""
    name = entities.escape(say("account", language))
    section = re.compile(rf'<h2>{re.escape(name)}</h2>(.*?)(?=<h2>|<div class="footnote">|\Z)', re.DOTALL)
    return section.sub(
        lambda found: f"<details>\n<summary>{name}</summary>{found.group(1)}</details>\n", html_text, count=1
    )


@cache
def _stylesheet() -> str:
    return files("sediment.rendering").joinpath("page.css").read_text(encoding="utf-8")
