"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from sediment.cli.invocation import Invocation

pass_invocation = click.make_pass_decorator(Invocation)

json_option = click.option("--json", "as_json", is_flag=True, help="opt-json")
one_group = click.option("--group", "-g", required=True, metavar="NAME", help="opt-group")
any_group = click.option("--group", "-g", metavar="NAME", help="opt-any-group")
model_option = click.option("--model", metavar="MODEL", help="opt-model")
names_option = click.option("--names", is_flag=True, help="opt-names")
language_option = click.option("--language", type=click.Choice(["zh", "en"]), help="opt-document-language")


def several_groups(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --group, which may be given again, and --all."""
    command = click.option("--all", "all_groups", is_flag=True, help="opt-all-groups")(command)
    return click.option("--group", "-g", "groups", multiple=True, metavar="NAME", help="opt-groups")(command)


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """Callback of an option whose value is a day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a day such as 2026-04-08.") from error
