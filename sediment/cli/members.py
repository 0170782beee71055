"""Commands that show who is who in a group, and correct it: members, members merge, members split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.lazy import GroupFirst, OrList, with_globals
from sediment.cli.options import json_option, pass_invocation
from sediment.cli.printing import line, minute, print_json
from sediment.wording import say

if TYPE_CHECKING:
    from sediment.models import Member


@click.group("members", cls=OrList, help="help-members")
def members() -> None:
    """Only holds the commands below."""


@click.command("list", cls=GroupFirst, help="help-members-list")
@click.argument("group")
@json_option
@pass_invocation
def list_(invocation: Invocation, group: str, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        found = pipeline.members(desk.home, group)
        if as_json:
            print_json([values.member(one) for one in found])
            return
        for one in found:
            click.echo(_line(one, desk))


@click.command("merge", cls=GroupFirst, help="help-members-merge")
@click.argument("group")
@click.argument("member")
@click.argument("other")
@json_option
@pass_invocation
def merge(invocation: Invocation, group: str, member: str, other: str, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        _print(desk, pipeline.merge_members(desk.home, group, member, other), as_json)


@click.command("split", cls=GroupFirst, help="help-members-split")
@click.argument("group")
@click.argument("other")
@json_option
@pass_invocation
def split(invocation: Invocation, group: str, other: str, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        _print(desk, pipeline.split_member(desk.home, group, other), as_json)


@click.command("consent", cls=GroupFirst, help="help-members-consent")
@click.argument("group")
@click.argument("member", required=False)
@click.option("--revoke", is_flag=True, help="opt-revoke")
@pass_invocation
def consent(invocation: Invocation, group: str, member: str | None, revoke: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        found = pipeline.record_consent(desk.home, group, member, agrees=not revoke)
        answer = say("consent-no" if revoke else "consent-yes", desk.language)
        click.echo(say("says", desk.language, name=line(found.name if found else group), text=answer))


for _command in (list_, merge, split, consent):
    members.add_command(with_globals(_command))


def _print(desk: Desk, member: Member, as_json: bool) -> None:
    if as_json:
        print_json(values.member(member))
    else:
        click.echo(_line(member, desk))


def _line(member: Member, desk: Desk) -> str:
    """`wxid_a  老周  128  2026-04-08 09:05 – 2026-05-01 10:00`, then what it was called before and what counts as it too."""
    zone, comma = desk.home.config.zone, say("comma", desk.language)
    span = f"{minute(member.first, zone)} – {minute(member.last, zone)}"
    shown = f"{line(member.id)}  {line(member.name)}  {member.messages}  {span}"
    former = [
        f"{line(name.name)} ({name.first.astimezone(zone):%Y-%m-%d} – {name.last.astimezone(zone):%Y-%m-%d})"
        for name in member.names[1:]
    ]
    if former:
        shown += "\n    " + say("member-former", desk.language, names=comma.join(former))
    if member.merged:
        shown += "\n    " + say("member-merged", desk.language, members=comma.join(map(line, member.merged)))
    return shown
