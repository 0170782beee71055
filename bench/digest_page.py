"""Digests beside the messages that they cite, as one HTML page for a person to judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from bench.labelled import ChatSet

if TYPE_CHECKING:
    from bench.digest import Day, Told

_STYLE = """
body { font: 15px/1.6 system-ui, sans-serif; margin: 2em auto; max-width: 76em; padding: 0 1em; color: #222 }
h1, h2 { border-bottom: 1px solid #ccc } h3 { margin: 1.4em 0 .2em }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: 2em; padding: .4em 0; border-bottom: 1px dotted #ddd }
.row > * { margin: 0; overflow-wrap: anywhere } .said { color: #555; font-size: 13px; white-space: pre-wrap }
.extract::before { content: "“"; color: #999 } .bad { color: #b00020; font-weight: 600 } .good { color: #2e7d32 }
table { border-collapse: collapse } td { padding: .1em 1em .1em 0; vertical-align: top }
"""


def page(
    sets: Sequence[tuple[ChatSet, Sequence[Day]]],
    report: Mapping[str, Mapping[str, Any]],
    traps: Mapping[str, Sequence[tuple[Mapping[str, Any], Sequence[Told] | None]]],
) -> str:
    """`traps`: by set, each trap with the claims that fell for it, or None where citations cannot tell."""
    body = "\n".join(line for data, days in sets for line in _set(data, days, report, traps[data.folder.name]))
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        'content="default-src \'none\'; style-src \'unsafe-inline\'"><meta name="viewport" content="width=device-width">'
        f"<title>Digests beside their messages</title><style>{_STYLE}</style>\n{body}\n</html>\n"
    )


def _set(
    data: ChatSet,
    days: Sequence[Day],
    report: Mapping[str, Mapping[str, Any]],
    traps: Sequence[tuple[Mapping[str, Any], Sequence[Told] | None]],
) -> Iterator[str]:
    said = {row["id"]: row for row in data.messages}
    yield f"<h1>{escape(data.folder.name)}</h1><table>"
    for name, value in report[data.folder.name].items():
        yield f"<tr><td>{escape(name)}<td>{escape(str(value))}"
    yield "</table>"
    for day in days:
        yield f"<h2>{day.day}</h2>"
        for title, claims in day.sections:
            yield f"<h3>{escape(title)}</h3>"
            for claim in claims:
                origin = "model" if claim.by_model else "extract"
                yield _row(f'<p class="{origin}">{escape(claim.text)}</p>', claim.ids, said)
    cited = {id for day in days for _, claims in day.sections for claim in claims for id in claim.ids}
    yield "<h2>Points of importance 2 and 3 of which no message is cited</h2>"
    for conversation in data.conversations:
        for point in conversation["points"] if conversation["importance"] >= 2 else ():
            if not cited & set(point["ids"]):
                yield _row(f"<p>{conversation['importance']}: {escape(point['text'])}</p>", point["ids"], said)
    yield "<h2>Traps</h2>"
    for trap, fell in traps:
        verdict = '<span class="good">respected</span>' if fell == [] else '<span class="bad">fell for it</span>'
        told = "".join(f"<br>{escape(claim.text)}" for claim in fell or ())
        yield _row(
            f"<p>{'to be judged' if fell is None else verdict}: {escape(trap['type'])}: {escape(trap['expect'])}{told}</p>",
            trap["ids"],
            said,
        )


def _row(left: str, ids: Iterable[str], said: Mapping[str, Mapping[str, Any]]) -> str:
    messages = "\n".join(_message(said[id]) for id in sorted(ids))
    return f'<div class="row">{left}<p class="said">{messages}</p></div>'


def _message(row: Mapping[str, Any]) -> str:
    text = row["text"] or f"[{row['kind']}]"
    return escape(f"{row['id']} {row['time'][11:16]} {row['name'] or ''}：{text}")
