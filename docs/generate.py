"""Writes the pages of docs/ that come from the code: `python docs/generate.py`. With `--check` it writes nothing and fails when one is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from sediment.cli.reference import commands_page, settings_page
from sediment.readers import formats_page

DOCS = Path(__file__).resolve().parent
PAGES = {"commands.md": commands_page, "settings.md": settings_page, "formats.md": formats_page}


def main(arguments: list[str]) -> int:
    texts = {DOCS / name: page() for name, page in PAGES.items()}
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if arguments == ["--check"]:
        for path in stale:
            print(f"{path.relative_to(DOCS.parent)} is stale: run `make docs` and commit it.", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(texts[path], encoding="utf-8")
        print(f"wrote {path.relative_to(DOCS.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
