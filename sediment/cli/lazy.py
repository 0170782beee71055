"""Commands that are imported when they are asked for, and help in the reader's language.

`help=` of a command or an option is a key of data/wording.toml; the words are put in when the help is shown.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
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


class Formatter(click.HelpFormatter):
    """Help whose own words (Usage, Options, [required] …) are in the reader's language too."""

    def __init__(self, language: str, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._language = language

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or say("help-usage", self._language))

    def write_heading(self, heading: str) -> None:
        self.write(say("help-heading", self._language, heading=self._said(heading)) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, self._said(text)) for name, text in rows], col_max, col_spacing)

    def _said(self, text: str) -> str:
        words = ("Options", "Commands", "Show this message and exit.", "[required]", "[default:")
        for number, word in enumerate(words):
            text = text.replace(word, say(f"help-word-{number}", self._language))
        return text


class Context(click.Context):
    def make_formatter(self) -> click.HelpFormatter:
        return Formatter(_language(self), self.terminal_width, self.max_content_width)


class LazyGroup(click.Group):
    """The commands of COMMANDS."""

    context_class = Context

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and (near := get_close_matches(args[0], COMMANDS, 1)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

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
        if args and is_short and (near := self._meant(args)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near!r}?")
        return super().parse_args(ctx, [self.default, *args] if is_short else args)

    def _meant(self, args: Sequence[str]) -> str | None:
        """The command that the first word nearly is called like, unless it may be what the default command takes."""
        taken = sum(isinstance(param, click.Argument) for param in self.commands[self.default].params)
        words = list(itertools.takewhile(lambda word: not word.startswith("-"), args))
        near = get_close_matches(args[0], self.commands, 1) if len(words) > taken else []
        return near[0] if near else None


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
    spoken.context_class = Context
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
    """How the command is written and what is wrong with it, in the reader's language; the help and how to begin, where nothing was asked for."""
    language = _language(error.ctx) if error.ctx else Config().spoken
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message() + (say("first-steps", language) if error.ctx.parent is None else "")
    usage = f"{error.ctx.get_usage()}\n\n" if error.ctx else ""
    more = f"{error.ctx.command_path} --help" if error.ctx else "sediment --help"
    said = usage + say("usage-error", language, error=told(error.format_message(), language), help=more)
    return f"{said}\n{say('which-groups', language)}" if _lacks_group(error) else said


def _lacks_group(error: click.UsageError) -> bool:
    """Whether a group should be named: none is, or it stands where no command looks for it."""
    if isinstance(error, click.MissingParameter):
        return bool(error.param and error.param.name in {"group", "groups"}) or "--group" in (error.param_hint or "")
    params = error.ctx.command.params if error.ctx else ()
    return "extra argument" in error.message and any("--group" in param.opts for param in params)


class GroupFirst(click.Command):
    """Takes `--group NAME`, as other commands write it, for its first argument too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named, rest, words = [], [], iter(args)
        for word in words:
            if word in ("--group", "-g"):
                named.append(next(words, word))
            else:
                rest.append(word)
        return super().parse_args(ctx, [*named, *rest])


def _language(ctx: click.Context) -> str:
    """That of the opened home, else as asked for before the command, else the locale's: help must not need a readable home."""
    if SPOKEN in ctx.meta:
        return str(ctx.meta[SPOKEN])
    asked = ctx.find_root().params.get("language")  # not yet a text where the options before the command are wrong
    return Config(language=asked if isinstance(asked, str) else "auto").spoken
