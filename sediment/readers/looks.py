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
_TRAINING = {"conversations", "instruction", "role", "prompt"}
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
    if start[:1] == "<":
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
    return "text without message headers that are known", _NAME_IT


def _json(source: Source) -> tuple[str, str]:
    keys = sorted(source.head_keys() or source.head_keys("item") or {key for row in source.head_rows for key in row})
    if not _TRAINING.isdisjoint(keys):
        return "training data for a model (no times, no ids)", _EXPORT
    if source.head_json == []:
        return "an empty list in JSON", "Was the export finished?"
    return f"JSON with {', '.join(keys[:8]) or 'no objects'}", _NAME_IT
