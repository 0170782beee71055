"""Quotations in an article: exact, and only of those who agreed to be quoted. Everybody else is told in other words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher

from sediment import extract
from sediment.models import Claim, Message

_MARKED = re.compile(r"「([^」]*)」|『([^』]*)』|“([^”]*)”|\"([^\"]*)\"")
_TERM = 4  # characters from which what stands in marks is a quotation, not a name or a term
_WORDS = 8  # from which a quotation needs consent
_UNMARKED = 24  # characters in a row that are a quotation without any mark; a number or a Latin word, which none can tell otherwise, is one
_TERMS = re.compile(r"[a-z0-9]+")


def is_exact(claim: Claim, messages: Mapping[str, Message]) -> bool:
    """Whether all that stands in quotation marks was said so in a cited message."""
    said = [extract.bare(messages[e.message_id].text) for e in claim.evidence]
    return all(any(quote in text for text in said) for quote in _quotations(claim) if len(quote) >= _TERM)


def quoted(claim: Claim, messages: Mapping[str, Message]) -> set[str]:
    """Senders whose own words the claim shows: of an extracted one all that it stands on but shared links, whose titles are nobody's words; of another those
    in quotation marks or long copies."""
    cited = [messages[e.message_id] for e in claim.evidence]
    if claim.origin == "extract":
        return {message.sender for message in cited if message.sender and message.kind != "link"}
    quotes, text = [quote for quote in _quotations(claim) if len(quote) >= _WORDS], extract.bare(claim.text)
    return {
        m.sender
        for m in cited
        if m.sender and (any(quote in extract.bare(m.text) for quote in quotes) or _copied(text, extract.bare(m.text)))
    }


def may_stand(claim: Claim, messages: Mapping[str, Message], may_quote: Collection[str]) -> str | None:
    """Why a claim that a model wrote may not be shown: `quote`, `consent`, or None."""
    if not is_exact(claim, messages):
        return "quote"
    return "consent" if quoted(claim, messages) - {*may_quote} else None


def _quotations(claim: Claim) -> list[str]:
    return [extract.bare("".join(part or "" for part in found)) for found in _MARKED.findall(claim.text)]


def _copied(text: str, said: str) -> bool:
    longest = SequenceMatcher(None, text, said, autojunk=False).find_longest_match()
    return len(_TERMS.sub("x", text[longest.a : longest.a + longest.size])) >= _UNMARKED
