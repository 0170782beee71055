"""The digest of a day or a span: what mattered and how it ended, decisions, open questions, resources, what comes up, and the account of every message."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sediment import evidence, extract, reading, words
from sediment.extract import Asked, Talk, events
from sediment.extract.meaning import Topic, fits, same_meaning
from sediment.models import Account, Accounted, Claim, Draft, Material, Message, Section
from sediment.protocols import ChatModel, Embedder
from sediment.questions import is_question
from sediment.reading import Gate, Read
from sediment.wording import say

_CITED = 40  # messages that the digest of an ordinary day may cite
_ORDINARY = 300  # messages of such a day, without noise
_MOST = 160  # messages that any digest may cite
_WORTH_TELLING = 0.9  # importance
_WORTH_QUOTING = 0.8  # weight of a message
_STORIES = 16  # conversations told on an ordinary day
_FADES = 0.8  # how much less each further message of one story gains
_LEAD = 4
_QUOTED_INSTEAD = 2  # messages of one topic that stand in for sentences that were dropped
_LISTS = {
    "decisions": 3,
    "open": 4,
    "resources": 3,
    "events": 3,
}  # sections after the stories, and messages that each may quote


class Digest:
    kind = "digest"
    span: Literal["day", "all"] = "day"

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        talks = sorted(extract.talks(material), key=lambda t: -extract.importance(t))
        lead, sections, dropped = (
            _written(material, talks, embedder, model) if model else _extracted(material, talks, embedder)
        )
        return Draft(
            title=say("title-digest", material.language, group=material.group.name, span=_span(material)),
            sections=tuple(sections),
            account=_account(material, talks, sections, dropped),
            made_by=model.name if model and _is_written([*lead, *(c for s in sections for c in s.claims)]) else "",
            lead=tuple(lead),
        )


def _is_written(claims: Iterable[Claim]) -> bool:
    return any(claim.origin == "model" for claim in claims)


def _span(material: Material) -> str:
    since, until = material.since.isoformat(), material.until.isoformat()
    return since if since == until else say("span-to", material.language, since=since, until=until)


def _account(
    material: Material, talks: Sequence[Talk], sections: Sequence[Section], dropped: Mapping[str, int]
) -> Account:
    told = {
        part: reading.cited(c for s in sections if (s.part == "mattered") is part for c in s.claims)
        for part in (True, False)
    }
    stories = {id for section in sections if section.part == "mattered" for id in section.conversation_ids}

    def reason(talk: Talk) -> str:
        ids = {message.id for message in talk.messages}
        if talk.conversation.id in stories or ids & told[True]:
            return "in-mattered"
        if ids & told[False]:
            return "in-named"
        return (
            "out-uncitable"
            if not talk.quotable
            else "out-small"
            if extract.importance(talk) < _WORTH_TELLING
            else "out-room"
        )

    found = [(talk, reason(talk)) for talk in talks if talk.messages]
    return extract.account(
        material,
        [
            Accounted(
                t.conversation.id, extract.title(t), len(t.messages), why.startswith("in-"), say(why, material.language)
            )
            for t, why in found
        ],
        dropped,
    )


# ---- without a model ------------------------------------------------------------------------------------------------


@dataclass
class _Story:
    """A conversation on its way into the digest."""

    talk: Talk
    importance: float
    chosen: list[Message] = field(default_factory=list)


def _extracted(
    material: Material, talks: Sequence[Talk], embedder: Embedder
) -> tuple[list[Claim], list[Section], Counter[str]]:
    room = _room(material) - _LEAD  # a claim of the lead also cites what its title is taken from
    stories = _stories(talks, max(_STORIES, room // 3))
    _choose(stories, room - sum(_LISTS.values()))
    lists = _lists(talks, {t.talk.conversation.id for t in stories}, {m.id for t in stories for m in t.chosen})
    used = {m.id for found in lists.values() for m in found}
    _choose(stories, room - len(used) - sum(len(t.chosen) for t in stories), used)
    sections = [_section(story, material.language) for story in stories if story.chosen]
    for part, messages in lists.items():
        if messages:
            claims = tuple(extract.claims(messages, material.language))
            sections.append(Section(part, say(f"part-{part}", material.language), claims))
    return _lead(stories, embedder, material.language), sections, Counter()


def _room(material: Material) -> int:
    """How many messages the digest may cite: it grows with the root of what was said."""
    spoken = sum(1 for m in material.messages if m.id not in material.noise)
    return min(_MOST, int(_CITED * max(1.0, math.sqrt(spoken / _ORDINARY))))


def _stories(talks: Iterable[Talk], most: int = _STORIES) -> list[_Story]:
    """The conversations worth telling, the most important first."""
    rated = [_Story(talk, extract.importance(talk)) for talk in talks]
    return [story for story in rated if story.importance >= _WORTH_TELLING][:most]


def _choose(stories: Sequence[_Story], room: int, taken: Iterable[str] = ()) -> None:
    """Give each story its best message, then the next ones to whoever gains most."""
    seen = {*taken, *(m.id for story in stories for m in story.chosen)}
    left = {
        story.talk.conversation.id: [
            m for m in story.talk.standing if m.id not in seen and story.talk.weights[m.id] >= _WORTH_QUOTING
        ]
        for story in stories
    }
    for _ in range(room):
        gains = [(_gain(s, m), s, m) for s in stories for m in left[s.talk.conversation.id]]
        gain, story, message = max(gains, key=lambda found: found[0], default=(0.0, None, None))
        if gain <= 0.0 or story is None or message is None:
            break
        story.chosen.append(message)
        left[story.talk.conversation.id].remove(message)
    for story in stories:
        whole = {
            m.id for chosen in story.chosen for m in left[story.talk.conversation.id] if _belongs(m, chosen, story.talk)
        }
        story.chosen += [m for m in story.talk.standing if m.id in whole]
        story.chosen.sort(key=story.talk.messages.index)


def _gain(story: _Story, message: Message) -> float:
    """What `message` adds to what is already told of its conversation."""
    first = 4.0 if not story.chosen else 1.0
    repeated = max((_alike(message, other) for other in story.chosen), default=0.0)
    return (
        first * story.importance * story.talk.weights[message.id] * float(_FADES ** len(story.chosen)) * (1 - repeated)
    )


def _belongs(one: Message, other: Message, talk: Talk) -> bool:
    """Whether two messages of one breath settle one thing: half of a decision misleads."""
    near = abs(talk.messages.index(one) - talk.messages.index(other)) == 1 and one.sender == other.sender
    return near and bool(talk.cues[other.id] & {"settled", "change"}) and "number" in talk.cues[one.id]


def _alike(one: Message, other: Message) -> float:
    """Share of the shorter text's character pairs that the other has too."""
    a, b = set(words.bigrams(one.text)), set(words.bigrams(other.text))
    return len(a & b) / max(1, min(len(a), len(b)))


def _section(story: _Story, language: str) -> Section:
    title = say(f"outcome-{extract.outcome(story.talk)}", language, title=extract.title(story.talk))
    return Section("mattered", title, tuple(extract.claims(story.chosen, language)), (story.talk.conversation.id,))


def _lists(talks: Sequence[Talk], told: set[str], seen: set[str]) -> dict[str, list[Message]]:
    """What stands beside the stories, by part; no message twice."""
    minor = [talk for talk in talks if talk.conversation.id not in told]
    found: dict[str, list[Message]] = {}
    for part, candidates in (
        ("decisions", _heaviest(minor, _decides)),
        ("open", [a.question for t in talks for a in extract.asked(t)[:1] if _is_open(a)]),
        ("resources", _heaviest(talks, _shares)),
        ("events", [*_final_lists(talks), *_heaviest(talks, _lies_ahead)]),
    ):
        chosen = [m for m in candidates if m.id not in seen][: _LISTS[part]]
        found[part] = [m for one in chosen for m in _breath(one, talks) if m.id not in seen]
        seen |= {m.id for m in found[part]}
    return found


def _breath(message: Message, talks: Iterable[Talk]) -> list[Message]:
    """A message with those beside it that settle the same thing, in order."""
    talk = next(t for t in talks if message.id in t.weights)
    return [m for m in talk.standing if m is message or _belongs(m, message, talk)]


def _is_open(asked: Asked) -> bool:
    """Whether a conversation begins with a question that tells what about and gets no answer."""
    talk = asked.talk
    return (
        asked.is_open
        and is_question(asked.question.text)
        and not talk.corrected
        and asked.question in talk.quotable[:2]
        and len(words.content_words(asked.text)) > 1
    )


def _heaviest(talks: Iterable[Talk], wanted: Callable[[Talk, Message], bool]) -> list[Message]:
    found = [(t.weights[m.id], m) for t in talks for m in t.standing if wanted(t, m)]
    return [m for weight, m in sorted(found, key=lambda pair: -pair[0]) if weight >= 1.0]


def _decides(talk: Talk, message: Message) -> bool:
    return "decision" in talk.cues[message.id] and not talk.cues[message.id] & {"question", "joke"}


def _shares(talk: Talk, message: Message) -> bool:
    return "link" in talk.cues[message.id] and not talk.cues[message.id] & {"joke", "promo"}


def _final_lists(talks: Iterable[Talk]) -> list[Message]:
    """The last copy of every sign-up list."""
    return [m for t in talks for m in t.standing if events.is_list(m)]


def _lies_ahead(talk: Talk, message: Message) -> bool:
    return "event" in talk.cues[message.id] and events.is_ahead(message) and not events.is_list(message)


def _lead(stories: Sequence[_Story], embedder: Embedder, language: str) -> list[Claim]:
    """Of each of the first stories what can be read alone: the heaviest answer with its question, or a message that needs none."""
    told = [(story, m, extract.answered_by(m, story.talk)) for story in stories for m in story.chosen]
    answers = [(about.text, m.text) for _, m, about in told if about]
    fitting = iter(fits([question for question, _ in answers], [answer for _, answer in answers], embedder))
    alone = [(story, m, about) for story, m, about in told if (next(fitting) if about else _stands_alone(m))]
    best: dict[str, Claim] = {}
    for story, m, about in sorted(alone, key=lambda found: found[0].talk.weights[found[1].id]):
        best[story.talk.conversation.id] = extract.quoted(m, language, about)
    return [best[story.talk.conversation.id] for story in stories if story.talk.conversation.id in best][:_LEAD]


_LEANS = re.compile(
    r"(?:然后|但是?|而且|另外|还有|所以|因为|不过|不是|不对|对[的，, ]|是的|也|又|再|那|这|它|否则|其实|最后|[@（(“])"
)


def _stands_alone(message: Message) -> bool:
    """Whether a sentence says what it is about: it does not lean on the one before, and has three telling words."""
    telling = {word for word in words.content_words(message.text) if not word[0].isdigit()}
    return not _LEANS.match(message.text) and len(telling) >= 3


# ---- with a model ---------------------------------------------------------------------------------------------------


def _written(
    material: Material, talks: Sequence[Talk], embedder: Embedder, model: ChatModel
) -> tuple[list[Claim], list[Section], Counter[str]]:
    """Every window is listed, written from the messages of its topics, and audited; where the model fails, its conversations are told in their own words."""
    windows = reading.windows(material, model)
    listed = reading.read(model, "topics", windows, [reading.task("topics", material)] * len(windows))
    tasks = [reading.task("digest", material, topics=_named(read), until=material.until) for read in listed]
    gate = reading.Gate(talks, material.language)
    lead: list[tuple[float, Claim]] = []
    stories: list[tuple[float, Section]] = []
    lists: dict[str, list[Claim]] = {part: [] for part in _LISTS}
    for read, source in zip(reading.read(model, "digest", windows, tasks), listed, strict=True):
        if read.reply is None:
            stories += _told_plainly(read, talks, material)
            continue
        weights = _weights(source)
        lead += [(_heaviest_of([c], weights), c) for c in gate.claims(read.reply.get("lead"), read.window)]
        stories += _topics(read, source, gate, talks, material.language)
        for part, claims in lists.items():
            claims += gate.claims(read.reply.get(part), read.window)
    sections = _joined([section for _, section in sorted(stories, key=lambda s: -s[0])], embedder)
    sections += [Section(part, "", tuple(claims)) for part, claims in lists.items()]
    told = Section("lead", "", tuple(claim for _, claim in sorted(lead, key=lambda found: -found[0])))
    first, *sections = gate.audited(model, material, windows, [told, *sections])
    sections = [_titled(section, material.language) for section in sections if section.claims]
    return _first(first.claims, sections), sections, gate.dropped


def _titled(section: Section, language: str) -> Section:
    """A story whose title did not hold is called by its first sentence; a list by its part."""
    if section.title:
        return section
    is_story = section.part == "mattered"
    title = extract.shortened(section.claims[0].text) if is_story else say(f"part-{section.part}", language)
    return replace(section, title=title)


def _first(lead: Sequence[Claim], sections: Sequence[Section]) -> list[Claim]:
    """The weightiest sentences of all windows; those of the first stories where too few are left."""
    told = reading.cited(lead)
    stories = (section for section in sections if section.part == "mattered")
    spare = [section.claims[0] for section in stories if not reading.cited(section.claims[:1]) & told]
    return [*lead, *spare[: max(0, _LEAD - 1 - len(lead))]][: _LEAD + 1]


def _named(read: Read) -> str:
    """The topics that the model listed, as the next prompt names them: heaviest first, idle talk left out."""
    topics = sorted(_listed(read), key=lambda t: -_weight(t))
    lines = [f"- {reading.words_of(t, 'title')}：{_ids(t)}" for t in topics if _weight(t) > 0]
    return "\n".join(lines) or "-（自己找出话题）"


def _listed(read: Read) -> list[Mapping[str, Any]]:
    return list(reading.objects((read.reply or {}).get("topics")))


def _ids(topic: Mapping[str, Any]) -> str:
    ids = topic.get("ids")
    return " ".join(i for i in ids if isinstance(i, str)) if isinstance(ids, list) else ""


def _weight(topic: Mapping[str, Any]) -> float:
    weight = topic.get("weight")
    return float(weight) if isinstance(weight, int | float) else 1.0


def _weights(read: Read) -> dict[str, float]:
    """Message id → the weight of the heaviest topic that the model listed it under."""
    found: dict[str, float] = {}
    for topic in _listed(read):
        for message in evidence.messages_of(topic, read.window):
            found[message.id] = max(found.get(message.id, 0.0), _weight(topic))
    return found


def _heaviest_of(claims: Sequence[Claim], weights: Mapping[str, float]) -> float:
    return max((weights.get(id, 1.0) for id in reading.cited(claims)), default=0.0)


def _topics(
    read: Read, source: Read, gate: Gate, talks: Sequence[Talk], language: str
) -> Iterator[tuple[float, Section]]:
    """(weight, section) for each topic that the model wrote."""
    weights = _weights(source)
    subjects = [{m.id for m in evidence.messages_of(topic, read.window)} for topic in _listed(source)]
    for item in reading.objects((read.reply or {}).get("topics")):
        claims, lost = gate.parted(item.get("claims"), read.window)
        named = reading.cited(claims) | {m.id for m in lost}
        subject = max(subjects, key=lambda ids: len(ids & named), default=set())
        missing = [m for m in lost if m.id in subject - reading.cited(claims)]
        claims += extract.claims(_weighty(missing, talks), language)
        if claims:
            title = gate.heading(reading.words_of(item, "title"), claims, read.window)
            yield _heaviest_of(claims, weights) + 0.01 * len(claims), Section("mattered", title, tuple(claims))


def _weighty(messages: Sequence[Message], talks: Sequence[Talk]) -> list[Message]:
    """Those that a reader would miss, in order: what the model told wrongly is quoted instead."""
    weights = {m.id: t.weights[m.id] for t in talks for m in t.standing}
    told = {m.id: m for m in messages if weights.get(m.id, 0.0) >= _WORTH_QUOTING}
    return sorted(
        sorted(told.values(), key=lambda m: -weights[m.id])[:_QUOTED_INSTEAD], key=lambda m: (m.sent_at, m.id)
    )


def _told_plainly(read: Read, talks: Sequence[Talk], material: Material) -> list[tuple[float, Section]]:
    """The stories of a window that the model could not write, in the members' own words."""
    here = {message.id for message in read.window.messages}
    stories = _stories(talk for talk in talks if talk.quotable and talk.quotable[0].id in here)
    _choose(stories, 3 * len(stories))
    return [(1.0 + story.importance / 2, _section(story, material.language)) for story in stories if story.chosen]


def _joined(sections: Sequence[Section], embedder: Embedder) -> list[Section]:
    """Sections that mean the same become one, with the evidence of both."""
    topics = [Topic(section.title, " ".join(claim.text for claim in section.claims)) for section in sections]
    groups = same_meaning(topics, embedder)
    joined: list[Section] = []
    for group in groups:
        claims = [claim for place in group for claim in sections[place].claims]
        fresh = [c for i, c in enumerate(claims) if not any(c.evidence == other.evidence for other in claims[:i])]
        joined.append(Section("mattered", sections[group[0]].title, tuple(fresh)))
    return joined
