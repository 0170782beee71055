"""The command that writes chats out: export."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path
from typing import TextIO

import click

from sediment.cli.invocation import Invocation
from sediment.cli.lazy import GroupFirst
from sediment.cli.options import day as as_day
from sediment.cli.options import json_option, pass_invocation
from sediment.cli.printing import line, print_json
from sediment.errors import PublishError, UsageError


@click.command("export", cls=GroupFirst, help="help-export")
@click.argument("names", nargs=-1, metavar="[GROUP]...")
@click.option("--all", "every", is_flag=True, help="opt-export-all")
@click.option(
    "--format",
    type=click.Choice(["chatlab-jsonl", "jsonl", "csv", "markdown"]),
    default="chatlab-jsonl",
    show_default=True,
    help="opt-export-format",
)
@click.option("--since", callback=as_day, metavar="DAY", help="opt-since")
@click.option("--until", callback=as_day, metavar="DAY", help="opt-until")
@click.option("--output", "-o", metavar="PATH", default=".", show_default=True, help="opt-export-output")
@json_option
@pass_invocation
def export(
    invocation: Invocation,
    names: tuple[str, ...],
    every: bool,
    format: str,
    since: date | None,
    until: date | None,
    output: str,
    as_json: bool,
) -> None:
    from sediment import pipeline

    if bool(names) == every:
        raise UsageError("Name groups, or take --all.", hint="`sediment groups` lists them.")
    with invocation.opened() as desk:
        called = {summary.group.id: summary.group.name for summary in pipeline.groups(desk.home)}
        groups = names or tuple(called)
        are_several = len(groups) > 1 or every
        if are_several and (output == "-" or Path(output).is_file()):
            raise UsageError("Several groups need a folder.", hint="Name one with --output.")
        if are_several or output.endswith("/"):
            _make(Path(output))
        written = []
        for group in groups:
            path, count = pipeline.export_chat(
                desk.home,
                group,
                _stdout() if output == "-" else Path(output),
                format=format,
                since=since,
                until=until,
                language=invocation.language,
                progress=desk.progress,
            )
            if path:
                written.append({"group": group, "messages": count, "file": str(path)})
                if not as_json:
                    desk.say(
                        "exported", group=line(called.get(group, group)), messages=count, path=line(str(path), 4096)
                    )
        if as_json and output != "-":
            print_json(written)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(f"{folder}: {error.strerror}", hint="Choose a folder that can be written to.") from error


def _stdout() -> TextIO:
    """In UTF-8, whatever the terminal speaks: other programs read it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    return sys.stdout
