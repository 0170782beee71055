"""News in the chat, asked for or not, that changes an answer of the FAQ: `改个群规：广告时间从周五改到每周三`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from sediment import extract, reading, words
from sediment.extract import Talk
from sediment.extract.meaning import Topic, likest
from sediment.models import FaqChange, FaqEntry, Message
from sediment.protocols import Embedder
from sediment.writers.faq.changing import current, relation
from sediment.writers.faq.growing import topic_of

_LIKE = 0.55  # likeness from which news speaks of what an entry answers; others stay below .5
_NEWS = frozenset({"change", "correction"})
_TOLD = frozenset({"number", "link"})  # what news has that is more than `密码也改了`
_STORY = 120  # characters of a message that tells more than news
_TOO_SMALL = 3  # words of content without which nobody knows what is new


def updated(entries: Sequence[FaqEntry], talks: Sequence[Talk], language: str, embedder: Embedder) -> list[FaqEntry]:
    """`entries` with what was announced or put right after their last step, and stands in none of them yet. What a conversation answers needs no likeness:
    it is in already."""
    senders = {message.id: message.sender for talk in talks for message in talk.messages}
    told = {id for entry in entries for id in (*(w.message_id for w in entry.wordings), *_cited(entry))}
    news = [turn for talk in talks for turn in _news(talk) if told.isdisjoint(message.id for message in turn)]
    answered = [place for place, entry in enumerate(entries) if entry.answer]
    if not news or not answered:
        return list(entries)
    found = list(entries)
    topics = [Topic(" ".join(extract.cleaned(message.text) for message in turn)) for turn in news]
    likes = likest(topics, [topic_of(entries[place]) for place in answered], embedder)
    for turn, (place, like) in sorted(zip(news, likes, strict=True), key=lambda pair: pair[0][-1].sent_at):
        entry = found[answered[place]]
        is_asker = turn[0].sender in (senders.get(wording.message_id) for wording in entry.wordings)
        if like >= _LIKE and not is_asker and entry.history[-1].at <= turn[-1].sent_at:
            found[answered[place]] = _changed(entry, turn, language)
    return found


def _news(talk: Talk) -> Iterator[list[Message]]:
    """What one person says in a row and stands, where it changes or corrects something."""
    for _, turn in groupby(talk.standing, key=lambda message: message.sender):
        said = list(turn)
        content = {word for message in said for word in words.content_words(message.text)}
        tells = any(talk.cues[message.id] & _TOLD for message in said)
        if len(content) >= _TOO_SMALL and tells and any(_is_news(message, talk) for message in said):
            yield said


def _is_news(message: Message, talk: Talk) -> bool:
    cues = talk.cues[message.id]
    return bool(cues & _NEWS) and not cues & {"question", "joke"} and len(message.text) <= _STORY


def _changed(entry: FaqEntry, turn: Sequence[Message], language: str) -> FaqEntry:
    claims = tuple(extract.claims(turn, language))
    how = relation(entry.answer, claims)
    history = (*entry.history, FaqChange(turn[-1].sent_at, how, claims))
    return replace(entry, answer=current(entry.answer, claims, how), history=history)


def _cited(entry: FaqEntry) -> set[str]:
    return reading.cited([*entry.answer, *(claim for change in entry.history for claim in change.claims)])
