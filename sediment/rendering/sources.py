"""The numbered list at the end of a page: who said it, when, in which words. Claims point at it with footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from sediment.models import Claim, Document, Evidence, Message
from sediment.rendering.escape import escape, inside
from sediment.wording import say

LONGEST_QUOTE = 280
"Characters of a quote that are shown; the whole message stands in the database."


class Sources:
    """Gives each cited span its number, in order of first use."""

    def __init__(
        self, document: Document, messages: Mapping[str, Message], zone: tzinfo, groups: Mapping[str, str]
    ) -> None:
        self._document = document
        self._messages = messages
        self._zone = zone
        self._groups = groups
        self._numbers: dict[Evidence, int] = {}

    def cite(self, evidence: Iterable[Evidence]) -> str:
        """`[^1][^2]`, the footnotes of these spans."""
        numbers = (self._numbers.setdefault(span, len(self._numbers) + 1) for span in dict.fromkeys(evidence))
        return "".join(f"[^{number}]" for number in numbers)

    def names(self, claim: Claim) -> list[str]:
        """Who is cited, as shown then."""
        return [self._messages[span.message_id].name for span in claim.evidence]

    def people(self, evidence: Iterable[Evidence]) -> list[str]:
        """The names of those who are cited, each person once."""
        told = [self._messages[span.message_id] for span in evidence]
        return list({message.sender: message.name for message in reversed(told)}.values())[::-1]

    def day(self, moment: datetime) -> str:
        """The day of `moment` where the group lives."""
        return moment.astimezone(self._zone).date().isoformat()

    def groups(self, claim: Claim) -> list[str]:
        """The names of the groups that are cited, on the page of several groups."""
        cited = dict.fromkeys(self._messages[span.message_id].group_id for span in claim.evidence)
        return [self._groups[group] for group in cited] if not self._document.group_id else []

    def days_before(self, claim: Claim) -> int:
        """How long before the last day of a digest the claim's first message was sent, if before its first day; else 0."""
        if self._document.kind != "digest":
            return 0
        sent = [self._messages[span.message_id].sent_at.astimezone(self._zone).date() for span in claim.evidence]
        first = min(sent, default=self._document.until)
        return (self._document.until - first).days if first < self._document.since else 0

    def blocks(self) -> list[str]:
        """The list under its heading; empty while nothing is cited."""
        notes = [f"[^{number}]: {self._note(span)}" for span, number in self._numbers.items()]
        return [f"## {say('sources', self._document.language)}", *notes] if notes else []

    def _note(self, span: Evidence) -> str:
        message = self._messages[span.message_id]
        if self._document.kind == "article" and self._document.status != "draft":
            # Out in public nobody is quoted but where the text quotes him.
            return say(
                "source-unquoted",
                self._document.language,
                name=escape(message.name),
                when=self._when(message.sent_at),
            )
        return say(
            "source",
            self._document.language,
            name=escape(message.name),
            when=self._when(message.sent_at),
            quote=inside(_shortened(span.quote)),
        )

    def _when(self, moment: datetime) -> str:
        """The hour alone where the page is about that one day."""
        local = moment.astimezone(self._zone)
        is_given = self._document.since == self._document.until == local.date()
        return local.strftime("%H:%M" if is_given else "%Y-%m-%d %H:%M")


def _shortened(quote: str) -> str:
    return quote if len(quote) <= LONGEST_QUOTE else quote[:LONGEST_QUOTE] + "…"
