"""The command that shows the lectures of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.judging import settle_if_writable
from sediment.cli.options import json_option, one_group, pass_invocation
from sediment.cli.printing import line, minute, print_json, said
from sediment.wording import say

if TYPE_CHECKING:
    from sediment.models import Lecture, Message


@click.command("lectures", help="help-lectures")
@one_group
@json_option
@pass_invocation
def lectures(invocation: Invocation, group: str, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        settle_if_writable(desk, group)
        found = list(pipeline.lectures(desk.home, group))
        if as_json:
            print_json(
                [values.lecture(lecture, messages, _parts(desk, lecture, messages)) for lecture, messages in found]
            )
            return
        for lecture, messages in found:
            for text in _lines(desk, lecture, messages):
                click.echo(text)
        if not found:
            desk.note("no-lectures")


def _parts(desk: Desk, lecture: Lecture, messages: Mapping[str, Message]) -> list[list[Message]]:
    from sediment import pipeline

    return pipeline.topics(desk.home, [messages[id] for id in lecture.talk])


def _lines(desk: Desk, lecture: Lecture, messages: Mapping[str, Message]) -> Iterator[str]:
    """Who and when, how each part of the talk begins, then the questions with the answers below."""
    zone = desk.home.config.zone
    speaker = next(message.name for message in messages.values() if message.sender == lecture.speaker)
    span = f"{minute(lecture.started_at, zone)} – {lecture.ended_at.astimezone(zone):%H:%M}"
    counts = say(
        "lecture-sum",
        desk.language,
        talk=len(lecture.talk),
        questions=len(lecture.questions),
        answered=sum(bool(answers) for _, answers in lecture.questions),
        reactions=len(lecture.reactions),
    )
    yield f"{span}  {line(speaker)}  {counts}"
    for part in _parts(desk, lecture, messages):
        yield f"  {said(part[0], zone)}  ({len(part)})"
    for question, answers in lecture.questions:
        yield f"  ? {said(messages[question], zone)}"
        for answer in answers:
            yield f"    → {said(messages[answer], zone)}"
