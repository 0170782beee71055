"""Commands about records that could not be read: quarantine list, show, retry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.lazy import OrList, with_globals
from sediment.cli.options import json_option, pass_invocation
from sediment.cli.printing import line, print_json
from sediment.errors import ReadError, UsageError
from sediment.wording import told

if TYPE_CHECKING:
    from sediment.models import Held


@click.group("quarantine", cls=OrList, help="help-quarantine")
def quarantine() -> None:
    """Only holds the commands below."""


@click.command("list", help="help-quarantine-list")
@click.option("--after", type=click.IntRange(0), default=0, metavar="N", help="opt-quarantine-after")
@click.option("--count", "-n", type=click.IntRange(1), default=50, show_default=True, help="opt-quarantine-count")
@json_option
@pass_invocation
def list_(invocation: Invocation, after: int, count: int, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        counts = pipeline.quarantine_counts(desk.home)
        records = pipeline.quarantine(desk.home, after=after, count=count)
        if as_json:
            print_json(values.quarantine(counts, records))
            return
        for file, reason, number in counts:
            click.echo(f"{number:>6}  {line(file, 4096)}: {line(told(reason, desk.language))}")
        if records:
            click.echo()
        _print_records(desk, records)
        if records and pipeline.quarantine(desk.home, after=records[-1].number, count=1):
            desk.note("quarantine-more", after=records[-1].number)
        if not counts:
            desk.note("no-quarantine")


@click.command("show", help="help-quarantine-show")
@click.argument("number", type=int)
@json_option
@pass_invocation
def show(invocation: Invocation, number: int, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        record = pipeline.quarantined(desk.home, number)
        if as_json:
            print_json(values.held(record))
            return
        _print_records(desk, [record])
        chat = record.asked or (record.chat.name if record.chat else "")
        click.echo(f"{record.format}  {line(chat)}".rstrip())
        if record.left_at:
            desk.say("quarantine-left", day=record.left_at.date().isoformat())
        for text in record.raw.split("\n"):
            click.echo(f"  {_shown(text)}")


@click.command("retry", help="help-quarantine-retry")
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER]...")
@click.option("--file", metavar="FILE", help="opt-retry-file")
@click.option("--all", "all_", is_flag=True, help="opt-retry-all")
@click.option("--text", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False), help="opt-retry-text")
@click.option("--format", metavar="NAME", help="opt-retry-format")
@json_option
@pass_invocation
def retry(
    invocation: Invocation,
    numbers: tuple[int, ...],
    file: str | None,
    all_: bool,
    text: Path | None,
    format: str | None,
    as_json: bool,
) -> None:
    from sediment import pipeline

    if bool(numbers) + (file is not None) + all_ != 1:
        raise UsageError("Which records?", hint="Give numbers, or --file, or --all.")
    if (text and len(numbers) != 1) or (format and not text):
        raise UsageError("--text is of one record, and --format of a text.", hint="Give the record's number.")
    with invocation.opened() as desk:
        if text:
            done = pipeline.retry_as(desk.home, numbers[0], _given(text).rstrip("\n"), format=format)
        else:
            done = pipeline.retry(desk.home, numbers, file=file, progress=desk.progress)
        if as_json:
            print_json(values.retried(done))
            return
        desk.say("retried", tried=done.tried, read=done.read, kept=len(done.held))
        _print_records(desk, done.held)


for _command in (list_, show, retry):
    quarantine.add_command(with_globals(_command))


def _given(path: Path) -> str:
    """What stands in a file, or comes in. Raises ReadError."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}", hint="Can you open it yourself?") from error
    except UnicodeDecodeError as error:
        raise ReadError(f"{path} is not UTF-8.", hint="Save it as UTF-8.") from error


def _print_records(desk: Desk, records: tuple[Held, ...] | list[Held]) -> None:
    """`12  群聊.txt:41: no date at the start`."""
    for record in records:
        reason = line(told(record.reason, desk.language))
        click.echo(f"{record.number:>6}  {line(record.file, 4096)}:{record.line}: {reason}")


def _shown(text: str) -> str:
    """Every character that a terminal would obey or not show, as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
