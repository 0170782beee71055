"""Pages that are made of the code itself: the commands, the settings, and the settings file that `init` writes."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
from collections.abc import Iterator
from typing import Any

import click

from sediment import config
from sediment.cli.lazy import COMMANDS, command, in_language

_TABLES = (
    ("", config.Config),
    ("index", config.IndexConfig),
    ("chat", config.ChatConfig),
    ("digest", config.DigestConfig),
)
_NOTICE = "<!-- Written by `make docs` from the code. -->"
_MANNERS = """\
The result goes to stdout; progress, remarks and errors go to stderr. A progress bar shows only on a terminal, where
documents have no Markdown escapes.
`--home` and `--quiet` may also stand after the command.

| exit code | means |
|---|---|
| 0 | done; an import may have put records into quarantine, and says so |
| 1 | `ask`: not discussed; `search`: nothing found; `doctor`: something is wrong |
| 2 | the request does not make sense |
| 65 | nothing in the file could be read, or its format is not known |
| 69 | the chat model gave no usable reply |
| 73 | the destination did not take the document |
| 74, 75 | the database or the vectors cannot be used; another process is writing |
| 78 | `sediment.toml` or the environment is wrong |
| 130 | interrupted; what was acknowledged is kept |

With `--json` each command prints one JSON document. That of `conversations` and `noise` is one array with an object per message of
the group, in order of time:

```json
{"id": "9f2c…", "native_id": "m17", "conversation": "c51aa…", "answers": ["m12"],
 "links": [{"id": "77be…", "score": 0.93, "why": "…"}], "noise": null, "reason": null}
```

`id` is ours and `native_id` the export's own, or null; `answers` has native ids where there are any; `noise` is a class with its
`reason`, or null: greeting, checkin, red_packet, sticker, poke, ad, bot, system, recalled, chitchat,
plus_one, dropped."""


def commands_page() -> str:
    """docs/commands.md: every command with its options, in English."""
    from sediment.cli import sediment

    blocks = ["# Commands", _NOTICE, _MANNERS, *_blocks(in_language(sediment, "en"), "sediment")]
    for name in COMMANDS:
        blocks += _blocks(in_language(command(name), "en"), f"sediment {name}")
    return "\n\n".join(blocks) + "\n"


def settings_page() -> str:
    """docs/settings.md: every setting with its default and meaning."""
    blocks = [
        "# Settings",
        _NOTICE,
        "`sediment.toml` in the home; `sediment init` writes one to start from. Secrets never stand there.",
    ]
    for table, kind in _TABLES:
        blocks.append(f"## `[{table}]`" if table else "## At the top")
        blocks.append(
            "\n".join(f"- `{name}` (default `{_toml(default)}`): {meaning}" for name, default, meaning in _fields(kind))
        )
    return "\n\n".join(blocks) + "\n"


def settings_file() -> str:
    """A sediment.toml in which every setting is a comment with its default."""
    lines = []
    for table, kind in _TABLES:
        lines += ["", f"[{table}]"] if table else []
        for name, default, meaning in _fields(kind):
            lines += [f"# {meaning}", f"# {name} = {_toml(default)}"]
    return "\n".join(lines) + "\n"


def _blocks(shown: click.Command, path: str) -> Iterator[str]:
    """One command, then those under it."""
    context = click.Context(shown, info_name=path)
    yield f"## `{path}`" if " " in path else "## Before any command"
    yield shown.help or ""
    yield f"```text\n{' '.join([path, *shown.collect_usage_pieces(context)])}\n```"
    records = [param.get_help_record(context) for param in shown.params if isinstance(param, click.Option)]
    if items := [f"- `{options}`: {meaning}" for options, meaning in filter(None, records)]:
        yield "\n".join(items)
    for name, inner in getattr(shown, "commands", {}).items():
        yield from _blocks(inner, f"{path} {name}")


def _fields(kind: Any) -> Iterator[tuple[str, Any, str]]:
    """Name, default and meaning of each setting; the meaning is the string under it in the source."""
    defaults = kind()
    meanings = _meanings(kind)
    for field in dataclasses.fields(kind):
        if field.name in meanings:
            yield field.name, getattr(defaults, field.name), meanings[field.name]


def _meanings(kind: Any) -> dict[str, str]:
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            found[field.target.id] = str(ast.literal_eval(text.value))
    return found


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
