"""The FAQ for other programs: question and answer in plain words, without names and personal data, with the messages that they stand on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sediment.models import Claim, FaqStanding
from sediment.pipeline.faq import faq
from sediment.pipeline.home import Home
from sediment.redaction import redact
from sediment.rendering import escape, heading

_COLUMNS = (
    "id",
    "question",
    "answer",
    "wordings",
    "status",
    "groups",
    "asked",
    "askers",
    "updated",
    "sources",
)


def export_faq(home: Home, groups: Sequence[str], format: str) -> Iterator[str]:
    """Lines with their ends, of the entries of these groups that are not retired. Raises UsageError for an unknown group."""
    rows = [_row(standing) for group in groups for standing in faq(home, group) if not standing.retired]
    return FAQ_FORMATS[format](rows)


def _row(standing: FaqStanding) -> dict[str, Any]:
    entry = standing.entry
    spans = [span for claim in entry.answer for span in claim.evidence]
    return {
        "id": entry.id,
        "question": redact(entry.question),
        "answer": redact("\n".join(_unnamed(claim, standing) for claim in entry.answer)),
        "wordings": list(dict.fromkeys(redact(wording.quote) for wording in entry.wordings)),
        "status": entry.status,
        "groups": list(standing.groups),
        "asked": standing.asked,
        "askers": standing.askers,
        "updated": entry.history[-1].at.isoformat() if entry.history else None,
        "sources": list(dict.fromkeys(span.message_id for span in spans)),
    }


def _unnamed(claim: Claim, standing: FaqStanding) -> str:
    """What it says, without who said it."""
    cited = {span.message_id for span in claim.evidence}
    names = {message.name for message in standing.messages if message.id in cited}
    heads = (f"{name}{colon}" for name in names for colon in ("：", ": "))
    return claim.text.removeprefix(next(filter(claim.text.startswith, heads), ""))


def _json(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _pairs(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One line an answered question, as bots and trainers of them take it."""
    for row in rows:
        if row["answer"]:
            kept = {key: row[key] for key in ("question", "answer", "wordings", "sources")}
            yield json.dumps(kept, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in _COLUMNS])
    yield "\ufeff" + text.getvalue()  # else Excel takes it for the encoding of the country


def _cell(value: Any) -> Any:
    """Lists by lines. A spreadsheet would compute what looks like a formula; behind an apostrophe it is text."""
    text = "\n".join(value) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in tuple("=+-@\t") else text


def _markdown(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield f"## {heading(row['question'])}\n\n"
        for line in row["answer"].split("\n") if row["answer"] else ():
            yield f"- {escape(line)}\n"
        yield "\n"


FAQ_FORMATS: dict[str, Callable[[Sequence[dict[str, Any]]], Iterator[str]]] = {
    "markdown": _markdown,
    "json": _json,
    "csv": _csv,
    "qa-jsonl": _pairs,
}
