"""The account of a document: where every message of its span went. All numbers come from here, none from a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sediment.models import Account, Accounted, Document, Material
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


def summed(documents: Sequence[Document], names: Mapping[str, str]) -> Account:
    """Of all groups, which stand in the place of conversations. Whoever speaks in two groups counts twice."""
    accounts = [document.draft.account for document in documents]
    noise: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for account in accounts:
        noise.update(account.noise)
        dropped.update(account.dropped)
    return Account(
        messages=sum(account.messages for account in accounts),
        noise=dict(noise),
        conversations=tuple(
            Accounted(
                "",
                names[document.group_id],
                sum(c.messages for c in document.draft.account.conversations),
                True,
                say("in-group", document.language),
            )
            for document in documents
        ),
        people=sum(account.people for account in accounts),
        by_hour=tuple(sum(hour) for hour in zip(*(account.by_hour for account in accounts), strict=True)),
        dropped=dict(dropped),
    )
