"""How results are printed: JSON for programs, lines for people with nothing in them that a terminal would obey."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from sediment.hidden import clean

if TYPE_CHECKING:
    from sediment.models import Message


def print_json(value: Any) -> None:
    """One JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_array(values: Iterable[Any]) -> None:
    """One JSON array, an element a line, never held as a whole."""
    click.echo("[", nl=False)
    for number, value in enumerate(values):
        click.echo("," * (number > 0) + "\n" + json.dumps(value, ensure_ascii=False), nl=False)
    click.echo("\n]")


def line(text: str, longest: int = 200) -> str:
    """The text in one line, without control characters, cut with `…`."""
    shown = " ".join(clean(text).split())
    return shown if len(shown) <= longest else shown[:longest] + "…"


def minute(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def said(message: Message, zone: ZoneInfo) -> str:
    """`2026-04-08 09:05 老周：绑自己的域名`."""
    name = f"{line(message.name)}：" if message.name else ""
    return f"{minute(message.sent_at, zone)} {name}{line(message.text) or f'[{message.kind}]'}"
