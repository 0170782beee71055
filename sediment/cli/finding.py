"""Commands that look for what was said: ask and search. Like grep, they end with 1 when there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.options import any_group, json_option, model_option, pass_invocation
from sediment.cli.printing import line, minute, print_json, said

if TYPE_CHECKING:
    from sediment.models import Answer


@click.command("ask", help="help-ask")
@click.argument("question")
@any_group
@model_option
@json_option
@pass_invocation
@click.pass_context
def ask(
    context: click.Context, invocation: Invocation, question: str, group: str | None, model: str | None, as_json: bool
) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        answer = pipeline.ask(desk.home, question, group=group, model=model, language=invocation.language)
        if as_json:
            print_json(values.answer(answer))
        else:
            _print_answer(desk, answer)
        if answer.status == "not_discussed":
            context.exit(1)


@click.command("search", help="help-search")
@click.argument("query")
@any_group
@click.option("--count", "-n", type=click.IntRange(1, 1000), default=10, show_default=True, help="opt-count")
@json_option
@pass_invocation
@click.pass_context
def search(
    context: click.Context, invocation: Invocation, query: str, group: str | None, count: int, as_json: bool
) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        found = pipeline.search(desk.home, query, group=group, count=count)
        if as_json:
            print_json([values.found(one) for one in found])
        else:
            names = _group_names(desk)
            for one in found:
                name = line(names[one.message.group_id])
                click.echo(f"{one.message.id}  {name}  {said(one.message, desk.home.config.zone)}")
        if not found:
            desk.note("nothing-found")
            context.exit(1)


def _print_answer(desk: Desk, answer: Answer) -> None:
    """The claims with numbers, then under each number who said it, when, in which group, in which words."""
    if answer.status == "not_discussed":
        desk.say("not-discussed")
        return
    messages, names = {message.id: message for message in answer.messages}, _group_names(desk)
    spans = list(dict.fromkeys(span for claim in answer.claims for span in claim.evidence))
    for claim in answer.claims:
        numbers = "".join(f"[{spans.index(span) + 1}]" for span in claim.evidence)
        click.echo(f"{line(claim.text, 2000)} {numbers}")
    click.echo()
    for number, span in enumerate(spans, 1):
        message = messages[span.message_id]
        who = f"{line(message.name)}  {minute(message.sent_at, desk.home.config.zone)}  {line(names[message.group_id])}"
        click.echo(f"[{number}] {who}  {message.id}\n    {line(span.quote, 2000)}")
    key = "made-by-model" if answer.made_by else "made-without-model"
    desk.note(key, model=answer.made_by)


def _group_names(desk: Desk) -> dict[str, str]:
    from sediment import pipeline

    return {summary.group.id: summary.group.name for summary in pipeline.groups(desk.home)}
