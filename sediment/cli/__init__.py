"""The command line. Each command takes options, calls the pipeline and prints: the result on stdout, everything else on stderr.

Exit codes: 0 done, 1 nothing found (`ask`, `search`) or something wrong (`doctor`), 2 wrong usage, 130 interrupted; others in `errors`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from sediment import __version__
from sediment.cli.invocation import Invocation
from sediment.cli.lazy import LazyGroup, Refused, usage_error
from sediment.config import Config
from sediment.wording import say


@click.group(cls=LazyGroup, help="help-sediment", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="opt-home")
@click.option("--language", type=click.Choice(["zh", "en"]), is_eager=True, help="opt-language")
@click.option("--quiet", "-q", is_flag=True, help="opt-quiet")
@click.version_option(__version__, prog_name="sediment", message="%(prog)s %(version)s", help="opt-version")
@click.pass_context
def sediment(context: click.Context, home: Path | None, language: str | None, quiet: bool) -> None:
    context.obj = Invocation(home, language, quiet)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show must not end a command that has done its work.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = sediment.main(arguments, prog_name="sediment", standalone_mode=False)
    except click.UsageError as error:
        click.echo(usage_error(error), err=True)
        return error.exit_code
    except Refused as error:
        click.echo(error, err=True)
        return error.exit_code
    except click.Abort:
        click.echo(say("interrupted", Config().spoken), err=True)
        return 130
    return code if isinstance(code, int) else 0
