"""The account of a document: where every message of its span went. All numbers come from here, none from a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sediment.models import Account, Accounted, Material
from sediment.wording import say


def account(material: Material, conversations: Sequence[Accounted], dropped: Mapping[str, int]) -> Account:
    """`messages` is exactly the sum of noise and of what the conversations hold: what stands in none is counted as one without a title."""
    marked: Counter[str] = Counter(material.noise[m.id].noise for m in material.messages if m.id in material.noise)
    left = len(material.messages) - marked.total() - sum(c.messages for c in conversations)
    alone = [Accounted("", "", left, False, say("out-small", material.language))] if left else []
    hours = Counter(
        (m.sent_at.astimezone(material.zone) if material.zone else m.sent_at).hour for m in material.messages
    )
    return Account(
        messages=len(material.messages),
        noise=dict(marked),
        conversations=(*conversations, *alone),
        people=len({m.sender for m in material.messages if m.sender is not None}),
        by_hour=tuple(hours[hour] for hour in range(24)),
        dropped=dict(dropped),
    )
