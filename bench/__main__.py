"""`python -m bench NAME …` runs one bench; without a name, says which there are."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

_FOLDER = Path(__file__).parent
_MODULES = {"import": "importing"}  # no module can have the name of a keyword


def main(argv: list[str]) -> int:
    benches = _benches()
    if not argv or argv[0] not in benches:
        width = max(map(len, benches))
        print("\n".join(f"{name:{width}}  {does}" for name, does in benches.items()))
        return 0 if not argv or argv[0] in ("-h", "--help") else 2
    name = _MODULES.get(argv[0], argv[0].replace("-", "_"))
    module = importlib.import_module(f"bench.{name}")
    status: int = module.main(argv[1:])
    return status


def _benches() -> dict[str, str]:
    """Name → what it does, of every module here that has a `main`. None is imported: that may be slow."""
    found = {}
    for path in sorted(_FOLDER.glob("[!_]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            name = next((name for name, module in _MODULES.items() if module == path.stem), path.stem.replace("_", "-"))
            found[name] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
