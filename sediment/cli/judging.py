"""Commands that show what was made out about messages: conversations."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.options import json_option, one_group, pass_invocation
from sediment.cli.printing import line, minute, print_json_array

if TYPE_CHECKING:
    from sediment.models import Judged


@click.command("conversations", help="help-conversations")
@one_group
@json_option
@pass_invocation
def conversations(invocation: Invocation, group: str, as_json: bool) -> None:
    with invocation.opened() as desk:
        judged = judged_of(desk, group)
        if as_json:
            print_json_array(as_values(judged))
            return
        for text in _conversation_lines(judged, desk.home.config.zone):
            click.echo(text)


def judged_of(desk: Desk, group: str) -> Iterator[Judged]:
    """Every message of a group, settled first."""
    from sediment import pipeline

    settle_if_writable(desk, group)
    return pipeline.judged(desk.home, group)


def settle_if_writable(desk: Desk, group: str | None = None) -> None:
    """Settle a group, or all; where the home cannot be written to say that only what is settled is shown. Raises as `settle` does."""
    from sediment import pipeline

    if os.access(desk.home.path, os.W_OK):
        pipeline.settle(desk.home, group=group, progress=desk.progress)
    else:
        desk.note("shown-as-settled")


def as_values(judged: Iterable[Judged]) -> Iterator[values.Json]:
    native: dict[str, str] = {}
    for one in judged:
        if one.message.native_id:
            native[one.message.id] = one.message.native_id
        yield values.judged(one, native)


def _conversation_lines(judged: Iterable[Judged], zone: ZoneInfo) -> Iterator[str]:
    """One line a conversation, in order of its first message: id, time, messages and people, `~` where all is noise, how it begins."""
    messages: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        messages[one.conversation_id].append(one)
    for conversation_id, own in messages.items():
        first, last = own[0].message, own[-1].message
        people = len({one.message.sender for one in own})
        span = f"{minute(first.sent_at, zone)} – {last.sent_at.astimezone(zone):%H:%M}"
        opening = next((one.message for one in own if not one.noise), None)
        mark = " " if opening else "~"
        text = line((opening or first).text, 60) or f"[{(opening or first).kind}]"
        yield f"{conversation_id}  {span}  {len(own):>4} / {people:<3}{mark} {text}"
