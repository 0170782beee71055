"""A folder of pages: Markdown with front matter for a static site or a note-taking program, and the same page as HTML.

published/独立开发者小圈-g1/digest-2026-04-08.md
published/独立开发者小圈-g1/digest-2026-04-08.html
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from sediment.errors import PublishError
from sediment.hidden import clean
from sediment.models import Document, Publication

_LONGEST = 80  # bytes of a name; file systems allow 255 in all
_ONE_A_SPAN = ("digest", "faq")  # kinds of which some days have one; others are told apart by what they are about


class Folder:
    """Writes under `path`, one subfolder a group, and nowhere else."""

    name = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()

    def publish(self, document: Document, group_name: str, markdown: str, html: str) -> Publication:
        """Both files, each whole or not at all; files that hold these bytes already are left alone."""
        payload = hashlib.sha256(markdown.encode() + b"\0" + html.encode()).hexdigest()
        page = self._path / _group_folder(group_name, document.group_id) / f"{_stem(document)}.md"
        try:
            self._keep_inside(page)
            _put(page.with_suffix(".html"), html)
            _put(page, _front_matter(document, group_name, payload) + markdown)
            published_at = datetime.fromtimestamp(page.stat().st_mtime, UTC)
        except OSError as error:
            raise PublishError(f"{page}: {error.strerror}", hint="Choose a folder that can be written to.") from error
        return Publication(document.id, document.version, self.name, str(page), payload, published_at)

    def _keep_inside(self, page: Path) -> None:
        """A link in the folder may lead out of it."""
        page.parent.mkdir(parents=True, exist_ok=True)
        if not page.parent.resolve().is_relative_to(self._path.resolve()):
            raise PublishError(
                f"{page.parent} leads out of {self._path}", hint="Remove the link, or choose another folder."
            )


def _group_folder(group_name: str, group_id: str) -> str:
    """Two groups may have one name: the id tells them apart."""
    return f"{_slug(group_name)}-{_slug(group_id)[:8]}"


def _stem(document: Document) -> str:
    """The same for each version of a document, so that a new version replaces the older one."""
    days = [document.since.isoformat()]
    if document.until != document.since:
        days.append(document.until.isoformat())
    topic = [] if document.kind in _ONE_A_SPAN else [_slug(document.topic or document.title)]
    length = [] if document.draft.length == "full" else [document.draft.length]
    language = ["en"] if document.language == "en" else []
    return "-".join([_slug(document.kind), *days, *topic, *length, *language])


def _slug(text: str) -> str:
    """Letters and digits of any script, everything else as single dashes; short enough for a file name."""
    letters = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text))
    short = "-".join(letters.split()).encode()[:_LONGEST].decode(errors="ignore")
    return short.strip("-") or "x"


def _front_matter(document: Document, group_name: str, payload: str) -> str:
    """YAML; every value is written as JSON, which YAML contains."""
    fields: dict[str, str | int] = {
        "title": document.title,
        "group": group_name,
        "kind": document.kind,
        "since": document.since.isoformat(),
        "until": document.until.isoformat(),
        "topic": document.topic,
        "language": document.language,
        "document": document.id,
        "version": document.version,
        "made_by": document.draft.made_by,
        "payload": f"sha256:{payload}",
    }
    lines = (f"{name}: {json.dumps(clean(str(value)), ensure_ascii=False)}" for name, value in fields.items())
    return "\n".join(["---", *lines, "---", "", ""])


def _put(path: Path, text: str) -> None:
    """Atomic: a reader sees the old file or the new one."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
