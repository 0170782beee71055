"""Commands that are imported when they are asked for, and help in the reader's language.

`help=` of a command or an option is a key of data/wording.toml; the words are put in when the help is shown.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import click

from sediment.cli.invocation import SPOKEN
from sediment.cli.printing import line
from sediment.config import Config
from sediment.errors import SedimentError
from sediment.wording import say, told

COMMANDS = {
    "init": "household:init",
    "import": "importing:import_",
    "settle": "importing:settle",
    "groups": "importing:groups",
    "members": "members:members",
    "conversations": "judging:conversations",
    "lectures": "lectures:lectures",
    "noise": "noise:noise",
    "quarantine": "quarantine:quarantine",
    "digest": "digest:digest",
    "faq": "faq:faq",
    "article": "writing:article",
    "ask": "finding:ask",
    "search": "finding:search",
    "list": "keeping:list_",
    "show": "keeping:show",
    "approve": "keeping:approve",
    "publish": "keeping:publish",
    "export": "exporting:export",
    "prompts": "household:prompts",
    "doctor": "household:doctor",
    "rebuild": "importing:rebuild",
}
"Name of a command and where it is found in this package, in the order of a first use."

_C = TypeVar("_C", bound=click.Command)


class Refused(Exception):
    """An error of ours in words for the reader, with the exit code."""

    def __init__(self, error: SedimentError, language: str) -> None:
        hint = f"\n  {told(error.hint, language)}" if error.hint else ""
        super().__init__(f"sediment: {line(told(str(error), language), 4096)}{hint}")  # file names may hold anything
        self.exit_code = error.exit_code


class LazyGroup(click.Group):
    """The commands of COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return in_language(with_globals(command(cmd_name)), _language(ctx)) if cmd_name in COMMANDS else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SedimentError as error:
            raise Refused(error, _language(ctx)) from error

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Group.format_help(in_language(self, _language(ctx)), ctx, formatter)


class OrList(click.Group):
    """`members GROUP` is short for `members list GROUP`."""

    default = "list"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_short = not args or (args[0] not in self.commands and args[0] not in self.get_help_option_names(ctx))
        return super().parse_args(ctx, [self.default, *args] if is_short else args)


def command(name: str) -> click.Command:
    """The command called `name`, its help still keys."""
    module, attribute = COMMANDS[name].split(":")
    found = getattr(import_module(f"sediment.cli.{module}"), attribute)
    assert isinstance(found, click.Command)
    return found


def with_globals(plain: click.Command) -> click.Command:
    """A copy that takes `--home` and `--quiet` after its name too, where people write them; the help shows them once, before."""
    taking = copy.copy(plain)
    home = click.Option(
        ["--home"], type=click.Path(path_type=Path, file_okay=False), hidden=True, expose_value=False, callback=_over
    )
    quiet = click.Option(["--quiet", "-q"], is_flag=True, hidden=True, expose_value=False, callback=_over)
    taking.params = [*plain.params, home, quiet]
    return taking


def _over(context: click.Context, option: click.Parameter, value: Path | bool | None) -> None:
    if value and option.name:
        context.obj = dataclasses.replace(context.obj, **{option.name: value})


def in_language(spoken: _C, language: str) -> _C:
    """A copy whose help is words."""
    spoken = copy.copy(spoken)
    if spoken.help:
        spoken.help = say(spoken.help, language)
        spoken.short_help = re.split(r"[。：]|[.:] ", spoken.help)[0].rstrip(".")
    spoken.params = [_option_in(param, language) for param in spoken.params]
    if isinstance(spoken, click.Group):
        spoken.commands = {name: in_language(inner, language) for name, inner in spoken.commands.items()}
    return spoken


def _option_in(param: click.Parameter, language: str) -> click.Parameter:
    if not isinstance(param, click.Option) or not param.help:
        return param
    param = copy.copy(param)
    param.help = say(param.help or "", language)
    return param


def usage_error(error: click.UsageError) -> str:
    """How the command is written and what is wrong with it, in the reader's language."""
    language = _language(error.ctx) if error.ctx else Config().spoken
    usage = f"{error.ctx.get_usage()}\n\n" if error.ctx else ""
    more = f"{error.ctx.command_path} --help" if error.ctx else "sediment --help"
    return usage + say("usage-error", language, error=told(error.format_message(), language), help=more)


def _language(ctx: click.Context) -> str:
    """That of the opened home, else as asked for before the command, else the locale's: help must not need a readable home."""
    if SPOKEN in ctx.meta:
        return str(ctx.meta[SPOKEN])
    asked = ctx.find_root().params.get("language")  # not yet a text where the options before the command are wrong
    return Config(language=asked if isinstance(asked, str) else "auto").spoken
