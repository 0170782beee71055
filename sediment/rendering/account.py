"""The end of a page: its numbers, and where every message of the span went. All from code, none from a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from sediment.models import Account, Accounted
from sediment.rendering.escape import escape
from sediment.wording import phrases, say

BARS = "▁▂▃▄▅▆▇█"
TITLES_SHOWN = 12
"Titles of conversations named for one reason; the rest are counted."
_KEYS = {True: "account-in", False: "account-out"}


def number_blocks(account: Account, language: str, of: str = "total") -> list[str]:
    """How much was said, by how many, at what hours. `of` is `groups` where these stand in the place of conversations."""
    if not account.messages:
        return []
    taken = sum(conversation.included for conversation in account.conversations)
    total = say(
        f"numbers-{of}",
        language,
        messages=account.messages,
        people=account.people,
        conversations=len(account.conversations),
        included=taken,
    )
    blocks = [f"## {say('numbers', language)}", total]
    if any(account.by_hour):
        peak = max(range(len(account.by_hour)), key=account.by_hour.__getitem__)
        blocks += [f"`{bars(account.by_hour)}`", say("numbers-hours", language, hour=peak, count=account.by_hour[peak])]
    return blocks


def bars(counts: Iterable[int]) -> str:
    """One bar for each count; the lowest is kept for none at all."""
    counts = list(counts)
    most = max(counts, default=0)
    return "".join(BARS[-(-7 * count // most) if count else 0] for count in counts)


def account_blocks(account: Account, language: str, of: str = "total") -> list[str]:
    """A heading and one list whose figures sum to the messages read."""
    lines = list(_lines(account, language, of))
    return [f"## {say('account', language)}", "\n".join(lines)] if lines else []


def _lines(account: Account, language: str, of: str) -> Iterator[str]:
    if account.messages:
        noise = sum(account.noise.values())
        yield "- " + say("account-sum", language, messages=account.messages, noise=noise, kept=account.messages - noise)
    if account.noise:
        classes = ((_word(f"noise-{name}", name, language), count) for name, count in account.noise.items() if count)
        yield "- " + say("account-noise", language, classes=_counted(classes, language))
    for included in (True, False):
        part = [c for c in account.conversations if c.included is included]
        yield from _conversations(part, "account-groups" if of == "groups" else _KEYS[included], language)
    if account.dropped:
        reasons = ((_word(f"dropped-{reason}", reason, language), count) for reason, count in account.dropped.items())
        total = sum(account.dropped.values())
        yield "- " + say("account-dropped", language, total=total, reasons=_counted(reasons, language))


def _conversations(conversations: list[Accounted], key: str, language: str) -> Iterator[str]:
    if not conversations:
        return
    yield "- " + say(key, language, count=len(conversations), messages=sum(c.messages for c in conversations))
    ordered = sorted(conversations, key=lambda c: c.reason)
    groups = [(reason, list(group)) for reason, group in groupby(ordered, key=lambda c: c.reason)]
    for reason, group in sorted(groups, key=lambda pair: -sum(c.messages for c in pair[1])):
        yield f"    - {say('says', language, name=escape(reason), text=_titles(group, language))}"


def _titles(conversations: list[Accounted], language: str) -> str:
    """The largest, with the messages of those of one title, such as `图片`, together."""
    messages = Counter[str]()
    for conversation in conversations:
        messages[conversation.title] += conversation.messages
    largest = dict(messages.most_common(TITLES_SHOWN))
    shown = say("comma", language).join(
        say("account-title", language, title=escape(title) or "…", messages=count) for title, count in largest.items()
    )
    rest = sum(conversation.title not in largest for conversation in conversations)
    return shown + say("and-more", language, count=rest) if rest > 0 else shown


def _counted(pairs: Iterable[tuple[str, int]], language: str) -> str:
    """`问候 30、签到 20`, the most first."""
    ordered = sorted(pairs, key=lambda pair: -pair[1])
    return say("comma", language).join(f"{name} {count}" for name, count in ordered)


def _word(key: str, name: str, language: str) -> str:
    return say(key, language) if key in phrases() else escape(name)
