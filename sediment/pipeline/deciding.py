"""What people decide about noise, for a class in a group or for single messages. Each can be taken back, and settling again follows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sediment.models import Message, NoiseClass
from sediment.pipeline.days import group_days
from sediment.pipeline.home import Home, find_group
from sediment.pipeline.showing import message
from sediment.store import decisions, messages, settled
from sediment.store.schema import transaction

_PART = 2000  # messages held at once


def decide_noise(home: Home, group: str, decided: Mapping[NoiseClass, bool | None]) -> dict[NoiseClass, bool]:
    """Keep (True), drop (False) or leave to the rules (None) classes of noise in a group. Returns all that is decided there, class → kept.

    Days with messages wait to be settled again where anything changed. Raises UsageError for an unknown group; Locked."""
    if not decided:
        return decisions.of_classes(home.db, find_group(home, group).id)
    with home.writing():
        chosen = find_group(home, group)
        before = decisions.of_classes(home.db, chosen.id)
        with transaction(home.db):
            for noise, keep in decided.items():
                decisions.decide_class(home.db, chosen.id, noise, keep)
            after = decisions.of_classes(home.db, chosen.id)
            if after != before:
                for part in messages.parts(home.db, chosen.id, _PART):
                    _wait(home, part)
        return after


def decide_messages(home: Home, message_ids: Sequence[str], keep: bool | None) -> list[Message]:
    """Keep (True), drop (False) or leave to the rules (None) these messages, by their ids or the exports' own. Returns them.

    Raises UsageError, with nothing decided, where one is unknown; Locked."""
    with home.writing():
        found = [message(home, id) for id in message_ids]
        with transaction(home.db):
            for one in found:
                decisions.decide_message(home.db, one.id, keep)
            _wait(home, found)
        return found


def _wait(home: Home, changed: Collection[Message]) -> None:
    days = group_days(((one.group_id, one.sent_at) for one in changed), home.config.zone)
    settled.add_pending(home.db, days, changed=False)
