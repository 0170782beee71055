"""A model as judge of who answers whom, where the scorer leaves it in doubt.

57: 50 48 31 new -> {"57": "48"}

Named is the likeliest message of each talk; any other that is shown may be answered as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import tzinfo
from itertools import takewhile
from pathlib import Path

from sediment import reading, resources, speech
from sediment.errors import BudgetSpent, ModelRefused
from sediment.models import Link, Message, Request
from sediment.protocols import ChatModel
from sediment.transcript import estimate_tokens, window

_ASKED = 30  # doubts of one call
_BEFORE, _AFTER = 60, 6  # messages shown around them
_NEW = "new"
_WORDLESS = ("sticker", "poke", "red_packet")  # what their text says, the platform says
_TO_ALL = frozenset({"greet", "checkin"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message, and the likeliest link to each talk that it may belong to, best first. That it starts something is always possible."""

    message_id: str
    options: tuple[Link, ...]


Verdicts = Mapping[str, Link | None]
"By message id: which link holds, None where it starts something."
Judge = Callable[[Sequence[Message], Sequence[Doubt]], Verdicts]
"Given messages in order and doubts about some of them, says what it knows; the other doubts are absent."


def can_be_judged(message: Message) -> bool:
    """Whether the words of `message` can tell what it answers: a greeting, a sticker or a picture without a word fits any talk."""
    if message.kind in _WORDLESS or not speech.bare(message.text):
        return False
    acts = speech.acts(message.text)
    return not acts or not acts <= _TO_ALL


def judge_of_links(model: ChatModel, zone: tzinfo, home: Path | None = None) -> Judge:
    """A judge that asks `model`, many doubts a call. Whatever is no plain choice among the messages shown before is no verdict; nor is anything where
    the model fails."""
    prompt = resources.prompt("links", home)

    def judge(messages: Sequence[Message], doubts: Sequence[Doubt]) -> Verdicts:
        place = {message.id: number for number, message in enumerate(messages)}

        def ask(asked: Sequence[Doubt]) -> dict[str, Link | None]:
            start, stop = _span(asked, place)
            return _asked(model, prompt, messages[start:stop], asked, zone)

        with ThreadPoolExecutor(max_workers=model.concurrency) as pool:
            return {
                id: link
                for found in pool.map(ask, _batches(messages, doubts, place, model))
                for id, link in found.items()
            }

    return judge


def _batches(
    messages: Sequence[Message], doubts: Sequence[Doubt], place: Mapping[str, int], model: ChatModel
) -> Iterator[Sequence[Doubt]]:
    """Neighbours together, as many as one call may carry."""
    batch: list[Doubt] = []
    for doubt in doubts:
        start, stop = _span([*batch, doubt], place)
        tokens = sum(estimate_tokens(message.text) + 8 for message in messages[start:stop])
        if batch and (len(batch) == _ASKED or tokens > model.window):
            yield batch
            batch = []
        batch = [*batch, doubt]
    if batch:
        yield batch


def _span(doubts: Sequence[Doubt], place: Mapping[str, int]) -> tuple[int, int]:
    """Which messages are shown, from … to."""
    first = min(place[id] for doubt in doubts for id in (doubt.message_id, *(link.answers for link in doubt.options)))
    return max(0, min(first, place[doubts[0].message_id] - _BEFORE)), place[doubts[-1].message_id] + 1 + _AFTER


def _asked(
    model: ChatModel, prompt: str, shown: Sequence[Message], doubts: Sequence[Doubt], zone: tzinfo
) -> dict[str, Link | None]:
    transcript = window(shown, zone)
    labels = {line[0].id: name for name, line in transcript.by_label.items()}
    by_label = {labels[doubt.message_id]: doubt for doubt in doubts}
    lines = [
        f"{name}: {' '.join([*(labels[link.answers] for link in doubt.options), _NEW])}"
        for name, doubt in by_label.items()
    ]
    task = prompt.replace("{doubts}", "\n".join(lines))
    try:
        reply = reading.reply(model, Request("links", transcript.transcript, task)) or {}
    except (BudgetSpent, ModelRefused):  # the chat is settled all the same
        return {}
    found = {}
    for name, choice in reply.items():
        # A bare number is as plain as one in quotes; True, which Python takes for 1, is not.
        if (doubt := by_label.get(name)) and type(choice) in (str, int):
            choices = _choices(doubt, labels)
            if str(choice) in choices:
                found[doubt.message_id] = choices[str(choice)]
    return found


def _choices(doubt: Doubt, labels: Mapping[str, str]) -> dict[str, Link | None]:
    """What may be said of a doubt: an option, any other message shown before, which the scorer gives no chance, or that it starts something."""
    before = takewhile(lambda id: id != doubt.message_id, labels)
    others = {labels[id]: Link(doubt.message_id, id, 0.0) for id in before}
    return {_NEW: None} | others | {labels[link.answers]: link for link in doubt.options}
