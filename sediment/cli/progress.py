"""A progress bar on stderr for work that takes longer than a second, and only where somebody looks at it."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from sediment.wording import phrases, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"Seconds before the bar appears."


class Bar:
    """Called by the pipeline with the stage it is at, how much is done and of how much. Obeys `protocols.Progress`."""

    def __init__(self, language: str, *, quiet: bool) -> None:
        self._language = language
        self._wanted = not quiet and sys.stderr.isatty()
        self._started = time.monotonic()
        self._shown: Progress | None = None
        self._stage = ""
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._shown.stop()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if not self._wanted or time.monotonic() - self._started < PATIENCE:
            return
        if self._shown is None:
            self._shown = _bar(self._language)
        if stage != self._stage or self._task is None:
            if self._task is not None:
                self._shown.remove_task(self._task)
            self._stage, self._task = stage, self._shown.add_task(self._name(stage), total=total)
        self._shown.update(self._task, completed=done, total=total)

    def _name(self, stage: str) -> str:
        key = f"stage-{stage}"
        return say(key, self._language) if key in phrases() else stage


def _bar(language: str) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn(say("time-left", language)),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.start()
    return progress
