"""What makes an article, before it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sediment.models import Claim, Section


class Told(NamedTuple):
    title: str
    lead: Sequence[Claim]
    sections: Sequence[Section]
    dropped: Counter[str]  # claims of a model that have no support, by reason
    titles: Sequence[str] = ()  # of a model, the best first
    summary: str = ""  # of a model
    subject: str = ""  # in a few words, where the title says more
