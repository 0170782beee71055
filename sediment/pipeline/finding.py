"""What was said about something: search over one group or all, and answers that stand on what is found."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from functools import partial

import numpy as np

from sediment import asking, words
from sediment.index import ExactVectors, fuse
from sediment.models import Answer, Found, Message, Passage
from sediment.pipeline.home import Home, find_group
from sediment.pipeline.privacy import discreet_model
from sediment.pipeline.remembering import RememberingEmbedder
from sediment.protocols import Vectors
from sediment.questions import is_question
from sediment.store import lexical, messages, settled

_READ = 8  # passages whose messages are candidates
_NEAR = 40  # passages whose nearness is known
_WAITING = (
    10  # passages that wait for their vectors and get them for a question, by words and by rough vectors: a second
)
_LEXICAL = 60  # messages that hold the words
_ASKED = 20  # messages that an answer may stand on

# Measured on the four labelled groups of the bench (170 questions, any@5): the message's own vector alone .57, with all three .65; each may be half or double
# as large and changes little.
_PASSAGE = 0.5  # weight of the passage's nearness beside the message's own
_ANSWERED = 0.5  # share of its question's advantage that an answer inherits
_ASKING = 0.1  # what a message loses for asking rather than telling


def search(home: Home, query: str, *, group: str | None = None, count: int = 10) -> list[Found]:
    """The messages that tell most about `query`, best first; noise is left out. What is not settled yet is not found.

    Candidates are the messages of the nearest passages and those that hold the rarest words; of the passages that wait for their vectors, those with the rarest
    words and the nearest rough vectors get them now. Raises UsageError for an unknown group, VectorError without an
    embedder."""
    query = _utf8(query)
    group_id = find_group(home, group).id if group else None
    asked = home.embedder.queries([query])[0]
    holding = lexical.find(home.db, query, group_id, _LEXICAL)
    near = _near(home, query, asked, group_id, holding)
    found = _without_noise(home, [*holding, *(id for passage, _ in near[:_READ] for id in passage.message_ids)])
    similar = _similar(home, asked, found)
    fused = fuse(_meant(home, found, similar, near), {id: holding[id] for id in found if id in holding}, query)
    scores = {id: score - _ASKING * is_question(found[id].text) for id, score in fused.items()}
    passages = {id: passage for passage, _ in reversed(near) for id in passage.message_ids}
    weights = lexical.rarity(home.db, words.content_words(query))
    best = sorted(scores, key=lambda id: (-scores[id], id))[:count]
    return [_found(found[id], scores[id], similar[id], passages.get(id), weights) for id in best]


def ask(
    home: Home, question: str, *, group: str | None = None, model: str | None = None, language: str | None = None
) -> Answer:
    """What the chat says about `question`, or that it does not. Raises as `search` does, and ModelError."""
    question = _utf8(question)
    found = search(home, question, group=group, count=_ASKED)
    chat = discreet_model(home, model)
    return asking.answer(question, found, chat, language or home.config.spoken, home.config.zone, home.path)


def _utf8(text: str) -> str:
    """What came from a command line may hold bytes that are no text."""
    return text.encode("utf-8", "replace").decode()


def _near(
    home: Home, query: str, asked: Vectors, group_id: str | None, holding: Mapping[str, float]
) -> list[tuple[Passage, float]]:
    """The nearest passages with their cosines, best first."""
    group_ids = [group_id] if group_id else [group.id for group in messages.groups(home.db)]
    cosines = dict(home.vectors.search(group_ids, asked, _NEAR))
    near = {passage: cosines[id] for id, passage in settled.passages(home.db, cosines).items()}
    waiting = [*_waiting_with_words(home, holding), *_waiting_roughly_near(home, query, group_ids)]
    vectors = _embedded(home, {passage.text for passage in waiting})
    near |= {passage: float(vectors[passage.text] @ asked) for passage in waiting}
    return sorted(near.items(), key=lambda hit: (-hit[1], hit[0].id))[:_NEAR]


def _waiting_with_words(home: Home, holding: Mapping[str, float]) -> list[Passage]:
    """Of the passages that the vector store has not seen, those whose messages hold the rarest words, best first."""
    best = {
        passage: max(scores)
        for passage in settled.waiting(home.db, holding)
        if (scores := [holding[id] for id in passage.message_ids if id in holding])
    }
    return sorted(best, key=lambda passage: (-best[passage], passage.id))[:_WAITING]


def _waiting_roughly_near(home: Home, query: str, group_ids: Iterable[str]) -> Iterable[Passage]:
    """Of the passages that the vector store has not seen, those whose rough vectors are nearest."""
    rough = home.embedder.rough([query]) if settled.has_rough(home.db) else None
    if rough is None:
        return []
    load, asked = partial(settled.all_rough, home.db), rough[0].astype(np.float32)
    # A store for each group, to be forgotten: all at once would fill the memory.
    hits = itertools.chain.from_iterable(ExactVectors(load).search([id], asked, _WAITING) for id in group_ids)
    nearest = sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:_WAITING]
    return settled.passages(home.db, [id for id, _ in nearest]).values()


def _without_noise(home: Home, message_ids: Collection[str]) -> dict[str, Message]:
    marks = settled.noise_of(home.db, message_ids)
    return messages.by_id(home.db, [id for id in message_ids if id not in marks])


def _similar(home: Home, asked: Vectors, found: Mapping[str, Message]) -> dict[str, float]:
    """The cosine of the question and of each message, said by its sender."""
    texts = {id: f"{message.name}：{message.text}" for id, message in found.items()}
    vectors = _embedded(home, set(texts.values()))
    return {id: float(vectors[text] @ asked) for id, text in texts.items()}


def _embedded(home: Home, texts: Collection[str]) -> dict[str, Vectors]:
    """Text → vector; those that are new are kept."""
    ordered = sorted(texts)
    return dict(zip(ordered, RememberingEmbedder(home).passages(ordered), strict=True))


def _meant(
    home: Home, found: Mapping[str, Message], similar: Mapping[str, float], near: Iterable[tuple[Passage, float]]
) -> dict[str, float]:
    """How near each message is in meaning, by itself, by the passage that it stands in, and by the question that it answers."""
    cosines = {id: cosine for passage, cosine in reversed(list(near)) for id in passage.message_ids}
    furthest = min(cosines.values(), default=0.0)
    alone = {id: (similar[id] + _PASSAGE * cosines.get(id, furthest)) / (1 + _PASSAGE) for id in found}
    meant = dict(alone)
    for link in reversed(settled.links_of(home.db, found)):
        answered = found.get(link.answers)
        if answered and answered.sender != found[link.message_id].sender:
            own = alone[link.message_id]
            meant[link.message_id] = own + _ANSWERED * max(0.0, alone[link.answers] - own)
    return meant


def _found(
    message: Message, score: float, similarity: float, passage: Passage | None, weights: Mapping[str, float]
) -> Found:
    text = f"{message.text}\n{passage.text if passage else ''}".lower()
    total = sum(weights.values())
    overlap = sum(weight for word, weight in weights.items() if word in text) / total if total else 0.0
    return Found(message, score, similarity, overlap, passage)
