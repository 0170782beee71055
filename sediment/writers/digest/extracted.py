"""A digest without a model: chosen among the members' own sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from sediment import extract, words
from sediment.extract import Talk
from sediment.extract.meaning import fits
from sediment.models import Claim, Material, Message, Section
from sediment.protocols import Embedder
from sediment.wording import say
from sediment.writers.digest import stories as telling
from sediment.writers.digest.lists import LISTS, lists
from sediment.writers.digest.stories import Story

_LEAD = 4
_SENTENCE = 40  # characters from which a message of the lead is cut to its best sentences
_AT_ONCE = 180  # seconds within which one person goes on with what he said
_MATTERED = 6  # stories that stand in front, however they ended


def extracted(
    material: Material, talks: Sequence[Talk], embedder: Embedder, room: int
) -> tuple[list[Claim], list[Section], Counter[str]]:
    """Lead, sections, and what was dropped (nothing), from at most `room` messages. The stories get what the lists and the lead leave."""
    stories = telling.stories(talks, telling.most_stories(room))
    telling.choose(stories, room - _LEAD - sum(LISTS.values()))
    named = lists(talks, {story.id for story in stories}, {m.id for story in stories for m in story.chosen})
    lead = _lead(stories, embedder, material.language)
    used = {m.id for found in named.values() for m in found} | {e.message_id for claim in lead for e in claim.evidence}
    told = {m.id for story in stories for m in story.chosen}
    telling.choose(stories, room - len(used | told), used)
    told_now = [story for story in stories if story.chosen]
    sections = [
        telling.section(story, material.language, telling.part(story) if place >= _MATTERED else "mattered")
        for place, story in enumerate(told_now)
    ]
    for part, messages in named.items():
        if messages:
            claims = tuple(extract.claims(messages, material.language))
            sections.append(Section(part, say(f"part-{part}", material.language), claims))
    return lead, sections, Counter()


def _lead(stories: Sequence[Story], embedder: Embedder, language: str) -> list[Claim]:
    """Of each of the first stories what can be read alone: the heaviest message with what it is about, or one that needs nothing before it."""
    told = [(story, m, _about(m, story.talk)) for story in stories for m in story.chosen]
    pairs = [(about.text, m.text) for _, m, about in told if about]
    fitting = iter(fits([about for about, _ in pairs], [text for _, text in pairs], embedder))
    fitted = [(story, m, about if about and next(fitting) else None) for story, m, about in told]
    best: dict[str, Claim] = {}
    for story, m, about in sorted(fitted, key=lambda found: found[0].talk.weights[found[1].id] + bool(found[2])):
        if len(words.content_words(m.text)) > 1 and (about or _stands_alone(m)):
            further = [
                other for other in story.chosen if telling.belongs(other, m, story.talk) and other.sent_at >= m.sent_at
            ]
            best[story.id] = extract.quoted(m, language, about, _SENTENCE, further)
    return [best[story.id] for story in stories if story.id in best][:_LEAD]


def _about(message: Message, talk: Talk) -> Message | None:
    """What a message is about: the question that it answers, how its conversation began, if that was by the same person or just before, or what the same
    person said just before."""
    question = extract.answered_by(message, talk)
    if question and "question" in talk.cues[question.id]:
        return question
    told = set(words.content_words(message.text))
    likely = (a.question for a in extract.asked(talk) if message in a.answers)
    if question := next((q for q in likely if told & set(words.content_words(q.text))), None):
        return question
    opener = talk.quotable[0]
    goes_on = opener.sender == message.sender or opener.id in talk.parents.get(message.id, ())
    before = talk.quotable[max(0, talk.quotable.index(message) - 1)]
    for other in (opener, before) if goes_on else (before,):
        if other is not message and other.id not in talk.corrected and _introduces(other, message, talk):
            return other
    return None


def _introduces(other: Message, message: Message, talk: Talk) -> bool:
    """Whether an earlier message tells what `message` is about. Whoever asked and goes on answers nothing, unless he tells how it ended."""
    if other is not talk.quotable[0] and (
        other.sender != message.sender or (message.sent_at - other.sent_at).total_seconds() > _AT_ONCE
    ):
        return False
    asks_on = other.sender == message.sender and "question" in talk.cues[other.id]
    tells = len(words.content_words(extract.without_lead_in(other.text))) > 1
    return tells and (not asks_on or "result" in talk.cues[message.id])


_UNCLEAR = re.compile(r"[你您他她它]|[这那上][个种边些条家面]|刚才|刚刚")
_LEANS = re.compile(
    r"(?:哦|嗯|然后|但是?|而且|另外|还有|所以|因为|不过|不是|不对|对[的，, ]|是的|也|又|再|那|这|它|否则|其实|最后|[@（(“])"
)


def _stands_alone(message: Message) -> bool:
    """Whether a sentence says what it is about: it neither leans on the one before nor points anywhere, and has three telling words."""
    telling = {word for word in words.content_words(message.text) if not word[0].isdigit()}
    return not (_LEANS.match(message.text) or _UNCLEAR.search(message.text)) and len(telling) >= 3
