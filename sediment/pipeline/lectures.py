"""Lectures in a group, and where the topics of a long talk end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from sediment import threads
from sediment.models import Judged, Lecture, Message
from sediment.pipeline.home import Home
from sediment.pipeline.showing import judged

_MORNING = timedelta(hours=4)  # until then it is still the evening before


def lectures(home: Home, group: str) -> Iterator[tuple[Lecture, dict[str, Message]]]:
    """The lectures of a group in order, each with the messages of its day by id. Settled first where the group is behind; raises as `settle` does."""

    def evening(one: Judged) -> date:
        return (one.message.sent_at.astimezone(home.config.zone) - _MORNING).date()

    for _, day in groupby(judged(home, group), key=evening):
        own = list(day)
        messages = {one.message.id: one.message for one in own}
        links = [link for one in own for link in one.answers]
        noise = {one.message.id: one.noise for one in own if one.noise}
        for lecture in threads.lectures(list(messages.values()), links, noise):
            yield lecture, messages


def topics(home: Home, messages: Sequence[Message]) -> list[list[Message]]:
    """These messages, which stand in order, cut where a new topic begins. Each is embedded: 1,000 take some CPU seconds. Raises VectorError."""
    edges = [0, *(boundary.index for boundary in threads.boundaries(messages, home.embedder)), len(messages)]
    return [list(messages[start:stop]) for start, stop in pairwise(edges) if start < stop]
