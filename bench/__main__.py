"""`python -m bench NAME …` runs one bench; without a name, says which there are."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

_FOLDER = Path(__file__).parent


def main(argv: list[str]) -> int:
    benches = _benches()
    if not argv or argv[0] not in benches:
        width = max(map(len, benches))
        print("\n".join(f"{name:{width}}  {does}" for name, does in benches.items()))
        return 0 if not argv or argv[0] in ("-h", "--help") else 2
    module = importlib.import_module(f"bench.{argv[0].replace('-', '_')}")
    status: int = module.main(argv[1:])
    return status


def _benches() -> dict[str, str]:
    """Name → what it does, of every module here that has a `main`. None is imported: that may be slow."""
    found = {}
    for path in sorted(_FOLDER.glob("[!_]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[path.stem.replace("_", "-")] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
