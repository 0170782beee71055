"""Exports as files, in the plain JSONL format."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.factories import DAY

FORMAT = "jsonl"


def row(
    text: str = "早上好", *, at: str = "08:00:00", sender: str = "u1", day: str = DAY, **more: Any
) -> dict[str, Any]:
    """One line of an export; `id`, `kind`, `reply_to` and `mentions` on demand."""
    return {"time": f"{day}T{at}+08:00", "sender": sender, "name": sender, "text": text, **more}


def export(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    """The file at `path`; a string is a line as it stands."""
    lines = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
