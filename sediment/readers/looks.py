"""What a file that no reader recognises looks like, and what to try."""

from __future__ import annotations

import re

from sediment.sources import Source

_NAME_IT = "If it is a chat export, name its format with --format; docs/formats.md lists them."
_EXPORT = "Export the chat as text, JSON or CSV."
_MAGIC = (
    (b"%PDF", "a PDF document", _EXPORT),
    (b"SQLite format 3", "a database", "Export the chat from it first, with chatlog, WeFlow or QQChatExporter."),
    (b"PK\x03\x04", "a zip archive", "Unpack it and name the folder."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"\x89PNG", "a picture", _EXPORT),
    (b"\xff\xd8\xff", "a picture", _EXPORT),
)
_AS_JSON = "Export the chat as JSON in the same tool."
_PAGES = {  # what exporters write for people to look at, by a word near the top
    "weflow": ("WeFlow", _AS_JSON),
    "const messagesdata": ("EchoTrace", _AS_JSON),
    "qqchatexporter": ("QQChatExporter", _AS_JSON),
    "<title>exported data</title>": ("Telegram Desktop", _AS_JSON),
    "pywxdump": ("pywxdump", "Name its folder: the chat is in data.js beside it."),
}
_TABLES = ('"public"."echotrace"', "weflow_messages")
_TRAINING = {"conversations", "instruction", "role", "prompt"}
_UNDATED = re.compile(r"\S.{0,60}\s\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?\s*")
_SPEAKER = re.compile(r"\S.{0,30}[:：]")


def looks_like(source: Source) -> tuple[str, str]:
    """What to call the content, and a hint."""
    for magic, name, hint in _MAGIC:
        if source.head_bytes.startswith(magic):
            return name, hint
    if source.encoding is None:
        return "binary data", _EXPORT
    start = source.head.lstrip("\ufeff \t\n")
    if not start:
        return "an empty file", "Was the export finished?"
    if any(table in start for table in _TABLES):
        return "statements for a database", _AS_JSON
    if start[:1] == "<":
        for exporter, hint in (names for word, names in _PAGES.items() if word in start.lower()):
            return f"a web page of {exporter}", hint
        return (
            "a web page or XML",
            "Choose text, JSON or CSV in the exporter. Was it saved from a page that asks to log in?",
        )
    if source.head_json is not None or source.head_rows:
        return _json(source)
    if sum(_SPEAKER.fullmatch(line) is not None for line in source.head_lines) * 3 > len(source.head_lines):
        return (
            "copied messages without times, which cannot be dated",
            "Mail the chat instead of copying it, or use an exporter.",
        )
    if sum(_UNDATED.fullmatch(line) is not None for line in source.head_lines) * 4 > len(source.head_lines):
        return (
            "copied messages with times but no day",
            "Put the day into the name of the file: 群_2024-03-15.txt",
        )
    return "text without message headers that are known", _NAME_IT


def _json(source: Source) -> tuple[str, str]:
    keys = sorted(source.head_keys() or source.head_keys("item") or {key for row in source.head_rows for key in row})
    if not _TRAINING.isdisjoint(keys):
        return "training data for a model (no times, no ids)", _EXPORT
    if source.head_json == []:
        return "an empty list in JSON", "Was the export finished?"
    return f"JSON with {', '.join(keys[:8]) or 'no objects'}", _NAME_IT
