"""The command `digest`: of one group, or one of several."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from sediment.cli.invocation import Invocation
from sediment.cli.options import day as as_day
from sediment.cli.options import json_option, language_option, model_option, pass_invocation, several_groups
from sediment.cli.writing import span_of, span_options, write_of_groups


@click.command("digest", help="help-digest")
@several_groups
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
    day: date | None,
    since: date | None,
    until: date | None,
    **options: Any,
) -> None:
    write_of_groups(invocation, "digest", **span_of(day, since, until), **options)
