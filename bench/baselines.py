"""What a few lines achieve on the group-chat sets: the figures to beat."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bench.labelled import ChatSet
from sediment import words

_NOISE_KINDS = ("system", "sticker", "red_packet", "poke", "recall", "transfer")
_PHRASES = re.compile(
    r"^(早|早安|早上好|晚安|各位早|打卡|签到|收到|谢谢|感谢|哈+|\+1|1|[?？]+|👍|\[.{1,4}\])+[～~!！。.]*$"
)
_SILENCE = 300.0
_OWN = 900.0
_NEAR = 120.0


def baselines(data: ChatSet) -> Iterator[tuple[str, str, Any]]:
    """(name, metric, predictions)."""
    yield "kinds and phrases", "noise", noise_by_phrase(data)
    yield "silence of 5 minutes", "conversations", conversations_by_silence(data)
    links, conversations = links_by_rule(data)
    yield "quote, @, own last, previous", "links", links
    yield "quote, @, own last, previous", "conversations", conversations
    yield "BM25 of words", "search", bm25(data, words.search_tokens)
    yield "BM25 of character pairs", "search", bm25(data, _pairs)


def noise_by_phrase(data: ChatSet) -> dict[str, str | None]:
    return {
        row["id"]: "noise" if row["kind"] in _NOISE_KINDS or _PHRASES.match(row["text"] or "") else None
        for row in data.messages
    }


def conversations_by_silence(data: ChatSet) -> dict[str, int]:
    found, conversation, before = {}, 0, math.inf
    for row in data.messages:
        now = _seconds(row)
        conversation += now - before > _SILENCE
        found[row["id"]], before = conversation, now
    return found


def links_by_rule(data: ChatSet) -> tuple[dict[str, list[str]], dict[str, str]]:
    links: dict[str, list[str]] = {}
    conversations: dict[str, str] = {}
    last: dict[str, dict[str, Any]] = {}
    before: dict[str, Any] | None = None
    for row in data.messages:
        up = _answered(row, last, before)
        links[row["id"]] = [up] if up else []
        conversations[row["id"]] = conversations.get(up, row["id"]) if up else row["id"]
        if row["sender"]:
            last[row["sender"]] = row
        before = row
    return links, conversations


def _answered(row: dict[str, Any], last: dict[str, dict[str, Any]], before: dict[str, Any] | None) -> str | None:
    mentions = row.get("mentions") or ()
    found: str | None = None
    if row.get("reply_to"):
        found = row["reply_to"]
    elif mentions and mentions[0] in last:
        found = last[mentions[0]]["id"]
    elif row["sender"] in last and _seconds(row) - _seconds(last[row["sender"]]) < _OWN:
        found = last[row["sender"]]["id"]
    elif before and _seconds(row) - _seconds(before) < _NEAR and row["sender"]:
        found = before["id"]
    return found


def _seconds(row: dict[str, Any]) -> float:
    return datetime.fromisoformat(row["time"]).timestamp()


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if re.fullmatch(r"\w\w", text[at : at + 2])]


def bm25(data: ChatSet, tokens: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """Question → the 20 messages that fit best."""
    counts = [Counter(tokens(row["text"] or "")) for row in data.messages]
    documents = Counter(token for count in counts for token in count)
    mean = sum(count.total() for count in counts) / len(counts)

    def score(token: str, count: Counter[str]) -> float:
        idf = math.log(1 + (len(counts) - documents[token] + 0.5) / (documents[token] + 0.5))
        return idf * count[token] * 2.5 / (count[token] + 1.5 * (0.25 + 0.75 * count.total() / mean))

    def best(question: str) -> list[str]:
        asked = sorted(set(tokens(question)))
        scores = [sum(score(token, count) for token in asked if token in count) for count in counts]
        order = sorted(range(len(counts)), key=lambda at: -scores[at])
        return [data.messages[at]["id"] for at in order if scores[at] > 0][:20]

    return {question["q"]: best(question["q"]) for question in data.questions}
