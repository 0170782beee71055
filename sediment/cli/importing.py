"""Commands that take in chats and work them through: import, settle, rebuild, groups."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.options import any_group, json_option, pass_invocation
from sediment.cli.printing import line, minute, print_json
from sediment.errors import ReadError
from sediment.wording import say, told

if TYPE_CHECKING:
    from sediment.models import ImportReport, Settled

BAD_SHOWN = 20


@click.command("import", help="help-import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
@click.option("--group", "-g", metavar="NAME", help="opt-import-group")
@click.option("--format", metavar="NAME", help="opt-format")
@json_option
@pass_invocation
def import_(
    invocation: Invocation, files: tuple[Path, ...], group: str | None, format: str | None, as_json: bool
) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        report = pipeline.import_chat(desk.home, files, group=group, format=format, progress=desk.progress)
        if as_json:
            print_json(values.import_report(report))
        else:
            _print_report(desk, report)
        if not report.imported + report.duplicates:
            raise ReadError("Nothing was imported.", hint="Each refused record is listed with its reason.")


@click.command("settle", help="help-settle")
@any_group
@click.option("--all-vectors", is_flag=True, help="opt-all-vectors")
@json_option
@pass_invocation
def settle(invocation: Invocation, group: str | None, all_vectors: bool, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        done = pipeline.settle(desk.home, group=group, all_vectors=all_vectors, progress=desk.progress)
        _print_settled(desk, done, as_json)


@click.command("rebuild", help="help-rebuild")
@json_option
@pass_invocation
def rebuild(invocation: Invocation, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        _print_settled(desk, pipeline.rebuild(desk.home, progress=desk.progress), as_json)


@click.command("groups", help="help-groups")
@json_option
@pass_invocation
def groups(invocation: Invocation, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        summaries = pipeline.groups(desk.home)
        if as_json:
            print_json([values.group(summary) for summary in summaries])
            return
        for summary in summaries:
            span = [minute(moment, desk.home.config.zone) for moment in (summary.first, summary.last) if moment]
            click.echo(f"{summary.group.id}  {line(summary.group.name)}  {summary.messages}  {' – '.join(span)}")
        if not summaries:
            desk.note("no-groups")


def _print_report(desk: Desk, report: ImportReport) -> None:
    from sediment import pipeline

    names = say("comma", desk.language).join(line(group) for group in report.groups)
    desk.say("imported-from", files=len(report.files), format=report.format, groups=names or "–")
    counts = ("seen", "imported", "duplicates", "quarantined", "ignored")
    desk.say("import-sum", **{name: getattr(report, name) for name in counts})
    if report.kept:
        desk.note("import-kept", count=report.kept)
    for bad in report.bad[:BAD_SHOWN]:
        click.echo(f"{line(bad.file, 4096)}:{bad.line}: {line(told(bad.reason, desk.language))}")
    if report.quarantined > min(len(report.bad), BAD_SHOWN):
        desk.say("more-quarantined", count=report.quarantined - min(len(report.bad), BAD_SHOWN))
    if report.quarantined:
        desk.note("after-quarantine")
    if report.imported:
        name = report.groups[0]
        twins = [summary for summary in pipeline.groups(desk.home) if summary.group.name == name]
        key = "after-import" if len(twins) == 1 else "after-import-twins"
        desk.note(key, group=shlex.quote(line(name)))  # a chat is called as strangers like


def _print_settled(desk: Desk, settled: Settled, as_json: bool) -> None:
    if as_json:
        print_json(dataclasses.asdict(settled))
    else:
        desk.say("settled", **dataclasses.asdict(settled))
        if settled.waiting:
            desk.note("vectors-wait", waiting=settled.waiting)
