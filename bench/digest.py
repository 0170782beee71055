"""The digests of group-chat sets, with a model or without: what they tell, whether it holds, what it costs.

    python -m bench digest --data DIR [--model MODEL] [--home DIR] [--page OUT.html] [--json]

A digest for each day. `--model` as of `sediment digest`, such as `http://127.0.0.1:8000/v1|NAME`; with `--home` the model's replies are kept there, and a
second run pays for nothing. `--page` shows the digests beside the messages that they cite, with missing points and the traps, for a person to judge.

Besides what `bench group-chat` says of the cited messages:
- `points' words told`: of the pairs of characters of the points of importance 2 and 3 those that stand in the claims that cite a message of the point;
- `passed the gate`: of the sentences that the model wrote, in per cent; what was dropped, by reason;
- `duplicates`: claims of the sections that say what another one says, by the same messages or nine tenths of its words;
- `traps respected`: of those that citations can tell: nothing hostile, recalled, joking or superseded by then is cited without what refutes or replaces it;
- `personal data told`: exact pieces that `pii.json` names;
- `characters`, `claims` and `cited messages` of a day, `calls` and `tokens` of all days."""

from __future__ import annotations

import argparse
import contextlib
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bench import metrics
from bench.digest_page import page
from bench.labelled import ChatSet, chat_folders, chat_set
from sediment import pipeline
from sediment.models import Claim, Reply, Section
from sediment.words import bigrams

_SAME = 0.9  # share of the pairs of characters from which two claims say the same
# The first message of these must not be cited without another one of the trap: in a claim, or in a section by then.
_ALONE = ("injection", "fake_system", "ad_disguised", "recalled", "joke_number", "sarcasm")
_REPLACED = ("false_claim_corrected", "reversed_decision")


@dataclass(frozen=True, slots=True)
class Told:
    """A claim in the export's own ids."""

    text: str
    ids: frozenset[str]
    by_model: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The digest of one day: sections (title, claims), the lead first, and what the gate dropped."""

    day: date
    sections: tuple[tuple[str, tuple[Told, ...]], ...]
    dropped: Mapping[str, int]


def digests(home: pipeline.Home, data: ChatSet, model: str | None) -> Iterator[Day]:
    """A digest of each day of a set that was imported and settled under the name of its folder."""
    judged = list(pipeline.judged(home, data.folder.name))
    native = {one.message.id: one.message.native_id or one.message.id for one in judged}
    for day in sorted({one.message.sent_at.date() for one in judged}):
        draft = pipeline.write(home, "digest", data.folder.name, since=day, until=day, model=model).draft
        sections = [Section("lead", "", draft.lead), *draft.sections]
        told = [(s.title, tuple(_told(claim, native) for claim in s.claims)) for s in sections]
        yield Day(day, tuple(told), draft.account.dropped)


def _told(claim: Claim, native: Mapping[str, str]) -> Told:
    return Told(claim.text, frozenset(native[e.message_id] for e in claim.evidence), claim.origin == "model")


def figures(data: ChatSet, days: Sequence[Day], personal: Sequence[str] = ()) -> dict[str, Any]:
    """What the digests of a set are worth, without what they cost."""
    claims = [claim for day in days for _, told in day.sections for claim in told]
    body = [[claim for _, told in day.sections[1:] for claim in told] for day in days]
    written = sum(claim.by_model for claim in claims)
    dropped: Counter[str] = Counter()
    for day in days:
        dropped.update(day.dropped)
    checked = [found for _, found in traps(data, days) if found is not None]
    return {
        **metrics.digest(data, {"ids": sorted({id for claim in claims for id in claim.ids})}),
        "points' words told": _words_told(data, claims),
        "passed the gate": round(100 * written / (written + dropped.total()), 1) if written else "",
        "dropped": " ".join(f"{reason}:{count}" for reason, count in sorted(dropped.items())),
        "duplicates": sum(_duplicates(told) for told in body),
        "traps respected": f"{sum(not found for found in checked)}/{len(checked)}",
        "personal data told": sum(any(piece in claim.text for piece in personal) for claim in claims),
        "characters": _per_day(sum(len(claim.text) for claim in claims), days),
        "claims": _per_day(len(claims), days),
        "cited messages": _per_day(sum(len({id for c in told for id in c.ids}) for told in _by_day(days)), days),
    }


def points(data: ChatSet) -> list[dict[str, Any]]:
    """The points that a digest should tell."""
    return [point for c in data.conversations if c["importance"] >= 2 for point in c["points"]]


def traps(data: ChatSet, days: Sequence[Day]) -> list[tuple[dict[str, Any], list[Told] | None]]:
    """Each trap with the claims that fell for it, or None where citations cannot tell."""
    sent = {row["id"]: date.fromisoformat(row["time"][:10]) for row in data.messages}
    checkable = (*_ALONE, *_REPLACED)
    return [(trap, _fell_for(trap, days, sent) if trap["type"] in checkable else None) for trap in data.traps]


def _fell_for(trap: Mapping[str, Any], days: Sequence[Day], sent: Mapping[str, date]) -> list[Told]:
    bait, *cure = trap["ids"]
    found = []
    for day in days:
        known = {id for id in cure if sent[id] <= day.day}
        for title, claims in day.sections:
            # The sentences of the lead stand for themselves, those of a section together.
            beside = {id for claim in claims for id in claim.ids} if title else set()
            if trap["type"] in _ALONE or (known and not beside & known):
                found += [c for c in claims if bait in c.ids and not c.ids & known]
    return found


def _by_day(days: Sequence[Day]) -> list[list[Told]]:
    return [[claim for _, told in day.sections for claim in told] for day in days]


def _words_told(data: ChatSet, claims: Sequence[Told]) -> float:
    total = told = 0
    for point in points(data):
        wanted = set(bigrams(point["text"]))
        said = {pair for claim in claims if claim.ids & set(point["ids"]) for pair in bigrams(claim.text)}
        total += len(wanted)
        told += len(wanted & said)
    return round(100 * told / max(1, total), 1)


def _duplicates(claims: Sequence[Told]) -> int:
    pairs = [set(bigrams(claim.text)) for claim in claims]
    return sum(
        any(c.ids == o.ids or len(pairs[n] & pairs[m]) >= _SAME * len(pairs[n]) for m, o in enumerate(claims[:n]))
        for n, c in enumerate(claims)
    )


def _per_day(count: int, days: Sequence[Day]) -> int:
    return round(count / max(1, len(days)))


def cost(folder: Path) -> dict[str, int]:
    """Of all calls in a home's log that were answered."""
    with closing(sqlite3.connect(folder / "sediment.db")) as db:
        rows = db.execute("SELECT reply FROM calls WHERE reply IS NOT NULL").fetchall()
    replies = [msgspec.json.decode(row[0], type=Reply) for row in rows]
    return {"calls": len(replies), "tokens": sum(r.prompt_tokens + r.completion_tokens for r in replies)}


def personal_data(folder: Path) -> list[str]:
    """The exact pieces that must not be told."""
    path = folder / "pii.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [text for row in rows for text in (row.get("text") or row.get("value"),) if text]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench digest", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", help="as of `sediment digest`; none unless given")
    parser.add_argument("--home", type=Path, help="keeps what is imported and what the model replied, a folder a set")
    parser.add_argument("--page", type=Path, help="where to write the digests beside their messages")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    folders = chat_folders(options.data)
    if not folders:
        parser.error(f"no messages.jsonl with gold.jsonl under {options.data}")
    report: dict[str, dict[str, Any]] = {}
    shown: list[tuple[ChatSet, list[Day]]] = []
    for folder in folders:
        data = chat_set(folder)
        with contextlib.ExitStack() as stack:
            kept = options.home / folder.name if options.home else None
            path = kept or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            home = stack.enter_context(pipeline.open_home(path))
            pipeline.import_chat(home, [folder / "messages.jsonl"], group=folder.name)
            pipeline.settle(home)
            days: list[Day] = []
            for day in digests(home, data, options.model or "none"):
                print(f"{folder.name} {day.day}", file=sys.stderr)
                days.append(day)
            report[folder.name] = {**figures(data, days, personal_data(folder)), **cost(path)}
        shown.append((data, days))
    if options.page:
        options.page.write_text(
            page(shown, report, {d.folder.name: traps(d, days) for d, days in shown}), encoding="utf-8"
        )
    print(json.dumps(report, ensure_ascii=False) if options.json else _table(report))
    return 0


def _table(report: Mapping[str, Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(figure for found in report.values() for figure in found))
    lines = [f"{'':36}" + "".join(f"{name:>18}" for name in report)]
    return "\n".join(
        [
            *lines,
            *(f"{name:36}" + "".join(f"{found.get(name, '')!s:>18}" for found in report.values()) for name in names),
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
