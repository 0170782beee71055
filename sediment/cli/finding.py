"""Commands that look for what was said: ask and search. Like grep, they end with 1 when there is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.judging import settle_if_writable
from sediment.cli.options import any_group, json_option, model_option, pass_invocation
from sediment.cli.printing import line, minute, print_json, said
from sediment.cli.writing import note_failures
from sediment.errors import Locked

if TYPE_CHECKING:
    from sediment.models import Answer

_LOOKED_AT = 20  # hits among which one may hold the words, however few are shown


def _words(_context: click.Context, _argument: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("There is nothing to look for.")
    return value


@click.command("ask", help="help-ask")
@click.argument("question", callback=_words)
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
        names = _settled_groups(desk)
        answer = pipeline.ask(desk.home, question, group=group, model=model, language=invocation.language)
        if as_json:
            print_json(values.answer(answer))
        else:
            _print_answer(desk, answer, names)
        note_failures(desk)
        if answer.status == "not_discussed":
            context.exit(1)


@click.command("search", help="help-search")
@click.argument("query", callback=_words)
@any_group
@click.option("--count", "-n", type=click.IntRange(1, 1000), default=10, show_default=True, help="opt-count")
@json_option
@pass_invocation
@click.pass_context
def search(
    context: click.Context, invocation: Invocation, query: str, group: str | None, count: int, as_json: bool
) -> None:
    from sediment import pipeline, words
    from sediment.index import is_far

    with invocation.opened() as desk:
        names = _settled_groups(desk)
        found = pipeline.search(desk.home, query, group=group, count=max(count, _LOOKED_AT))
        is_said = any(hit.overlap or query.lower() in hit.message.text.lower() for hit in found)
        nearest = max((hit.similarity for hit in found), default=0.0)
        if not is_said and is_far(query, [hit.message.text for hit in found], nearest):
            found = []
        found = found[:count]
        if as_json:
            print_json([values.found(one) for one in found])
        else:
            for one in found:
                name = line(names[one.message.group_id])
                click.echo(f"{one.message.id}  {name}  {said(one.message, desk.home.config.zone)}")
        if not found:
            desk.note("nothing-found" if names else "no-groups", query=line(query))
            context.exit(1)
        if not is_said and words.content_words(query):
            desk.note("nobody-said", query=line(query))


def _print_answer(desk: Desk, answer: Answer, names: Mapping[str, str]) -> None:
    """The claims with numbers, then under each number who said it, when, in which group, in which words."""
    if answer.status == "not_discussed":
        desk.say("not-discussed")
        desk.note("after-not-discussed" if names else "no-groups")
        return
    messages = {message.id: message for message in answer.messages}
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


def _settled_groups(desk: Desk) -> dict[str, str]:
    """Names by id, once what was imported since can be found; where another process settles it, or nothing can be written, what is settled so far."""
    from sediment import pipeline

    summaries = pipeline.groups(desk.home)
    if any(summary.unsettled for summary in summaries):
        try:
            settle_if_writable(desk)
        except Locked:
            desk.note("found-so-far")
    return {summary.group.id: summary.group.name for summary in summaries}
