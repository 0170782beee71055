"""The command that writes chats out: export."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from sediment.cli.invocation import Invocation
from sediment.cli.options import day as as_day
from sediment.cli.options import pass_invocation
from sediment.cli.printing import line
from sediment.errors import UsageError


@click.command("export", help="help-export")
@click.option("--group", "-g", "names", multiple=True, metavar="NAME", help="opt-export-group")
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
@pass_invocation
def export(
    invocation: Invocation,
    names: tuple[str, ...],
    every: bool,
    format: str,
    since: date | None,
    until: date | None,
    output: str,
) -> None:
    from sediment import pipeline

    if bool(names) == every:
        raise UsageError("Name groups with --group, or take --all.", hint="`sediment groups` lists them.")
    with invocation.opened() as desk:
        groups = names or tuple(summary.group.id for summary in pipeline.groups(desk.home))
        if len(groups) > 1 or every:
            if output == "-" or Path(output).is_file():
                raise UsageError("Several groups need a folder.", hint="Name one with --output.")
            Path(output).mkdir(parents=True, exist_ok=True)
        for group in groups:
            path, count = pipeline.export_chat(
                desk.home,
                group,
                sys.stdout if output == "-" else Path(output),
                format=format,
                since=since,
                until=until,
                language=invocation.language,
                progress=desk.progress,
            )
            if path:
                desk.say("exported", group=line(group), messages=count, path=line(str(path), 4096))
