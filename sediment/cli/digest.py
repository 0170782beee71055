"""The command `digest`: of one group, or one of several."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from sediment.cli.invocation import Invocation
from sediment.cli.options import day as as_day
from sediment.cli.options import json_option, language_option, model_option, pass_invocation
from sediment.cli.writing import hand_over, span_of, span_options


@click.command("digest", help="help-digest")
@click.option("--group", "-g", "groups", multiple=True, metavar="NAME", help="opt-groups")
@click.option("--all", "all_groups", is_flag=True, help="opt-all-groups")
@click.option("--day", callback=as_day, metavar="DAY", help="opt-day")
@click.option("--week", is_flag=True, help="opt-digest-week")
@span_options
@click.option("--length", type=click.Choice(["brief", "full", "archive"]), default="full", help="opt-length")
@model_option
@language_option
@json_option
@pass_invocation
def digest(
    invocation: Invocation,
    /,
    groups: tuple[str, ...],
    all_groups: bool,
    day: date | None,
    since: date | None,
    until: date | None,
    language: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    from sediment import pipeline

    if not groups and not all_groups:
        raise click.MissingParameter(param_hint="'--group' / '-g'", param_type="option")
    options |= {**span_of(day, since, until), "language": language or invocation.language}
    with invocation.opened() as desk:
        options["progress"] = desk.progress
        if all_groups or len(groups) > 1:
            document = pipeline.write_together(desk.home, () if all_groups else groups, **options)
        else:
            document = pipeline.write(desk.home, "digest", groups[0], **options)
        hand_over(desk, document, as_json)
