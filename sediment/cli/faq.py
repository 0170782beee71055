"""Commands of the FAQ: write it, look at it, decide about its entries, take it out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.lazy import OrList, with_globals
from sediment.cli.options import json_option, language_option, model_option, pass_invocation, several_groups
from sediment.cli.printing import line, print_json
from sediment.cli.writing import span_options, write_of_groups
from sediment.errors import UsageError
from sediment.wording import say

if TYPE_CHECKING:
    from sediment.models import FaqStanding


class _OrWrite(OrList):
    """`faq --group G` is short for `faq write --group G`."""

    default = "write"


@click.group("faq", cls=_OrWrite, help="help-faq")
def faq() -> None:
    """Only holds the commands below."""


@click.command("write", help="help-faq-write")
@several_groups
@span_options
@model_option
@language_option
@json_option
@pass_invocation
def write(invocation: Invocation, /, as_json: bool, **options: Any) -> None:
    write_of_groups(invocation, "faq", as_json, **options)


@click.command("list", help="help-faq-list")
@click.option("--group", "-g", metavar="NAME", help="opt-any-group")
@click.option("--all", "every", is_flag=True, help="opt-faq-all")
@click.option("--retired", is_flag=True, help="opt-faq-retired")
@json_option
@pass_invocation
def list_(invocation: Invocation, group: str | None, every: bool, retired: bool, as_json: bool) -> None:
    with invocation.opened() as desk:
        found = [one for one in _standings(desk, group, every or group is None) if retired or not one.retired]
        if as_json:
            print_json([values.faq_standing(one) for one in found])
            return
        for one in found:
            click.echo(_line(one, desk))
        if not found:
            desk.note("no-faq")


@click.command("proposals", help="help-faq-proposals")
@click.option("--group", "-g", metavar="NAME", help="opt-any-group")
@json_option
@pass_invocation
def proposals(invocation: Invocation, group: str | None, as_json: bool) -> None:
    with invocation.opened() as desk:
        found = [one for one in _standings(desk, group, group is None) if one.proposed]
        _tell_all(desk, found, as_json)


@click.command("show", help="help-faq-show")
@click.argument("entry", metavar="ID")
@json_option
@pass_invocation
def show(invocation: Invocation, entry: str, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        _tell(desk, pipeline.faq_entry(desk.home, entry), as_json)


@click.command("edit", help="help-faq-edit")
@click.argument("entry", metavar="ID")
@click.option("--question", metavar="TEXT", help="opt-faq-question")
@click.option("--answer", metavar="TEXT", help="opt-faq-answer")
@json_option
@pass_invocation
def edit(invocation: Invocation, entry: str, question: str | None, answer: str | None, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        said = sys.stdin.read() if answer == "-" else answer
        _tell(desk, pipeline.edit_faq(desk.home, entry, question=question, answer=said), as_json)


@click.command("merge", help="help-faq-merge")
@click.argument("entry", metavar="ID")
@click.argument("other", metavar="ID")
@json_option
@pass_invocation
def merge(invocation: Invocation, entry: str, other: str, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        _tell(desk, pipeline.merge_faq(desk.home, entry, other), as_json)


@click.command("split", help="help-faq-split")
@click.argument("entry", metavar="ID")
@click.argument("wordings", nargs=-1, metavar="[NUMBER]...")
@json_option
@pass_invocation
def split(invocation: Invocation, entry: str, wordings: tuple[str, ...], as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        found = pipeline.split_faq(desk.home, entry, wordings)
        _tell_all(desk, found, as_json)


@click.command("undo", help="help-faq-undo")
@click.argument("entry", metavar="ID")
@json_option
@pass_invocation
def undo(invocation: Invocation, entry: str, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        _tell(desk, pipeline.undo_faq(desk.home, entry), as_json)


def _marking(action: Any) -> click.Command:
    @click.command(action, help=f"help-faq-{action}")
    @click.argument("entry", metavar="ID")
    @json_option
    @pass_invocation
    def mark(invocation: Invocation, entry: str, as_json: bool) -> None:
        from sediment import pipeline

        with invocation.opened() as desk:
            _tell(desk, pipeline.mark_faq(desk.home, entry, action), as_json)

    return mark


@click.command("export", help="help-faq-export")
@click.option("--group", "-g", metavar="NAME", help="opt-any-group")
@click.option("--all", "every", is_flag=True, help="opt-faq-all")
@click.option(
    "--format", type=click.Choice(["markdown", "json", "csv", "qa-jsonl"]), default="markdown", show_default=True,
    help="opt-export-format",
)  # fmt: skip
@pass_invocation
def export(invocation: Invocation, group: str | None, every: bool, format: str) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        for text in pipeline.export_faq(desk.home, _groups(desk, group, every), format):
            click.echo(text, nl=False)


for _command in (
    write, list_, show, edit, merge, split, *map(_marking, ("pin", "unpin", "retire", "restore")), proposals,
    *map(_marking, ("accept", "keep")), undo, export,
):  # fmt: skip
    faq.add_command(with_globals(_command))


def _groups(desk: Desk, group: str | None, every: bool) -> list[str]:
    from sediment import pipeline

    if bool(group) == every:
        raise UsageError("Name a group with --group, or take --all.", hint="`sediment groups` lists them.")
    return [group] if group else [summary.group.id for summary in pipeline.groups(desk.home)]


def _standings(desk: Desk, group: str | None, every: bool) -> list[FaqStanding]:
    from sediment import pipeline

    return [one for name in _groups(desk, group, every) for one in pipeline.faq(desk.home, name)]


def _line(one: FaqStanding, desk: Desk) -> str:
    marks = [word for word in ("pinned", "retired", "edited") if getattr(one, word)]
    told = "".join(
        f" [{say(f'faq-is-{word}', desk.language)}]" for word in (*marks, *["proposed"][: bool(one.proposed)])
    )
    return f"{one.entry.id}  {say(f'faq-{one.entry.status}', desk.language)}  ×{one.asked}  {line(one.entry.question)}{told}"


def _tell_all(desk: Desk, found: Sequence[FaqStanding], as_json: bool) -> None:
    if as_json:
        print_json([values.faq_standing(one) for one in found])
        return
    for one in found:
        _print(desk, one)


def _tell(desk: Desk, one: FaqStanding, as_json: bool) -> None:
    if as_json:
        print_json(values.faq_standing(one))
    else:
        _print(desk, one)


def _print(desk: Desk, one: FaqStanding) -> None:
    click.echo(_line(one, desk))
    for claim in one.entry.answer:
        click.echo(f"    {line(claim.text, 2000)}")
    for number, wording in enumerate(one.entry.wordings, 1):
        click.echo(f"  {number}. {line(wording.quote)}")
    if one.could_answer:
        desk.say("faq-could-answer", names=say("comma", desk.language).join(map(line, one.could_answer)))
    if one.proposed:
        desk.say("faq-proposed", question=line(one.proposed.question))
        for claim in one.proposed.answer:
            click.echo(f"  + {line(claim.text, 2000)}")
