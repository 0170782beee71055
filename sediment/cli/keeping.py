"""Commands about what is kept: list, show, approve, publish."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.options import any_group, json_option, names_option, pass_invocation
from sediment.cli.printing import line, minute, print_json, said
from sediment.cli.writing import print_document
from sediment.errors import UsageError
from sediment.wording import phrases, say

if TYPE_CHECKING:
    from sediment.models import Document, Judged


@click.command("list", help="help-list")
@any_group
@click.option("--kind", metavar="KIND", help="opt-kind")
@json_option
@pass_invocation
def list_(invocation: Invocation, group: str | None, kind: str | None, as_json: bool) -> None:
    from sediment import pipeline
    from sediment.writers import WRITERS

    with invocation.opened() as desk:
        known = [writer.kind for writer in WRITERS]
        if kind and kind not in known:
            raise UsageError(f"There is no document of kind {kind!r}.", hint=f"Known: {', '.join(known)}.")
        documents = pipeline.documents(desk.home, group=group, kind=kind)
        if as_json:
            print_json([values.document_line(document) for document in documents])
            return
        for document in documents:
            click.echo(_line(desk, document))
        if not documents:
            desk.note("no-documents")


@click.command("show", help="help-show")
@click.argument("id")
@click.option("--why", is_flag=True, help="opt-why")
@names_option
@json_option
@pass_invocation
def show(invocation: Invocation, id: str, why: bool, names: bool, as_json: bool) -> None:
    with invocation.opened() as desk:
        if re.fullmatch(r"d\d+", id):
            _show_document(desk, id, why, names, as_json)
        elif id.startswith("c") and not re.fullmatch(r"[0-9a-f]{16}", id):
            _show_conversation(desk, id, why, as_json)
        else:
            _show_message(desk, id, why, as_json)


@click.command("approve", help="help-approve")
@click.argument("id")
@pass_invocation
def approve(invocation: Invocation, id: str) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        document = pipeline.approve(desk.home, id)
        click.echo(_line(desk, document))
        desk.note("after-approve", id=document.id)


@click.command("publish", help="help-publish")
@click.argument("id")
@click.option("--to", "destination", default="folder", show_default=True, metavar="NAME", help="opt-to")
@click.option("--path", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="opt-path")
@names_option
@json_option
@pass_invocation
def publish(invocation: Invocation, id: str, destination: str, path: Path | None, names: bool, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        publication = pipeline.publish(desk.home, id, destination, path or desk.home.path / "published", names=names)
        if as_json:
            print_json(values.publication(publication))
        else:
            click.echo(publication.remote_id)
            if publication.repeated:
                desk.note("published-repeated")
            if (page := Path(publication.remote_id).with_suffix(".html")).is_file():
                desk.note("published-page", path=line(str(page), 4096))


def _line(desk: Desk, document: Document) -> str:
    """`d3  digest  已审定  v1  2026-04-08 – 2026-04-09  标题`."""
    status = say(f"status-{document.status}", desk.language)
    days = " – ".join(dict.fromkeys((document.since.isoformat(), document.until.isoformat())))
    return f"{document.id}  {document.kind}  {status}  v{document.version}  {days}  {line(document.title)}"


def _show_document(desk: Desk, id: str, why: bool, names: bool, as_json: bool) -> None:
    from sediment import pipeline

    document = pipeline.document(desk.home, id)
    print_document(desk, document, as_json, names=names)
    if why and not as_json:
        for conversation in document.draft.account.conversations:
            mark = "+" if conversation.included else "-"
            title = f"{line(conversation.title)} ({conversation.messages})"
            click.echo(f"{mark} {conversation.conversation_id}  {title}  {line(conversation.reason)}")


def _show_conversation(desk: Desk, id: str, why: bool, as_json: bool) -> None:
    from sediment import pipeline

    conversation, own = pipeline.conversation(desk.home, id)
    if as_json:
        print_json({**values.conversation(conversation), "messages": [_judged(one) for one in own]})
        return
    click.echo(f"{conversation.id}  {' '.join(conversation.keywords)}")
    for one in own:
        _print_judged(desk, one, why)


def _show_message(desk: Desk, id: str, why: bool, as_json: bool) -> None:
    from sediment import pipeline

    message = pipeline.message(desk.home, id)
    judged = pipeline.judge(desk.home, [message])
    if as_json:
        print_json(_judged(judged[0]) if judged else values.message(message))
        return
    zone = desk.home.config.zone
    click.echo(
        f"{message.id}  {minute(message.sent_at, zone)}  {line(message.name)}  {message.native_id or ''}".rstrip()
    )
    click.echo("\n".join(line(part, 10_000) for part in message.text.splitlines()) or f"[{message.kind}]")
    for one in judged:
        click.echo(one.conversation_id)
        if why:
            _print_why(desk, one)


def _judged(judged: Judged) -> values.Json:
    return {**values.message(judged.message), **values.judged(judged, {})}


def _print_judged(desk: Desk, judged: Judged, why: bool) -> None:
    mark = "~" if judged.noise else " "
    click.echo(f"{mark} {judged.message.id}  {said(judged.message, desk.home.config.zone)}")
    if why:
        _print_why(desk, judged)


def _print_why(desk: Desk, judged: Judged) -> None:
    """Why it is noise, and which messages it answers with which probability."""
    if judged.noise:
        noise = say(f"noise-{judged.noise.noise}", desk.language)
        click.echo(f"    ~ {noise}: {say(f'noise-why-{judged.noise.reason}', desk.language)}")
    for link in judged.answers:
        why = say("comma", desk.language).join(_reason(word, desk) for word in link.why.split(", "))
        click.echo(f"    → {link.answers}  {link.score:.2f}  {why}")


def _reason(word: str, desk: Desk) -> str:
    """What spoke for a link, in the reader's language where it is known."""
    key = f"link-{word.replace(' ', '-')}"
    return say(key, desk.language) if key in phrases() else word
