"""Long alternatives that are tried only where they can begin: the same matches, found several times faster.

红单|[推炒]单|(?<!一)\\d+倍 -> (?=红|[推炒]|\\d)(?:红单|[推炒]单|(?<!一)\\d+倍)"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

_ATOM = re.compile(r"\\.|\{[\d,]*\}|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\]", re.DOTALL)
_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_OPTIONAL = re.compile(r"[?*]|\{0?,|\{0\}")
_UNTOLD = re.compile(r"[.^$]|\[\^|\\[^d\W]|\(\?[^:]|\((?!\?)")


def opened(expression: str) -> str:
    """An expression that matches where and what `expression` does; `expression` itself where a match may begin with anything."""
    first = _first(expression)
    # Python makes one set of these, and no alternative is tried in vain.
    return f"(?={'|'.join(dict.fromkeys(first))})(?:{expression})" if first else expression


def _first(expression: str) -> list[str]:
    """The characters and sets that a match can begin with; none where that is not told."""
    firsts = [_first_of(atoms) for atoms in _alternatives(expression)]
    return [one for first in firsts for one in first] if all(firsts) else []


def _alternatives(expression: str) -> Iterator[list[str]]:
    """The atoms of each alternative; a group is one atom."""
    atoms: list[str] = []
    depth = 0
    for atom in _ATOM.findall(expression):
        if depth:
            atoms[-1] += atom
        elif atom == "|":
            yield atoms
            atoms = []
        else:
            atoms.append(atom)
        depth += (atom == "(") - (atom == ")")
    yield atoms


def _first_of(atoms: Sequence[str]) -> list[str]:
    found: list[str] = []
    for atom, after in zip_longest(atoms, atoms[1:], fillvalue=""):
        if atom.startswith(_AROUND) or _OPTIONAL.match(atom):
            continue
        inner = _first(atom[3:-1]) if atom.startswith("(?:") else [atom]
        if not inner or (_UNTOLD.match(atom) and not atom.startswith("(?:")):
            return []
        found += inner
        if not _OPTIONAL.match(after):
            return found
    return []
