"""What holds for every command: where the home is, which language to speak, whether to be quiet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sediment.cli.progress import Bar
from sediment.wording import say

if TYPE_CHECKING:
    from sediment.pipeline import Home

SPOKEN = "sediment.spoken"
"Key in a click context's meta: the language, once the settings have been read."


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened home, and how to speak to the one who opened it."""

    home: Home
    language: str
    progress: Bar
    quiet: bool

    def say(self, key: str, **values: object) -> None:
        """A line of the result, on stdout."""
        click.echo(say(key, self.language, **values))

    def note(self, key: str, **values: object) -> None:
        """A remark on stderr, unless --quiet."""
        if not self.quiet:
            click.echo(say(key, self.language, **values), err=True)


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options that stand before the command."""

    home: Path | None = None
    language: str | None = None
    quiet: bool = False

    @contextmanager
    def opened(self) -> Iterator[Desk]:
        """The home, opened. The progress bar is gone when the block ends."""
        from sediment import pipeline

        with pipeline.open_home(self.home) as home:
            language = self.language or home.config.spoken
            click.get_current_context().meta[SPOKEN] = language
            with Bar(language, quiet=self.quiet) as bar:
                yield Desk(home, language, bar, self.quiet)
