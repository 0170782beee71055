"""Commands that write documents of one group: faq, article; and how any document is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import IO, TYPE_CHECKING, Any

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.options import day as as_day
from sediment.cli.options import json_option, language_option, model_option, names_option, one_group, pass_invocation
from sediment.cli.printing import print_json
from sediment.errors import UsageError
from sediment.wording import say

if TYPE_CHECKING:
    from sediment.models import Document


def span_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--since` and `--until`."""
    command = click.option("--until", callback=as_day, metavar="DAY", help="opt-until")(command)
    return click.option("--since", callback=as_day, metavar="DAY", help="opt-since")(command)


@click.command("article", help="help-article")
@one_group
@click.option("--topic", metavar="WORDS", default="", help="opt-topic")
@click.option("--conversation", metavar="ID", help="opt-conversation")
@click.option("--lecture", is_flag=True, help="opt-lecture")
@click.option("--week", is_flag=True, help="opt-week")
@click.option("--day", callback=as_day, metavar="DAY", help="opt-day")
@span_options
@click.option("--notes", type=click.File(encoding="utf-8-sig"), metavar="FILE", help="opt-notes")
@names_option
@model_option
@language_option
@json_option
@pass_invocation
def article(
    invocation: Invocation,
    /,
    topic: str,
    conversation: str | None,
    lecture: bool,
    week: bool,
    day: date | None,
    since: date | None,
    until: date | None,
    notes: IO[str] | None,
    as_json: bool,
    **options: Any,
) -> None:
    if sum(map(bool, (topic, conversation, lecture, week))) != 1:
        raise UsageError(
            "An article needs one of --topic, --conversation, --lecture, --week.",
            hint="`sediment conversations` lists the ids.",
        )
    options |= {
        "topic": topic,
        "conversation": conversation,
        "lecture": lecture,
        "week": week,
        "notes": notes and notes.read(),
    }
    _write(invocation, as_json, **span_of(day, since, until), **options)


def span_of(day: date | None, since: date | None, until: date | None) -> dict[str, Any]:
    """The options `since` and `until`. Raises UsageError where `day` is given beside one of them."""
    if day and (since or until):
        raise UsageError("--day stands for both --since and --until.", hint="Give one or the other.")
    return {"since": day or since, "until": day or until}


def hand_over(desk: Desk, document: Document, as_json: bool, *, names: bool = False) -> None:
    """Print what was written, and say what to do next."""
    from sediment import pipeline

    print_document(desk, document, as_json, names=names)
    note_failures(desk)
    if found := pipeline.private_in_notes(desk.home, document):
        desk.note("notes-private", found=say("comma", desk.language).join(found))
    if silent := pipeline.unconsented(desk.home, document, pipeline.cited(desk.home, document)):
        shown = say("comma", desk.language).join(silent)
        desk.note("consent-missing", count=len(silent), names=shown, group=document.group_id)
    if document.status == "draft":
        desk.note("after-write", id=document.id, version=document.version)


def print_document(desk: Desk, document: Document, as_json: bool, *, names: bool) -> None:
    """The page as Markdown, or all of it as JSON, as it may be published."""
    from sediment import pipeline, rendering

    document, cited = pipeline.presentable(desk.home, document, names=names)
    if as_json:
        print_json(values.document(document, cited))
        return
    groups = {summary.group.id: summary.group.name for summary in pipeline.groups(desk.home)}
    name = groups.get(document.group_id) or say("several-groups", document.language)
    page = rendering.markdown(document, cited, name, desk.home.config.zone, groups)
    # On a terminal nothing turns escapes back into what was said; whoever writes it into a file wants Markdown.
    click.echo(rendering.plain(page) if sys.stdout.isatty() else page, nl=False)


def note_failures(desk: Desk) -> None:
    """Say so where a model did not answer: what it should have written is there in other words, or not at all."""
    if failed := list(desk.home.calls.failed.values()):
        desk.note("model-failed", count=len(failed), error=failed[-1])


def write_of_groups(
    invocation: Invocation,
    kind: str,
    as_json: bool,
    *,
    groups: tuple[str, ...],
    all_groups: bool,
    language: str | None,
    **options: Any,
) -> None:
    """Write of one group, or of several together, print it, and say what to do next."""
    from sediment import pipeline

    if not groups and not all_groups:
        raise click.MissingParameter(param_hint="'--group' / '-g'", param_type="option")
    options["language"] = language or invocation.language
    with invocation.opened() as desk:
        options["progress"] = desk.progress
        if all_groups or len(groups) > 1:
            document = pipeline.write_together(desk.home, kind, () if all_groups else groups, **options)
        else:
            document = pipeline.write(desk.home, kind, groups[0], **options)
        hand_over(desk, document, as_json)


def _write(
    invocation: Invocation,
    as_json: bool,
    *,
    group: str,
    language: str | None,
    names: bool = False,
    **options: Any,
) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        spoken = language or invocation.language
        document = pipeline.write(desk.home, "article", group, language=spoken, progress=desk.progress, **options)
        hand_over(desk, document, as_json, names=names)
