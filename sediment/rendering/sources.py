"""The numbered list at the end of a page: who said it, when, in which words. Claims point at it with footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from sediment.models import Claim, Evidence, Message
from sediment.rendering.escape import escape
from sediment.wording import say

LONGEST_QUOTE = 280
"Characters of a quote that are shown; the whole message stands in the database."


class Sources:
    """Gives each cited span its number, in order of first use."""

    def __init__(self, messages: Mapping[str, Message], zone: tzinfo, language: str) -> None:
        self.messages = messages
        self._zone = zone
        self._language = language
        self._numbers: dict[Evidence, int] = {}

    def cite(self, evidence: Iterable[Evidence]) -> str:
        """`[^1][^2]`, the footnotes of these spans."""
        numbers = (self._numbers.setdefault(span, len(self._numbers) + 1) for span in dict.fromkeys(evidence))
        return "".join(f"[^{number}]" for number in numbers)

    def names(self, claim: Claim) -> set[str]:
        """Who is cited, as shown then."""
        return {self.messages[span.message_id].name for span in claim.evidence}

    def day(self, moment: datetime) -> str:
        """The day of `moment` where the group lives."""
        return moment.astimezone(self._zone).date().isoformat()

    def blocks(self) -> list[str]:
        """The list under its heading; empty while nothing is cited."""
        if not self._numbers:
            return []
        notes = [f"[^{number}]: {self._note(span)}" for span, number in self._numbers.items()]
        return [f"## {say('sources', self._language)}", *notes]

    def _note(self, span: Evidence) -> str:
        message = self.messages[span.message_id]
        when = message.sent_at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        return say("source", self._language, name=escape(message.name), when=when, quote=escape(_shortened(span.quote)))


def _shortened(quote: str) -> str:
    return quote if len(quote) <= LONGEST_QUOTE else quote[:LONGEST_QUOTE] + "…"
