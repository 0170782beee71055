"""Commands that show the noise of a group and correct it: noise list, set, keep, drop, reset."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, get_args

import click

from sediment.cli import as_json as values
from sediment.cli.invocation import Desk, Invocation
from sediment.cli.judging import as_values, judged_of
from sediment.cli.lazy import OrList, with_globals
from sediment.cli.options import json_option, one_group, pass_invocation
from sediment.cli.printing import line, print_json, print_json_array, said
from sediment.errors import UsageError
from sediment.models import NoiseClass
from sediment.wording import say

if TYPE_CHECKING:
    from sediment.models import Judged, Message

SAMPLES = 5
"Messages shown of each class, where nothing else is asked for."

_CLASSES = get_args(NoiseClass)
_BY_RULE = click.Choice([name for name in _CLASSES if name != "dropped"])
_SPARED = click.Choice(["greeting", "checkin", "red_packet", "plus_one", "chitchat"])


@click.group("noise", cls=OrList, help="help-noise")
def noise() -> None:
    """Only holds the commands below."""


@click.command("list", help="help-noise-list")
@one_group
@click.option("--class", "only", type=click.Choice(_CLASSES), help="opt-noise-class")
@click.option("--limit", type=click.IntRange(0), default=SAMPLES, show_default=True, help="opt-noise-limit")
@json_option
@pass_invocation
def list_(invocation: Invocation, group: str, only: str | None, limit: int, as_json: bool) -> None:
    with invocation.opened() as desk:
        judged = judged_of(desk, group)
        if as_json:
            print_json_array(as_values(one for one in judged if not only or (one.noise and one.noise.noise == only)))
            return
        for text in _lines(judged, desk, only, limit):
            click.echo(text)


@click.command("set", help="help-noise-set")
@one_group
@click.option("--keep", multiple=True, type=_BY_RULE, help="opt-noise-keep")
@click.option("--drop", multiple=True, type=_SPARED, help="opt-noise-drop")
@click.option("--reset", multiple=True, type=_BY_RULE, help="opt-noise-reset")
@json_option
@pass_invocation
def set_(
    invocation: Invocation,
    group: str,
    keep: tuple[NoiseClass, ...],
    drop: tuple[NoiseClass, ...],
    reset: tuple[NoiseClass, ...],
    as_json: bool,
) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        asked: dict[NoiseClass, bool | None] = dict.fromkeys(reset)
        asked |= dict.fromkeys(keep, True) | dict.fromkeys(drop, False)
        if len(asked) < len({*reset}) + len({*keep}) + len({*drop}):
            raise UsageError("A class stands in two of --keep, --drop and --reset.", hint="Name it in one of them.")
        decided = pipeline.decide_noise(desk.home, group, asked)
        if as_json:
            print_json({name: "keep" if kept else "drop" for name, kept in decided.items()})
            return
        for name, kept in decided.items():
            verdict = say("noise-kept" if kept else "noise-always", desk.language)
            click.echo(f"{say(f'noise-{name}', desk.language)} ({name})  {verdict}")
        if not decided:
            desk.note("noise-undecided")
        if asked:
            desk.note("after-noise-set", group=shlex.quote(line(group)))


def _deciding(name: str, keep: bool | None) -> click.Command:
    @click.command(name, help=f"help-noise-{name}")
    @click.argument("messages", nargs=-1, required=True, metavar="MESSAGE...")
    @json_option
    @pass_invocation
    def decide(invocation: Invocation, messages: tuple[str, ...], as_json: bool) -> None:
        from sediment import pipeline

        with invocation.opened() as desk:
            asked = {one.id: one for one in (_named(desk, id) for id in messages)}
            before = _settled_classes(desk, asked)
            pipeline.decide_messages(desk.home, list(asked), keep)
            after = _settled_classes(desk, asked)
            if as_json:
                print_json([values.message(one) | {"noise": after[id], "was": before[id]} for id, one in asked.items()])
                return
            for id, one in asked.items():
                stands = " → ".join(_class_said(name, desk) for name in dict.fromkeys((before[id], after[id])))
                click.echo(f"{id}  {said(one, desk.home.config.zone)}  ← {stands}")
            changed = sum(before[id] != after[id] for id in asked)
            desk.say("noise-changed", changed=changed, same=len(asked) - changed)

    return decide


for _command in (list_, set_, _deciding("keep", True), _deciding("drop", False), _deciding("reset", None)):
    noise.add_command(with_globals(_command))


def _named(desk: Desk, id: str) -> Message:
    """The message. A search, which leaves noise out, does not find all that may be meant."""
    from sediment import pipeline

    try:
        return pipeline.message(desk.home, id)
    except UsageError as error:
        hint = "`sediment noise --group NAME` lists noise with whole ids, `sediment search WORDS` other messages."
        raise UsageError(str(error), hint=hint) from error


def _settled_classes(desk: Desk, asked: Mapping[str, Message]) -> dict[str, NoiseClass | None]:
    """Message id → its class of noise, or None, once all that waits in their groups is settled."""
    from sediment import pipeline

    for group_id in {one.group_id for one in asked.values()}:
        pipeline.settle(desk.home, group=group_id, progress=desk.progress)
    marked = {one.message.id: one.noise.noise for one in pipeline.judge(desk.home, list(asked.values())) if one.noise}
    return {id: marked.get(id) for id in asked}


def _class_said(name: NoiseClass | None, desk: Desk) -> str:
    return say(f"noise-{name}" if name else "noise-none", desk.language)


def _lines(judged: Iterable[Judged], desk: Desk, only: str | None, limit: int) -> Iterator[str]:
    """Each class with its count and a few messages with id and reason, the largest first."""
    classes: dict[str, list[tuple[Message, str]]] = defaultdict(list)
    total = 0
    for one in judged:
        total += 1
        if one.noise:
            classes[one.noise.noise].append((one.message, one.noise.reason))
    yield say("noise-sum", desk.language, messages=total, noise=sum(map(len, classes.values())))
    if only and only not in classes:
        yield say("noise-no-such", desk.language, noise=say(f"noise-{only}", desk.language))
    for name, own in sorted(classes.items(), key=lambda pair: -len(pair[1])):
        if only and name != only:
            continue
        yield f"\n{say(f'noise-{name}', desk.language)} ({name})  {len(own)}"
        for message, reason in own[:limit]:
            why = say(f"noise-why-{reason}", desk.language)
            yield f"  {message.id}  {said(message, desk.home.config.zone)}  ← {why}"
        if only and len(own) > limit:
            yield say("noise-more", desk.language, count=len(own) - limit, all=len(own))
