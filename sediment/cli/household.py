"""Commands about the program itself: init, doctor, prompts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from sediment import config, resources
from sediment.cli.invocation import Invocation
from sediment.cli.options import json_option, pass_invocation
from sediment.cli.printing import print_json
from sediment.errors import StoreError, UsageError
from sediment.wording import told


@click.command("init", help="help-init")
@pass_invocation
def init(invocation: Invocation) -> None:
    from sediment.cli.reference import settings_file

    with invocation.opened() as desk:
        path = desk.home.path / config.FILE
        if path.exists():
            desk.note("init-kept")
        else:
            _write(path, settings_file())
            desk.note("init-written")
        click.echo(path)


@click.command("doctor", help="help-doctor")
@json_option
@pass_invocation
@click.pass_context
def doctor(context: click.Context, invocation: Invocation, as_json: bool) -> None:
    from sediment import pipeline

    with invocation.opened() as desk:
        checks = pipeline.doctor(desk.home)
        if as_json:
            print_json([dataclasses.asdict(check) for check in checks])
        else:
            for check in checks:
                mark = {True: "✓", False: "✗", None: "–"}[check.ok]
                click.echo(f"{mark} {check.name}: {told(check.detail, desk.language)}")
                if check.hint:
                    click.echo(f"    {told(check.hint, desk.language)}")
        if any(check.ok is False for check in checks):
            context.exit(1)


@click.group("prompts", help="help-prompts")
def prompts() -> None:
    """Only holds the commands below."""


@prompts.command("list", help="help-prompts-list")
@pass_invocation
def list_(invocation: Invocation) -> None:
    with invocation.opened() as desk:
        for name in resources.prompt_names():
            own = desk.home.path / "prompts" / f"{name}.md"
            click.echo(f"{name}  {own}" if own.is_file() else name)


@prompts.command("show", help="help-prompts-show")
@click.argument("name")
@pass_invocation
def show(invocation: Invocation, name: str) -> None:
    with invocation.opened() as desk:
        click.echo(resources.prompt(_known(name), desk.home.path), nl=False)


@prompts.command("eject", help="help-prompts-eject")
@click.argument("name", required=False)
@pass_invocation
def eject(invocation: Invocation, name: str | None) -> None:
    with invocation.opened() as desk:
        folder = desk.home.path / "prompts"
        for chosen in [_known(name)] if name else resources.prompt_names():
            copy = folder / f"{chosen}.md"
            if copy.exists():
                desk.note("prompt-kept", path=copy)
            else:
                _write(copy, resources.prompt(chosen))
            click.echo(copy)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}", hint="Name another folder with --home.") from error


def _known(name: str) -> str:
    names = resources.prompt_names()
    if name not in names:
        raise UsageError(f"There is no prompt {name!r}.", hint=f"There are: {', '.join(names)}.")
    return name
