"""Which messages tell a day: conversations by importance, and of each the messages that add most to what is already chosen."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sediment import extract, words
from sediment.extract import Talk
from sediment.models import Material, Message, Section
from sediment.wording import say

WORTH_QUOTING = 1.2
"Weight from which a message may stand in a digest."
WORTH_TELLING = 0.9
"Importance from which a conversation may be told."

_CITED = 40  # messages that the digest of an ordinary day may cite
_ORDINARY = 300  # messages of such a day, without noise
_MOST = 160  # messages that any digest may cite
_STORIES = 16  # conversations told on an ordinary day
_FIRST = 1.5  # how much more the first message of a story gains
_FADES = 0.8  # how much less each further message of a story gains
_SHORT = 12  # quotable messages; of a longer conversation more is told before it fades
_AT_ONCE = 180  # seconds within which one person goes on with what he said
_TURNS = re.compile(
    r"但|不过|可是|可惜|只是|然而|结果|后来|除非|前提|第[一二三四五六七八九十\d]+[天周月]|but\b|however\b|unless\b",
    re.IGNORECASE,
)
_GOES_ON = 0.5  # share of such a message that is told already


@dataclass
class Story:
    """A conversation on its way into the digest."""

    talk: Talk
    importance: float
    chosen: list[Message] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.talk.conversation.id


def room(material: Material) -> int:
    """How many messages the digest may cite: it grows with the root of what was said. An archive cites every second one."""
    spoken = sum(1 for m in material.messages if m.id not in material.noise)
    if material.length == "archive":
        return max(_CITED, spoken // 2)
    return min(_MOST, int(_CITED * max(1.0, math.sqrt(spoken / _ORDINARY))))


def stories(talks: Iterable[Talk], most: int = _STORIES) -> list[Story]:
    """The conversations worth telling, in the order given."""
    rated = [Story(talk, extract.importance(talk)) for talk in talks]
    return [story for story in rated if story.importance >= WORTH_TELLING][:most]


def most_stories(cited: int) -> int:
    """How many conversations a digest of `cited` messages tells."""
    return max(_STORIES, cited // 3)


def choose(stories: Sequence[Story], most: int, taken: Collection[str] = ()) -> None:
    """Add at most `most` messages to the stories, each time the one that gains most, with what belongs to it; none that is `taken`."""
    seen = {*taken, *(m.id for story in stories for m in story.chosen)}
    left = {s.id: [m for m in s.talk.standing if m.id not in seen and _is_weighty(m, s.talk)] for s in stories}
    while most > 0:
        gains = ((_gain(s, m), s, m) for s in stories for m in left[s.id])
        gain, story, message = max(gains, key=lambda found: found[0], default=(0.0, None, None))
        if gain <= 0.0 or story is None or message is None:
            break
        whole = [m for m in left[story.id] if m is message or belongs(m, message, story.talk)]
        story.chosen += whole
        left[story.id] = [m for m in left[story.id] if m not in whole]
        most -= len(whole)
    for story in stories:
        story.chosen.sort(key=story.talk.messages.index)


def choose_from(story: Story) -> None:
    """Of a small conversation the heaviest messages, one for every three; the question where nothing else was said."""
    weights = story.talk.weights
    told = sorted((m for m in story.talk.standing if weights[m.id] > 0), key=lambda m: -weights[m.id])
    asked = [found.question for found in extract.asked(story.talk)]
    story.chosen = sorted(told[: 1 + len(told) // 3] or asked[:1], key=story.talk.messages.index)


def belongs(one: Message, other: Message, talk: Talk) -> bool:
    """Whether `one` must be told with `other`, both of one breath: they settle one thing, or it tells how the other ended. Half of either misleads."""
    apart = talk.messages.index(one) - talk.messages.index(other)
    if abs(apart) != 1 or one.sender != other.sender:
        return False
    if apart == 1 and _TURNS.match(one.text) and (one.sent_at - other.sent_at).total_seconds() <= _AT_ONCE:
        return True
    return bool(talk.cues[other.id] & {"settled", "change"}) and "number" in talk.cues[one.id]


def section(story: Story, language: str, part: str = "mattered") -> Section:
    """The story under its title, which says how it ended."""
    title = say(f"outcome-{extract.outcome(story.talk)}", language, title=extract.title(story.talk))
    return Section(part, title, tuple(extract.claims(story.chosen, language)), (story.id,))


def part(story: Story) -> str:
    """Where a story belongs that is not of the first: to the decisions, to the answers, or still to what mattered."""
    if extract.outcome(story.talk) in ("decided", "changed"):
        return "decisions"
    answers = {id for asked in extract.asked(story.talk) for id in story.talk.answers.get(asked.question.id, ())}
    return "answers" if answers & {m.id for m in story.chosen} else "mattered"


def _is_weighty(message: Message, talk: Talk) -> bool:
    return talk.weights[message.id] >= WORTH_QUOTING


def _gain(story: Story, message: Message) -> float:
    """What `message` adds to what is already told of its conversation."""
    first = 1.0 if story.chosen else _FIRST
    told = len(story.chosen) * min(1.0, _SHORT / max(1, len(story.talk.quotable)))
    repeated = max((_repeats(message, other, story.talk) for other in story.chosen), default=0.0)
    return first * story.importance * story.talk.weights[message.id] * float(_FADES**told) * (1 - repeated)


def _repeats(one: Message, other: Message, talk: Talk) -> float:
    """Share of `one` that `other` tells too: common pairs of characters, or half where one person just goes on."""
    near = abs(talk.messages.index(one) - talk.messages.index(other)) <= 2
    goes_on = near and one.sender == other.sender and abs((one.sent_at - other.sent_at).total_seconds()) <= _AT_ONCE
    a, b = set(words.bigrams(one.text)), set(words.bigrams(other.text))
    return max(_GOES_ON * goes_on, len(a & b) / max(1, min(len(a), len(b))))
